"""Name and identifier of the feed."""

from __future__ import annotations

import uuid

MAIN_FEED = "feed.xml"
_PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def podcast_guid(feed_url: str) -> str:
    """The podcast:guid of a feed address: UUIDv5 without scheme and trailing slashes.

    Source: podcast namespace 1.0, "guid" document.
    """
    bare = feed_url.split("://", 1)[-1].rstrip("/")
    return str(uuid.uuid5(_PODCAST_NAMESPACE, bare))
