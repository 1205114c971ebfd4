"""Reads and decompresses the body of an answer, up to a size limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from mujaz.errors import FetchError

# zlib detects whether the data are gzip or zlib.
_ANY_WRAPPER = 32 + zlib.MAX_WBITS
_STEP = 1 << 18
# The first bytes of a gzip member.
_GZIP = b"\x1f\x8b"


class BrokenOffError(FetchError):
    """The connection ended before the body was complete."""


def read_body(chunks: Iterable[bytes], encoding: str, most: int, *, cut: bool = False) -> bytes:
    """Read a body to its end.

    Args:
        chunks: As they arrive.
        encoding: The ``Content-Encoding`` header.
        most: Largest size in bytes, before and after decompression.
        cut: Return the beginning of a body that is larger, instead of raising an error.

    Raises:
        FetchError: If it is larger, compressed in an unknown way, or damaged.
        BrokenOffError: If it ends too soon.
    """
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        pieces = iter(chunks)
    elif coding in ("gzip", "x-gzip", "deflate"):
        pieces = _decompressed(_limited(chunks, most, cut=cut), may_end_early=cut)
    else:
        raise FetchError(
            f"the answer is packed as {coding[:40]!r}, which was not asked for",
            hint="tell the site's owner",
        )
    return b"".join(_limited(pieces, most, cut=cut))


def _limited(pieces: Iterable[bytes], most: int, *, cut: bool) -> Iterator[bytes]:
    """Pass on a limited number of bytes.

    Raises:
        FetchError: If there are more, unless they are to be cut.
    """
    left = most
    for piece in pieces:
        if len(piece) > left:
            if not cut:
                raise FetchError(
                    f"the answer is larger than {most / 1e6:g} MB", hint="see [fetch] max_bytes"
                )
            yield piece[:left]
            return
        left -= len(piece)
        yield piece


def _decompressed(chunks: Iterable[bytes], *, may_end_early: bool) -> Iterator[bytes]:
    """Decompress in steps, so that a small body that becomes a huge one is noticed in time.

    Raises:
        FetchError: If it is damaged.
        BrokenOffError: If it ends too soon.
    """
    unpacker = None
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if unpacker is None:
                    unpacker = _unpacker(data)
                elif unpacker.eof:
                    if not data.startswith(_GZIP[: len(data)]):
                        return  # padding after the last member
                    unpacker = zlib.decompressobj(_ANY_WRAPPER)
                yield unpacker.decompress(data, _STEP)
                # gzip allows several members, one after another (RFC 1952, section 2.2).
                data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error as error:
        raise FetchError(
            f"the answer cannot be unpacked: {error}", hint="try again later"
        ) from error
    if not may_end_early and (unpacker is None or not unpacker.eof):
        raise BrokenOffError("the answer broke off", hint="try again later")


def _unpacker(data: bytes) -> Any:
    """Make a decompressor for data that begin so; zlib does not name its type."""
    if data[0] & 0x0F != 8 and not data.startswith(_GZIP[:1]):
        # "deflate" without its zlib wrapper, as some servers send it.
        return zlib.decompressobj(-zlib.MAX_WBITS)
    return zlib.decompressobj(_ANY_WRAPPER)
