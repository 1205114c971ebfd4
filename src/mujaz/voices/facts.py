"""Words for choosing a voice: who speaks, what the licence allows, how well it is heard."""

from __future__ import annotations

from dataclasses import replace

from mujaz.domain import Voice
from mujaz.tables import read_table
from mujaz.voices.catalog import load_voice, own_folder

_LICENCE = {True: "free", False: "non-commercial", None: "ask"}
_SPEAKER = {"male": "man", "female": "woman"}


def licence_word(voice: Voice) -> str:
    """``free`` or ``non-commercial``; ``ask`` if its makers do not say what its licence allows."""
    return _LICENCE[voice.commercial]


def speaker_word(voice: Voice) -> str:
    """``man`` or ``woman``; ``other`` for a shifted or unknown voice."""
    return _SPEAKER.get(voice.gender, "other")


def heard_score(voice: Voice) -> tuple[float, float] | None:
    """Share of letters that a machine ear mishears in percent, and bits a token; None if unknown.

    Only of the voices as they ship: another file of the same name is another voice.
    """
    for row in read_table("mujaz.voices", "data/heard.tsv"):
        if row["voice"] == voice.name and _as_shipped(voice):
            return float(row["letters_wrong"]), float(row["bits"])
    return None


def _as_shipped(voice: Voice) -> bool:
    path = own_folder() / f"{voice.name}.toml"
    return path.is_file() and replace(load_voice(path), home=voice.home) == voice
