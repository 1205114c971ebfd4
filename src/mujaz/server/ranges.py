"""Byte ranges (RFC 9110, section 14).

A malformed Range field is ignored, as 14.2 allows, so that a faulty client gets the whole file
instead of an error. Of several ranges, those within the file are answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# 14.2 lets a server ignore "egregious" requests; players ask for one or two ranges.
_MOST_RANGES = 64
_SPEC = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})", re.ASCII)
_WHITESPACE = " \t"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``start`` up to, but not including, ``end``."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.end - self.start


def read_range(field: str, size: int) -> tuple[Span, ...] | None:
    """Parse a Range field.

    Args:
        field: The field's value, for example ``bytes=0-99, -500``.
        size: Length of the file in bytes.

    Returns:
        The spans in the order of the request, or merged in ascending order if any touch; an
        empty tuple if none lies within the file (status 416); None if the field is to be ignored
        (status 200).
    """
    unit, equals, rest = field.partition("=")
    if not equals or unit.strip(_WHITESPACE).lower() != "bytes":
        return None
    specs = [part.strip(_WHITESPACE) for part in rest.split(",")]
    # RFC 9110, 5.6.1.2: a recipient ignores empty elements of a list.
    specs = [spec for spec in specs if spec]
    if not specs or len(specs) > _MOST_RANGES:
        return None
    spans: list[Span] = []
    for spec in specs:
        match = _SPEC.fullmatch(spec)
        if match is None:
            return None
        first, last, suffix = match.groups()
        if suffix is not None:
            span = Span(max(size - int(suffix), 0), size)
        else:
            if last and int(last) < int(first):
                return None
            span = Span(int(first), min(int(last) + 1, size) if last else size)
        if span.start < span.end:
            spans.append(span)
    if size == 0 and any(spec.startswith("-") for spec in specs):
        return None  # all of an empty file: Content-Range cannot express it
    spans = _merged(spans)
    # Ranges that add up to the size of the file or more: the whole file is shorter to send.
    return tuple(spans) if len(spans) < 2 or sum(s.size for s in spans) < size else None


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Join spans that touch, in ascending order; spans of which no two touch keep their order."""
    ordered = sorted(spans, key=lambda span: span.start)
    joined: list[Span] = []
    for span in ordered:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return list(spans) if len(joined) == len(spans) else joined
