"""Decoding of bytes: detects the charset and refuses data that is not text.

Arabic pages come as UTF-8, with or without a byte order mark, as UTF-16 from Windows editors,
and in the older windows-1256 and ISO-8859-6. The one-byte charsets decode almost any bytes, so
the charset whose result contains the most common Arabic words is chosen; if none contains
any, the bytes are refused.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from mujaz.arabic.letters import LETTERS
from mujaz.arabic.tables import rows
from mujaz.errors import NoArticleError, SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = ("cp1256", "iso8859-6")
_ARABIC_WORD = re.compile(f"[{LETTERS}]{{2,}}")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Codecs of Python that are no charsets of the web: some raise other errors, some are quadratic.
# https://docs.python.org/3/library/codecs.html#python-specific-encodings; UTF-7 is banned by
# the Encoding Standard of WHATWG.
_NO_CHARSETS = frozenset(
    (
        "idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined",
        "unicode-escape", "utf-7",
    )
)  # fmt: skip
# The character that stands for bytes that cannot be decoded (Unicode, ch. 23.8).
REPLACEMENT = "\ufffd"
# One damaged character in so many is repaired; more are refused.
_MOST_DAMAGE = 20
_HIGH_BYTES = 0.9
# Share of common words that a text must have to be taken for Arabic.
_LEAST_SCORE = 0.02


def decode(data: bytes, *, where: str, declared: str = "") -> str:
    """Decode the bytes of a file or of a response.

    Args:
        data: The bytes.
        where: Path or URL for error messages.
        declared: Charset from an HTTP header or HTML, tried after UTF-8.

    Raises:
        SourceError: If the bytes are empty, binary, or in none of these charsets.
    """
    if not data.strip():
        raise NoArticleError(
            "the file is empty", where=where, hint="give a file with an article in it"
        )
    for bom, name in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(name)
            except UnicodeDecodeError as error:
                raise _undecodable(data, error, where) from error
    if (text := _utf16_without_bom(data)) is not None:
        return text
    _refuse_binary(data, where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            raise _undecodable(data, error, where) from error
        text = _one_byte(data, declared)
        if text is None:
            raise _undecodable(data, error, where) from error
        return text


def _utf16_without_bom(data: bytes) -> str | None:
    """Decode UTF-16 that does not say so: every second byte is 0 or the Arabic block's 6."""
    sample = data[:4096]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = sample[first::2]
        if len(data) % 2 == 0 and sum(byte in (0, 6) for byte in high) > _HIGH_BYTES * len(high):
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            if arabic_score(text) > _LEAST_SCORE:
                return text
    return None


def decode_or_repair(data: bytes, *, where: str, declared: str = "") -> tuple[str, str]:
    """Decode as :func:`decode`, but replace damaged bytes of UTF-8 by U+FFFD.

    Returns:
        The text, and a warning that names the first damaged line, or an empty string.
    """
    try:
        return decode(data, where=where, declared=declared), ""
    except SourceError as error:
        if not _mostly_utf8(data):
            raise
        _refuse_binary(data, where)
        text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
        return text, f"{error.message}; {text.count(REPLACEMENT)} characters were replaced"


def _one_byte(data: bytes, declared: str) -> str | None:
    """Decode with the one-byte charset that gives the most Arabic words; None if none does."""
    best: tuple[float, str] | None = None
    for name in dict.fromkeys([*([declared] if declared else []), *_ONE_BYTE]):
        try:
            if codecs.lookup(name).name in _NO_CHARSETS:
                continue
            text = data.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
        score = arabic_score(text)
        if score > _LEAST_SCORE and (best is None or score > best[0]):
            best = (score, text)
    return best[1] if best is not None else None


def arabic_score(text: str) -> float:
    """Return the share of words that are common Arabic words or begin with the article."""
    words = _ARABIC_WORD.findall(text)
    if len(words) < 3:
        return 0.0
    hits = sum(
        1 for word in words if word in _common_words() or (len(word) > 4 and word.startswith("ال"))
    )
    return hits / len(words)


@cache
def _common_words() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("function_words.tsv") if row["language"] == "ar")


def _mostly_utf8(data: bytes) -> bool:
    """Return whether the bytes are UTF-8 with a few damaged places, not another charset."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count(REPLACEMENT)
    return bool(_ARABIC_WORD.search(text)) and damaged * _MOST_DAMAGE < len(text)


def _refuse_binary(data: bytes, where: str) -> None:
    sample = data[:65536]
    odd = len(_BINARY.findall(sample))
    if odd * 50 > len(sample) or b"\x00\x00" in sample:
        kind = _kind(data)
        raise SourceError(
            f"this is a binary file{kind}, not text",
            where=where,
            hint="save the article as plain text or HTML",
        )


def _kind(data: bytes) -> str:
    for magic, name in (
        (b"%PDF", "PDF"),
        (b"PK\x03\x04", "Word, OpenDocument or zip"),
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"ID3", "MP3"),
        (b"\xd0\xcf\x11\xe0", "old Word"),
    ):
        if data.startswith(magic):
            return f" ({name})"
    return ""


def _undecodable(data: bytes, error: UnicodeDecodeError, where: str) -> SourceError:
    line = data.count(b"\n", 0, error.start) + 1
    return SourceError(
        f"bytes that are not text at line {line} (byte {error.start})",
        where=where,
        hint="save the file as UTF-8",
    )
