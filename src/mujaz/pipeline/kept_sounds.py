"""Copies of recordings in the private part of the show folder.

They lie under the hash of their content, so that an episode can be corrected when the file that was
named has gone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mujaz.domain import Episode, Script, Sentence
from mujaz.errors import MujazError
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.storage.atomic import move_into_place

_FOLDER = "sounds"


def with_kept_sounds(script: Script, root: Path) -> Script:
    """Give the recordings of which a script knows only the hash the show folder's copies.

    Raises:
        MujazError: If one is not there.
    """
    return replace(script, sentences=tuple(_with_kept_sound(s, root) for s in script.sentences))


def _with_kept_sound(sentence: Sentence, root: Path) -> Sentence:
    sound = sentence.sound
    if sound is None or sound.file:
        return sentence
    path = root / PRIVATE / _FOLDER / sound.sha256
    if not path.is_file():
        raise MujazError(
            "the show folder has no copy of this recording any more",
            where=sentence.text[:60],
            hint="make the episode again from the script or story that names its file",
        )
    return replace(sentence, sound=replace(sound, file=str(path)))


def keep_sounds(script: Script, root: Path, workspace: Path) -> None:
    """Copy the recordings of a script into the private part of the show folder.

    Raises:
        OSError: If the disk refuses.
    """
    folder = root / PRIVATE / _FOLDER
    for sound in (s.sound for s in script.sentences if s.sound):
        kept = folder / sound.sha256
        if not kept.is_file():
            folder.mkdir(exist_ok=True)
            unfinished = workspace / sound.sha256
            shutil.copyfile(sound.file, unfinished)
            move_into_place(unfinished, kept)


def sounds_of(episode: Episode) -> set[str]:
    """Hashes of the recordings that an episode holds."""
    return {cue.sentence.sound.sha256 for cue in episode.cues if cue.sentence.sound}


def forget_sounds(used_now: Callable[[], Collection[str]], root: Path) -> None:
    """Remove the copies of recordings that no episode has.

    Args:
        used_now: Gives the hashes of those that episodes have; called if there are copies.
        root: The show folder.
    """
    folder = root / PRIVATE / _FOLDER
    if not folder.is_dir():
        return
    used = used_now()
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name not in used:
                path.unlink()
