"""Which episode a script is: its guid, who bears it already, and what it is made of."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from mujaz.domain import Kind, Script, Show, Voice
from mujaz.errors import PublishError
from mujaz.pipeline.run import Run
from mujaz.publish.folder.library import Shelved, ShowFolder
from mujaz.publish.folder.tombstones import Tombstone, sentence_hashes

_NEWS = (Kind.HEADLINE, Kind.BODY)
# Two news of one day share particles and names; two versions of one share most of its words.
_SAME_SHARE = 0.5
_LONG_WORD = 4
# Marks what stands in a manifest already, where a path would stand.
KEY_PREFIX = "key:"
_GUID_SPACE = uuid.UUID("6c6f8c9e-6a0e-5f0b-9a43-7d1f3f6f0c11")


@dataclass(frozen=True, slots=True)
class Identity:
    """Which episode a script is.

    Attributes:
        guid: Its guid.
        existing: The episode that already bears it.
        withdrawn: The tombstone that bears it.
    """

    guid: str
    existing: Shelved | None = None
    withdrawn: Tombstone | None = None


def identity(script: Script, folder: ShowFolder, run: Run) -> Identity:
    """The episode's guid, and who already bears it.

    From ``--replaces``, else from the script's own key, else from the stories' addresses, else
    from the recorded source path, else from title and date.

    Raises:
        PublishError: If ``--replaces`` names no episode.
    """
    if run.options.replaces:
        found = _bearer(run.options.replaces, folder)
        if found.existing is None and found.withdrawn is None:
            raise PublishError(
                f"no episode has the guid {run.options.replaces!r}",
                where=str(folder.root),
                hint="guids stand in feed.xml",
            )
        return found
    if script.key:
        return _bearer(guid_of_key(script.key), folder)
    urls = [story.url for story in script.stories]
    if all(urls):
        return _bearer(guid_of_address(*urls), folder)
    same_source = _by_source(script, folder)
    if same_source is not None:
        return same_source
    day = script.day.isoformat() if script.day else ""
    return _bearer(_guid("title", script.title, day), folder)


def _bearer(guid: str, folder: ShowFolder) -> Identity:
    stone = next((stone for stone in folder.tombstones() if stone.guid == guid), None)
    return Identity(guid, folder.find(guid), stone)


def _by_source(script: Script, folder: ShowFolder) -> Identity | None:
    """The episode, alive or withdrawn, that was made from the same files.

    A file name that is used again for other news is told by its date, and by sharing no
    sentence and few words with what it held before.
    """
    keys = source_keys([story.source for story in script.stories], folder.root)
    if not all(keys):
        return None
    ours = [s.text for s in script.sentences if s.kind in _NEWS]
    for shelved in folder.shelf():
        episode = shelved.episode
        if [story.source for story in episode.stories] != keys:
            continue
        days = {story.day for story in episode.stories if story.day}
        if script.day and days and script.day not in days:
            continue
        theirs = [cue.sentence.text for cue in episode.cues if cue.sentence.kind in _NEWS]
        if _is_same_news(ours, theirs):
            return Identity(episode.guid, shelved)
    hashes = sentence_hashes(ours)
    for stone in folder.tombstones():
        if list(stone.sources) == keys and hashes & stone.sentences:
            return Identity(stone.guid, withdrawn=stone)
    return None


def _is_same_news(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether two texts are versions of one article: a common sentence, or most long words."""
    if set(ours) & set(theirs):
        return True
    words, others = _long_words(ours), _long_words(theirs)
    return len(words & others) >= _SAME_SHARE * min(len(words), len(others)) > 0


def _long_words(texts: Sequence[str]) -> set[str]:
    return {word for text in texts for word in text.split() if len(word) >= _LONG_WORD}


def source_keys(sources: Sequence[str], root: Path) -> list[str]:
    """What a manifest records of source paths: enough to know them again, nothing to read.

    Paths are taken relative to the show folder, so that a moved project still matches, and
    hashed, because manifests are public.
    """
    out: list[str] = []
    for source in sources:
        if source in ("", "-") or "://" in source:
            out.append("")
            continue
        if source.startswith(KEY_PREFIX):
            out.append(source.removeprefix(KEY_PREFIX))
            continue
        relative = os.path.relpath(Path(source).resolve(), root.resolve())
        out.append(hashlib.sha256(relative.encode("utf-8", "surrogateescape")).hexdigest()[:16])
    return out


def guid_of_key(key: str) -> str:
    """The guid of an episode that stands for a key, such as the bulletin of a day."""
    return _guid("key", key)


def guid_of_address(*urls: str) -> str:
    """The guid of an episode whose stories have these addresses."""
    return _guid("url", *urls)


def _guid(*parts: str) -> str:
    return "urn:uuid:" + str(uuid.uuid5(_GUID_SPACE, "\n".join(parts)))


def fingerprint(script: Script, show: Show, run: Run, *files: str) -> str:
    """Of everything that can be heard or read in the episode; equal means nothing to do.

    Args:
        files: Digests of files that go into it: station sound, cover.
    """
    data = {
        "script": [asdict(sentence) for sentence in script.sentences],
        "title": script.title,
        "stories": [
            [s.title, s.url, s.author, *filter(None, (s.section, s.publisher))]
            for s in script.stories
        ],
        "day": script.day.isoformat() if script.day else "",
        "voices": [voice_fields(voice) for voice in run.cast.all()],
        "engines": [[engine.name, engine.version] for engine in run.engines.values()],
        # A key that is newer than shows which do without it is left out, so they stay as they are.
        "audio": {
            key: value
            for key, value in asdict(run.config.audio).items()
            if value or key != "opus_kbps"
        },
        "files": files,
        "show": [show.title, show.author, show.language],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def voice_fields(voice: Voice) -> dict[str, object]:
    """What a voice is, apart from where its file lies."""
    fields = {name: getattr(voice, name) for name in voice.__slots__ if name != "home"}
    return {**fields, "settings": dict(voice.settings)}
