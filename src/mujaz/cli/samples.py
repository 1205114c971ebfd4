"""Sentences for trying voices and diacritizers: ``samples.tsv``."""

from __future__ import annotations

from importlib.resources import files


def sample(name: str) -> str:
    """Return the sentence of a name.

    The pangram has every letter: a letter that a voice cannot say is found before publishing.
    """
    text = (files("mujaz.cli") / "samples.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return {row[0]: row[1] for row in lines[1:]}[name]
