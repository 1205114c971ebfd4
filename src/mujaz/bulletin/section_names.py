"""Put the article to the name of a section, as an announcement needs it («وفي الثقافة والفنون»)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from mujaz.arabic.letters import ALIF, LAM, TEH_MARBUTA, WAW, YEH, has_arabic
from mujaz.arabic.tables import rows
from mujaz.tables import read_table

_ARTICLE = ALIF + LAM
# Endings of adjectives of relation (دولي, محلية) behind three letters or more: رأي is none.
_RELATION = (YEH, YEH + TEH_MARBUTA)
_SHORTEST_ADJECTIVE = 4
_NAME_CLASSES = ("name", "foreign")


def definite(section: str) -> str:
    """The name of a section with the article.

    Parts that «و» joins are judged one by one: a noun gets the article, and so do its adjectives
    («الشؤون الدولية»); of nouns in construct state only the last one («كرة القدم»). What is
    definite stays: a name («لبنان»), a part that ends with the article («أخبار العالم»). A name
    that begins with a preposition stays as it is («حول العالم»).
    """
    words = section.split()
    if not words or not has_arabic(section) or words[0] in _prepositions():
        return section
    return " ".join(text for part in _parts(words) for text in _definite_part(part))


def _parts(words: Sequence[str]) -> Iterator[list[str]]:
    """The parts that «و» joins; each but the first begins with the word that bears it."""
    part: list[str] = []
    for place, word in enumerate(words):
        if place and (word == WAW or _bears_conjunction(word)):
            yield part
            part = []
        part.append(word)
    yield part


def _definite_part(part: Sequence[str]) -> Iterator[str]:
    joint = WAW if part[0].startswith(WAW) and _bears_conjunction(part[0]) else ""
    lone = [part[0]] if part[0] == WAW else []
    words = [part[0][len(joint) :], *part[1:]][len(lone) :]
    yield from lone
    if not words:
        return
    if words[-1].startswith(_ARTICLE) or words[-1] in _names():
        chosen = range(0)
    elif len(words) > 1 and not any(map(_is_adjective, words[1:])):
        chosen = range(len(words) - 1, len(words))
    else:
        chosen = range(len(words))
    for place, word in enumerate(words):
        with_article = place in chosen and not word.startswith(_ARTICLE) and has_arabic(word)
        yield (joint if not place else "") + (_ARTICLE if with_article else "") + word


def _bears_conjunction(word: str) -> bool:
    """Whether a word that is not the first begins with «و» for "and", and not as a letter."""
    if not word.startswith(WAW) or len(word) < 3:
        return False
    rest = word[1:]
    if rest.startswith(_ARTICLE) or rest in _names():
        return True
    from mujaz.diacritizers.morphology import Case, morphology

    # The dictionary adds «و» to every word; what it has beside that is a word of its own.
    nouns = {marks: f.energy for marks, f in morphology().forms(word).items() if f.case & Case.NOUN}
    joined = morphology().forms(rest)
    without = max((form.energy for form in joined.values() if form.case & Case.NOUN), default=0)
    own = [
        energy
        for marks, energy in nouns.items()
        if marks[1:] not in joined or energy > joined[marks[1:]].energy
    ]
    return without > max(own, default=0)


def _is_adjective(word: str) -> bool:
    bare = word.removeprefix(_ARTICLE)
    masculine = bare.removesuffix(TEH_MARBUTA)
    relation = bare.endswith(_RELATION) and len(masculine) >= _SHORTEST_ADJECTIVE
    return relation or bool({bare, masculine} & _adjectives())


@cache
def _names() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("lexicon.tsv") if row["class"] in _NAME_CLASSES)


@cache
def _adjectives() -> frozenset[str]:
    known = {row["word"] for row in rows("lexicon.tsv") if row["class"] == "adjective"}
    own = read_table("mujaz.bulletin", "data/section_adjectives.tsv")
    return frozenset(known | {row["word"] for row in own})


@cache
def _prepositions() -> frozenset[str]:
    return frozenset(r["word"] for r in rows("clause_words.tsv") if r["class"] == "preposition")
