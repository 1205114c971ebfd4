"""Reads and checks the ``[settings]`` of a voice file; an unknown one is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from mujaz.domain import Voice
from mujaz.errors import VoiceError


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, and its default.

    Attributes:
        default: None stands for the model's own value.
        whole: Whether fractions are refused.
    """

    low: float
    high: float
    default: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words, or any text if ``words`` is empty."""

    words: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false; false by default."""


Rule = Number | Choice | Flag


def read_settings(voice: Voice, rules: Mapping[str, Rule]) -> dict[str, float | str | bool | None]:
    """Return the value of every setting of an engine: the voice's, else the default.

    Raises:
        VoiceError: If the voice sets an unknown one, or a value that is out of bounds.
    """
    for key in voice.settings:
        if key not in rules:
            close = get_close_matches(key, rules, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(sorted(rules))
            raise VoiceError(f"unknown setting {key!r}", where=_where(voice), hint=hint)
    return {key: _checked(voice, key, rule) for key, rule in rules.items()}


def _checked(voice: Voice, key: str, rule: Rule) -> float | str | bool | None:
    if key not in voice.settings:
        return False if isinstance(rule, Flag) else rule.default
    value = voice.settings[key]
    if isinstance(rule, Flag):
        if isinstance(value, bool):
            return value
        raise _wrong(voice, key, value, "true or false")
    if isinstance(rule, Choice):
        if isinstance(value, str) and (not rule.words or value in rule.words):
            return value
        raise _wrong(voice, key, value, "one of " + ", ".join(rule.words) if rule.words else "text")
    kinds = (int,) if rule.whole else (int, float)
    if isinstance(value, kinds) and not isinstance(value, bool) and rule.low <= value <= rule.high:
        return value
    kind = "a whole number" if rule.whole else "a number"
    raise _wrong(voice, key, value, f"{kind} from {rule.low:g} to {rule.high:g}")


def _wrong(voice: Voice, key: str, value: object, wanted: str) -> VoiceError:
    return VoiceError(
        f"{key} must be {wanted}, not {value!r}",
        where=_where(voice),
        hint="correct the [settings] of the voice file",
    )


def _where(voice: Voice) -> str:
    return f"voice {voice.name}"
