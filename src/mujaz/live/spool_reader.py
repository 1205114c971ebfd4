"""Read a live spool while ``mujaz make`` is still writing it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from mujaz.domain import Clip
from mujaz.live.spool_format import CLIPS_FILE, PCM_FILE, SCRIPT_FILE, script_from_fields
from mujaz.storage.locks import is_locked_exclusively


@dataclass(frozen=True, slots=True)
class SpooledClip:
    """A clip from a spool.

    Attributes:
        index: Index of its sentence in the script.
        clip: The samples.
        gain_db: Gain of its voice in dB.
    """

    index: int
    clip: Clip
    gain_db: float


class LiveSpoolReader:
    """Reads clips in order. The files stay readable after the run has removed the spool.

    Args:
        folder: The spool.

    Attributes:
        name: Name of the episode's folder.
        fingerprint: Of the episode's inputs.
        script: The episode's script.
        ended: Whether the run has written its last clip.

    Raises:
        OSError: If the spool does not exist (any more).
        KeyError, TypeError, ValueError: If it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        fields = json.loads((folder / SCRIPT_FILE).read_text(encoding="utf-8"))
        self.name = str(fields["name"])
        self.fingerprint = str(fields["fingerprint"])
        self.script = script_from_fields(fields)
        self.ended = False
        self._pcm = (folder / PCM_FILE).open("rb")
        try:
            self._clips = (folder / CLIPS_FILE).open("rb")
        except OSError:
            self._pcm.close()
            raise
        self._line = b""

    def read(self) -> SpooledClip | None:
        """Read the next clip; None if there is none yet, or no more (``ended`` is then true)."""
        if self.ended:
            return None
        self._line += self._clips.readline()
        if not self._line.endswith(b"\n"):
            return None
        fields = json.loads(self._line)
        self._line = b""
        if fields.get("end"):
            self.ended = True
            return None
        pcm = self._pcm.read(fields["bytes"])
        return SpooledClip(fields["index"], Clip(pcm, fields["rate"]), fields["gain_db"])

    def is_run_over(self) -> bool:
        """Whether the run has closed the spool or died: no more clips will be written."""
        return not is_locked_exclusively(self._clips)

    def close(self) -> None:
        """Close the files."""
        self._pcm.close()
        self._clips.close()
