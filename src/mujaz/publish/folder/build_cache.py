"""Record of generated files, so that a rebuild generates only those whose manifest has changed.

For each episode, ``built.json`` holds size and modification time of the manifest and of the files
generated from it. It is a cache only: without it, or where anything differs, the files are
generated again and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from mujaz.publish.show import Show
from mujaz.storage.atomic import replace_file

_NAME = "built.json"
_Stamp = list[list[int]]


class BuildCache:
    """The record of one show folder.

    Args:
        root: The show folder.
        private: Where the record is kept.
        show: The channel; with other settings nothing matches.
    """

    def __init__(self, root: Path, private: Path, show: Show) -> None:
        self._root = root
        self._path = private / _NAME
        self._key = generation_key(show)
        self._known = self._load()
        self._now: dict[str, _Stamp] = {}

    def matches(self, names: Iterable[str]) -> bool:
        """Whether a manifest, named first, and the files generated from it are as recorded."""
        listed = list(names)
        stamp = self._stamp(listed)
        if stamp is None or self._known.get(listed[0]) != stamp:
            return False
        self._now[listed[0]] = stamp
        return True

    def note(self, names: Iterable[str]) -> None:
        """Record files as they are now, the manifest first."""
        listed = list(names)
        stamp = self._stamp(listed)
        if stamp is not None:
            self._now[listed[0]] = stamp

    def save(self) -> None:
        """Write the record, if it has changed; the caller holds the show folder's lock."""
        if self._now == self._known:
            return
        text = json.dumps({"key": self._key, "episodes": self._now})
        # A file that a crash of the machine leaves empty is read as no record.
        replace_file(self._path, text, durable=False, locked_prefix=".built-")

    def _stamp(self, names: list[str]) -> _Stamp | None:
        try:
            stats = [(self._root / name).stat() for name in names]
        except FileNotFoundError:
            return None
        return [[status.st_size, status.st_mtime_ns] for status in stats]

    def _load(self) -> dict[str, _Stamp]:
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            known = data["episodes"] if data["key"] == self._key else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return known if isinstance(known, dict) else {}


def generation_key(show: Show) -> str:
    """Hash everything besides manifests that generated files are made from: settings and code."""
    values = {item.name: getattr(show, item.name) for item in fields(show)}
    values |= {"sections": dict(show.sections), "listings": dict(show.listings)}
    text = json.dumps(values, sort_keys=True, ensure_ascii=True) + _code()
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _code() -> str:
    """Hash the code and templates that generate the files; other code generates them again."""
    digest = hashlib.sha256()
    for item in _all_files(files("mujaz.publish")):
        digest.update(item.read_bytes())
    return digest.hexdigest()


def _all_files(folder: Traversable) -> Iterable[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            yield from _all_files(item) if item.name != "__pycache__" else ()
        else:
            yield item
