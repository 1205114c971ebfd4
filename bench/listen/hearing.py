"""What the ear hears of a voice, in a process of its own: the ear keeps to one core."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from ear import Ear
from figures import Row

from mujaz.domain import Voice
from mujaz.errors import MujazError
from mujaz.plugins import shared_engine
from mujaz.voices.catalog import find_voice


def chosen_voice(spec: str, home: Path) -> Voice:
    """The voice of ``NAME`` or ``NAME:key=value,key=value``; values are JSON, keys its settings.

    Raises:
        VoiceError: If there is no such voice.
        SystemExit: If a setting is not ``key=value``.
    """
    name, _, changes = spec.partition(":")
    voice = find_voice(name, home)
    for change in filter(None, changes.split(",")):
        key, equals, raw = change.partition("=")
        try:
            value = json.loads(raw)
        except ValueError:
            value = raw
        if not equals:
            raise SystemExit(f"{change!r} is not key=value")
        if key in ("rate_wpm", "model_path"):
            voice = replace(voice, **{key: value})
        else:
            voice = replace(voice, settings={**voice.settings, key: value})
    return voice


def hear_voices(
    specs: Sequence[str], spoken: list[str], home: Path, model: Path | None, processes: int
) -> Iterator[list[Row] | str]:
    """Each voice's rows, or why it cannot speak, in order.

    Args:
        specs: As of :func:`chosen_voice`.
        spoken: What every voice says.
        home: Folder that holds ``voices/``.
        model: A Whisper folder for CTranslate2; None for the packages of the extra ``ear``.
        processes: Voices that are listened to at once.
    """
    hear = partial(_hear, spoken=spoken, home=home, model=model)
    with ProcessPoolExecutor(min(processes, len(specs)), get_context("spawn")) as pool:
        yield from pool.map(hear, specs)


def _hear(spec: str, spoken: list[str], home: Path, model: Path | None) -> list[Row] | str:
    try:
        voice = chosen_voice(spec, home)
        engine = shared_engine(voice.engine)
        return _ear(model).rows(spoken, [engine.speak(text, voice) for text in spoken])
    except MujazError as error:
        return str(error)


@lru_cache(maxsize=1)
def _ear(model: Path | None) -> Ear:
    return Ear(model)
