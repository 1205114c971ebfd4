"""Write the newest episodes as a flash briefing that Alexa devices read.

Source of the rules: Alexa Skills Kit, "Flash Briefing Skill API Feed Reference": at most five
items, the newest first, audio over HTTPS, titles without markup, UTF-8.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC

from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.html.plain import one_line
from mujaz.publish.rss.items import media_url, page_url
from mujaz.publish.show import Show

NAME = "alexa.json"
_MOST_ITEMS = 5
_TITLE_CHARS = 150


def flash_briefing(show: Show, newest_first: Sequence[StoredEpisode]) -> str:
    """Write the feed; a corrected episode has another identifier and is heard again."""
    items = [_item(show, stored) for stored in newest_first[:_MOST_ITEMS]]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _item(show: Show, stored: StoredEpisode) -> dict[str, str]:
    episode = stored.episode
    moment = (episode.updated or episode.published).astimezone(UTC)
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{episode.guid} {episode.media}")
    return {
        "uid": f"urn:uuid:{identifier}",
        "updateDate": moment.strftime("%Y-%m-%dT%H:%M:%S.0Z"),
        "titleText": one_line(episode.title, _TITLE_CHARS),
        # What is read out where there is no audio; with audio it is not read.
        "mainText": "",
        "streamUrl": media_url(show, episode.media),
        "redirectionUrl": page_url(show, stored.folder),
    }
