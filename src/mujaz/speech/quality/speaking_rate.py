"""How fast each voice speaks, learned from its own clips.

A voice whose file states its words a minute is held to them by the check of each clip. Of the
others, neural ones above all, only the clips tell; a tail that nobody wrote makes one clip slower
than its fellows. What is learned depends on the order of the script alone, so it is the same
however many workers speak.
"""

from __future__ import annotations

from statistics import median

from mujaz.domain import Voice
from mujaz.speech.quality.clip_check import duration_fault
from mujaz.speech.quality.phone_count import phone_count

# A pace is known after so many clips of so many sounds.
_CLIPS = 8
_SOUNDS = 28


class SpeakingRates:
    """The paces of the voices of a script, learned clip by clip."""

    def __init__(self) -> None:
        self._known: dict[str, list[float]] = {}

    def known(self, voice: Voice) -> float:
        """Sounds a second of a voice; 0 while too few clips have been heard."""
        heard = self._known.get(voice.name, [])
        return median(heard) if len(heard) >= _CLIPS else 0.0

    def is_unusual(self, voice: Voice, text: str, active_s: float) -> bool:
        """Whether a clip's pace is not its voice's."""
        usual = self.known(voice)
        return bool(usual and not voice.rate_wpm and duration_fault(active_s, text, usual))

    def hear(self, voice: Voice, text: str, active_s: float) -> None:
        """Learn from a clip that is taken as it is."""
        count = phone_count(text)
        if count >= _SOUNDS and active_s > 0:
            self._known.setdefault(voice.name, []).append(count / active_s)
