"""The embedded engine: espeak-ng through ctypes, without system packages or downloads."""

from mujaz.engines.espeak.engine import EspeakEngine

__all__ = ["EspeakEngine"]
