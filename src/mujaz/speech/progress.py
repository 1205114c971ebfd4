"""How far a script has been spoken, in plain lines, now and then.

Lines are appended, never redrawn: a screen reader reads each once, and a log keeps them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from mujaz.domain import Sentence
from mujaz.speech.quality.phone_count import phone_count

# A run shorter than this needs no line; a longer one speaks up this often.
_EVERY_S = 5.0


class Progress:
    """Counts what has been spoken and estimates what is left.

    The time left is reckoned by sounds, of those that were made in this run: clips from the
    cache cost nothing and say nothing of the engine's speed.

    Args:
        sentences: The whole script.
        clock: Seconds that only rise.
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
        """Note the next sentence of the script; gives a line when it is time for one."""
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
