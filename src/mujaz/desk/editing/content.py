"""The content of a draft at one revision, and its form in the database."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from mujaz.domain import Kind, Sound
from mujaz.errors import MujazError

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a draft.

    Attributes:
        number: Identifies it through all revisions; from 1.
        block: Number of its story; ``OPENING`` or ``CLOSING``.
        about: Number of the story that a teaser announces or that a station line leads into; 0 if
            none.
        section: The section that it announces; empty if none.
        kept: Whether an editor wrote the spoken text.
        gone: Whether it was taken out.
        differs: What is said otherwise than shown.
        words: See :attr:`mujaz.domain.Sentence.word_map`.
        sound: The recording that is played; the texts are then what is heard in it.
    """

    number: int
    text: str
    spoken: str
    kind: Kind
    block: int
    about: int = 0
    section: str = ""
    paragraph: int = -1
    pause_ms: int = 350
    voice: str = ""
    kept: bool = False
    gone: bool = False
    differs: str = ""
    words: tuple[int, ...] = ()
    sound: Sound | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A line of an article that is not read; ``number`` identifies it."""

    number: int
    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A story of a draft; ``gone`` if it was dropped."""

    number: int
    title: str
    url: str = ""
    source: str = ""
    author: str = ""
    day: str = ""
    section: str = ""
    publisher: str = ""
    voice: str = ""
    gone: bool = False
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """All that is said and shown in a draft.

    Attributes:
        stories: In the order they are told, dropped ones among them.
        lines: In the order they are read, those of dropped stories among them.
        key: See :class:`mujaz.domain.Script`.
        last: Highest number given to a line or a left line.
    """

    title: str
    stories: tuple[Told, ...]
    lines: tuple[Line, ...]
    day: str = ""
    key: str = ""
    disclosure: str = ""
    voices: Mapping[str, str] = field(default_factory=dict)
    last: int = 0

    @property
    def date(self) -> date | None:
        """The date of the episode."""
        return date.fromisoformat(self.day) if self.day else None

    def line(self, number: int) -> Line | None:
        """The line of a number."""
        return next((line for line in self.lines if line.number == number), None)

    def story(self, number: int) -> Told | None:
        """The story of a number."""
        return next((story for story in self.stories if story.number == number), None)


def packed(content: Content) -> bytes:
    """A content as compressed JSON."""
    data = json.dumps({"version": _VERSION, **asdict(content)}, ensure_ascii=False)
    return zlib.compress(data.encode("utf-8", "surrogatepass"), 1)


def unpacked(data: bytes) -> Content:
    """Parse what :func:`packed` made, also by an earlier version.

    Raises:
        MujazError: If it is of a later version.
    """
    values: dict[str, Any] = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    if values.get("version", 1) > _VERSION:
        raise MujazError(
            "this draft was written by a later version of mujaz", hint="start the later version"
        )
    stories = tuple(
        Told(**{**_known(Told, item), "left": tuple(Left(**_known(Left, x)) for x in item["left"])})
        for item in values["stories"]
    )
    lines = tuple(map(_line, values["lines"]))
    return Content(**{**_known(Content, values), "stories": stories, "lines": lines})


def _line(item: Mapping[str, Any]) -> Line:
    sound = item.get("sound")
    made = {
        "kind": Kind(item["kind"]),
        "words": tuple(item["words"]),
        "sound": Sound(**_known(Sound, sound)) if sound else None,
    }
    return Line(**{**_known(Line, item), **made})


def _known(kind: type[Any], item: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in item.items() if name in names}
