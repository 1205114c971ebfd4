"""``mujaz-show.json``: facts about the show that a rebuild must keep, such as its podcast guid."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.rss.xml import qualified

STATE_FILE = "mujaz-show.json"
# The cover on pages and lock screens: a small picture, of this name whatever it shows.
PAGE_COVER = "cover-small.jpg"
COVER_NAME = re.compile(r"cover-[0-9a-f]{8}\.jpg", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cover:
    """A generated cover image of the show.

    Attributes:
        made_of: SHA-256 of its source (the title or the newsroom's picture).
        name: File name in the show folder; it contains a hash of the content.
        data: The JPEG, if it has yet to be written; None if it is in the folder.
        small: The same for :data:`PAGE_COVER`.
    """

    made_of: str
    name: str
    data: bytes | None = None
    small: bytes | None = None


@dataclass(frozen=True, slots=True)
class ShowState:
    """Content of the state file.

    Attributes:
        data: The JSON object; empty if the file is missing or damaged.
        guid: The podcast guid, taken from the published feed if the state file has none.
        cover: The cover that is in the folder, if any.
        left: When each episode was first seen to be out of the feed, by folder name.
        archive: Whether no episode ever leaves the feed, as in a show of ``mujaz archive``.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    guid: str = ""
    cover: Cover | None = None
    left: Mapping[str, str] = field(default_factory=dict)
    archive: bool = False


def read_state(root: Path) -> ShowState:
    """Read the state file of a show folder; a missing or damaged one counts as empty."""
    data = _read_object(root / STATE_FILE)
    left = data.get("left")
    return ShowState(
        data,
        str(data.get("guid") or "") or _guid_of_feed(root / MAIN_FEED),
        _read_cover(root, data.get("cover")),
        left if isinstance(left, dict) else {},
        data.get("archive") is True,
    )


def as_archive(state: ShowState) -> ShowState:
    """The state of a show that no episode ever leaves."""
    return replace(state, data={**state.data, "archive": True}, archive=True)


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
        tree = etree.parse(os.fsencode(feed), parser)
    except (OSError, etree.XMLSyntaxError):
        return ""
    return tree.findtext(f"channel/{qualified('podcast:guid')}") or ""
