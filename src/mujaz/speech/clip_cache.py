"""Clips that were made before, in a store shared by all shows of a user.

A clip's address is a hash of everything that can change a sample of it: spoken text, voice,
settings, engine and model.
"""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.domain import Clip, WordMark
from mujaz.storage.content_cache import Store

CLIP = "clip"


@dataclass(frozen=True, slots=True)
class CachedClip:
    """What is kept of a clip.

    Attributes:
        clip: The clip.
        active_s: Seconds of it that sound, for the pace of its voice.
        history: What went wrong before it was made, as it stood in the report.
    """

    clip: Clip
    active_s: float = 0.0
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipCache:
    """Clips in a store."""

    store: Store

    def get(self, key: str) -> CachedClip | None:
        """The clip at an address; None if there is none or it is damaged."""
        kept = self.store.get(CLIP, key)
        if kept is None:
            return None
        about = kept.about
        words = tuple(WordMark(index, sample) for index, sample in about["words"])
        clip = Clip(kept.data, int(about["sample_rate"]), words)
        return CachedClip(clip, float(about["active_s"]), tuple(about["history"]))

    def put(self, key: str, entry: CachedClip) -> None:
        """Keep a clip; a store that cannot be written notes why and keeps nothing."""
        about = {
            "sample_rate": entry.clip.sample_rate,
            "words": [[mark.index, mark.sample] for mark in entry.clip.words],
            "active_s": round(entry.active_s, 3),
            "history": list(entry.history),
        }
        self.store.put(CLIP, key, about, entry.clip.pcm)
