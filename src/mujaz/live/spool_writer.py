"""Write clips to a live spool while an episode is being made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from mujaz.domain import Clip, Script, Sentence
from mujaz.live.server_sign import has_live_server
from mujaz.live.spool_format import (
    CLIPS_FILE,
    PCM_FILE,
    SCRIPT_FILE,
    SPOOL_FOLDER,
    script_fields,
)
from mujaz.storage.atomic import replace_file
from mujaz.storage.locks import lock_new_file


class LiveSpoolWriter:
    """Writes clips for live listeners. A disk error ends the spool, never the run.

    Args:
        folder: Folder to create.
        script: The episode's script.
        name: Name of the episode's folder, under which it is offered.
        fingerprint: Of the episode's inputs; distinguishes it from an earlier version.
        say: Called with a message if the spool has to be given up.
    """

    def __init__(
        self, folder: Path, script: Script, name: str, fingerprint: str, say: Callable[[str], None]
    ) -> None:
        self._say = say
        self._sentences = script.sentences
        self._next = 0
        self._pcm: BinaryIO | None = None
        self._clips: TextIO | None = None
        with self._close_on_error():
            folder.mkdir()
            self._pcm = (folder / PCM_FILE).open("wb")
            self._clips = (folder / CLIPS_FILE).open("w", encoding="utf-8")
            lock_new_file(self._clips)
            # Written last and renamed: a reader that finds the script finds the other files.
            text = json.dumps(script_fields(script, name, fingerprint), ensure_ascii=False)
            replace_file(folder / SCRIPT_FILE, text, durable=False)

    def add(self, sentence: Sentence, clip: Clip, gain_db: float) -> None:
        """Write one clip. Clips come in the script's order; failed sentences are left out."""
        index = self._sentences.index(sentence, self._next)
        self._next = index + 1
        self._write({"index": index, "rate": clip.sample_rate, "gain_db": gain_db}, clip.pcm)

    def end(self) -> None:
        """Write that there are no more clips; the episode itself is not finished yet."""
        self._write({"end": True}, b"")

    def close(self) -> None:
        """Close the files. Without :meth:`end` before, readers take the run for failed."""
        for stream in (self._pcm, self._clips):
            if stream is not None:
                stream.close()
        self._pcm = self._clips = None

    def _write(self, line: dict[str, Any], pcm: bytes) -> None:
        if self._pcm is None or self._clips is None:
            return
        with self._close_on_error():
            self._pcm.write(pcm)
            self._pcm.flush()
            self._clips.write(json.dumps({**line, "bytes": len(pcm)}) + "\n")
            self._clips.flush()

    @contextmanager
    def _close_on_error(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._say(f"nobody can listen while this is made: {error.strerror or error}")
            self.close()


@contextmanager
def live_spool(
    root: Path,
    workspace: Path,
    script: Script,
    name: str,
    fingerprint: str,
    say: Callable[[str], None],
) -> Iterator[LiveSpoolWriter | None]:
    """Open a spool for a run; None if no server offers live listening.

    Args:
        root: The show folder.
        workspace: The run's folder for unfinished files.
        script: See :class:`LiveSpoolWriter`, as the rest.
    """
    writer = None
    if has_live_server(root):
        writer = LiveSpoolWriter(workspace / SPOOL_FOLDER, script, name, fingerprint, say)
    try:
        yield writer
    finally:
        if writer is not None:
            writer.close()
