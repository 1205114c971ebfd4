"""Lines that state the author: «كتب - محمود الشافعي»."""

from __future__ import annotations

import re

from mujaz.arabic.clutter import words
from mujaz.arabic.tables import alternatives

_MOST_WORDS = 9


def _words(kind: str) -> str:
    return f"(?:{alternatives('byline_words.tsv', 'word', kind)})"


_PLACE = rf"(?:\s+{_words('before_place')}\s+[^\W\d]+(?:\s[^\W\d]+)?)?"
_BYLINE = re.compile(rf"^{_words('opener')}{_PLACE}\s*[:/\-–]\s*(?P<name>[^|\d:،]{{3,40}})")
_BARE_BYLINE = re.compile(rf"^{_words('bare')}\s+(?P<name>\S+(?:\s+\S+){{1,3}})$")


def stated_author(line: str) -> str:
    """Return the name in a byline, or an empty string."""
    match = _BYLINE.match(line) or _BARE_BYLINE.match(line)
    if match is None or words(line) > _MOST_WORDS:
        return ""
    return match["name"].strip(" -–|،")
