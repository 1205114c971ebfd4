"""Neighbours of a loosely spelled word that tell its forms apart: علي and على, اثني and أثنى.

The preposition is forty times as frequent as the name. The name stands behind a verb that does
not govern the preposition, behind titles, nouns of relation and prepositions, and before what no
preposition governs: names, verbs, accusatives, and words with و, ب or ل. Before عشر stands the
number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import zip_longest

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, LAM, WAW, YEH
from mujaz.arabic.tables import rows
from mujaz.arabic.word_forms import forms_of, key_of
from mujaz.diacritizers.classes import NONE, WITH_FATHA
from mujaz.diacritizers.morphology import ATTESTED, Case, morphology


def _attached(kind: str) -> tuple[str, ...]:
    table = rows("attached_letters.tsv")
    return tuple(row["letters"] for row in table if row["class"] == kind)


_TABLE = "spelling_context.tsv"
_NAMED, _GOVERNED, _NUMBER, _TEEN = "named", "preposition", "two", "teen"
_VERBS = frozenset({"subject", "object", "visit", "intransitive", "getting", "calling"})
# Classes of a following word that say more than the verb before.
_TELLING = frozenset({"phrase", "given", "kin", "clause"})
_CLITICS = "وفبلك"
_CONJUNCTIONS = (WAW, "ف")
_BEFORE_VERBS = "".join((*_CONJUNCTIONS, "س"))
_NONE: dict[str, float] = {}
# By what each neighbour multiplies the odds of the name; hand-set on the example lines.
_BEFORE_NAME = 300.0
_AFTER_KIN = 1000.0
_AFTER_GIVEN_NAME = 20.0
_AFTER_TITLE = 5.0
_AFTER_PREPOSITION = 300.0
_AFTER_RELATION = 30.0
_AFTER_VERB = 100.0
_BEFORE_CLAUSE = 300.0
_BEFORE_PHRASE = 1e-3
_OTHERWISE = 0.1
_GOVERNOR = 0.1
_BEFORE_TEEN = 1000.0
# A governor reaches over so many words, unless its preposition follows.
_REACH = 8
_LEAST_STEM = 2
_LEAST_VERB = 3
_VERB_CLITICS = tuple((particle, _LEAST_STEM) for particle in ("", *_BEFORE_VERBS))
# Particles before nouns, whose stems are longer than those of verbs.
_NOUN_CLITICS = tuple((particle, 4) for particle in ("ب", LAM, "ك"))
_BEGINNINGS = ("", "ي", "ت", "ن", "م", ALIF + LAM)
_ENDINGS = ("", *_attached("ending"))
_ARTICLES = _attached("article")
# The last mark of a verb in the past, by its last letter: fatha, or none on ى.
_ENDS = {ALIF_MAKSURA: NONE}
# A word that begins a sentence is a verb even if its noun is more frequent: twice the logarithm.
_RARER = 11
_NOT_ONE_MAN = _attached("not_one_man")
_HE = _attached("imperfect")
_WITH_PREPOSITION = ("بال", LAM + LAM)


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
    """Odds of a number before عشر: «اثنى عشر» is spelled as a verb is, «واحد عشر» as one."""
    if _TEEN not in _classes_of(following):
        return _NONE
    for clitic in ("", word[:1] if word[:1] in _CLITICS else ""):
        number = _numbers().get(key_of(word.removeprefix(clitic)))
        if number:
            return {clitic + number: _BEFORE_TEEN}
    return _NONE


def _odds_of_name(words: Sequence[str], place: int) -> float:
    name, _ = _pair()
    after = words[place + 1] if place + 1 < len(words) else ""
    odds = _odds_before(words[place - 1] if place else "")
    governed = words[place] == name and _is_governed(words, place)
    odds *= _odds_after(words, place, after, governed=governed)
    return odds * _GOVERNOR if governed else odds


def _odds_after(words: Sequence[str], place: int, after: str, *, governed: bool) -> float:
    name, _ = _pair()
    following = _classes_of(after)
    if (
        not after
        or after in _pair()
        or (words[place] == name and "that" in following and after.startswith("إ"))
    ):
        return _BEFORE_CLAUSE
    subject = words[place] == name and place > 0 and _is_subject_of(words, place, after)
    if subject and not governed and (not following & _TELLING or "that" in following):
        return _AFTER_VERB
    if "phrase" in following:
        return _BEFORE_PHRASE
    if following & {"given", "kin"}:
        return _BEFORE_NAME
    ungoverned = words[place] == name and _is_ungoverned(after)
    return _BEFORE_CLAUSE if ungoverned or "clause" in following else _OTHERWISE


def _is_subject_of(words: Sequence[str], place: int, after: str) -> bool:
    """Whether a verb stands right before a place; كان على الفريق أن is no such."""
    before = words[place - 1]
    if before.lstrip(_BEFORE_VERBS) in _being() and after.startswith(_ARTICLES):
        return False
    begins = place == 1 or words[place - 2] in _openers()
    return _is_verb(before) or (begins and _may_be_verb(before))


def _odds_before(before: str) -> float:
    classes = _classes_of(before)
    for kind, odds in (
        ("kin", _AFTER_KIN),
        ("given", _AFTER_GIVEN_NAME),
        ("title", _AFTER_TITLE),
        ("oblique", _AFTER_PREPOSITION),
        ("kin_noun", _AFTER_RELATION),
    ):
        if kind in classes:
            return odds
    return 1.0


def _is_governed(words: Sequence[str], place: int) -> bool:
    """Whether a word before a place governs على, which does not follow by itself."""
    _, preposition = _pair()
    following = words[place + 1 : place + _REACH]
    if preposition in following or (following and following[0] in _pair()):
        return False
    before = words[max(0, place - _REACH) : place]
    return preposition not in before and any(map(_governs, before))


@lru_cache(10_000)
def _governs(word: str) -> bool:
    return any(
        stem in _governing()
        for clitic, least in (*_VERB_CLITICS, *_NOUN_CLITICS)
        if word.startswith(clitic)
        for beginning in _BEGINNINGS
        for ending in _ENDINGS
        for stem in [_between(word.removeprefix(clitic), beginning, ending)]
        if len(stem) >= least
    )


def _between(word: str, beginning: str, ending: str) -> str:
    """Return what stands between a beginning and an ending; empty if the word has them not."""
    if not (word.startswith(beginning) and word.endswith(ending)):
        return ""
    return word[len(beginning) : len(word) - len(ending)]


@lru_cache(10_000)
def _is_verb(word: str) -> bool:
    """Whether a word is a verb whose subject may be a man, as far as its letters tell."""
    bare = word[1:] if word[:1] in _CONJUNCTIONS and len(word) > _LEAST_VERB else word
    if {word, bare} & _verbs():
        return True
    if not _may_be_he(bare):
        return False
    verb, noun = _counts(bare)
    return verb >= max(noun, ATTESTED)


@lru_cache(10_000)
def _may_be_verb(word: str) -> bool:
    """Whether a word is a verb if it begins the sentence."""
    if not _may_be_he(word):
        return False
    verb, noun = _counts(word)
    return verb >= max(noun - _RARER, ATTESTED)


def _may_be_he(word: str) -> bool:
    """Whether the letters allow a verb in the third person, masculine singular."""
    if word.startswith(_ARTICLES) or word.endswith(_NOT_ONE_MAN):
        return False
    feminine = word.endswith("ت") and len(word) > _LEAST_VERB
    return len(word) >= _LEAST_VERB and not feminine and not (word[0] == "أ" and word[-1] == YEH)


def _counts(word: str) -> tuple[int, int]:
    """Return how often a word is a verb in the third person, and how often a noun."""
    verb = noun = 0
    for reading, form in morphology().forms(word).items():
        if form.case & Case.NOUN:
            noun = max(noun, form.energy)
        elif form.case & Case.IMPERFECT:
            # أبلغ has one spelling for "I tell" and "he told".
            verb = max(verb, form.energy if word.startswith(_HE) else 0)
        elif reading[-1] in (WITH_FATHA, NONE) and reading[-1] == _ENDS.get(word[-1], WITH_FATHA):
            verb = max(verb, form.energy)
    return verb, noun


@lru_cache(10_000)
def _is_ungoverned(word: str) -> bool:
    """Whether no preposition can stand before a word: a verb, an accusative, a word with و or ب."""
    if word.startswith(_WITH_PREPOSITION):
        return True
    nouns = [f for f in morphology().forms(word).values() if f.case & Case.NOUN]
    if any(form.case & Case.GENITIVE for form in nouns):
        return _is_joined(word)
    return bool(nouns) or _is_verb(word)


def _is_joined(word: str) -> bool:
    """Whether the و, ب or ل that a word begins with is a word of its own."""
    if word[:1] not in (WAW, "ب", LAM) or len(word) <= _LEAST_VERB:
        return False
    whole = forms_of(key_of(word)).get(word, 0.0)
    return forms_of(key_of(word[1:])).get(word[1:], 0.0) > whole


@cache
def _pair() -> tuple[str, str]:
    """Return the name and the preposition that loose spelling confuses."""
    return _word_of(_NAMED), _word_of(_GOVERNED)


@cache
def _word_of(kind: str) -> str:
    """Return the only word of a class."""
    (word,) = (row["word"] for row in rows(_TABLE) if row["class"] == kind)
    return word


@cache
def _numbers() -> dict[str, str]:
    """Map the key of a number that stands before عشر to its spelling."""
    found = (row["word"] for row in rows(_TABLE) if row["class"] == _NUMBER)
    return {key_of(word): word for word in found}


def _classes_of(word: str) -> frozenset[str]:
    return _classes().get(key_of(word), frozenset())


@cache
def _classes() -> dict[str, frozenset[str]]:
    """Map the key of a word to its classes, so that loose spelling is found too."""
    out: dict[str, frozenset[str]] = {}
    for row in rows(_TABLE):
        if row["class"] not in (_NAMED, _GOVERNED, "governing"):
            key = key_of(row["word"])
            out[key] = out.get(key, frozenset()) | {row["class"]}
    return out


@cache
def _governing() -> frozenset[str]:
    return frozenset(row["word"] for row in rows(_TABLE) if row["class"] == "governing")


@cache
def _openers() -> frozenset[str]:
    """Return words behind which a clause begins or goes on with its verb."""
    kinds = ("opener", "aspect")
    return frozenset(row["word"] for row in rows("governors.tsv") if row["governs"] in kinds)


@cache
def _being() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("governors.tsv") if row["governs"] == "being")


@cache
def _verbs() -> frozenset[str]:
    """Return verbs in the third person; those with the ت of the feminine are left out."""
    known = {row["word"] for row in rows("governors.tsv") if row["governs"] in _VERBS}
    said = {row["verb"] for row in rows("saying_verbs.tsv")}
    return frozenset(word for word in known | said if not word.endswith(("ت", WAW + ALIF)))
