"""The stages in order, from sources to a published episode.

Names are resolved on first use (PEP 562), so that rebuilding or publishing a show folder loads
neither text tables nor engines.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mujaz.pipeline.episode import make_episode as make_episode
    from mujaz.pipeline.episode import plan_episode as plan_episode
    from mujaz.pipeline.options import Options as Options
    from mujaz.pipeline.read import estimated_minutes as estimated_minutes
    from mujaz.pipeline.read import read_script as read_script

_HOMES = {
    "Options": "options",
    "estimated_minutes": "read",
    "make_episode": "episode",
    "plan_episode": "episode",
    "read_script": "read",
}

__all__ = [
    "Options",
    "estimated_minutes",
    "make_episode",
    "plan_episode",
    "read_script",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'mujaz.pipeline' has no attribute {name!r}")
    return getattr(import_module(f"mujaz.pipeline.{_HOMES[name]}"), name)
