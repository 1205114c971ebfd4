"""Words that every episode uses."""

from __future__ import annotations

from collections.abc import Mapping

from mujaz.tables import read_texts


def words() -> Mapping[str, str]:
    """Texts of ``data/wording.tsv`` by key."""
    return read_texts("mujaz.pipeline", "data/wording.tsv")


def disclosure_of(stories: int) -> str:
    """The line that says that the voice is synthetic, for a number of stories."""
    keys = {1: "disclosure", 2: "disclosure_two"}
    return words()[keys.get(stories, "disclosure_several")]
