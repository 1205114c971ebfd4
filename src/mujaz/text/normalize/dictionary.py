"""What the arramooz dictionary knows: genders, plurals, and which verbs take an object.

arramooz (GPL-2.0, T. Zerrouki) lists 30,215 nouns with gender and broken plurals and 13,942
verbs. Hamzas on alif are folded on both sides: newspapers leave them out. The table
``noun_gender.tsv`` overrides it where it is silent or wrong.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows

_FOLD = str.maketrans("أإآ", "ااا")
_AFAL = re.compile("ا..ا.")


def folded(word: str) -> str:
    """A bare word with the hamzas on its alifs left out, as the look-ups want it."""
    return word.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Nouns:
    """Nouns by their folded bare form.

    Attributes:
        genders: Singular or broken plural -> ``m`` or ``f``, of the singular.
        singulars: Broken plural -> its singular, hamzas in place.
        participles: Active participles, masculine singular: their plural in ـات is feminine.
        people: Singulars with a sound masculine plural.
    """

    genders: Mapping[str, str]
    singulars: Mapping[str, str]
    participles: frozenset[str]
    people: frozenset[str]


def _connect() -> sqlite3.Connection:
    path = files("arramooz") / "data" / "arabicdictionary.sqlite"
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


@cache
def nouns() -> Nouns:
    """The nouns of the dictionary."""
    query = (
        "select unvocalized, gender = 'مؤنث', coalesce(broken_plural, ''), "
        "wordtype like '%اسم فاعل%', masculin_plural from nouns where gender in ('مذكر', 'مؤنث')"
    )
    with closing(_connect()) as connection:
        found = connection.execute(query).fetchall()
    # One pass over the joined columns: folding word by word takes five times as long.
    keys = folded("\n".join(row[0] for row in found)).split("\n")
    bare = strip_marks("\n".join(row[2] for row in found)).split("\n")
    genders: dict[str, str] = {}
    plural_genders: dict[str, str] = {}
    singulars: dict[str, str] = {}
    for (singular, feminine, *_), key, broken in zip(found, keys, bare, strict=True):
        letter = "f" if feminine else "m"
        genders.setdefault(key, letter)
        for plural in filter(None, broken.split(";")):
            plural_key = folded(plural)
            # Two nouns may share a plural: أقلام of قلم and of a rarer feminine. The masculine
            # is by far the commoner owner of a broken plural.
            if plural_genders.get(plural_key) != "m":
                plural_genders[plural_key] = letter
                singulars[plural_key] = singular
    for key, letter in plural_genders.items():
        # Some plurals of the pattern أفعال are listed as feminine singulars too.
        if key not in genders or _AFAL.fullmatch(key):
            genders[key] = letter
    return Nouns(
        genders,
        singulars,
        participles=frozenset(key for row, key in zip(found, keys, strict=True) if row[3]),
        people=frozenset(key for row, key in zip(found, keys, strict=True) if row[4]),
    )


@cache
def gender_overrides() -> Mapping[str, str]:
    """Noun in any number -> gender of its singular, where the dictionary needs help."""
    return {folded(row["noun"]): row["gender"] for row in rows("noun_gender.tsv")}


@cache
def counted_singulars() -> frozenset[str]:
    """Singulars of the table, folded."""
    table = rows("noun_gender.tsv")
    return frozenset(folded(row["noun"]) for row in table if row["number"] == "sg")


@cache
def verbs() -> Mapping[str, bool]:
    """Past tense, third person masculine singular, folded -> whether it can take an object."""
    with closing(_connect()) as connection:
        found = connection.execute(
            "select unvocalized, max(transitive) from verbs group by unvocalized"
        ).fetchall()
    return {folded(verb): bool(transitive) for verb, transitive in found}


def verb_stem(word: str) -> str | None:
    """The dictionary form of a verb as it stands in a text, folded; None if it is none.

    Past (قتل، قتلت) and imperfect (يقتل، ستقتل) of the third person singular.
    """
    word = folded(word)
    if len(word) > 3 and word[0] in "وف" and (found := _stem(word[1:])):
        return found
    return _stem(word)


def _stem(word: str) -> str | None:
    table = verbs()
    if word in table:
        return word
    if word.endswith("ت") and word[:-1] in table:
        return word[:-1]
    if word.startswith("س") and len(word) > 4:
        word = word[1:]
    if len(word) > 3 and word[0] in "يت":
        # The imperfect of form IV hides its hamza, of VII to X its alif: يعلن، يرتفع.
        for candidate in (word[1:], "ا" + word[1:]):
            if candidate in table:
                return candidate
    return None
