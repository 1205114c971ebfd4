"""The content cache of a configuration: clips, mixes and diacritics of earlier runs."""

from __future__ import annotations

import contextlib
import hashlib
import time
from pathlib import Path

import platformdirs

from mujaz.settings.values import Config
from mujaz.storage.content_cache import ContentCache
from mujaz.storage.shared_cache import SharedCache

_DAY_S = 86_400


def cache_for(config: Config) -> ContentCache:
    """The configured folder, else the one in the user's cache folder that all shows share."""
    speech = config.speech
    named = config.home / speech.cache if speech.cache and not is_shared(config) else None
    folder = named or Path(platformdirs.user_cache_dir("mujaz")) / "clips"
    return ContentCache(folder, speech.cache_mb * 1_000_000)


def is_shared(config: Config) -> bool:
    """Whether the cache is an address of a store that several machines share."""
    return "://" in config.speech.cache


def shared_cache_for(config: Config) -> SharedCache | None:
    """The store of clips that several machines share; None if the cache is a folder.

    Raises:
        MissingPackageError, ConfigError: As :class:`SharedCache`.
    """
    if not is_shared(config):
        return None
    return SharedCache(config.speech.cache, config.speech.cache_days)


def finish_shared_cache(shared: SharedCache, config: Config) -> None:
    """Wait for what is being written, and remove old objects once a day from each machine."""
    digest = hashlib.sha256(config.speech.cache.encode()).hexdigest()[:16]
    mark = cache_for(config).folder / f"pruned-{digest}"
    with contextlib.suppress(OSError):
        if not mark.exists() or time.time() - mark.stat().st_mtime > _DAY_S:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
            shared.prune()
    shared.finish()
