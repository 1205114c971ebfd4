"""Diacritizers: they add diacritics to words and change no letter.

Each model has a module of its own and gets words only. :class:`Guard` does the rest for all of
them: given marks, punctuation, long sentences, the lexicon.
"""

from __future__ import annotations

import stat
from pathlib import Path

from mujaz.arabic.lexicon import Lexicon
from mujaz.diacritizers.guard import Guard
from mujaz.diacritizers.morphology import morphology
from mujaz.diacritizers.repair import SpellingRepair
from mujaz.domain import MAX_BYTES
from mujaz.errors import ConfigError
from mujaz.plugins import load_diacritizer
from mujaz.settings.values import Config

__all__ = ["WITHOUT_MARKS", "Guard", "guard_for", "lexicon_for", "lexicon_path"]

_DEFAULT_LEXICON = "lexicon.tsv"
# The diacritizer that adds no marks.
WITHOUT_MARKS = "none"


def guard_for(config: Config, name: str = "") -> Guard:
    """Load the configured diacritizer, or the named one, together with the lexicon.

    The diacritizer ``none`` adds no marks, so it gets no lexicon and repairs no spelling.

    Raises:
        DiacritizerError: If there is no diacritizer of that name.
        MissingPackageError: If it needs a package that is not installed.
        ConfigError: If the newsroom's lexicon cannot be read.
    """
    name = name or config.text.diacritizer
    model = load_diacritizer(name)
    if name == WITHOUT_MARKS:
        return Guard(model)
    spelling = SpellingRepair() if config.text.repair_spelling else None
    return Guard(model, lexicon_for(config), spelling)


def lexicon_for(config: Config) -> Lexicon:
    """Load the shipped lexicon and the newsroom's, whose entries take precedence.

    Raises:
        ConfigError: If a file that is named cannot be read, or holds a damaged row.
    """
    path = lexicon_path(config)
    own = path if config.text.lexicon or path.is_file() else None
    return Lexicon.load(own, ordinary=_is_ordinary)


def _is_ordinary(word: str) -> bool:
    return morphology().is_ordinary(word)


def lexicon_path(config: Config) -> Path:
    """Path of the newsroom's lexicon; default: ``lexicon.tsv`` beside the configuration.

    Raises:
        ConfigError: If it is there and no ordinary file, or too large.
    """
    path = config.home / (config.text.lexicon or _DEFAULT_LEXICON)
    try:
        state = path.stat()
    except OSError:
        return path  # reading it will say what is wrong
    if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_BYTES:
        raise ConfigError(
            f"the lexicon must be a file of at most {MAX_BYTES // 1_000_000} MB",
            where=str(path),
            hint="set text.lexicon to a .tsv file",
        )
    return path
