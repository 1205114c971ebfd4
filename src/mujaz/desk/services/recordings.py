"""Recordings of reporters that are put into drafts; they lie in ``DIR/.mujaz/recordings``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mujaz.desk.services.context import Context
from mujaz.desk.values import InvalidError
from mujaz.domain import Sound
from mujaz.errors import MujazError
from mujaz.pipeline.recordings import SoundFolders, checked_sound, script_folders
from mujaz.storage.atomic import replace_file

_FOLDER = "recordings"
MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Recording:
    """An uploaded recording.

    Attributes:
        data: The file, in any format that libsndfile reads.
        text: What is heard in it.
        by: Name of who is heard.
    """

    data: bytes
    text: str
    by: str = ""


def recording_folders(context: Context) -> SoundFolders:
    """Folders in which recordings of drafts may lie: the desk's, and those of the sources."""
    source = context.private / _FOLDER / "draft.script"
    return script_folders(str(source), context.config, anywhere=False)


def keep_recording(context: Context, recording: Recording) -> Sound:
    """Store an uploaded recording under its hash, after it was found that it can be played.

    Raises:
        InvalidError: If it is empty or too large.
        AudioError: If it cannot be played.
    """
    data = recording.data
    if not data or len(data) > MOST_BYTES:
        raise InvalidError(
            f"a recording has at most {MOST_BYTES // 1_000_000} MB",
            where="recording",
            hint="cut it, or save it as MP3 or FLAC",
        )
    digest = hashlib.sha256(data).hexdigest()
    path = context.private / _FOLDER / digest
    is_new = not path.is_file()
    if is_new:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    sound = Sound(str(path), " ".join(recording.by.split()))
    try:
        return checked_sound(sound, recording_folders(context))
    except MujazError:
        # One that was there already belongs to another draft.
        if is_new:
            path.unlink(missing_ok=True)
        raise
