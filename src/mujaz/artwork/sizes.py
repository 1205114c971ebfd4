"""Sizes of covers, apart from what draws them: every command names one of them."""

# Width and height in pixels.
FEED_PIXELS = 3000
TAG_PIXELS = 1400
PAGE_PIXELS = 480
TAG_BYTES = 300_000
