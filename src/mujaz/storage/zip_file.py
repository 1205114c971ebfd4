"""Zip files whose bytes depend on their content only."""

from __future__ import annotations

import shutil
import zipfile
from datetime import datetime
from pathlib import Path

_LARGE_BYTES = 2**31


def add_text(
    archive: zipfile.ZipFile, name: str, text: str, method: int = zipfile.ZIP_DEFLATED
) -> None:
    """Add a file of text in UTF-8."""
    archive.writestr(_entry(name, method), text.encode("utf-8", "replace"))


def add_data(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add bytes that are compressed already."""
    archive.writestr(_entry(name, zipfile.ZIP_STORED), data)


def add_file(archive: zipfile.ZipFile, name: str, source: Path) -> None:
    """Add a file as it is, without compression, of any size."""
    large = source.stat().st_size > _LARGE_BYTES
    entry = _entry(name, zipfile.ZIP_STORED)
    with source.open("rb") as data, archive.open(entry, "w", force_zip64=large) as out:
        shutil.copyfileobj(data, out)


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    """An entry without a time of its own, so that equal archives have equal bytes."""
    entry = zipfile.ZipInfo(name, datetime(1980, 1, 1).timetuple()[:6])
    entry.compress_type = method
    entry.external_attr = 0o644 << 16
    return entry
