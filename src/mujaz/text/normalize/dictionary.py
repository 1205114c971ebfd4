"""Look up nouns and verbs in the arramooz dictionary: gender, plural, transitivity.

arramooz (GPL-2.0, T. Zerrouki) lists 30,215 nouns with gender and broken plurals and 13,942
verbs. Keys have no hamza on alif, because newspapers leave it out. ``noun_gender.tsv``
overrides entries that are missing or wrong.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mujaz.arabic.letters import ALIF, ALIF_HAMZA, ALIF_HAMZA_BELOW, ALIF_MADDA
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows

_FOLD = dict.fromkeys(map(ord, (ALIF_HAMZA, ALIF_HAMZA_BELOW, ALIF_MADDA)), ALIF)
# The patterns أفعال and أفعلة.
_PLURAL = re.compile("ا..ا.|ا...ة")
_FEMININE = re.compile("[ةءىا]$")


def folded(word: str) -> str:
    """Return a bare word without the hamzas on its alifs, the form of the look-up keys."""
    return word.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Nouns:
    """Nouns by their folded bare form.

    Attributes:
        genders: Singular or broken plural -> ``m`` or ``f``, of the singular.
        singulars: Broken plural -> its singular, hamzas in place.
    """

    genders: Mapping[str, str]
    singulars: Mapping[str, str]


def _connect() -> sqlite3.Connection:
    path = files("arramooz") / "data" / "arabicdictionary.sqlite"
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _column(expression: str, table: str, condition: str) -> str:
    """Return a column of the dictionary, one entry a line.

    The rows are joined inside SQLite, because fetching them one by one takes twice as long.
    """
    query = f"select group_concat({expression}, char(10)) from {table} where {condition}"
    with closing(_connect()) as connection:
        return connection.execute(query).fetchone()[0] or ""


# The values of the dictionary's columns that are asked for, by what they mean.
_VALUES = {row["meaning"]: row["value"] for row in rows("dictionary_values.tsv")}
_GENDERED = f"gender in ('{_VALUES['masculine']}', '{_VALUES['feminine']}')"


@cache
def nouns() -> Nouns:
    """Load the nouns of the dictionary."""
    # Entry: a letter for the gender, the word, and its broken plurals behind semicolons.
    letter = f"iif(gender = '{_VALUES['feminine']}', 'f', 'm')"
    entry = f"{letter} || unvocalized || coalesce(';' || broken_plural, '')"
    written = strip_marks(_column(entry, "nouns", _GENDERED))
    genders: dict[str, str] = {}
    plurals: dict[str, str] = {}
    singulars: dict[str, str] = {}
    for line, key in zip(written.split("\n"), folded(written).split("\n"), strict=True):
        word, *forms = key.split(";")
        genders.setdefault(word[1:], word[0])
        for plural in filter(None, forms):
            # If two nouns share a plural, the masculine one is far more common.
            if plurals.get(plural) != "m":
                plurals[plural] = word[0]
                singulars[plural] = line[1 : len(word)]
    for key, gender in plurals.items():
        # Many broken plurals are listed as feminine nouns too, as their verbs and adjectives are.
        listed = genders.get(key)
        plain = listed == "f" and not _FEMININE.search(key)
        if listed is None or plain or _PLURAL.fullmatch(key):
            genders[key] = gender
    return Nouns(genders, singulars)


@cache
def participles() -> frozenset[str]:
    """Return active participles, masculine singular, folded: their plural in ـات is feminine."""
    return _words("nouns", f"{_GENDERED} and instr(wordtype, '{_VALUES['active participle']}')")


@cache
def people() -> frozenset[str]:
    """Return singulars with a sound masculine plural, folded."""
    return _words("nouns", f"{_GENDERED} and masculin_plural")


def _words(table: str, condition: str) -> frozenset[str]:
    return frozenset(folded(_column("unvocalized", table, condition)).split("\n"))


@cache
def gender_overrides() -> Mapping[str, str]:
    """Map a noun in any number to the gender of its singular, from ``noun_gender.tsv``."""
    return {folded(row["noun"]): row["gender"] for row in rows("noun_gender.tsv")}


@cache
def counted_singulars() -> frozenset[str]:
    """Return the singulars of ``noun_gender.tsv``, folded."""
    table = rows("noun_gender.tsv")
    return frozenset(folded(row["noun"]) for row in table if row["number"] == "sg")


@cache
def verbs() -> Mapping[str, bool]:
    """Map verbs (past, third person masculine singular, folded) to whether they take an object."""
    return {
        **dict.fromkeys(_words("verbs", "not transitive"), False),
        **dict.fromkeys(_words("verbs", "transitive"), True),
    }


def verb_stem(word: str) -> str | None:
    """Return the folded dictionary form of a verb; None if the word is no verb.

    Covers past (قتل، قتلت، قتلوا) and imperfect (يقتل، ستقتل) of the third person.
    """
    word = folded(word)
    if len(word) > 3 and word[0] in "وف" and (found := own_stem(word[1:])):
        return found
    return own_stem(word)


def own_stem(word: str) -> str | None:
    """Return what ``verb_stem`` does, of a word whose first letter is its own."""
    word = folded(word)
    table = verbs()
    if word in table:
        return word
    if word.endswith("ت"):
        # The past of a defective verb loses its ى: تلقت.
        for candidate in (word[:-1], word[:-1] + "ى"):
            if candidate in table:
                return candidate
    if word.endswith("وا") and word[:-2] in table:
        return word[:-2]
    if word.startswith("س") and len(word) > 4:
        word = word[1:]
    if len(word) > 3 and word[0] in "يت":
        # The imperfect of form IV hides its hamza, of VII to X its alif: يعلن، يرتفع.
        for candidate in (word[1:], "ا" + word[1:], *_weak(word[1:])):
            if candidate in table:
                return candidate
    return None


def _weak(core: str) -> list[str]:
    """List past forms of a defective or hollow imperfect: غطي -> غطى، زور -> زار."""
    out = []
    if core.endswith("ي"):
        out += [core[:-1] + "ى", "ا" + core[:-1] + "ى"]
    if len(core) > 2 and core[-2] in "وي":
        hollow = core[:-2] + "ا" + core[-1]
        out += [hollow, "ا" + hollow]
    return out
