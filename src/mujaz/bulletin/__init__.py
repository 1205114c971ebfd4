"""The daily bulletin: from news sources to a rundown, and to the episode of a day."""

from mujaz.bulletin.making import Plan, make_bulletin, plan_bulletin

__all__ = ["Plan", "make_bulletin", "plan_bulletin"]
