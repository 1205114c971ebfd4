"""Recordings in script files: ``@sound FILE`` and the lines below it.

::

    @sound reports/minister.wav
    by: ليلى حداد
    pause: 650
    announced: yes
    The text of what is heard, in one line.

``by`` (who is heard), ``pause`` (milliseconds after it), ``p`` and ``story`` (numbers of paragraph
and story) may be left out. Without ``announced: yes`` a line that announces the recording is put
before it; scripts that mujaz wrote hold that line already.
"""

from __future__ import annotations

from dataclasses import replace

from mujaz.domain import Kind, Sentence, Sound
from mujaz.text.script import PAUSE_MS
from mujaz.text.script_blocks import Block

NAME = "sound"
# In place of a file: the recording that the show folder keeps under this hash.
_KEPT = "sha256:"
_HASH_CHARS = 64
_ANNOUNCED = "announced"
_NUMBERS = {"pause": (0, 60_000), "p": (-1, 99_999), "story": (-1, 99_999)}


def read_sound(block: Block, story: int) -> tuple[Sentence, bool]:
    """Parse a ``@sound`` block; also returns whether it needs no announcement.

    Args:
        block: The block.
        story: Index of the story that it stands in; -1 before the first.

    Raises:
        TextError: If it names no file, has more than one line of text, or a wrong number.
    """
    file = block.head.removeprefix(f"@{NAME}").strip()
    if not file:
        block.refuse("@sound names no file", block.line)
    fields: dict[str, str] = {}
    texts: list[str] = []
    for number, line in block.lines:
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon and not texts and name in (*_NUMBERS, "by", _ANNOUNCED):
            fields[name] = value.strip()
            _check_number(block, number, name, fields[name])
        else:
            texts.append(line.removeprefix("\\"))
    if len(texts) > 1:
        block.refuse("the text of a recording is one line", block.line)
    text = texts[0] if texts else ""
    sound = Sound(file, fields.get("by", ""))
    kept = file.removeprefix(_KEPT)
    if kept != file:
        if len(kept) != _HASH_CHARS or set(kept) - set("0123456789abcdef"):
            block.refuse(f"{file[:80]!r} is not the hash of a recording", block.line)
        sound = replace(sound, file="", sha256=kept)
    announced = fields.get(_ANNOUNCED, "no")
    if announced not in ("yes", "no"):
        block.refuse(f"{_ANNOUNCED}: {announced[:20]!r} is neither yes nor no", block.line)
    sentence = Sentence(
        text,
        text,
        Kind.SOUND,
        int(fields.get("p", -1)),
        int(fields.get("story", story)),
        int(fields.get("pause", PAUSE_MS[Kind.SOUND])),
        sound=sound,
    )
    return sentence, announced == "yes"


def _check_number(block: Block, line: int, name: str, value: str) -> None:
    if name not in _NUMBERS:
        return
    least, most = _NUMBERS[name]
    if not value.removeprefix("-").isdecimal() or not least <= int(value) <= most:
        block.refuse(f"{name}: {value[:20]!r} is not a number from {least} to {most}", line)


def sound_lines(sentence: Sentence, story: int) -> list[str]:
    """Write a recording as lines, from which :func:`read_sound` reads it."""
    sound = sentence.sound or Sound("")
    lines = [f"@{NAME} {sound.file or _KEPT + sound.sha256}"]
    if sound.by:
        lines.append(f"by: {' '.join(sound.by.split())}")
    lines.append(f"pause: {sentence.pause_ms}")
    lines.append(f"{_ANNOUNCED}: yes")
    if sentence.paragraph >= 0:
        lines.append(f"p: {sentence.paragraph}")
    if sentence.story != story:
        lines.append(f"story: {sentence.story}")
    return lines
