"""A script becomes clips: cached, checked, spoken again where need be, several at once."""

from mujaz.speech.cache import ClipCache
from mujaz.speech.cast import Cast
from mujaz.speech.script import Failure, Studio, Utterance, speak_script
from mujaz.speech.takes import Take, speak

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
