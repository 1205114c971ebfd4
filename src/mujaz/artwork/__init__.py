"""Covers of the show, drawn from its title or made from a given picture."""

from mujaz.artwork.cover import (
    FEED_PIXELS,
    TAG_BYTES,
    TAG_PIXELS,
    check_image,
    feed_cover,
    tag_cover,
)

__all__ = ["FEED_PIXELS", "TAG_BYTES", "TAG_PIXELS", "check_image", "feed_cover", "tag_cover"]
