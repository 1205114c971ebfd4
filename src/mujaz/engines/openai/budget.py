"""Counts the characters that a run has sent to speech servers, over all of its processes.

Worker processes inherit an environment variable with a folder; a file in it holds the count of one
voice, and a file lock keeps two processes from changing it at once.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mujaz.errors import VoiceError
from mujaz.storage.locks import exclusive_lock

_VARIABLE = "MUJAZ_SENT_CHARACTERS"


def begin(voice: str) -> None:
    """Start a new count for a voice, at the beginning of a run."""
    with _count(voice) as file:
        file.write_text("0", encoding="ascii")


def spend(voice: str, characters: int, most: int) -> None:
    """Count characters before they are sent.

    Args:
        voice: Its name.
        characters: How many; a negative number takes some back that a server refused.
        most: Largest count of a run.

    Raises:
        VoiceError: If the count would exceed ``most``; nothing is counted then.
    """
    with _count(voice) as file:
        sent = int(file.read_text(encoding="ascii")) if file.is_file() else 0
        if sent + characters > most:
            raise VoiceError(
                f"{sent} characters were sent in this run, and {characters} more would exceed the "
                f"limit of {most}",
                where=f"voice {voice}",
                hint="raise max_chars under [settings] of the voice file, or run again: what was "
                "spoken so far is kept in the cache",
            )
        file.write_text(str(sent + characters), encoding="ascii")


@contextmanager
def _count(voice: str) -> Iterator[Path]:
    """Lock the file with a voice's count."""
    file = _folder() / hashlib.sha256(voice.encode()).hexdigest()[:16]
    with exclusive_lock(file.with_suffix(".lock")):
        yield file


def _folder() -> Path:
    """Return the folder of this run; the first process makes it, and removes it when it ends."""
    named = os.environ.get(_VARIABLE, "")
    if not named or not Path(named).is_dir():
        named = tempfile.mkdtemp(prefix="mujaz-")
        os.environ[_VARIABLE] = named
        atexit.register(shutil.rmtree, named, ignore_errors=True)
    return Path(named)
