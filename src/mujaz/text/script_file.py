"""Script files: text files that an editor can correct, and their parser.

::

    # mujaz script 1
    @script
    title: نشرة الصباح
    date: 2026-11-24

    @station 700
    تُقرأ هذه النشرةُ بصوتٍ اصطناعيّ.
    > تُقْرَأُ هَذِهِ النَّشْرَةُ بِصَوْتٍ اصْطِنَاعِيّ.

    @story
    title: افتتاح جسر جديد
    url: https://news.example/1

    @headline 800
    افتتاح جسر جديد
    > اِفْتِتَاحُ جِسْرٍ جَدِيد.

    @body 350 p=0
    …

The head of a sentence is ``@`` with its kind, the pause after it in milliseconds, and the number
of its paragraph. The next line is the text shown to readers; the line with ``>`` is the text for
the voice, which is computed from the shown text if the line is removed. Empty lines and lines
that begin with ``#`` are ignored. A backslash escapes a first ``@``, ``#``, ``>`` or ``\\``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn

from mujaz.arabic.marks import strip_marks
from mujaz.domain import Kind, Script, Sentence, Story
from mujaz.errors import TextError
from mujaz.text.script import PAUSE_MS, Reading

MAGIC = "# mujaz script 1"
_HELP = (
    "# Correct what is shown (the first line of a sentence) and what is said (the line behind >).",
    "# Take a line behind > away to have it made anew. Then: mujaz make FILE",
)
_SCRIPT_FIELDS = ("title", "date", "key", "disclosure")
_STORY_FIELDS = ("title", "url", "source", "author", "date", "section", "publisher")
_SENTENCE = re.compile(r"@(?P<kind>\w+)(?:\s+(?P<pause>\d{1,6}))?(?P<rest>(?:\s+\w+=-?\d+)*)\s*$")
_OUTSIDE = frozenset((Kind.STATION, Kind.TEASER))


def is_script(text: str) -> bool:
    """Return whether a text is a script file."""
    return text.lstrip("\ufeff").startswith(MAGIC)


def write_script(script: Script) -> str:
    """Write a script as text, from which :func:`read_script_file` reads the same script."""
    out = [MAGIC, *_HELP, "", "@script", *_fields(_of_script(script))]
    at = -1
    for sentence in script.sentences:
        if sentence.story > at:
            for index in range(at + 1, sentence.story + 1):
                out += ["", "@story", *_fields(_of_story(script.stories[index]))]
            at = sentence.story
        expected = -1 if sentence.kind in _OUTSIDE else at
        words = [f"@{sentence.kind.value}", str(sentence.pause_ms)]
        if sentence.paragraph >= 0:
            words.append(f"p={sentence.paragraph}")
        if sentence.story != expected:
            words.append(f"story={sentence.story}")
        spoken = "> " + _one_line(sentence.spoken)
        out += ["", " ".join(words), _escaped(_one_line(sentence.text)), spoken]
    for story in script.stories[at + 1 :]:
        out += ["", "@story", *_fields(_of_story(story))]
    return "\n".join(out) + "\n"


def read_script_file(text: str, where: str, reading: Reading) -> tuple[Script, list[str]]:
    """Parse a script file.

    Args:
        text: Content of the file.
        where: Path for error messages.
        reading: Settings to compute missing spoken lines.

    Returns:
        The script, and warnings about spoken lines that differ from the line shown.

    Raises:
        TextError: If the file is not a script; the message names the line.
    """
    blocks = list(_blocks(text, where))
    heads = [block for block in blocks if block.name == "script"]
    head = heads[0].values(_SCRIPT_FIELDS) if heads else {}
    stories: list[Story] = []
    sentences: list[Sentence] = []
    warnings: list[str] = []
    for block in blocks:
        if block.name == "story":
            stories.append(_story(block))
        elif block.name != "script":
            sentences.append(_sentence(block, len(stories) - 1, reading, warnings))
    if not sentences:
        raise TextError(
            "this script has no sentences", where=where, hint="write one: mujaz script make"
        )
    for sentence, block in zip(
        sentences, (b for b in blocks if b.name not in ("script", "story")), strict=True
    ):
        if sentence.story >= len(stories):
            block.refuse(f"there is no story {sentence.story}", block.line)
    title = head.get("title") or (stories[0].title if stories else sentences[0].text)
    return Script(
        title,
        tuple(stories),
        tuple(sentences),
        _day(heads[0], head) if heads else None,
        head.get("key", ""),
        head.get("disclosure", ""),
    ), warnings


@dataclass(slots=True)
class _Block:
    """The lines below one ``@`` line, with their line numbers."""

    name: str
    head: str
    line: int
    where: str
    lines: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, message: str, line: int) -> NoReturn:
        raise TextError(
            message,
            where=f"{self.where}:{line}",
            hint="compare it with what `mujaz script make` writes",
        )

    def values(self, known: Iterable[str]) -> dict[str, str]:
        """Parse the ``name: value`` lines of the block."""
        out: dict[str, str] = {}
        for number, line in self.lines:
            name, colon, value = line.partition(":")
            if not colon or name.strip() not in known:
                self.refuse(f"unknown field {name.strip()[:40]!r}", number)
            out[name.strip()] = value.strip()
        return out


def _blocks(text: str, where: str) -> Iterator[_Block]:
    block: _Block | None = None
    for number, raw in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            if block is not None:
                yield block
            name = line[1:].split(" ", 1)[0]
            block = _Block(name, line, number, where)
        elif block is None:
            _Block("", "", number, where).refuse("text before the first @", number)
        else:
            block.lines.append((number, line))
    if block is not None:
        yield block


def _sentence(block: _Block, story: int, reading: Reading, warnings: list[str]) -> Sentence:
    match = _SENTENCE.match(block.head)
    if match is None or match["kind"] not in list(Kind):
        block.refuse(f"unknown kind of sentence {block.head[:40]!r}", block.line)
    kind = Kind(match["kind"])
    extra = dict(part.split("=") for part in match["rest"].split())
    shown = [line for _, line in block.lines if not line.startswith(">")]
    said = [line[1:].strip() for _, line in block.lines if line.startswith(">")]
    if len(shown) != 1 or len(said) > 1:
        block.refuse("a sentence has one line to show, and one behind > at most", block.line)
    text = shown[0].removeprefix("\\")
    made, words = reading.read(text)
    spoken = said[0] if said and said[0] else made
    if said and spoken != made:
        words = _words(words, spoken, text)
        if not _fits(spoken, made):
            warnings.append(f"{block.where}:{block.line}: what is said differs from what is shown")
    return Sentence(
        text,
        spoken,
        kind,
        int(extra.get("p", -1)),
        int(extra.get("story", -1 if kind in _OUTSIDE else story)),
        int(match["pause"] or PAUSE_MS[kind]),
        words,
    )


def _words(made: tuple[int, ...], spoken: str, text: str) -> tuple[int, ...]:
    """Map spoken words to written words; evenly if the computed map does not fit."""
    count, written = len(spoken.split()), len(text.split())
    if len(made) == count or (not made and count == written):
        return made
    return spread(count, written)


def spread(spoken: int, written: int) -> tuple[int, ...]:
    """Map spoken words to written words in proportion: word i of n to word i·m/n of m."""
    return tuple(index * written // spoken for index in range(spoken)) if written else ()


def _fits(spoken: str, made: str) -> bool:
    """Return whether at least half of the words agree in their first four letters."""
    ours = {word[:4] for word in strip_marks(spoken).split()}
    theirs = {word[:4] for word in strip_marks(made).split()}
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def _story(block: _Block) -> Story:
    values = block.values(_STORY_FIELDS)
    return Story(
        values.get("title", ""),
        values.get("url", ""),
        values.get("source", ""),
        values.get("author", ""),
        _day(block, values),
        values.get("section", ""),
        values.get("publisher", ""),
    )


def _day(block: _Block, values: Mapping[str, str]) -> date | None:
    text = values.get("date", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        block.refuse(f"{text[:40]!r} is not a date like 2026-11-23", block.line)


def _of_script(script: Script) -> dict[str, str]:
    day = script.day.isoformat() if script.day else ""
    return {
        "title": script.title,
        "date": day,
        "key": script.key,
        "disclosure": script.disclosure,
    }


def _of_story(story: Story) -> dict[str, str]:
    values = {name: getattr(story, name) for name in _STORY_FIELDS if name != "date"}
    return {**values, "date": story.day.isoformat() if story.day else ""}


def _fields(values: Mapping[str, str]) -> list[str]:
    return [f"{name}: {_one_line(value)}" for name, value in values.items() if value]


def _escaped(text: str) -> str:
    return f"\\{text}" if text[:1] in ("@", "#", ">", "\\") else text


def _one_line(text: str) -> str:
    return " ".join(text.split())
