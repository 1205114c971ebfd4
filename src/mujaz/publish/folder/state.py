"""``mujaz-show.json``: facts about the show that a rebuild must keep, such as its podcast guid."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.rss.xml import qualified

STATE_FILE = "mujaz-show.json"
_MOST_REVISIONS = 100
COVER_NAME = re.compile(r"cover-[0-9a-f]{8}\.jpg", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cover:
    """A generated cover image of the show.

    Attributes:
        made_of: SHA-256 of its source (the title or the newsroom's picture).
        name: File name in the show folder; it contains a hash of the content.
        data: The JPEG, if it has yet to be written; None if it is in the folder.
    """

    made_of: str
    name: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class ShowState:
    """Content of the state file.

    Attributes:
        data: The JSON object; empty if the file is missing or damaged.
        guid: The podcast guid, taken from the published feed if the state file has none.
        cover: The cover that is in the folder, if any.
        left: When each episode was first seen to be out of the feed, by folder name.
        serial: Number of the published state; it grows with every change of what is published.
        revisions: Hashes that name this state and up to 99 before it, the newest first. A copy of
            the show is older than another exactly if the other's revisions contain its newest.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    guid: str = ""
    cover: Cover | None = None
    left: Mapping[str, str] = field(default_factory=dict)
    serial: int = 0
    revisions: tuple[str, ...] = ()


def read_state(root: Path) -> ShowState:
    """Read the state file of a show folder; a missing or damaged one counts as empty."""
    data = _read_object(root / STATE_FILE)
    left = data.get("left")
    return ShowState(
        data,
        str(data.get("guid") or "") or _guid_of_feed(root / MAIN_FEED),
        _read_cover(root, data.get("cover")),
        left if isinstance(left, dict) else {},
        serial_of(data),
        revisions_of(data),
    )


def serial_of(data: Mapping[str, Any]) -> int:
    """The serial in a state file's object; 0 if it has none."""
    serial = data.get("serial")
    return serial if isinstance(serial, int) and serial > 0 else 0


def revisions_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The revisions in a state file's object, the newest first; empty if it has none."""
    revisions = data.get("revisions")
    if not isinstance(revisions, list):
        return ()
    return tuple(name for name in revisions if isinstance(name, str))


def may_replace(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether a copy of the show is the same as or newer than another, by their state files.

    Args:
        ours: Object of the state file that is to be published.
        theirs: Object of the state file that is published already.
    """
    published = revisions_of(theirs)
    return not published or published[0] in revisions_of(ours)


def with_revision(text: str, content: str) -> str:
    """Give a state text the next serial and a revision, if what is published has changed.

    A revision is a hash of the content, the serial and the revision before, so that it is the same
    if a lost file is only generated again.

    Args:
        text: From :func:`state_text`.
        content: Digest of all that is generated besides.
    """
    data = json.loads(text)
    serial, revisions = serial_of(data), revisions_of(data)
    others = {name: value for name, value in data.items() if name not in ("serial", "revisions")}
    stated = json.dumps([others, content], sort_keys=True)
    if not revisions or revisions[0] != _revision(stated, serial, revisions[1:]):
        revisions = (_revision(stated, serial + 1, revisions), *revisions)
        serial += 1
    data["serial"], data["revisions"] = serial, list(revisions[:_MOST_REVISIONS])
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _revision(stated: str, serial: int, before: tuple[str, ...]) -> str:
    text = "\n".join([stated, str(serial), *before[:1]])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def state_text(
    state: ShowState,
    identity: Mapping[str, str],
    out_of_feed: Iterable[str],
    now: datetime,
    cover: Cover | None = None,
) -> str:
    """The new content of the state file.

    Args:
        state: What was read.
        identity: ``guid``, ``base_url`` and ``title`` of the show.
        out_of_feed: Folders of episodes that are in no feed but still on the disk.
        now: Recorded for those that have just left the feed.
        cover: A cover that replaces the recorded one.
    """
    guid = identity["guid"]
    earlier = list(state.data.get("earlier_guids", ()))
    if state.data.get("guid") not in (None, guid, *earlier):
        # Copies published under the replaced placeholder must still be recognised as this show.
        earlier.append(state.data["guid"])
    made = {"of": cover.made_of, "file": cover.name} if cover else state.data.get("cover")
    data = {
        **state.data,
        "version": 1,
        "guid": guid,
        "base_url": identity["base_url"],
        "title": identity["title"],
        "earlier_guids": earlier,
        "cover": made,
        "left": {name: state.left.get(name, now.isoformat()) for name in out_of_feed},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _read_object(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _read_cover(root: Path, known: object) -> Cover | None:
    if not isinstance(known, dict):
        return None
    name = str(known.get("file", ""))
    if not COVER_NAME.fullmatch(name) or not (root / name).is_file():
        return None
    return Cover(str(known.get("of", "")), name)


def _guid_of_feed(feed: Path) -> str:
    """The guid in the published feed, needed if the state file is lost."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        tree = etree.parse(str(feed), parser)
    except (OSError, etree.XMLSyntaxError):
        return ""
    return tree.findtext(f"channel/{qualified('podcast:guid')}") or ""
