"""Look up what a word does to the words behind it: verb, preposition, adverb, construct noun.

The classes are those of ``governors.tsv``; verbs that it lacks are looked up in the dictionary.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, TEH_MARBUTA, WAW, YEH
from mujaz.arabic.tables import rows
from mujaz.text.normalize.dictionary import (
    folded,
    gender_overrides,
    nouns,
    own_stem,
    verb_stem,
    verbs,
)
from mujaz.text.normalize.nouns import is_singular
from mujaz.text.normalize.words import alternatives

GENITIVE_PREFIX = frozenset("بلك")
# An imperfect that the dictionary lacks; accepted only at the head of a clause.
_IMPERFECT = re.compile(r"[وف]?س?ي\w{3,}")
_PRONOUN = re.compile(rf"(?:{alternatives('verbpronoun')})$")
_JOINERS = "وف"
# ك before a noun is rarer than the letter of its own.
_LEADS = ("ب", "ل")
_LISTED_VERBS = ("subject", "object", "visit")
_VERB_CLASSES = (*_LISTED_VERBS, "being")


def governs(word: str, kind: str) -> bool:
    """Tell whether ``governors.tsv`` lists a word, with or without و or ف, in a class."""
    table = _governors()
    if kind in table.get(word, ()):
        return True
    return len(word) > 2 and word[0] in _JOINERS and kind in table.get(word[1:], ())


@cache
def _governors() -> dict[str, frozenset[str]]:
    out: dict[str, set[str]] = {}
    for row in rows("governors.tsv"):
        out.setdefault(row["word"], set()).add(row["governs"])
    return {word: frozenset(kinds) for word, kinds in out.items()}


@lru_cache(maxsize=8192)
def is_verb(word: str, *, first: bool = False) -> bool:
    """Tell whether a bare word is taken for a verb; ``first`` if it opens its clause."""
    if any(governs(word, kind) for kind in _VERB_CLASSES) or _acts_on_pronoun(word):
        return True
    if governs(word, "noun") or governs(word, "oblique") or is_adverbial(word):
        return False
    if is_passive(word):
        return True
    stem = verb_stem(word)
    if stem is None:
        return first and (
            _IMPERFECT.fullmatch(word) is not None
            or _feminine_past(word)
            or verb_of_object(word) is not None
        )
    bare = word[1:] if len(word) > 3 and word[0] in _JOINERS else word
    # A word that is a noun too (نسبة، وزن، عقد) is a verb only if feminine or imperfect.
    plain = folded(bare) == stem
    return not plain or (folded(bare) not in nouns().genders and (first or len(bare) > 3))


def _feminine_past(word: str) -> bool:
    """Tell a past verb in ـت whose stem the dictionary lacks (أحيت), at the head of a clause."""
    past = len(word) > 3 and word.endswith("ت") and not word.endswith("ات")
    return past and folded(word) not in nouns().genders


@lru_cache(maxsize=8192)
def is_passive(word: str) -> bool:
    """Tell a past whose letters show the passive: ألغي، أضيفت، حوكم (Wright I §§ 149-176)."""
    bare = folded(word)
    bare = bare[1:] if len(bare) > 4 and bare[0] in _JOINERS else bare
    if bare in nouns().genders or bare in verbs():
        return False
    stem = bare.removesuffix("ت")
    active = verbs()
    if len(stem) < 4:
        return False
    defective = stem.endswith(YEH) and stem[:-1] + ALIF_MAKSURA in active
    hollow = stem[-2] == YEH and stem[:-2] + ALIF + stem[-1] in active
    third = len(stem) == 4 and stem[1] == WAW and stem[0] + ALIF + stem[2:] in active
    return defective or hollow or third


def verb_of_object(word: str) -> str | None:
    """Return the verb of a word that ends in its object: منحته -> منحت; None if it is none."""
    match = _PRONOUN.search(word)
    if match is None or word.lstrip(_JOINERS).startswith(("إ", "ال")):
        return None
    verb = word[: match.start()]
    if any(governs(verb, kind) for kind in _LISTED_VERBS):
        return verb
    noun = folded(verb[:-1]) + "ة"
    known = verb.endswith("ت") and noun not in nouns().genders and verb_stem(verb) is not None
    return verb if known else None


def _acts_on_pronoun(word: str) -> bool:
    """Tell a listed feminine past with its object, where no noun can be meant: عارضته."""
    match = _PRONOUN.search(word)
    verb = word[: match.start()] if match else ""
    if not verb.endswith("ت") or not any(governs(verb, kind) for kind in _LISTED_VERBS):
        return False
    noun = folded(verb[:-1]) + TEH_MARBUTA
    return not {noun, noun.lstrip(_JOINERS)} & nouns().genders.keys()


def says_we(word: str) -> bool:
    """Tell a past of the first person plural: أنقذنا."""
    verb = word.removesuffix("ن" + ALIF)
    if verb == word or len(verb) < 3:
        return False
    listed = any(governs(verb, kind) for kind in (*_LISTED_VERBS, "masdar"))
    listed = listed and not governs(verb, "noun") and verb_stem(verb) is not None
    return listed or (verb_stem(verb) is not None and folded(verb) not in nouns().genders)


def ends_in_pronoun(word: str) -> bool:
    """Tell whether a bare word ends in a pronoun of the third person."""
    return _PRONOUN.search(word) is not None and not is_definite(word)


def without_pronoun(word: str) -> str | None:
    """Return a noun without its pronoun of the third person; None if it has none."""
    match = _PRONOUN.search(word)
    return None if match is None or is_definite(word) else word[: match.start()]


def is_joined(verb: str) -> bool:
    """Tell whether و or ف stands before a verb and is not its own letter."""
    return verb[0] in _JOINERS and verb not in _governors() and own_stem(verb) is None


@lru_cache(maxsize=8192)
def _unjoined(verb: str) -> str:
    """Return a verb without و or ف, unless it is its own letter: فتح."""
    return verb if own_stem(verb) is not None else verb.lstrip(_JOINERS)


def is_imperfect(verb: str) -> bool:
    """Tell a verb with the prefix of the third person, و and ف aside."""
    return _unjoined(verb)[:1] in ("ي", "ت")


def is_feminine(verb: str) -> bool:
    """Tell whether a verb has the feminine ending or prefix."""
    return verb.endswith("ت") or _unjoined(verb).removeprefix("س").startswith("ت")


def shows_feminine(verb: str) -> bool:
    """Tell a verb that can only be feminine: not تقدم، توفي, pasts that begin with ت."""
    bare = folded(_unjoined(verb))
    past = bare in verbs() or bare.removesuffix(YEH) + ALIF_MAKSURA in verbs()
    return is_feminine(verb) and (verb.endswith("ت") or not past)


@lru_cache(maxsize=8192)
def is_transitive_masdar(word: str) -> bool:
    """Tell by its pattern a masdar of a verb with an object: انتشال، تدمير، إخماد، استعادة.

    W. Wright I § 202: forms II, IV, VIII and X.
    """
    if len(word) < 5 or is_definite(word) or governs(word, "noun"):
        return False
    bare = folded(word)
    closed = bare[:-2] + bare[-1]
    if bare.startswith(ALIF) and bare[-2] == ALIF:
        return takes_object(closed) is True  # انتشال: انتشل
    if bare.startswith("ت") and bare[-2] == YEH and len(bare) == 5:
        return takes_object(closed[1:]) is True  # تدمير: دمر
    if bare.startswith(ALIF) and bare.endswith(TEH_MARBUTA):
        return takes_object(bare[:-1]) is True  # استعادة: استعاد
    return False


def is_definite(word: str) -> bool:
    """Tell whether a bare word has the article."""
    return word.startswith("ال")


def takes_no_object(verb: str) -> bool:
    """Tell a verb whose counted noun is its subject: intransitive, or passive in the news."""
    if governs(verb, "object"):
        return False
    if is_passive(verb):
        return True
    if governs(verb, "subject") or governs(verb, "visit"):
        return True
    return takes_object(verb) is False


@lru_cache(maxsize=8192)
def takes_object(verb: str) -> bool | None:
    """Tell whether a verb of the dictionary takes an object; None if it is no verb.

    The dictionary also lists verbs with a preposition as transitive; ``governors.tsv`` names
    those that take no object in the news.
    """
    stem = verb_stem(verb)
    if stem is None:
        return None
    seventh = len(stem) > 4 and stem.startswith(ALIF + "ن") and stem[2] != "ت"  # انفعل
    return verbs()[stem] and not seventh and stem not in _intransitive()


@cache
def _intransitive() -> frozenset[str]:
    return frozenset(
        folded(word) for word, kinds in _governors().items() if "intransitive" in kinds
    )


def opens_phrase(word: str) -> bool:
    """Tell a preposition or an adverb of place before its noun."""
    return governs(word, "preposition") or governs(word, "place")


def opens_noun(word: str) -> bool:
    """Tell a preposition that no verb follows: في، إثر; but not حتى and منذ."""
    return opens_phrase(word) and not governs(word, "opener") and not governs(word, "until")


def is_adverbial(word: str) -> bool:
    """Tell whether a word begins a phrase that is not the subject: في، بالأمس، أمس."""
    if opens_phrase(word) or governs(word, "adverb") or governs(word, "fronted"):
        return True
    return word.removeprefix("و").startswith(("بال", "لل"))


def begins_phrase(word: str) -> bool:
    """Tell an adverbial, or a noun behind ب or ل: «أصيب بجروح», «قتل برصاص مسلحين»."""
    if is_adverbial(word) or prefixed_noun(word):
        return True
    noun = folded(word[1:])
    known = noun in gender_overrides() or (
        len(noun) > 3 and noun.endswith((TEH_MARBUTA, ALIF + "ت"))
    )
    return word[0] in _LEADS and known and folded(word) not in nouns().genders


def prefixed_noun(word: str) -> bool:
    """Tell a noun behind ب or ل, the first half of an idafa: «برصيد 45 نقطة»."""
    return (
        word[0] in GENITIVE_PREFIX
        and folded(word) not in nouns().genders
        and not is_singular(word)
        and not governs(word[1:], "noun")
        and not word[1:].startswith(("ال", "ل"))
        and (is_singular(word[1:]) or folded(word[1:]) in nouns().singulars)
    )
