"""Cache of clips, in a store shared by all shows of a user.

The key of a clip is a hash of everything that can change one of its samples: spoken text, voice,
settings, engine and model.
"""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.domain import Clip, WordMark
from mujaz.storage.content_cache import ContentCache

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
    """

    store: ContentCache

    def get(self, key: str) -> CachedClip | None:
        """Return the clip with a key; None if there is none or it is damaged."""
        kept = self.store.get(CLIP, key)
        if kept is None:
            return None
        about = kept.about
        words = tuple(WordMark(index, sample) for index, sample in about["words"])
        clip = Clip(kept.data, int(about["sample_rate"]), words)
        return CachedClip(clip, float(about["active_s"]), tuple(about["history"]))

    def put(self, key: str, entry: CachedClip) -> None:
        """Store a clip. If the cache cannot be written, it records why and nothing is stored."""
        about = {
            "sample_rate": entry.clip.sample_rate,
            "words": [[mark.index, mark.sample] for mark in entry.clip.words],
            "active_s": round(entry.active_s, 3),
            "history": list(entry.history),
        }
        self.store.put(CLIP, key, about, entry.clip.pcm)
