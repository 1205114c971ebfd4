"""Statistical voices (``.htsvoice``) spoken from our phonemes with numpy alone."""

from mujaz.engines.hts.engine import HtsEngine

__all__ = ["HtsEngine"]
