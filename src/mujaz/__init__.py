"""mujaz turns Arabic news into spoken bulletins.

The names in ``__all__`` are public. They are resolved on first use (PEP 562), so that
``import mujaz`` and ``mujaz --help`` load nothing heavy. Progress is logged to the logger
``mujaz``.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# A library prints nothing by itself (Python logging HOWTO, "Configuring logging for a library").
logging.getLogger("mujaz").addHandler(logging.NullHandler())

if TYPE_CHECKING:
    from mujaz.bulletin import Plan as Plan
    from mujaz.bulletin import Wishes as Wishes
    from mujaz.bulletin import make_bulletin as make_bulletin
    from mujaz.bulletin import plan_bulletin as plan_bulletin
    from mujaz.domain import Article as Article
    from mujaz.domain import Clip as Clip
    from mujaz.domain import Episode as Episode
    from mujaz.domain import Script as Script
    from mujaz.domain import Sentence as Sentence
    from mujaz.domain import Voice as Voice
    from mujaz.errors import MujazError as MujazError
    from mujaz.pipeline.episode import make_episode as make_episode
    from mujaz.pipeline.episode import plan_episode as plan_episode
    from mujaz.pipeline.options import Options as Options
    from mujaz.pipeline.say import say as say
    from mujaz.pipeline.text import diacritize as diacritize
    from mujaz.pipeline.text import normalize as normalize
    from mujaz.report import Report as Report
    from mujaz.settings.loading import load_config as load_config
    from mujaz.settings.values import Config as Config

_HOMES = {
    "Article": "mujaz.domain",
    "Clip": "mujaz.domain",
    "Config": "mujaz.settings.values",
    "Episode": "mujaz.domain",
    "MujazError": "mujaz.errors",
    "Options": "mujaz.pipeline.options",
    "Plan": "mujaz.bulletin",
    "Report": "mujaz.report",
    "Script": "mujaz.domain",
    "Sentence": "mujaz.domain",
    "Voice": "mujaz.domain",
    "Wishes": "mujaz.bulletin",
    "diacritize": "mujaz.pipeline.text",
    "load_config": "mujaz.settings.loading",
    "make_bulletin": "mujaz.bulletin",
    "make_episode": "mujaz.pipeline.episode",
    "normalize": "mujaz.pipeline.text",
    "plan_bulletin": "mujaz.bulletin",
    "plan_episode": "mujaz.pipeline.episode",
    "say": "mujaz.pipeline.say",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'mujaz' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
