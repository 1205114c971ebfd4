"""The daily bulletin: from news sources to a rundown, and to the episode of a day."""

from mujaz.bulletin.health import record_failure
from mujaz.bulletin.making import Plan, make_bulletin, plan_bulletin
from mujaz.bulletin.wishes import Wishes

__all__ = ["Plan", "Wishes", "make_bulletin", "plan_bulletin", "record_failure"]
