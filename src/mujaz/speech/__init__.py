"""Speak a script: cache clips, check them, retry faulty ones, several at once."""

from mujaz.speech.cast import Cast
from mujaz.speech.clip_cache import ClipCache
from mujaz.speech.retries import CheckedClip, speak
from mujaz.speech.script import Failure, SpeechOptions, Utterance, speak_script

__all__ = [
    "Cast",
    "CheckedClip",
    "ClipCache",
    "Failure",
    "SpeechOptions",
    "Utterance",
    "speak",
    "speak_script",
]
