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

    @body 350 p=0 voice=espeak-ar
    …

The head of a sentence is ``@`` with its kind, the pause after it in milliseconds, the number of its
paragraph, and its voice. The next line is the text shown to readers; the line with ``>`` is the
text for the voice, which is computed from the shown text if the line is removed. Empty lines and
lines that begin with ``#`` are ignored. A backslash escapes a first ``@``, ``#``, ``>`` or ``\\``.

``@sound FILE`` plays a recording; see :mod:`mujaz.text.script_sounds`.

``was=`` holds hashes of the two lines and the voice as they were written. It shows what an editor
changed: a spoken line is made anew if only the shown line was changed; a changed voice is the
sentence's own, and any other follows ``voice=`` of its story (``@story voice=NAME``), else
``voices`` of ``@script`` (``headlines=NAME body=NAME station=NAME``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from mujaz.domain import PART_OF_KIND, Kind, Script, Sentence, Story
from mujaz.errors import TextError
from mujaz.text.agreement import Difference, disagreements
from mujaz.text.script import PAUSE_MS, Reading
from mujaz.text.script_blocks import Block, blocks_of
from mujaz.text.script_sounds import NAME as SOUND
from mujaz.text.script_sounds import read_sound, sound_lines

# Gives the lines before a recording: of the sentence before it, or None, and its own.
Announce = Callable[[Sentence | None, Sentence], Sequence[Sentence]]
MAGIC = "# mujaz script 1"
_HELP = (
    "# Correct what is shown (the first line of a sentence) and what is said (the line behind >).",
    "# What is said is made anew if you change only what is shown. voice=NAME behind a @ names who",
    "# reads a sentence or a @story. @sound FILE plays a recording; the line below it says what is",
    "# heard. Leave was=… as it is. Look at it: mujaz script check FILE",
    "# Publish it: mujaz make FILE",
)
_SCRIPT_FIELDS = ("title", "date", "key", "disclosure", "voices")
_STORY_FIELDS = ("title", "url", "source", "author", "date", "section", "publisher")
_HEAD_FIELDS = ("p", "story", "voice", "was")
_HEAD = re.compile(r"@(?P<kind>\w+)(?:\s+(?P<pause>\d{1,6}))?(?P<rest>(?:\s+\w+=\S+)*)\s*$")
_INTEGER = re.compile(r"-?\d{1,6}", re.ASCII)
_OUTSIDE = frozenset((Kind.STATION, Kind.TEASER))
_PARTS = ("headlines", "body", "station")
# Hex digits of each hash in ``was=``: one chance in 16 million that a change is not seen.
_HASH_CHARS = 6
_NO_HASH = "-" * _HASH_CHARS


class Remark(StrEnum):
    """The kind of a note about a sentence of a script file."""

    READ_ANEW = "read anew"
    FIGURE = "figure"
    NEGATION = "negation"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that an editor should look at.

    Attributes:
        line: Line of the script file, from 1.
        text: The sentence as shown.
        shown: The words of the shown line that are said otherwise, as they would be said.
        said: The words in the spoken line.
    """

    line: int
    kind: Remark
    text: str
    shown: str = ""
    said: str = ""

    @property
    def message(self) -> str:
        """One line about it."""
        if self.kind is Remark.READ_ANEW:
            return "the shown line was changed and the spoken one was not: it is read anew"
        shown, said = self.shown or "-", self.said or "-"
        return f"{_NAMES[self.kind]} said otherwise than shown: {shown} / {said}"


_NAMES = {Remark.FIGURE: "a figure is", Remark.NEGATION: "a negation is", Remark.WORD: "a word is"}


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
        shown, spoken = _one_line(sentence.text), _one_line(sentence.spoken)
        if sentence.sound is not None:
            out += ["", *sound_lines(sentence, at), _escaped(shown)]
            continue
        out += ["", _sentence_head(sentence, script, at), _escaped(shown), "> " + spoken]
    for story in script.stories[at + 1 :]:
        out += ["", "@story", *_fields(_of_story(story))]
    return "\n".join(out) + "\n"


def _sentence_head(sentence: Sentence, script: Script, at: int) -> str:
    voice = sentence.voice or script.voices.get(_part(sentence.kind), "")
    words = [f"@{sentence.kind.value}", str(sentence.pause_ms)]
    if sentence.paragraph >= 0:
        words.append(f"p={sentence.paragraph}")
    if sentence.story != (-1 if sentence.kind in _OUTSIDE else at):
        words.append(f"story={sentence.story}")
    if voice:
        words.append(f"voice={voice}")
    # A voice that the sentence has for itself gets no hash, so that it stays its own.
    voice_hash = _NO_HASH if sentence.voice else _hash(voice)
    words.append(f"was={_hash(sentence.text)}{_hash(sentence.spoken)}{voice_hash}")
    return " ".join(words)


def read_script_file(
    text: str, where: str, reading: Reading, announce: Announce | None = None
) -> tuple[Script, list[str]]:
    """Parse a script file; see :func:`check_script_file`.

    Returns:
        The script, and the notes as warnings with their lines.
    """
    script, notes = check_script_file(text, where, reading, announce)
    return script, [f"{where}:{note.line}: {note.message}" for note in notes]


def check_script_file(
    text: str, where: str, reading: Reading, announce: Announce | None = None
) -> tuple[Script, list[Note]]:
    """Parse a script file, and compare what is said with what is shown.

    Sentences that nobody changed since the file was written are not compared: their lines were made
    from each other.

    Args:
        text: Content of the file.
        where: Path for error messages.
        reading: Settings to compute missing spoken lines.
        announce: Gives the lines before a recording that is not announced yet; see
            :mod:`mujaz.text.script_sounds`.

    Returns:
        The script, and what an editor should look at.

    Raises:
        TextError: If the file is not a script; the message names the line.
    """
    blocks = list(blocks_of(text, where))
    heads = [block for block in blocks if block.name == "script"]
    head = heads[0].values(_SCRIPT_FIELDS) if heads else {}
    voices = _part_voices(heads[0], head) if heads else {}
    stories: list[Story] = []
    sentences: list[Sentence] = []
    places: list[Block] = []
    notes: list[Note] = []
    story_voice = ""
    for block in blocks:
        if block.name == "story":
            stories.append(_story(block))
            story_voice = _attributes(block).get("voice", "")
        elif block.name == SOUND:
            sound, announced = read_sound(block, len(stories) - 1)
            lines = () if announced or announce is None else announce(_last(sentences), sound)
            sentences += [*lines, sound]
            places += [block] * (len(lines) + 1)
        elif block.name != "script":
            sentence, found = _sentence(block, len(stories) - 1, reading)
            part = voices.get(_part(sentence.kind), "")
            voice = sentence.voice or (story_voice if sentence.story >= 0 else "")
            sentences.append(replace(sentence, voice="" if voice == part else voice))
            places.append(block)
            notes += found
    if not sentences:
        raise TextError(
            "this script has no sentences", where=where, hint="write one: mujaz script make"
        )
    for sentence, block in zip(sentences, places, strict=True):
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
        voices,
        by_hand=True,
    ), notes


def _last(sentences: Sequence[Sentence]) -> Sentence | None:
    return sentences[-1] if sentences else None


def _part(kind: Kind) -> str:
    return PART_OF_KIND.get(kind, "body")


def _part_voices(block: Block, values: Mapping[str, str]) -> dict[str, str]:
    """Parse ``headlines=NAME body=NAME station=NAME``."""
    out: dict[str, str] = {}
    for word in values.get("voices", "").replace(",", " ").split():
        part, equals, name = word.partition("=")
        if not (equals and name) or part not in _PARTS:
            block.refuse(f"{word[:40]!r} does not name the voice of a part", block.line)
        out[part] = name
    return out


def _attributes(block: Block) -> dict[str, str]:
    """The ``name=value`` words behind the name of a block."""
    match = _HEAD.match(block.head)
    if match is None:
        block.refuse(f"this line cannot be read: {block.head[:40]!r}", block.line)
    extra = dict(word.split("=", 1) for word in match["rest"].split())
    for name, value in extra.items():
        if name not in _HEAD_FIELDS or (name in ("p", "story") and not _INTEGER.fullmatch(value)):
            block.refuse(f"{name + '=' + value[:40]!r} is not known here", block.line)
    return extra


def _sentence(block: Block, story: int, reading: Reading) -> tuple[Sentence, list[Note]]:
    match = _HEAD.match(block.head)
    if match is None or match["kind"] not in list(Kind):
        block.refuse(f"unknown kind of sentence {block.head[:40]!r}", block.line)
    kind, extra = Kind(match["kind"]), _attributes(block)
    text, said = _lines(block)
    was = extra.get("was", "")
    changed = [
        _hash(value) != was[place * _HASH_CHARS :][:_HASH_CHARS]
        for place, value in enumerate((text, said, extra.get("voice", "")))
    ]
    notes: list[Note] = []
    if was and said and changed[0] and not changed[1]:
        said = ""
        notes.append(Note(block.line, Remark.READ_ANEW, text))
    if not said:
        said, words = reading.read_in_any_case(text)
    else:
        words = words_of_spoken(text, said, reading)
        if not was or changed[0] or changed[1]:
            made, _ = reading.read_in_any_case(text)
            notes += _differences(block.line, text, made, said) if said != made else []
    return Sentence(
        text,
        said,
        kind,
        int(extra.get("p", -1)),
        int(extra.get("story", -1 if kind in _OUTSIDE else story)),
        int(match["pause"] or PAUSE_MS[kind]),
        words,
        extra.get("voice", "") if not was or changed[2] else "",
    ), notes


def _lines(block: Block) -> tuple[str, str]:
    """The line that is shown, and the one that is said or an empty string."""
    shown = [line for _, line in block.lines if not line.startswith(">")]
    said = [line[1:].strip() for _, line in block.lines if line.startswith(">")]
    if len(shown) != 1 or len(said) > 1:
        block.refuse("a sentence has one line to show, and one behind > at most", block.line)
    return shown[0].removeprefix("\\"), said[0] if said else ""


def _differences(line: int, text: str, made: str, said: str) -> list[Note]:
    remarks = {
        Difference.FIGURE: Remark.FIGURE,
        Difference.NEGATION: Remark.NEGATION,
        Difference.WORD: Remark.WORD,
    }
    return [
        Note(line, remarks[found.kind], text, found.shown, found.said)
        for found in disagreements(made, said)
    ]


def _hash(text: str) -> str:
    data = _one_line(text).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:_HASH_CHARS]


def words_of_spoken(text: str, spoken: str, reading: Reading) -> tuple[int, ...]:
    """Map the words of a spoken line to those of the shown line."""
    made = reading.word_map(text)
    # In proportion if the computed map does not fit.
    count, written = len(spoken.split()), len(text.split())
    if len(made) == count or (not made and count == written):
        return made
    return spread(count, written)


def spread(spoken: int, written: int) -> tuple[int, ...]:
    """Map spoken words to written words in proportion: word i of n to word i·m/n of m."""
    return tuple(index * written // spoken for index in range(spoken)) if written else ()


def _story(block: Block) -> Story:
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


def _day(block: Block, values: Mapping[str, str]) -> date | None:
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
        "voices": " ".join(f"{part}={name}" for part, name in script.voices.items()),
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
