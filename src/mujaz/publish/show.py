"""A show as it is published: the ``[show]`` table with its addresses, guid and cover filled in."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field, fields
from urllib.parse import urljoin

from mujaz.errors import ConfigError
from mujaz.publish.folder.state import ShowState
from mujaz.publish.html.plain import web_address
from mujaz.publish.rss.names import MAIN_FEED, podcast_guid
from mujaz.settings.values import DEFAULT_BASE_URL, MOST_KEPT, ShowConfig

# Begins with a letter; names of archive pages begin with the year.
_FEED_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}", re.ASCII)
_MAIL = re.compile(r"[^\s@?&:/]+@[^\s@?&:/]+")
_PLACEHOLDER = 4  # UUID version of a random guid; a guid made from an address has version 5


@dataclass(frozen=True, slots=True)
class Show(ShowConfig):
    """The channel of the feed (RSS 2.0): its configuration, completed for publishing.

    ``base_url`` ends with a slash, ``image`` is an address or empty.

    Attributes:
        guid: The podcast:guid.
        image_width: Width of the square cover in pixels; 0 if unknown.
        page_cover: Name of the small cover for pages, in the show folder; empty if there is none.
    """

    guid: str = field(kw_only=True)
    image_width: int = 0
    page_cover: str = ""


def published_show(config: ShowConfig, state: ShowState) -> Show:
    """Complete a show's configuration; the podcast guid is kept from the first publication on.

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
    _require_addresses(config)
    if config.alexa and not config.base_url.startswith("https://"):
        raise ConfigError(
            "Alexa reads audio over https only",
            where="show.alexa",
            hint="set show.base_url to the https address that the show is served at",
        )
    base_url = config.base_url or DEFAULT_BASE_URL
    if not base_url.endswith("/"):
        base_url += "/"
    configured = {item.name: getattr(config, item.name) for item in fields(ShowConfig)}
    image = config.image if config.image.startswith(("http://", "https://")) else ""
    completed: dict[str, object] = {"base_url": base_url, "image": image}
    completed["guid"] = _guid(config, state, base_url)
    if state.archive:
        completed |= {"keep": MOST_KEPT, "keep_days": 0}
    return Show(**{**configured, **completed})


def _require_addresses(config: ShowConfig) -> None:
    """Refuse settings that would make a link of the pages lead nowhere."""
    for name, address in config.listings.items():
        if not web_address(address):
            raise ConfigError(
                f"{address!r} is not a web address",
                where=f"show.listings.{name}",
                hint="begin it with https://",
            )
    if config.report and not (web_address(config.report) or _MAIL.fullmatch(config.report)):
        raise ConfigError(
            f"{config.report!r} is neither a mail address nor a web address",
            where="show.report",
            hint="a mail address, or the address of a form with https://",
        )


def _guid(config: ShowConfig, state: ShowState, base_url: str) -> str:
    """The podcast guid: stored once and kept, even when the feed moves.

    A show without an address gets a random guid, replaced once, when an address is set.
    """
    if state.guid and not (config.base_url and _is_placeholder(state.guid)):
        return state.guid
    if config.base_url:
        return podcast_guid(urljoin(base_url, MAIN_FEED))
    return str(uuid.uuid4())


def _is_placeholder(guid: str) -> bool:
    try:
        return uuid.UUID(guid).version == _PLACEHOLDER
    except ValueError:
        return False
