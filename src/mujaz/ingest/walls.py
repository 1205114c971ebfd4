"""Pages that show only the beginning of an article to readers without a subscription."""

from __future__ import annotations

import re
from typing import Any

from mujaz.arabic.letters import WORD
from mujaz.ingest.metadata import Metadata, meta

WARNING = "the page shows only the beginning of the article, the rest is for subscribers"
# schema.org and Facebook: pages behind a wall state it.
_TIERS = frozenset(("locked", "metered", "paid", "premium"))
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:paywall\w*|pay-wall|regwall|subscribers?-only|subscriber-content|"
    r"(?:premium|locked)-(?:content|wall|article)|piano-\w+)(?:$|[\s_-])",
    re.IGNORECASE,
)
# In Arabic words; as many make a whole article in a feed.
_WHOLE_ARTICLE = 120
_BROKEN_OFF = re.compile(r"(?:…|\.\.\.?)[\"»”’'\])]*$")


def is_teaser(tree: Any, described: Metadata, text: str) -> bool:
    """Return whether a text is the beginning of an article behind a wall.

    The page states the wall, and its text is short or breaks off.

    Args:
        tree: The page.
        described: Its metadata.
        text: The paragraphs found on it, one a line.
    """
    if not (described.walled or meta(tree, "article:content_tier") in _TIERS or _has_wall(tree)):
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    short = sum(1 for _ in WORD.finditer(text)) < _WHOLE_ARTICLE
    return short or any(_BROKEN_OFF.search(line) for line in lines[-2:])


def _has_wall(tree: Any) -> bool:
    return any(
        isinstance(element.tag, str)
        and element.tag != "body"
        and _NAMED.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in tree.iter()
    )
