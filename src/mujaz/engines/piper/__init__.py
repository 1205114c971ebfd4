"""Piper voices (``piper-tts``, the extra ``piper``): small ONNX models, several times real time."""

from mujaz.engines.piper.engine import PiperEngine

__all__ = ["PiperEngine"]
