"""Speech servers with the OpenAI protocol (``POST /audio/speech``), near or far."""

from mujaz.engines.openai.engine import OpenAIEngine

__all__ = ["OpenAIEngine"]
