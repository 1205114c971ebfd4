"""Reads and decompresses the body of an answer, up to a size limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from mujaz.errors import FetchError

# zlib detects whether the data are gzip or zlib.
_ANY_WRAPPER = 32 + zlib.MAX_WBITS
_STEP = 1 << 18


class BrokenOffError(FetchError):
    """The connection ended before the body was complete."""


def read_body(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Read a body to its end.

    Args:
        chunks: As they arrive.
        encoding: The ``Content-Encoding`` header.
        most: Largest size in bytes, before and after decompression.

    Raises:
        FetchError: If it is larger, compressed in an unknown way, or damaged.
        BrokenOffError: If it ends too soon.
    """
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        return _plain(chunks, most)
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(
            f"the answer is packed as {coding[:40]!r}, which was not asked for",
            hint="tell the site's owner",
        )
    return _unpacked(chunks, most)


def _plain(chunks: Iterable[bytes], most: int) -> bytes:
    out = bytearray()
    for chunk in chunks:
        out += chunk
        if len(out) > most:
            raise _too_large(most)
    return bytes(out)


def _unpacked(chunks: Iterable[bytes], most: int) -> bytes:
    out = bytearray()
    unpacker = zlib.decompressobj(_ANY_WRAPPER)
    packed = 0
    try:
        for chunk in chunks:
            packed += len(chunk)
            if packed > most:
                raise _too_large(most)
            if packed == len(chunk) and chunk[:1] and chunk[0] & 0x0F != 8 and chunk[:1] != b"\x1f":
                # "deflate" without its zlib wrapper, as some servers send it.
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            data = chunk
            while data and not unpacker.eof:
                out += unpacker.decompress(data, _STEP)
                data = unpacker.unconsumed_tail
                if len(out) > most:
                    raise _too_large(most)
    except zlib.error as error:
        raise FetchError(
            f"the answer cannot be unpacked: {error}", hint="try again later"
        ) from error
    if not unpacker.eof:
        raise BrokenOffError("the answer broke off", hint="try again later")
    return bytes(out)


def _too_large(most: int) -> FetchError:
    return FetchError(f"the answer is larger than {most / 1e6:g} MB", hint="see [fetch] max_bytes")
