"""Conditional requests (RFC 9110, section 13; precedence as in 13.2.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from enum import Enum

_TAG = re.compile(r'\s*,?\s*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')


class Outcome(Enum):
    """Result of a request's conditions; the value is the status of the answer."""

    PROCEED = 200
    NOT_MODIFIED = 304
    FAILED = 412


@dataclass(frozen=True, slots=True)
class Validators:
    """Validators of a file's current content.

    Attributes:
        etag: Strong entity tag of the bytes that would be sent, with its quotes.
        modified: Time of the last change, in whole seconds since the epoch.
        others: Tags of the same content in another coding (RFC 9110, 8.8.3.3).
    """

    etag: str
    modified: int
    others: tuple[str, ...] = ()

    @property
    def last_modified(self) -> str:
        """Value of the Last-Modified field."""
        return formatdate(self.modified, usegmt=True)


def evaluate_conditions(headers: Mapping[str, str], validators: Validators) -> Outcome:
    """Evaluate the conditions of a GET or HEAD request."""
    if_match = headers.get("if-match")
    if if_match is not None:
        if not _matches(if_match, validators, weakly=False):
            return Outcome.FAILED
    else:
        limit = _seconds(headers.get("if-unmodified-since", ""))
        if limit is not None and validators.modified > limit:
            return Outcome.FAILED
    if_none_match = headers.get("if-none-match")
    if if_none_match is not None:
        found = _matches(if_none_match, validators, weakly=True)
        return Outcome.NOT_MODIFIED if found else Outcome.PROCEED
    since = _seconds(headers.get("if-modified-since", ""))
    if since is not None and validators.modified <= since:
        return Outcome.NOT_MODIFIED
    return Outcome.PROCEED


def if_range_holds(if_range: str | None, validators: Validators) -> bool:
    """Whether a Range may be answered (13.1.5: strong comparison of tags, exact date)."""
    if if_range is None:
        return True
    wanted = if_range.strip()
    if wanted.startswith(('"', "W/")):
        return wanted == validators.etag
    return _seconds(wanted) == validators.modified


def _matches(field: str, validators: Validators, *, weakly: bool) -> bool:
    if field.strip() == "*":
        return True
    ours = (validators.etag, *validators.others)
    given = [tag.removeprefix("W/") if weakly else tag for tag in _tags(field)]
    return any(tag in ours for tag in given)


def _tags(field: str) -> list[str]:
    """Return the entity tags of a list; empty if the list is malformed."""
    out: list[str] = []
    place = 0
    while place < len(field):
        match = _TAG.match(field, place)
        if match is None:
            return []
        out.append(match[1])
        place = match.end()
    return out


def _seconds(field: str) -> int | None:
    """Return an HTTP date in seconds since the epoch; None if it is malformed and to be ignored."""
    try:
        moment = parsedate_to_datetime(field)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
