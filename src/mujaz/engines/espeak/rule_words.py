"""Words and endings that the sound rules name: ``sound_rule_words.tsv``."""

from __future__ import annotations

from functools import cache

from mujaz.arabic.tables import rows


@cache
def rule_words(kind: str) -> tuple[str, ...]:
    """Return the forms of a class, in the order of the table.

    Raises:
        KeyError: If the table has no such class.
    """
    found = tuple(row["form"] for row in rows("sound_rule_words.tsv") if row["class"] == kind)
    if not found:
        raise KeyError(kind)
    return found
