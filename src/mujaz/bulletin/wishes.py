"""Wishes of an editor for one bulletin: stories first, stories left out, an episode replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from mujaz.pipeline.stories import story_index

_T = TypeVar("_T")
DROPPED = "left out by request"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Differences from the bulletin that would be made.

    Attributes:
        first: Stories that come first, in this order; each by its number in the rundown, its
            address, or words of its title.
        drop: Stories that are left out, named in the same way.
        replaces: Guid of the episode that the bulletin replaces.
    """

    first: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    replaces: str = ""


def resolved(
    wanted: Sequence[str], items: Sequence[_T], named: Sequence[tuple[str, str]]
) -> list[_T]:
    """The stories that an editor named, in the order of naming, each once.

    Args:
        wanted: Names of stories.
        items: The stories in the order of the rundown.
        named: Title and address of each.

    Raises:
        SourceError: If a name fits no story or several.
    """
    places = dict.fromkeys(story_index(name, named) for name in wanted)
    return [items[place] for place in places]
