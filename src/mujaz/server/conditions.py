"""Conditional requests: RFC 9110 section 13, in the order of 13.2.2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from enum import Enum

_TAG = re.compile(r'\s*,?\s*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')


class Verdict(Enum):
    """What the conditions say about the answer."""

    GO_ON = 200
    NOT_MODIFIED = 304
    FAILED = 412


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells two states of a file apart.

    Attributes:
        etag: Of the bytes that would be sent, strong, with its quotes.
        others: Tags of the same state in another coding (RFC 9110 8.8.3.3).
        modified: Time of the last change, in whole seconds since the epoch.
    """

    etag: str
    modified: int
    others: tuple[str, ...] = ()

    @property
    def last_modified(self) -> str:
        """The Last-Modified field."""
        return formatdate(self.modified, usegmt=True)


def judge(headers: Mapping[str, str], validators: Validators) -> Verdict:
    """Whether a GET or HEAD goes on, is answered with 304, or fails with 412."""
    if_match = headers.get("if-match")
    if if_match is not None:
        if not _matches(if_match, validators, weakly=False):
            return Verdict.FAILED
    else:
        limit = _seconds(headers.get("if-unmodified-since", ""))
        if limit is not None and validators.modified > limit:
            return Verdict.FAILED
    if_none_match = headers.get("if-none-match")
    if if_none_match is not None:
        found = _matches(if_none_match, validators, weakly=True)
        return Verdict.NOT_MODIFIED if found else Verdict.GO_ON
    since = _seconds(headers.get("if-modified-since", ""))
    if since is not None and validators.modified <= since:
        return Verdict.NOT_MODIFIED
    return Verdict.GO_ON


def range_still_holds(if_range: str | None, validators: Validators) -> bool:
    """Whether a Range may be answered: 13.1.5, with strong comparison and the exact date."""
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
    """The entity tags of a list; none if it is not one."""
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
    """An HTTP date in seconds since the epoch; None if it is not one (it is then ignored)."""
    try:
        moment = parsedate_to_datetime(field)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
