"""Neighbours of a loosely spelled word that tell its forms apart: علي and على, اثني and أثنى.

The preposition is forty times as frequent, so names are told by what stands beside them: other
names and titles, or nothing that a preposition could govern. Before عشر stands the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import zip_longest

from mujaz.arabic.tables import rows
from mujaz.arabic.word_forms import key_of

_TABLE = "spelling_context.tsv"
_NAMED, _GOVERNING, _NUMBER, _TEEN = "named", "preposition", "two", "teen"
_CLITICS = "وفبلك"
_NONE: dict[str, float] = {}
# By what each neighbour multiplies the odds of the name; hand-set on the example lines.
_BEFORE_NAME = 300.0
_AFTER_KIN = 1000.0
_AFTER_GIVEN_NAME = 20.0
_AFTER_TITLE = 5.0
_BEFORE_CLAUSE = 300.0
_BEFORE_PHRASE = 1e-3
_BEFORE_OTHER = 0.1
_BEFORE_TEEN = 1000.0


def factors(words: Sequence[str]) -> list[dict[str, float]]:
    """Return for each word by what its neighbours multiply the probability of its forms."""
    name, preposition = _pair()
    return [
        {name: _odds_of_name(words, place)}
        if word in (name, preposition)
        else _odds_of_number(word, following)
        for place, (word, following) in enumerate(zip_longest(words, words[1:], fillvalue=""))
    ]


def _odds_of_number(word: str, following: str) -> dict[str, float]:
    """Odds of the number two in «اثنى عشر», which is spelled as a verb is."""
    clitic = word[:1] if word[:1] in _CLITICS else ""
    if _class_of(word.removeprefix(clitic)) != _NUMBER or _class_of(following) != _TEEN:
        return _NONE
    return {clitic + _word_of(_NUMBER): _BEFORE_TEEN}


def _odds_of_name(words: Sequence[str], place: int) -> float:
    before = _class_of(words[place - 1]) if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    kind = _class_of(after) if after else "clause"
    odds = {
        "given": _BEFORE_NAME,
        "kin": _BEFORE_NAME,
        "clause": _BEFORE_CLAUSE,
        "phrase": _BEFORE_PHRASE,
    }.get(kind, _BEFORE_OTHER)
    if before == "kin":
        odds *= _AFTER_KIN
    elif before == "given":
        odds *= _AFTER_GIVEN_NAME
    elif before == "title":
        odds *= _AFTER_TITLE
    return odds


@cache
def _pair() -> tuple[str, str]:
    """Return the name and the preposition that loose spelling confuses."""
    return _word_of(_NAMED), _word_of(_GOVERNING)


@cache
def _word_of(kind: str) -> str:
    """Return the only word of a class."""
    (word,) = (row["word"] for row in rows(_TABLE) if row["class"] == kind)
    return word


@cache
def _class_of(word: str) -> str:
    return _classes().get(key_of(word), "")


@cache
def _classes() -> dict[str, str]:
    """Map the key of a word to its class, so that loose spelling is found too."""
    return {
        key_of(row["word"]): row["class"]
        for row in rows(_TABLE)
        if row["class"] not in (_NAMED, _GOVERNING)
    }
