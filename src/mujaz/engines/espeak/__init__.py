"""The embedded voice: espeak-ng through ctypes, no system package, no download."""

from mujaz.engines.espeak.engine import EspeakEngine

__all__ = ["EspeakEngine"]
