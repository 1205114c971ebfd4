"""``mujaz-show.json``: what the show must remember about itself, its podcast guid above all."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from mujaz.domain import Show
from mujaz.errors import ConfigError
from mujaz.publish.folder.shelf import Shelved
from mujaz.publish.rss.feed import MAIN_FEED, podcast_guid
from mujaz.publish.rss.xml import qualified
from mujaz.settings.values import DEFAULT_BASE_URL, ShowConfig

COVER_NAME = re.compile(r"cover-[0-9a-f]{8}\.jpg", re.ASCII)
# Begins with a letter, where names of archive pages have a year.
_FEED_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}", re.ASCII)
_PLACEHOLDER = 4  # the version of a random UUID; one made from an address has 5


class State:
    """The state file of a show folder.

    Args:
        root: The show folder.
    """

    name = "mujaz-show.json"

    def __init__(self, root: Path) -> None:
        self._root = root
        self._cover: dict[str, str] | None = None

    def cover(self, of: str) -> str:
        """Name of the cover that was made of something, if it is still there; else empty."""
        known = self.read().get("cover")
        if not isinstance(known, dict) or known.get("of") != of:
            return ""
        name = str(known.get("file", ""))
        return name if COVER_NAME.fullmatch(name) and (self._root / name).is_file() else ""

    def keep_cover(self, of: str, name: str) -> None:
        """Remember what a cover was made of; written with the rest of the state."""
        self._cover = {"of": of, "file": name}

    def text(self, show: Show, out: Sequence[Shelved], now: datetime) -> str:
        """The file's new content.

        Args:
            show: The channel.
            out: Episodes that are in no feed but still on the disk.
            now: Noted for those that have just left.
        """
        before = self.read()
        earlier = list(before.get("earlier_guids", ()))
        if before.get("guid") not in (None, show.guid, *earlier):
            # A placeholder gave way: whoever has copied the show under it must know it again.
            earlier.append(before["guid"])
        data = {
            **before,
            "version": 1,
            "guid": show.guid,
            "base_url": show.base_url,
            "title": show.title,
            "earlier_guids": earlier,
            "cover": self._cover or before.get("cover"),
            "left": {s.folder: self.left().get(s.folder, now.isoformat()) for s in out},
        }
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

    def read(self) -> dict[str, Any]:
        """What the file holds; empty if it is missing or damaged."""
        try:
            data = json.loads((self._root / self.name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def left(self) -> dict[str, str]:
        """When episodes were first seen to be out of the feed, by their folders."""
        left = self.read().get("left")
        return left if isinstance(left, dict) else {}

    def guid(self, config: ShowConfig, base_url: str) -> str:
        """The podcast guid: stored once and kept, even when the feed moves.

        A show without an address has a random one, which gives way once when an address is set.
        """
        stored = str(self.read().get("guid") or "") or self._guid_of_feed()
        if stored and not (config.base_url and _is_placeholder(stored)):
            return stored
        if config.base_url:
            return podcast_guid(urljoin(base_url, MAIN_FEED))
        return str(uuid.uuid4())

    def _guid_of_feed(self) -> str:
        """The guid that the published feed bears: what is left if the state file is lost."""
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            tree = etree.parse(str(self._root / MAIN_FEED), parser)
        except (OSError, etree.XMLSyntaxError):
            return ""
        return tree.findtext(f"channel/{qualified('podcast:guid')}") or ""


def show_of(config: ShowConfig, state: State) -> Show:
    """The channel, with the podcast guid that is kept from the first publication on.

    Raises:
        ConfigError: If a topic feed has a name that cannot stand in an address.
    """
    for name in config.sections:
        if not _FEED_NAME.fullmatch(name):
            raise ConfigError(
                f"{name!r} cannot name a topic feed",
                where="show.sections",
                hint="use small Latin letters, digits and hyphens: politics",
            )
    base_url = config.base_url or DEFAULT_BASE_URL
    if not base_url.endswith("/"):
        base_url += "/"
    return Show(
        title=config.title,
        description=config.description,
        link=config.link,
        base_url=base_url,
        language=config.language,
        author=config.author,
        email=config.email,
        category=config.category,
        image=config.image if config.image.startswith(("http://", "https://")) else "",
        image_alt=config.image_alt,
        explicit=config.explicit,
        guid=state.guid(config, base_url),
        keep=config.keep,
        keep_days=config.keep_days,
        keep_media_days=config.keep_media_days,
        page=config.page,
        copyright=config.copyright,
        license=config.license,
        update_frequency=config.update_frequency,
        locked=config.locked,
        hub=config.hub,
        new_feed_url=config.new_feed_url,
        sections=config.sections,
    )


def _is_placeholder(guid: str) -> bool:
    try:
        return uuid.UUID(guid).version == _PLACEHOLDER
    except ValueError:
        return False
