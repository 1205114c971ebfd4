"""The content cache of a configuration: clips, mixes and diacritics of earlier runs."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from mujaz.settings.values import Config
from mujaz.storage.content_cache import ContentCache


def cache_for(config: Config) -> ContentCache:
    """The configured cache, else the one in the user's cache folder that all shows share."""
    speech = config.speech
    named = config.home / speech.cache if speech.cache else None
    folder = named or Path(platformdirs.user_cache_dir("mujaz")) / "clips"
    return ContentCache(folder, speech.cache_mb * 1_000_000)
