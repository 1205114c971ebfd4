"""Progress messages while a script is spoken, with the estimated time left.

Each message is a new line, never redrawn, so that a screen reader reads it once and a log keeps it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from mujaz.domain import Sentence
from mujaz.speech.quality.phone_count import phone_count

# Interval of messages in seconds; a shorter run gets none.
_EVERY_S = 5.0


class Progress:
    """Counts spoken sentences and estimates the time left.

    The estimate is by number of phones, and from the clips made in this run: clips from the cache
    take no time and say nothing about the engine's speed.

    Args:
        sentences: The whole script.
        clock: Monotonic time in seconds.
    """

    def __init__(
        self, sentences: Sequence[Sentence], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sizes = [phone_count(sentence.spoken) for sentence in sentences]
        self._clock = clock
        self._start = self._said = clock()
        self._done = 0
        self._made = 0.0

    def step(self, *, cached: bool) -> str:
        """Count the next sentence; return a message if one is due, else an empty text.

        Args:
            cached: Whether its clip came from the cache.
        """
        size = self._sizes[self._done]
        self._done += 1
        if not cached:
            self._made += size
        now = self._clock()
        left = sum(self._sizes[self._done :])
        if now - self._said < _EVERY_S or not left or not self._made:
            return ""
        self._said = now
        seconds = left * (now - self._start) / self._made
        count = len(self._sizes)
        return f"spoken: {self._done} of {count} sentences, about {_duration(seconds)} left"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
