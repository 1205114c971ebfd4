"""Words that the feed itself says."""

from __future__ import annotations

from collections.abc import Mapping

from mujaz.tables import read_texts


def words() -> Mapping[str, str]:
    """Texts of ``data/wording.tsv`` by key."""
    return read_texts("mujaz.publish.rss", "data/wording.tsv")
