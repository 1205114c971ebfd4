"""Report what is shown to readers and not read aloud: addresses, emoji, other scripts."""

from __future__ import annotations

from mujaz.domain import Script
from mujaz.text.normalize.unread import unread

_CONTEXT_CHARS = 40


def unread_warnings(script: Script, months: str = "both") -> list[str]:
    """Return a warning for each sentence of a script of which something is not read.

    Args:
        script: The script.
        months: Region whose month names stand for months in figures.
    """
    found: list[str] = []
    for sentence in script.sentences:
        left = () if sentence.sound else unread(sentence.text, months)
        if left:
            names = ", ".join(one.text for one in left)
            start = " ".join(sentence.text.split())[:_CONTEXT_CHARS]
            found.append(f"not read aloud: {names} (in: {start})")
    return list(dict.fromkeys(found))
