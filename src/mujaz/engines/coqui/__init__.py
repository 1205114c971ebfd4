"""Coqui TTS (``coqui-tts``, the extra ``coqui``): VITS, MMS and XTTS voices.

``engine`` is the seam; ``runtime`` brings the library into the process; ``model`` tells the
families apart and loads checkpoints; ``vits`` and ``xtts`` speak. torch is imported by the first
voice that is loaded, and by nothing else.
"""

from mujaz.engines.coqui.engine import CoquiEngine

__all__ = ["CoquiEngine"]
