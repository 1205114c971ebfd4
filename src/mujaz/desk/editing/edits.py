"""The changes of an editor, each a function from one content of a draft to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mujaz.arabic.marks import shadda_first
from mujaz.desk.editing.content import Content, Line, Told
from mujaz.desk.values import CLOSING, OPENING, InvalidError, NotFoundError
from mujaz.domain import Kind, Sentence, Sound
from mujaz.text.agreement import disagreements
from mujaz.text.script import PAUSE_MS, Reading
from mujaz.text.script_file import Announce, words_of_spoken

MOST_PAUSE_MS = 10_000
MOST_CHARS = 5000


@dataclass(frozen=True, slots=True)
class Wanted:
    """New values of a sentence; None leaves one as it is."""

    shown: str | None = None
    spoken: str | None = None
    voice: str | None = None
    pause_ms: int | None = None


def change_line(content: Content, number: int, wanted: Wanted, reading: Reading) -> Content:
    """Change a sentence.

    A changed shown text makes the spoken one anew; a changed spoken text is kept, and what it says
    otherwise than shown is noted.

    Raises:
        NotFoundError: If there is no such sentence.
        InvalidError: If a text is empty or too long, or the pause out of range.
    """
    line = _line(content, number)
    shown = line.text if wanted.shown is None else one_line(wanted.shown, "shown")
    if line.sound is not None:
        pause = line.pause_ms if wanted.pause_ms is None else _pause(wanted.pause_ms)
        return _with_line(content, replace(line, text=shown, spoken=shown, pause_ms=pause))
    spoken = line.spoken
    if wanted.spoken is not None:
        # Texts from browsers are often in NFC, which puts vowels before the shadda.
        spoken = shadda_first(one_line(wanted.spoken, "spoken"))
    if spoken != line.spoken:
        line = hand_spoken(line, shown, spoken, reading)
    elif shown != line.text:
        line = read_anew(replace(line, text=shown), reading)
    if wanted.voice is not None:
        line = replace(line, voice=wanted.voice)
    if wanted.pause_ms is not None:
        line = replace(line, pause_ms=_pause(wanted.pause_ms))
    return _with_line(content, line)


def read_anew(line: Line, reading: Reading) -> Line:
    """A line whose spoken text is made from its shown text."""
    spoken, words = reading.read_in_any_case(_stopped(line))
    return replace(line, spoken=spoken, words=words, kept=False, differs="")


def hand_spoken(line: Line, shown: str, spoken: str, reading: Reading) -> Line:
    """A line whose spoken text an editor wrote."""
    made, _ = reading.read_in_any_case(shown)
    differences = () if made == spoken else disagreements(made, spoken)
    differs = "; ".join(f"{one.shown or '-'} / {one.said or '-'}" for one in differences)
    words = words_of_spoken(shown, spoken, reading)
    return replace(line, text=shown, spoken=spoken, words=words, kept=True, differs=differs)


def add_line(
    content: Content, block: int, after: int | None, text: str, reading: Reading
) -> tuple[Content, int]:
    """Add a line to a story, the opening or the closing.

    Args:
        content: The draft.
        block: Number of the story, ``OPENING`` or ``CLOSING``.
        after: Number of the sentence that it follows; None puts it at the end of the block.
        text: As it is shown.
        reading: Makes the spoken text.

    Returns:
        The content, and the number of the new line.

    Raises:
        NotFoundError: If there is no such block, or no such sentence in it.
        InvalidError: If the text is empty or too long.
    """
    if block not in (OPENING, CLOSING):
        _story(content, block)
    kind = Kind.BODY if block > OPENING else Kind.STATION
    number = content.last + 1
    shown = one_line(text, "text")
    line = read_anew(Line(number, shown, "", kind, block, pause_ms=PAUSE_MS[kind]), reading)
    return _inserted(content, line, after), number


def add_recording(
    content: Content,
    block: int,
    after: int | None,
    sound: Sound,
    text: str,
    announce: Announce,
) -> tuple[Content, int]:
    """Add a recording to a story, with the text of what is heard in it.

    A line that announces it is put before it.

    Args:
        content: The draft.
        block: Number of the story.
        after: See :func:`add_line`.
        sound: The recording.
        text: What is heard in it.
        announce: Gives the lines before it; see :mod:`mujaz.pipeline.recording_lines`.

    Returns:
        The content, and the number of its line.

    Raises:
        NotFoundError: If there is no such story, or no such sentence in it.
        InvalidError: If the text is empty or too long.
    """
    story, shown = _story(content, block), one_line(text, "text")
    before = _line(content, after) if after is not None else _last_said(content, block)
    recording = Sentence(shown, shown, Kind.SOUND, story=0, sound=sound)
    said = Sentence(before.text, before.spoken, before.kind, story=0) if before else None
    for one in announce(said, recording):
        number, pause = content.last + 1, PAUSE_MS[Kind.STATION]
        line = Line(number, one.text, one.spoken, one.kind, story.number, pause_ms=pause)
        content = _inserted(content, replace(line, words=one.word_map), after)
        after = number
    number, pause = content.last + 1, PAUSE_MS[Kind.SOUND]
    line = Line(number, shown, shown, Kind.SOUND, story.number, pause_ms=pause, sound=sound)
    return _inserted(content, line, after), number


def _last_said(content: Content, block: int) -> Line | None:
    """The last line of a block that was not taken out."""
    own = [line for line in content.lines if line.block == block and not line.gone]
    return own[-1] if own else None


def drop_line(content: Content, number: int, *, gone: bool = True) -> Content:
    """Take a sentence out, or take it back."""
    return _with_line(content, replace(_line(content, number), gone=gone))


def restore_left(content: Content, number: int, reading: Reading) -> Content:
    """Take a line back that cleaning left out of its article; it comes at the story's end.

    Raises:
        NotFoundError: If there is no such line.
    """
    for story in content.stories:
        for one in story.left:
            if one.number == number:
                rest = tuple(other for other in story.left if other.number != number)
                stories = tuple(
                    replace(s, left=rest) if s.number == story.number else s
                    for s in content.stories
                )
                content = replace(content, stories=stories)
                return add_line(content, story.number, None, one.line, reading)[0]
    raise NotFoundError(f"there is no left-out line {number}", hint="reload the draft")


def move_story(content: Content, number: int, to: int) -> Content:
    """Move a story to a place among those that are told, counted from 1.

    Raises:
        NotFoundError: If there is no such story.
        InvalidError: If there is no such place.
    """
    story = _story(content, number)
    kept = [one for one in content.stories if not one.gone and one.number != number]
    if not 1 <= to <= len(kept) + 1:
        raise InvalidError(
            f"there is no place {to}", where="to", hint=f"a number from 1 to {len(kept) + 1}"
        )
    rest = [one for one in content.stories if one.number != number]
    place = rest.index(kept[to - 1]) if to <= len(kept) else len(rest)
    rest.insert(place, story)
    return arranged(replace(content, stories=tuple(rest)))


def drop_story(content: Content, number: int, *, gone: bool = True) -> Content:
    """Drop a story with its teaser, or take it back.

    Raises:
        NotFoundError: If there is no such story.
        InvalidError: If it is the only one.
    """
    story = _story(content, number)
    if gone and sum(1 for one in content.stories if not one.gone and one.number != number) == 0:
        raise InvalidError("this is the only story", hint="delete the draft instead")
    return arranged(_with_story(content, replace(story, gone=gone)))


def map_lines(content: Content, change: Callable[[Line], Line]) -> Content:
    """Change every line by a function."""
    return replace(content, lines=tuple(map(change, content.lines)))


def _pause(pause_ms: int) -> int:
    if not 0 <= pause_ms <= MOST_PAUSE_MS:
        raise InvalidError(
            f"a pause lies between 0 and {MOST_PAUSE_MS} ms", where="pause_ms", hint="like 350"
        )
    return pause_ms


def arranged(content: Content) -> Content:
    """Put the lines in the order of the stories.

    Teasers follow that order too, and a line that announces a section stands before its first
    story that is told.
    """
    order = {story.number: place for place, story in enumerate(content.stories)}
    first: dict[str, int] = {}
    for story in content.stories:
        if story.section and not story.gone:
            first.setdefault(story.section, story.number)
    lines = [_leading(line, first) for line in content.lines]
    opening = [line for line in lines if line.block == OPENING]
    teasers = iter(
        sorted((one for one in opening if one.about), key=lambda one: order.get(one.about, 0))
    )
    out = [next(teasers) if line.about else line for line in opening]
    for story in content.stories:
        own = [line for line in lines if line.block == story.number]
        out += sorted(own, key=lambda line: line.about != line.block)
    out += [line for line in lines if line.block == CLOSING]
    return replace(content, lines=tuple(out))


def _leading(line: Line, first: dict[str, int]) -> Line:
    target = first.get(line.section, 0) if line.section else 0
    return replace(line, block=target, about=target) if target else line


def one_line(text: str, where: str) -> str:
    """A text as one line.

    Raises:
        InvalidError: If it is empty, too long, or holds control characters.
    """
    joined = " ".join(text.split())
    if not joined:
        raise InvalidError("the text is empty", where=where, hint="write it, or drop the sentence")
    if len(joined) > MOST_CHARS:
        raise InvalidError(
            f"longer than {MOST_CHARS} characters", where=where, hint="split it into sentences"
        )
    if any(ord(char) < 32 or 0xD800 <= ord(char) < 0xE000 for char in joined):
        raise InvalidError("the text holds control characters", where=where, hint="type it anew")
    return joined


def _stopped(line: Line) -> str:
    """The shown text; a headline without a stop gets one, for the right intonation."""
    titles = (Kind.HEADLINE, Kind.TEASER, Kind.DATELINE)
    stop = line.kind in titles and line.text[-1:] not in ".!?؟…"
    return line.text + "." if stop else line.text


def _inserted(content: Content, line: Line, after: int | None) -> Content:
    """Put a new line behind another one of its block, or at the block's end."""
    lines, place = list(content.lines), _end_of(content, line.block)
    if after is not None:
        if _line(content, after).block != line.block:
            raise NotFoundError(
                f"sentence {after} is not in this story", hint="name a sentence of the story"
            )
        place = next(i for i, one in enumerate(lines) if one.number == after) + 1
    lines.insert(place, line)
    return replace(content, lines=tuple(lines), last=line.number)


def _end_of(content: Content, block: int) -> int:
    """The place behind the last line of a block."""
    inside = [place for place, line in enumerate(content.lines) if line.block == block]
    if inside:
        return inside[-1] + 1
    return 0 if block == OPENING else len(content.lines)


def _line(content: Content, number: int) -> Line:
    found = content.line(number)
    if found is None:
        raise NotFoundError(f"there is no sentence {number} in this draft", hint="reload the draft")
    return found


def _story(content: Content, number: int) -> Told:
    found = content.story(number)
    if found is None:
        raise NotFoundError(f"there is no story {number} in this draft", hint="reload the draft")
    return found


def _with_line(content: Content, line: Line) -> Content:
    lines = tuple(line if one.number == line.number else one for one in content.lines)
    return replace(content, lines=lines)


def _with_story(content: Content, story: Told) -> Content:
    stories = tuple(story if one.number == story.number else one for one in content.stories)
    return replace(content, stories=stories)
