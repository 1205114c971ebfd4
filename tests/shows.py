"""Shows made without speaking: episodes of silence, as many as a test needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from mujaz.domain import Chapter, Cue, Episode, Kind, Sentence, Story
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.workspace import write_locked
from mujaz.publish.folder.write import add_episode
from mujaz.publish.show import Show, published_show
from mujaz.settings.values import ShowConfig

FIRST = datetime(2026, 1, 1, 6, tzinfo=UTC)
CONFIG = ShowConfig(
    title="نشرة التجربة",
    base_url="https://news.example/audio/",
    link="https://news.example/",
    author="غرفة الأخبار",
    email="desk@news.example",
)
# A caption from right to left: who speaks, a mark where it is needed, and one embedding around it
# all, within which there is no other.
_EMBEDDED = re.compile("(?:<v [^<>]*>)?\u200f?\u202b([^\u202a-\u202e\u2066-\u2069]*)\u202c")
_WORDS = "قال الوزير في المدينة إن العمل في الجسر الجديد بدأ صباح اليوم ويستمر حتى المساء"


def cues(sentences: Sequence[str], story: int = 0, start: float = 0.0) -> tuple[Cue, ...]:
    """A headline and body sentences, four seconds each, with word times."""
    out = []
    for place, text in enumerate(sentences):
        kind = Kind.BODY if place else Kind.HEADLINE
        words = tuple((i, round(start + i * 0.2, 3)) for i in range(min(15, len(text.split()))))
        out.append(
            Cue(Sentence(text, text, kind, place - 1, story, 350), start, start + 3.6, words)
        )
        start += 4.0
    return tuple(out)


def caption_lines(captions: str) -> list[str]:
    """The lines of a WebVTT file that are shown."""
    head, *blocks = captions.split("\n\n")
    assert head.strip() == "WEBVTT"
    return [line for block in blocks for line in block.splitlines()[1:]]


def embedded_text(line: str) -> str:
    """What a caption from right to left says; its embedding must be the only one, and whole."""
    found = _EMBEDDED.fullmatch(line)
    assert found, f"not embedded once and as a whole: {line!r}"
    return found[1]


def episode(number: int = 0, *, sentences: int = 8, **fields: object) -> Episode:
    """An episode of silence; ``fields`` replace what it says."""
    texts = [f"خبر رقم {number}: افتتاح جسر", *(f"{_WORDS} {i}." for i in range(sentences - 1))]
    made = Episode(
        guid=f"urn:uuid:00000000-0000-5000-8000-{number:012d}",
        title=texts[0],
        summary=texts[1],
        day=(FIRST + timedelta(hours=6 * number)).date(),
        published=FIRST + timedelta(hours=6 * number),
        media="",
        duration_s=4.0 * sentences,
        size=0,
        sha256="",
        fingerprint="",
        voice="صوت التجربة",
        disclosure="يُقرأ هذا الخبرُ بصوتٍ اصطناعيّ.",
        stories=(Story(texts[0], f"https://news.example/{number}"),),
        chapters=(Chapter("تنويه", 0.0), Chapter(texts[0], 2.0, f"https://news.example/{number}")),
        cues=cues(texts),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def publish(root: Path, *episodes: Episode, config: ShowConfig = CONFIG) -> Show:
    """Add episodes to a show folder, each with media of its own."""
    show = published_show(config, read_snapshot(root).state)
    with write_locked(root, lambda: None) as workspace:
        for item in episodes:
            content = f"{item.guid} {item.title} {item.updated}".encode() * 40
            audio = workspace / "episode.mp3"
            audio.write_bytes(content)
            add_episode(read_snapshot(root), show, item, audio, workspace)
    return show


def day_of(number: int) -> date:
    """The date of the episode of a number."""
    return (FIRST + timedelta(hours=6 * number)).date()
