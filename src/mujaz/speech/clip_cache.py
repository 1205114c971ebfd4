"""Cache of clips, in a store shared by all shows of a user, and in one shared by several machines.

The key of a clip is a hash of everything that can change one of its samples: spoken text, voice,
settings, engine and model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mujaz.domain import Clip, WordMark
from mujaz.storage.content_cache import CacheEntry, ContentCache, decoded, encoded
from mujaz.storage.shared_cache import SharedCache

CLIP = "clip"


@dataclass(frozen=True, slots=True)
class CachedClip:
    """Entry of the cache.

    Attributes:
        clip: The clip.
        active_s: Length of its sound without silence, in seconds.
        history: Failed attempts before it, as in the report.
    """

    clip: Clip
    active_s: float = 0.0
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipCache:
    """Cache of clips.

    Attributes:
        store: ContentCache that contains them.
        shared: Store of several machines behind it; None for none.
    """

    store: ContentCache
    shared: SharedCache | None = None
    _fetched: dict[str, CachedClip] = field(default_factory=dict, init=False)

    def has(self, key: str) -> bool:
        """Whether this machine has the clip with a key, whole or not."""
        return self.store.has(CLIP, key)

    def get(self, key: str) -> CachedClip | None:
        """Return the clip with a key; None if there is none or it is damaged."""
        if key in self._fetched:
            return self._fetched.pop(key)
        kept = self.store.get(CLIP, key)
        return _clip(kept) if kept else None

    def look_up(self, keys: Iterator[str]) -> Callable[[], None]:
        """Begin to look for the first clip that there is among some keys in the shared store.

        Args:
            keys: In order of preference.

        Returns:
            A function that waits until :meth:`get` would find it.
        """
        shared, first = self.shared, next(keys)
        if shared is None or self.store.has(CLIP, first):
            return lambda: None
        reading = shared.fetch(_name(first))

        def wait() -> None:
            if self._take(first, shared.wait(reading)):
                return
            for key in keys:
                if self.store.has(CLIP, key):
                    return
                if self._take(key, shared.wait(shared.fetch(_name(key)))):
                    return

        return wait

    def put(self, key: str, entry: CachedClip) -> None:
        """Store a clip. If the cache cannot be written, it records why and nothing is stored."""
        about = {
            "sample_rate": entry.clip.sample_rate,
            "words": [[mark.index, mark.sample] for mark in entry.clip.words],
            "active_s": round(entry.active_s, 3),
            "history": list(entry.history),
        }
        self.store.put(CLIP, key, about, entry.clip.pcm)
        if self.shared is not None:
            self.shared.put(_name(key), encoded(key, about, entry.clip.pcm))

    def _take(self, key: str, data: bytes | None) -> bool:
        """Accept an object of the shared store if it is whole, and keep it here too."""
        entry = decoded(data, key) if data else None
        if entry is None:
            return False
        self._fetched[key] = _clip(entry)
        self.store.put(CLIP, key, entry.about, entry.data)
        return True


def _clip(kept: CacheEntry) -> CachedClip:
    about = kept.about
    words = tuple(WordMark(index, sample) for index, sample in about["words"])
    clip = Clip(kept.data, int(about["sample_rate"]), words)
    return CachedClip(clip, float(about["active_s"]), tuple(about["history"]))


def _name(key: str) -> str:
    """Name of a clip in the shared store."""
    return f"{key[:2]}/{key[2:]}.{CLIP}"
