"""A script becomes clips: cached, checked, spoken again where need be, several at once."""

from mujaz.speech.cast import Cast
from mujaz.speech.clip_cache import ClipCache
from mujaz.speech.retries import Take, speak
from mujaz.speech.script import Failure, Studio, Utterance, speak_script

__all__ = [
    "Cast",
    "ClipCache",
    "Failure",
    "Studio",
    "Take",
    "Utterance",
    "speak",
    "speak_script",
]
