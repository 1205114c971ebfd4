"""Finds clitics, the article and hamzat wasl at the beginning of a word.

Hamzat wasl (W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. I, §§ 18-22) stands before
a syllable that begins with two consonants. An alif followed by one consonant with a vowel
is therefore not hamzat wasl, even if marks are missing; after a clitic, an alif followed by a
closed syllable is not a long vowel, since long vowels do not occur there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import ALIF, ALIF_HAMZA, ALIF_WASLA, LAM, SUN_LETTERS, WAW, YEH
from mujaz.arabic.tables import column
from mujaz.engines.espeak.rule_words import rule_words
from mujaz.engines.espeak.spelling import Letter, bare_text, letters_of

_ALIFS = (ALIF, ALIF_WASLA)
_TEH = "ت"
# Consonants that assimilate the t of form VIII: ittafaqa, idda'a, ittala'a (Wright I §§ 55-58).
_ASSIMILATING = frozenset("تطدذثزظ")
_AND, _WITH = frozenset("وف"), frozenset("بكلت")
_CLITIC_VOWELS = {"و": "a", "ف": "a", "ب": "i", "ك": "a", "ل": "ai", "ت": "a"}


@dataclass(frozen=True, slots=True)
class Opening:
    """The parts of a word before its stem.

    Attributes:
        clitics: Number of letters that are clitics before an article or a wasl alif.
        wasl: Vowel of hamzat wasl if the word begins with it, else empty.
        article: Whether there is an article.
        article_vowel: The vowel of its ل; empty if the ل closes its syllable.
        assimilated: Whether its ل assimilates to the sun letter after it.
        wasl_stem: Whether the stem begins with a wasl alif of its own: verbs and masdars.
        stem: Index of the first letter of the stem.
    """

    clitics: int = 0
    wasl: str = ""
    article: bool = False
    article_vowel: str = ""
    assimilated: bool = False
    wasl_stem: bool = False
    stem: int = 0


def opening(letters: Sequence[Letter]) -> Opening:
    """Find the opening of a word."""
    for count in _clitic_counts(letters):
        if count >= len(letters):
            break
        if letters[count].char in _ALIFS:
            return _at_alif(letters, count)
        if count and letters[count - 1].char == LAM and letters[count].char == LAM:
            found = _article(letters, count, count)
            if found is not None:
                return found
    return Opening()


def _clitic_counts(letters: Sequence[Letter]) -> list[int]:
    """Yield possible numbers of clitic letters: none, a conjunction, a preposition, or both.

    The interrogative أ may precede them.
    """
    counts = [0]
    asked = len(letters) > 2 and letters[0].char == ALIF_HAMZA and letters[0].vowel == "a"
    if asked and _is_clitic(letters, 1, _AND | _WITH):
        counts.append(1)
    for kind in (_AND, _WITH):
        counts += [start + 1 for start in counts if _is_clitic(letters, start, kind)]
    return sorted(set(counts))


def _is_clitic(letters: Sequence[Letter], index: int, chars: frozenset[str]) -> bool:
    if index >= len(letters):
        return False
    letter = letters[index]
    if letter.char not in chars or letter.doubled or letter.nunated or letter.quiet:
        return False
    if letter.dagger:
        return False
    if letter.char == _TEH:  # the oath: تالله
        return bare_text(list(letters[index + 1 : index + 4])) == "الل"
    return not letter.vowel or letter.vowel in _CLITIC_VOWELS[letter.char]


def _at_alif(letters: Sequence[Letter], at: int) -> Opening:
    """Return the opening of a word whose alif at ``at`` follows nothing but clitics."""
    if at and _is_foreign(bare_text(list(letters))):
        return Opening()
    alif = letters[at]
    if alif.char == ALIF_WASLA or alif.vowel in ("", "a"):
        found = _article(letters, at + 1, at)
        if found is not None:
            return found
    if not begins_with_wasl(letters, at, clitic=at > 0):
        return Opening()
    wasl = "" if at else _wasl_vowel(letters, at)
    return Opening(clitics=at, wasl=wasl, wasl_stem=True, stem=at + 1)


def _article(letters: Sequence[Letter], lam: int, clitics: int) -> Opening | None:
    """Return the opening with the article's ل at ``lam``; None if that ل belongs to the stem."""
    if lam + 1 >= len(letters) or letters[lam].char != LAM or letters[lam].nunated:
        return None
    wasl = "" if clitics else "a"
    first, after = letters[lam], letters[lam + 1]
    if first.doubled:
        # The shadda stands for the article's ل: الَّذِي, لِلَّيْلِ. It is read as the stem's.
        return Opening(clitics, wasl, article=True, assimilated=True, stem=lam)
    if after.char in _ALIFS and _wasl_after_article(letters, lam + 1):
        return Opening(clitics, wasl, article=True, article_vowel="i", wasl_stem=True, stem=lam + 2)
    if first.vowel or first.dagger:
        return None
    if _is_lam_stem(letters[lam - 1 :] if letters[lam - 1].char in _ALIFS else (), first, after):
        return None
    if clitics and all(letter.bare for letter in letters) and len(letters) - lam < 4:
        return None  # bare والد, بالغ: too short for a noun with article
    sun = after.char in SUN_LETTERS
    return Opening(clitics, wasl, article=True, assimilated=sun, stem=lam + 1)


def _wasl_after_article(letters: Sequence[Letter], at: int) -> bool:
    alif = letters[at]
    if alif.vowel in ("a", "u") or at + 1 >= len(letters):
        return False
    if letters[at - 1].vowel not in ("", "i"):
        return False
    return begins_with_wasl(letters, at, clitic=True)


def begins_with_wasl(letters: Sequence[Letter], at: int, *, clitic: bool) -> bool:
    """Whether the alif at ``at`` is hamzat wasl: two consonants follow it.

    Args:
        letters: The word.
        at: Index of the alif.
        clitic: Whether a clitic precedes it, whose vowel it could lengthen.
    """
    alif = letters[at]
    if at + 2 >= len(letters) or alif.nunated:
        return False
    if alif.char == ALIF_WASLA:
        return True
    after = letters[at + 1]
    if after.char in (WAW, YEH, *_ALIFS) or (after.vowel and not after.doubled):
        return False
    if after.doubled:
        return after.char in _ASSIMILATING
    if alif.vowel == "a":
        return False  # the writer left out a hamza: only the article's wasl has a
    if after.quiet or alif.vowel:
        return True
    return _looks_like_wasl(bare_text(list(letters[at + 1 :])), clitic=clitic)


def _looks_like_wasl(rest: str, *, clitic: bool) -> bool:
    """Whether bare letters after an alif have the shape of a wasl word (forms VII, VIII, X)."""
    if rest.startswith(rule_words("wasl_noun")) and not clitic and len(rest) <= 5:
        return True
    if rest.startswith("ست") or (rest.startswith("ن") and len(rest) >= 4 and not clitic):
        return True
    return len(rest) >= 4 and rest[1] in "تط"


def _wasl_vowel(letters: Sequence[Letter], at: int) -> str:
    """Return i, or u if the third letter of the verb has damma (Wright I § 19)."""
    alif = letters[at]
    if alif.vowel in ("i", "u"):
        return alif.vowel
    if bare_text(list(letters[at + 1 :])).startswith(rule_words("wasl_noun")):
        return "i"
    third = at + 1 if letters[at + 1].doubled else at + 2
    return "u" if letters[third].vowel == "u" and third + 1 < len(letters) else "i"


def _is_lam_stem(from_alif: Sequence[Letter], lam: Letter, after: Letter) -> bool:
    """Whether ال begins a verb or masdar of a root in ل: التقى, التزام."""
    if after.char != _TEH or after.doubled or not from_alif:
        return False
    if lam.quiet and after.vowel:
        return True  # an assimilated ل would carry no sukun
    bare = bare_text(list(from_alif))
    return any(
        bare.startswith(name)
        and bare[len(name) :] not in ("ن", "ل")
        and not any(
            theirs.vowel and theirs.vowel != ours.vowel
            for ours, theirs in zip(stem[:-1], from_alif, strict=False)
        )
        for name, stem in _lam_stems()
    )


def _is_foreign(bare: str) -> bool:
    """Whether a word is a foreign name, or the adjective of one."""
    names = _foreign_names()
    return bare in names or bare.removesuffix("ة").removesuffix("ي") in names


@cache
def _foreign_names() -> frozenset[str]:
    return frozenset(column("long_alif.tsv", "name"))


@cache
def _lam_stems() -> tuple[tuple[str, tuple[Letter, ...]], ...]:
    stems = [tuple(letters_of(stem)) for stem in column("lam_stems.tsv", "stem")]
    return tuple((bare_text(list(stem)), stem) for stem in stems)
