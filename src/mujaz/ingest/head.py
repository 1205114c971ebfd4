"""The head of a story's text file: lines before the headline.

``priority: 1`` and ``order: 2`` place it in a bulletin; ``sound: FILE``, with ``sound_by`` (who is
heard) and ``sound_text`` (what is heard) below it, is a recording that is played after the story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from mujaz.arabic.letters import ASCII_DIGITS
from mujaz.arabic.tables import rows
from mujaz.domain import Quote, Sound

_FIRST, _LAST = 1, 9
# A head is a few lines; the text of a recording may be long.
_HEAD_BYTES = 32_768
_MOST_QUOTES = 9
_LINE = re.compile(r"[ \t]*(?P<word>\w+)[ \t]*:[ \t]*(?P<value>\S[^\n]*?)[ \t\r]*(?:\n|$)")


@dataclass(frozen=True, slots=True)
class StoryHead:
    """The statements in the head of a text file.

    Attributes:
        priority: From 1 (first) to 9 (last); 0 if it states none.
        order: Place among the stories of its source, from 1; 0 if it states none.
        quotes: The recordings that are played after the story.
    """

    priority: int = 0
    order: int = 0
    quotes: tuple[Quote, ...] = ()


def story_head(path: Path) -> StoryHead:
    """Read the head of a file; one that cannot be read has none."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_HEAD_BYTES)
    except OSError:
        return StoryHead()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return split_head(data.decode(encoding, "ignore"))[0]


def split_head(text: str) -> tuple[StoryHead, str]:
    """Separate the head from the text.

    A line that names no known field, or gives it a value that it cannot have, belongs to the text.
    """
    priority = order = 0
    quotes: list[Quote] = []
    rest = text.removeprefix("\ufeff")
    while (match := _LINE.match(rest)) is not None:
        field, value = _fields().get(match["word"].lower(), ""), match["value"]
        number = value.translate(ASCII_DIGITS)
        if field == "priority" and number.isascii() and number.isdigit():
            if not _FIRST <= int(number) <= _LAST:
                break
            priority = int(number)
        elif field == "order" and number.isascii() and number.isdigit() and int(number) > 0:
            order = int(number)
        elif field == "sound" and len(quotes) < _MOST_QUOTES:
            quotes.append(Quote(Sound(value)))
        elif field in ("sound_by", "sound_text") and quotes:
            quotes[-1] = _completed(quotes[-1], field, value)
        else:
            break
        rest = rest[match.end() :]
    head = StoryHead(priority, order, tuple(quotes))
    return (head, rest.lstrip("\r\n")) if head != StoryHead() else (head, text)


def _completed(quote: Quote, field: str, value: str) -> Quote:
    if field == "sound_text":
        return replace(quote, text=" ".join(value.split()))
    return replace(quote, sound=replace(quote.sound, by=" ".join(value.split())))


@cache
def _fields() -> dict[str, str]:
    return {row["word"]: row["field"] for row in rows("story_heads.tsv")}
