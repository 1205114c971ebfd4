"""Coqui TTS (``coqui-tts``, the extra ``coqui``): VITS, MMS and XTTS voices.

``engine`` implements the engine protocol; ``runtime`` imports the libraries; ``model`` recognizes
the family of a checkpoint and loads it; ``vits`` and ``xtts`` run the models. torch is imported
only when the first voice is loaded.
"""

from mujaz.engines.coqui.engine import CoquiEngine

__all__ = ["CoquiEngine"]
