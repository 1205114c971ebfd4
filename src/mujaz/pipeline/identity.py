"""Find the episode that a script belongs to: its guid, and the episode or tombstone with it."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from mujaz.domain import Kind, Script
from mujaz.errors import PublishError
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.folder.tombstones import Tombstone, sentence_hashes

NEWS = (Kind.HEADLINE, Kind.BODY)
# Two reports of one day share particles and names; two versions of one report share most words.
_SAME_SHARE = 0.5
_LONG_WORD = 4
# Prefix of a story's source that is a key taken from a manifest, and not a path.
KEY_PREFIX = "key:"
_GUID_SPACE = uuid.UUID("6c6f8c9e-6a0e-5f0b-9a43-7d1f3f6f0c11")


@dataclass(frozen=True, slots=True)
class Identity:
    """The episode that a script belongs to.

    Attributes:
        guid: Its guid.
        existing: The episode that has this guid already.
        withdrawn: The tombstone that has this guid.
    """

    guid: str
    existing: StoredEpisode | None = None
    withdrawn: Tombstone | None = None


def identify(
    script: Script,
    snapshot: Snapshot,
    sources: Sequence[str],
    replaces: str = "",
    space: str = "",
) -> Identity:
    """Find the episode's guid, and who has it already.

    The guid is ``replaces``, else it is made from the script's own key, else from the stories'
    addresses, else it is that of the episode from the same sources, else it is made from title and
    date. Title and date alone are no proof: «أسعار الذهب اليوم» may be told twice a day. An episode
    that has them is corrected only if it has a sentence in common or the same sources; otherwise
    the script is another episode, with a guid of its own.

    Args:
        script: The script.
        snapshot: The show folder.
        sources: :func:`source_keys` of the stories.
        replaces: Guid of the episode to correct.
        space: Guid of the show, so that bulletins of two shows have different guids.

    Raises:
        PublishError: If ``replaces`` names no episode.
    """
    if replaces:
        found = with_guid(replaces, snapshot)
        if found.existing is None and found.withdrawn is None:
            raise PublishError(
                f"no episode has the guid {replaces!r}",
                where=str(snapshot.root),
                hint="`mujaz show list` shows them",
            )
        return found
    if script.key:
        return by_key(script.key, snapshot, space)
    urls = [story.url for story in script.stories]
    if all(urls):
        return with_guid(guid_of_address(*urls), snapshot)
    same_source = _by_source(script, snapshot, list(sources))
    if same_source is not None:
        return same_source
    return _by_title(script, snapshot, list(sources))


def by_key(key: str, snapshot: Snapshot, space: str = "") -> Identity:
    """Find the episode or tombstone of a key, or make the guid of a new one.

    Manifests that state no key are recognised by the guid that was made from the key alone.

    Args:
        key: See :class:`mujaz.domain.Script`.
        snapshot: The show folder.
        space: Guid of the show.
    """
    stored = snapshot.with_key(key)
    if stored is not None:
        return Identity(stored.episode.guid, stored)
    for tombstone in snapshot.tombstones:
        if tombstone.key == key:
            return Identity(tombstone.guid, withdrawn=tombstone)
    older = with_guid(guid_of_key(key), snapshot)
    stated = older.existing.episode.key if older.existing else ""
    if not stated and (older.existing or (older.withdrawn and not older.withdrawn.key)):
        return older
    return with_guid(guid_of_key(key, space), snapshot)


def _by_title(script: Script, snapshot: Snapshot, sources: list[str]) -> Identity:
    """The first guid made from title and date that is free or has the same news."""
    day = script.day.isoformat() if script.day else ""
    for number in count(1):
        # The first has no number, as in episodes made before numbers were needed.
        parts = ("title", script.title, day, *([str(number)] if number > 1 else []))
        found = with_guid(_guid(*parts), snapshot)
        if _may_have(script, found, sources):
            return found
    raise AssertionError("the guids ran out")


def _may_have(script: Script, found: Identity, sources: list[str]) -> bool:
    """Whether the guid is free, or its episode or tombstone has a sentence or the sources."""
    ours = [s.text for s in script.sentences if s.kind is Kind.BODY]
    if found.existing is not None:
        episode = found.existing.episode
        spoken = [cue.sentence for cue in episode.cues]
        unspoken = [entry.sentence for entry in episode.unspoken]
        theirs = [s.text for s in (*spoken, *unspoken) if s.kind is Kind.BODY]
        known = [story.source for story in episode.stories]
        # Headlines alone cannot be told apart.
        return bool(set(ours) & set(theirs)) or _same(sources, known) or not (ours and theirs)
    if found.withdrawn is not None:
        tombstone = found.withdrawn
        shared = sentence_hashes(ours) & tombstone.sentences
        return bool(shared) or _same(sources, list(tombstone.sources)) or not ours
    return True


def _same(sources: list[str], known: list[str]) -> bool:
    return bool(sources) and all(sources) and sources == known


def with_guid(guid: str, snapshot: Snapshot) -> Identity:
    """The episode or tombstone that has a guid, if any."""
    return Identity(guid, snapshot.find(guid), snapshot.tombstone(guid))


def _by_source(script: Script, snapshot: Snapshot, sources: list[str]) -> Identity | None:
    """Find the episode or tombstone that was made from the same files.

    A file name may be reused for other news: then date or text differ, the text in that it shares
    no sentence and few words.
    """
    if not all(sources):
        return None
    ours = [s.text for s in script.sentences if s.kind in NEWS]
    for stored in snapshot.from_sources(sources):
        episode = stored.episode
        days = {story.day for story in episode.stories if story.day}
        if script.day and days and script.day not in days:
            continue
        theirs = [cue.sentence.text for cue in episode.cues if cue.sentence.kind in NEWS]
        if is_same_news(ours, theirs):
            return Identity(episode.guid, stored)
    hashes = sentence_hashes(ours)
    for tombstone in snapshot.tombstones:
        if list(tombstone.sources) == sources and hashes & tombstone.sentences:
            return Identity(tombstone.guid, withdrawn=tombstone)
    return None


def is_same_news(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether two texts are versions of one article: a common sentence, or most long words."""
    if set(ours) & set(theirs):
        return True
    words, others = _long_words(ours), _long_words(theirs)
    return len(words & others) >= _SAME_SHARE * min(len(words), len(others)) > 0


def _long_words(texts: Sequence[str]) -> set[str]:
    return {word for text in texts for word in text.split() if len(word) >= _LONG_WORD}


def source_keys(sources: Sequence[str], root: Path) -> list[str]:
    """Hash source paths for the manifest, so that they can be recognised but not read.

    Paths are taken relative to the show folder, so that a moved project still matches; they are
    hashed because manifests are public. Addresses and standard input have an empty key.
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


def guid_of_key(key: str, space: str = "") -> str:
    """The guid of an episode that stands for a key, such as the bulletin of a day.

    Args:
        key: See :class:`mujaz.domain.Script`.
        space: Guid of the show; empty for the guids of earlier versions, which did not have it.
    """
    return _guid("key", key, *([space] if space else []))


def guid_of_item(name: str) -> str:
    """The guid of an episode that stands for an item of an archive without an address.

    Args:
        name: ``id`` and its id, or ``path`` and its path relative to the source.
    """
    return _guid("item", name)


def guid_of_address(*urls: str) -> str:
    """The guid of an episode whose stories have these addresses."""
    return _guid("url", *urls)


def _guid(*parts: str) -> str:
    return "urn:uuid:" + str(uuid.uuid5(_GUID_SPACE, "\n".join(parts)))
