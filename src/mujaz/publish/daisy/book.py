"""Write an episode as a DAISY 2.02 book, for the players that blind readers own.

Sources of the rules: DAISY 2.02 Specification (2001), with SMIL 1.0 and XHTML 1.0. The book has
full text and full audio: each heading of the navigation control centre (``ncc.html``) has a SMIL
file that plays the sentences under it. The files lie at the root of a zip.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from mujaz.domain import Cue, Episode
from mujaz.publish.html.bidi_markup import mark_latin_runs
from mujaz.publish.html.parts import Part, parts_of
from mujaz.publish.html.wording import direction, labels
from mujaz.publish.show import Show
from mujaz.publish.templates import templates_in
from mujaz.storage.zip_file import add_file, add_text

_AUDIO = "audio.mp3"
# ncc.html, master.smil, content.html and the audio.
_FILES_BESIDE_SMIL = 4


@dataclass(frozen=True, slots=True)
class _Clip:
    """A sentence with the stretch of audio that is played for it.

    Stretches follow one another without a gap, so that pauses and sounds are played as well.
    """

    number: int
    cue: Cue
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading of the book and what is read under it.

    Attributes:
        elapsed: Time of all sections before it, in seconds.
    """

    number: int
    title: str
    clips: tuple[_Clip, ...]
    elapsed: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.clips[-1].end - self.clips[0].begin

    @property
    def file(self) -> str:
        """Name of its SMIL file."""
        return f"s{self.number:04d}.smil"


def write_daisy(show: Show, episode: Episode, mp3: Path, target: Path) -> None:
    """Write the book of an episode; the same episode always gives the same bytes.

    Args:
        show: The channel.
        episode: Its text and times.
        mp3: Its audio, which the book contains.
        target: The file to write.
    """
    values = _values(show, episode)
    with zipfile.ZipFile(target, "w") as book:
        texts = {"content.html": _rendered("content.html", values)}
        texts["master.smil"] = _rendered("master.smil", values)
        for section in values["sections"]:
            texts[section.file] = _rendered("section.smil", {**values, "section": section})
        size = mp3.stat().st_size + sum(len(text) for text in texts.values())
        texts = {"ncc.html": _rendered("ncc.html", {**values, "kilobytes": size // 1000}), **texts}
        for name, text in texts.items():
            add_text(book, name, text)
        add_file(book, _AUDIO, mp3)


def _values(show: Show, episode: Episode) -> dict[str, Any]:
    """Values that the templates put in."""
    language = show.language
    parts = parts_of(episode.stories, episode.cues)
    sections = tuple(_sections(episode, parts))
    place = {id(clip.cue): (section, clip.number) for section in sections for clip in section.clips}
    return {
        "show": show,
        "episode": episode,
        "parts": parts,
        "sections": sections,
        "files": len(sections) + _FILES_BESIDE_SMIL,
        "audio": _AUDIO,
        "file": lambda cue: place[id(cue)][0].file,
        "number": lambda cue: place[id(cue)][1],
        "direction": direction(language),
        "t": labels(language),
        "marked": lambda text: _as_xhtml(mark_latin_runs(text, language)),
    }


def _as_xhtml(text: Markup) -> Markup:
    """XHTML 1.0 has no element for isolated text."""
    return Markup(str(text).replace("<bdi", "<span").replace("</bdi>", "</span>"))


def _clips(episode: Episode) -> Iterator[_Clip]:
    """Stretches from the beginning of the audio to its end, one for each sentence."""
    cues = episode.cues
    begins = [0.0, *(cue.start for cue in cues[1:]), episode.duration_s]
    for number, cue in enumerate(cues, 1):
        # Whole milliseconds, as they are written: the lengths add up to the whole.
        yield _Clip(number, cue, round(begins[number - 1], 3), round(begins[number], 3))


def _sections(episode: Episode, parts: tuple[Part, ...]) -> Iterator[_Section]:
    """The opening under the title, then each story under its own."""
    begun = {id(cue): part for part in parts if part.kind == "story" for cue in _cues(part)}
    runs: list[tuple[str, list[_Clip]]] = []
    told: set[int] = set()
    for clip in _clips(episode):
        part = begun.get(id(clip.cue))
        if not runs:
            runs.append((episode.title, []))
        elif part is not None and part.number not in told:
            runs.append((part.title, []))
        if part is not None:
            told.add(part.number)
        runs[-1][1].append(clip)
    for number, (title, clips) in enumerate(runs, 1):
        yield _Section(number, title, tuple(clips), clips[0].begin)


def _cues(part: Part) -> Iterator[Cue]:
    yield from part.heading
    for cues in part.paragraphs:
        yield from cues


def _rendered(template: str, values: dict[str, Any]) -> str:
    return str(_templates().get_template(template).render(values))


@cache
def _templates() -> Any:
    made = templates_in("publish/daisy/templates")
    made.filters["npt"] = lambda seconds: f"npt={seconds:.3f}s"
    made.filters["clock"] = _clock
    return made


def _clock(seconds: float) -> str:
    """``hh:mm:ss.mmm``, a full clock value of SMIL 1.0."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
