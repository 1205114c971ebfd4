"""The data of espeak-ng with tunes of our own: a folder of links beside one file of ours.

The library reads one data folder a process, whose file ``intonations`` holds the tunes. Ours are
written in ``engines/data/intonation.txt``; ``tools/intonations.py`` compiles them.
"""

from __future__ import annotations

import hashlib
import os
from importlib.resources import files
from pathlib import Path

from mujaz.storage.atomic import replace_file

_TUNES = "intonations"


def compiled_tunes() -> bytes:
    """The compiled tunes, as the library reads them."""
    return (files("mujaz.engines") / "data" / _TUNES).read_bytes()


def cached_folder(shipped: Path) -> Path:
    """Place of the folder in the user's cache; another version of the data has another one.

    Args:
        shipped: The library's own data folder.
    """
    import platformdirs

    content = compiled_tunes() + os.fsencode(shipped.resolve())
    name = f"espeak-{hashlib.sha256(content).hexdigest()[:12]}"
    return Path(platformdirs.user_cache_path("mujaz")) / name


def fill(folder: Path, shipped: Path) -> Path:
    """Make a folder into one of the library's data with our tunes; what is there already is kept.

    Processes may do so at the same time.

    Args:
        folder: Created if need be.
        shipped: The library's own data folder.

    Raises:
        OSError: If it cannot be written, or links are not possible.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for entry in shipped.resolve().iterdir():
        link = folder / entry.name
        if entry.name == _TUNES or link.exists():
            continue
        try:
            link.symlink_to(entry, target_is_directory=entry.is_dir())
        except FileExistsError:
            if not link.exists():
                raise
    tunes = folder / _TUNES
    if not tunes.is_file() or tunes.read_bytes() != compiled_tunes():
        replace_file(tunes, compiled_tunes())
    return folder
