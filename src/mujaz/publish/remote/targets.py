"""Publishing targets: a folder, or any store that fsspec supports (S3, SFTP and others).

A target lists its files, replaces one file atomically, and removes one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from mujaz.publish.remote.address import TargetAddress
from mujaz.publish.remote.folder_target import FolderTarget
from mujaz.publish.remote.store_target import StoreTarget


class Target(Protocol):
    """A place from which a web server serves the show.

    Attributes:
        name: Its address for messages, without password.
        memory: File in the show folder in which the last publication there is recorded.
    """

    name: str
    memory: Path

    def lock(self, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Keep other publishers out as far as the target can, calling ``on_wait`` once."""

    def listing(self) -> dict[str, int]:
        """List all files: names relative to the target, and sizes in bytes."""

    def remove_unfinished(self, tokens: Sequence[str]) -> None:
        """Remove unfinished files of killed runs; call :meth:`listing` before.

        Args:
            tokens: Of publications that are known to have ended.
        """

    def has(self, name: str, source: Path, size: int | None) -> bool:
        """Whether the target's file equals ``source``; ``size`` is the listed one."""

    def sha256(self, name: str) -> str:
        """Read a file back and compute its hash; empty if it does not exist."""

    def put(self, name: str, source: Path) -> None:
        """Replace a file atomically."""

    def version(self, name: str) -> str | None:
        """Tag of a file's present version for :meth:`put_if`; empty if there is no file.

        None if the target cannot replace a file under a condition.
        """

    def put_if(self, name: str, source: Path, version: str) -> None:
        """Replace a file atomically if it still has this version.

        Raises:
            TargetChangedError: If it has another one.
        """

    def read(self, name: str) -> bytes | None:
        """Read a small file; None if it does not exist."""

    def remove(self, name: str) -> None:
        """Remove a file."""


def open_target(address: str, private: Path, host_keys: Sequence[str] = ()) -> Target:
    """Open the target of an address: a path, or a URL that fsspec supports.

    Args:
        address: ``/var/www/podcast``, ``s3://bucket/path``, ``sftp://user@host/path``.
        private: Folder for the journal of past uploads.
        host_keys: Fingerprints of accepted SFTP host keys; see ``[publish] sftp_host_keys``.

    Raises:
        PublishError: If the address cannot be used.
        MissingPackageError: If its store needs a package that is not installed.
    """
    parsed = TargetAddress(address)
    if not parsed.scheme:
        return FolderTarget(Path(address), private)
    if parsed.scheme == "file":
        return FolderTarget(Path(address.partition("://")[2]), private)
    return StoreTarget(address, private, host_keys)
