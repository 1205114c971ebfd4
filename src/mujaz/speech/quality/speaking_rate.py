"""Speaking rate of each voice, learned from its clips.

If a voice's file states its rate, the check of each clip uses that. For other voices, above all
neural ones, it is learned from the clips: a clip with additional sounds after the text is slower
than the voice's others. Clips are learned in the order of the script, so the result does not
depend on the number of workers.
"""

from __future__ import annotations

from statistics import median

from mujaz.domain import Voice
from mujaz.speech.quality.clip_check import duration_fault
from mujaz.speech.quality.phone_count import phone_count

# The rate is known after this many clips of at least this many phones.
_CLIPS = 8
_PHONES = 28


class SpeakingRates:
    """Speaking rates of the voices of a script."""

    def __init__(self) -> None:
        self._known: dict[str, list[float]] = {}

    def known(self, voice: Voice) -> float:
        """Return the median rate of a voice in phones per second; 0 after too few clips."""
        rates = self._known.get(voice.name, [])
        return median(rates) if len(rates) >= _CLIPS else 0.0

    def is_unusual(self, voice: Voice, text: str, active_s: float) -> bool:
        """Whether the speaking rate of a clip is unusual for its voice."""
        usual = self.known(voice)
        return bool(usual and not voice.rate_wpm and duration_fault(active_s, text, usual))

    def learn(self, voice: Voice, text: str, active_s: float) -> None:
        """Add the rate of an accepted clip."""
        count = phone_count(text)
        if count >= _PHONES and active_s > 0:
            self._known.setdefault(voice.name, []).append(count / active_s)
