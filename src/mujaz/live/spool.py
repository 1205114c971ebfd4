"""What a run lends to listeners who want to hear the episode while it is being made.

A run writes its clips to a spool beside its other unfinished files, only if a server has said that
somebody may listen; ``mujaz serve --live`` reads the spool from another process. A run that dies
leaves its lock, so a reader knows that nothing more will come.

The spool ``.mujaz/work-*/live/``: ``script.json`` (what will be said), ``clips.pcm`` (16-bit mono,
one clip after another, with the voice's gain), ``clips.jsonl`` (one line a clip, then ``end``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from mujaz.domain import Clip, Kind, Script, Sentence, Story
from mujaz.errors import PublishError
from mujaz.storage.atomic import replace_file
from mujaz.storage.locks import is_locked, is_locked_exclusively, lock_new_file, shared_lock

_LISTENING = "listening"
_PRIVATE = ".mujaz"
_SCRIPT, _PCM, _CLIPS = "script.json", "clips.pcm", "clips.jsonl"


@contextmanager
def listening(root: Path) -> Iterator[None]:
    """Tell the runs on a show folder, while this lasts, that somebody may listen.

    Raises:
        PublishError: If the folder cannot be written.
    """
    private = root / _PRIVATE
    with ExitStack() as stack:
        try:
            private.mkdir(exist_ok=True)
            stack.enter_context(shared_lock(private / _LISTENING))
        except OSError as error:
            raise PublishError(
                f"the show folder cannot be written: {error.strerror or error}",
                where=str(private),
                hint="--live needs to leave a sign for `mujaz make` there; serve without it",
            ) from error
        yield


class Airing:
    """The writing end of a spool.

    Args:
        folder: Where to make it.
        script: What will be said.
        name: Name of the episode's folder, under which it is offered.
        fingerprint: Tells the finished episode from an earlier one in the same folder.
        say: Told if the spool has to be given up; the run itself goes on.
    """

    def __init__(
        self, folder: Path, script: Script, name: str, fingerprint: str, say: Callable[[str], None]
    ) -> None:
        self._say = say
        self._sentences = script.sentences
        self._next = 0
        self._pcm: BinaryIO | None = None
        self._clips: TextIO | None = None
        with self._giving_up():
            folder.mkdir()
            self._pcm = (folder / _PCM).open("wb")
            self._clips = (folder / _CLIPS).open("w", encoding="utf-8")
            lock_new_file(self._clips)
            # Last and whole: a reader that sees it finds the others.
            text = json.dumps(_script_fields(script, name, fingerprint), ensure_ascii=False)
            replace_file(folder / _SCRIPT, text, durable=False)

    def add(self, sentence: Sentence, clip: Clip, gain_db: float) -> None:
        """Lend one clip; clips come in the script's order, those that failed left out."""
        index = self._sentences.index(sentence, self._next)
        self._next = index + 1
        self._put({"index": index, "rate": clip.sample_rate, "gain_db": gain_db}, clip.pcm)

    def end(self) -> None:
        """Say that every clip has been lent; the episode is still to be finished."""
        self._put({"end": True}, b"")

    def close(self) -> None:
        """Let go of the spool: the run is over; without :meth:`end` before, it has failed."""
        for stream in (self._pcm, self._clips):
            if stream is not None:
                stream.close()
        self._pcm = self._clips = None

    def _put(self, line: dict[str, Any], pcm: bytes) -> None:
        if self._pcm is None or self._clips is None:
            return
        with self._giving_up():
            self._pcm.write(pcm)
            self._pcm.flush()
            self._clips.write(json.dumps({**line, "bytes": len(pcm)}) + "\n")
            self._clips.flush()

    @contextmanager
    def _giving_up(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._say(f"nobody can listen while this is made: {error.strerror or error}")
            self.close()


@contextmanager
def on_air(
    root: Path, workspace: Path, script: Script, name: str, made_of: str, say: Callable[[str], None]
) -> Iterator[Airing | None]:
    """A spool for this run, or None if no server listens."""
    airing = Airing(workspace / "live", script, name, made_of, say) if _is_heard(root) else None
    try:
        yield airing
    finally:
        if airing is not None:
            airing.close()


def _is_heard(root: Path) -> bool:
    """Whether a server holds the sign; a sign that nobody holds was left by one that died."""
    return is_locked(root / _PRIVATE / _LISTENING)


@dataclass(frozen=True, slots=True)
class Lent:
    """A clip of a spool.

    Attributes:
        index: Of its sentence in the script.
        gain_db: Of its voice.
    """

    index: int
    clip: Clip
    gain_db: float


class Spool:
    """The reading end: opened once, readable to its end though the run removes it.

    Args:
        folder: Of the spool.

    Raises:
        OSError: If it is not there (any more).
        ValueError: If it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        fields = json.loads((folder / _SCRIPT).read_text(encoding="utf-8"))
        self.name = str(fields["name"])
        self.fingerprint = str(fields["fingerprint"])
        self.script = _script(fields)
        self.ended = False
        self._pcm = (folder / _PCM).open("rb")
        self._clips = (folder / _CLIPS).open("rb")
        self._line = b""

    def read(self) -> Lent | None:
        """The next clip; None if there is none yet, or none any more (see ``ended``)."""
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
        return Lent(fields["index"], Clip(pcm, fields["rate"]), fields["gain_db"])

    def is_abandoned(self) -> bool:
        """Whether the run is over, well or not; nothing more will come of it."""
        return not is_locked_exclusively(self._clips)

    def close(self) -> None:
        """Let go of the files."""
        self._pcm.close()
        self._clips.close()


def spools(root: Path) -> list[Path]:
    """Folders of the spools that runs on a show folder are writing."""
    return [path.parent for path in (root / _PRIVATE).glob(f"work-*/live/{_SCRIPT}")]


def _script_fields(script: Script, name: str, fingerprint: str) -> dict[str, Any]:
    return {
        "name": name,
        "fingerprint": fingerprint,
        "title": script.title,
        "day": script.day.isoformat() if script.day else None,
        "stories": [[story.title, story.url, story.author] for story in script.stories],
        "sentences": [
            [s.text, s.kind.value, s.paragraph, s.story, s.pause_ms] for s in script.sentences
        ],
    }


def _script(fields: dict[str, Any]) -> Script:
    stories = tuple(Story(title, url, "", author) for title, url, author in fields["stories"])
    sentences = tuple(
        Sentence(text, "", Kind(kind), paragraph, story, pause_ms)
        for text, kind, paragraph, story, pause_ms in fields["sentences"]
    )
    day = date.fromisoformat(fields["day"]) if fields["day"] else None
    return Script(fields["title"], stories, sentences, day)
