"""mujaz turns Arabic news into spoken bulletins.

The names below are the public ones. They are resolved on first use (PEP 562), so that
``import mujaz`` and ``mujaz --help`` load nothing heavy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from mujaz.domain import Article as Article
    from mujaz.domain import Clip as Clip
    from mujaz.domain import Episode as Episode
    from mujaz.domain import Script as Script
    from mujaz.domain import Sentence as Sentence
    from mujaz.domain import Voice as Voice
    from mujaz.errors import MujazError as MujazError
    from mujaz.pipeline import make_episode as make_episode
    from mujaz.settings.loading import load_config as load_config
    from mujaz.settings.values import Config as Config

_HOMES = {
    "Article": "mujaz.domain",
    "Clip": "mujaz.domain",
    "Config": "mujaz.settings.values",
    "Episode": "mujaz.domain",
    "MujazError": "mujaz.errors",
    "Script": "mujaz.domain",
    "Sentence": "mujaz.domain",
    "Voice": "mujaz.domain",
    "load_config": "mujaz.settings.loading",
    "make_episode": "mujaz.pipeline",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'mujaz' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
