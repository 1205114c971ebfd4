"""Announce recordings, as radio does: a short line before each («ونستمعُ إلى ليلى حداد.»)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mujaz.domain import Kind, Sentence
from mujaz.pipeline.templates import render
from mujaz.settings.values import Config
from mujaz.text.script import PAUSE_MS, Reading

# A sentence that ends so leads to what follows it.
_LEADS_ON = (":", "：")


def announcer(
    config: Config, reading: Reading
) -> Callable[[Sentence | None, Sentence], Sequence[Sentence]]:
    """A function that gives the lines which announce a recording.

    It gets the sentence before the recording, or None, and that of the recording. There is no line
    behind a station line or a colon of the same story, which announce it already, nor if
    ``bulletin.recording_line`` is empty.

    Args:
        config: See :mod:`mujaz.settings.values`.
        reading: The configured way of reading text.
    """

    def announce(before: Sentence | None, sentence: Sentence) -> Sequence[Sentence]:
        if before is not None and before.story == sentence.story and _leads_on(before):
            return ()
        where = str(config.path or "the configuration")
        values = {
            "by": sentence.sound.by if sentence.sound else "",
            "show": config.show.title,
        }
        text = render(config.bulletin.recording_line, values, "bulletin.recording_line", where)
        if not text:
            return ()
        spoken, words = reading.read_in_any_case(text)
        pause = PAUSE_MS[Kind.STATION]
        return (Sentence(text, spoken, Kind.STATION, -1, sentence.story, pause, words),)

    return announce


def with_announced_recordings(
    sentences: Sequence[Sentence], config: Config, reading: Reading
) -> list[Sentence]:
    """Put before each recording the line that announces it; see :func:`announcer`."""
    announce = announcer(config, reading)
    out: list[Sentence] = []
    for sentence in sentences:
        if sentence.sound is not None:
            out += announce(out[-1] if out else None, sentence)
        out.append(sentence)
    return out


def _leads_on(sentence: Sentence) -> bool:
    return sentence.kind is Kind.STATION or sentence.text.rstrip().endswith(_LEADS_ON)
