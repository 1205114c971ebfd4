"""The stages in order, from sources to a published episode."""

from mujaz.pipeline.making import make_episode, plan_episode
from mujaz.pipeline.reading import estimated_minutes, read_script
from mujaz.pipeline.run import Options
from mujaz.pipeline.saying import speak_text

__all__ = [
    "Options",
    "estimated_minutes",
    "make_episode",
    "plan_episode",
    "read_script",
    "speak_text",
]
