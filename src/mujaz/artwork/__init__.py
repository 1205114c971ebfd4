"""Pictures of the show: its cover, drawn from its name or fitted from the newsroom's own."""

from mujaz.artwork.cover import (
    FEED_PIXELS,
    TAG_BYTES,
    TAG_PIXELS,
    check_image,
    feed_cover,
    tag_cover,
)

__all__ = ["FEED_PIXELS", "TAG_BYTES", "TAG_PIXELS", "check_image", "feed_cover", "tag_cover"]
