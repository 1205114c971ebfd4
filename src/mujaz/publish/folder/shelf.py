"""An episode on the shelf: the value, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.domain import Episode


@dataclass(frozen=True, slots=True)
class Shelved:
    """An episode and the name of its folder under ``episodes/``."""

    episode: Episode
    folder: str
