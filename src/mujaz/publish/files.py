"""Files that others read are replaced whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path


def replace_file(target: Path, data: bytes, workspace: Path) -> bool:
    """Write a file so that readers see the old one or the new one, never a part.

    Args:
        target: The file.
        data: Its new content.
        workspace: Folder on the same file system for the unfinished file.

    Returns:
        Whether anything changed; equal content is left alone, so its time stamp stays.

    Raises:
        OSError: If the disk refuses; the old file is then untouched.
    """
    if target.is_file() and target.stat().st_size == len(data) and target.read_bytes() == data:
        return False
    unfinished = workspace / f"{target.name[-40:]}.{secrets.token_hex(4)}"
    try:
        with unfinished.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(target.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (POSIX keeps them apart from the files)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
