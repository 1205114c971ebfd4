"""Sound changes between words, and pausal forms.

After a word, hamzat wasl is silent; before the two remaining consonants a long vowel is shortened
and a consonant takes a helping vowel (W. Wright, A Grammar of the Arabic Language,
3rd ed., vol. I, §§ 18-22; K. Ryding, A Reference Grammar of Modern Standard Arabic, 2005,
ch. 2 § 5).
Pausal forms: Wright II §§ 223-227; see also :mod:`mujaz.arabic.pausal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, TEH_MARBUTA
from mujaz.arabic.tables import column
from mujaz.engines.espeak.irregular import is_divine_name, is_particle, regular
from mujaz.engines.espeak.mnemonics import darkened, is_vowel, stressed_vowel
from mujaz.engines.espeak.rule_words import rule_words
from mujaz.engines.espeak.spelling import Letter, bare_text, letters_of
from mujaz.engines.espeak.syllables import Beat, Syllables, syllables

_DARK_L = "L"
_IMPERFECT = frozenset("يتنأ")


@dataclass(slots=True)
class Word:
    """A word and its sounds in context.

    Attributes:
        bare: Its letters without marks.
        sounds: Its sounds in isolation.
        helping: The helping vowel that the next word requires, or empty.
        joined: Whether it follows another word without a break, so that hamzat wasl is silent.
    """

    bare: str
    sounds: Syllables
    helping: str = ""
    joined: bool = False
    phonemes: list[str] = field(default_factory=list)
    stress: int | None = None


def spoken_words(clause: Sequence[str], *, pausing: bool) -> list[Word]:
    """Return the words of one clause with the sound changes between them.

    Args:
        clause: Folded Arabic words.
        pausing: Whether the last of them takes its pausal form.
    """
    last = len(clause) - 1
    words = [_word(text, pausing=pausing and index == last) for index, text in enumerate(clause)]
    for before, word in pairwise(words):
        if word.sounds.wasl:
            word.joined = True
            _lead_into(before, word)
    final_vowel = ""
    for word in words:
        _finish(word, final_vowel)
        final_vowel = word.phonemes[-1] if word.phonemes else ""
    return words


def _word(text: str, *, pausing: bool) -> Word:
    given = letters_of(text)
    letters = regular(given)
    marbuta = False
    if pausing and not _kept_whole(given):
        letters, marbuta = pausal(letters)
    sounds = syllables(letters)
    if marbuta:
        _drop_marbuta(sounds.beats)
    bare = bare_text(given)
    if bare in rule_words("short_final_alif") and not pausing:
        sounds.beats[-1].vowel = "a"  # short within the phrase (Wright I § 184 rem.)
    return Word(bare, sounds)


def pausal(letters: list[Letter]) -> tuple[list[Letter], bool]:
    """Return a word's letters before a pause, and whether it ends in ة, which is then silent.

    Final short vowels and the tanwin of nominative and genitive are dropped; accusative tanwin
    becomes a long a. A vowel that is the only one of its word is kept.
    """
    last = letters[-1]
    if len(letters) > 1 and last.char in (ALIF, ALIF_MAKSURA) and letters[-2].nunated:
        return [*letters[:-2], replace(letters[-2], nunated=False), last], False
    if last.char == TEH_MARBUTA:
        return [*letters[:-1], Letter(last.char)], True
    if last.nunated and last.vowel == "a":
        return [*letters[:-1], replace(last, nunated=False), Letter(ALIF)], False
    if len(letters) > 1 and last.vowel and not last.dagger:
        return [*letters[:-1], replace(last, vowel="", nunated=False, quiet=True)], False
    return letters, False


def _drop_marbuta(beats: list[Beat]) -> None:
    if len(beats) > 1:
        beats.pop()
        beats[-1].vowel = beats[-1].vowel or "a"


def _kept_whole(letters: list[Letter]) -> bool:
    """Whether the last vowel belongs to the word and is no case ending: هُوَ, حَيْثُ."""
    kept = _exceptions()
    word = tuple(letters)
    return word in kept or (len(word) > 2 and word[0].char in "وف" and word[1:] in kept)


@cache
def _exceptions() -> frozenset[tuple[Letter, ...]]:
    return frozenset(tuple(letters_of(word)) for word in column("pausal_exceptions.tsv", "word"))


def _lead_into(before: Word, word: Word) -> None:
    """Shorten the final vowel or add a helping vowel before two following consonants."""
    if not before.sounds.beats:
        return
    last = before.sounds.beats[-1]
    if last.nunated:
        before.helping = "i"
    elif not last.vowel:
        before.helping = _helping_vowel(before, word)
    else:
        last.vowel = last.vowel[0]


def _helping_vowel(before: Word, word: Word) -> str:
    """Return the helping vowel between a final consonant and a word with silent hamzat wasl.

    a after من before the article, u after the pronouns in -um and the plural's و, otherwise i
    (Wright I § 20).
    """
    bare, beats = before.bare, before.sounds.beats
    if bare in rule_words("a_before_article") and beats[-2].vowel == "i":
        return "a" if word.sounds.article else "i"
    plural = bare.endswith("وا") or (bare.endswith("و") and len(bare) > 3)
    if plural or bare in rule_words("u_before_wasl"):
        return "u"
    if bare.endswith(rule_words("u_before_wasl_suffix")) and _is_pronoun(before):
        return "u"
    return "i"


def _is_pronoun(word: Word) -> bool:
    """Whether a word in هم, كم, تم ends in the pronoun, not in a root's m (لم يحكم)."""
    beats = word.sounds.beats
    if len(beats) < 2 or beats[-2].vowel not in ("u", "i"):
        return False
    if beats[-2].vowel == "i" and not _is_him(beats):
        return False
    root = len(word.bare) == 4 and (
        word.sounds.wasl or (word.bare[0] in _IMPERFECT and beats[1].vowel == "")
    )
    return not root or word.bare in rule_words("u_before_wasl_pronoun")


def _is_him(beats: Sequence[Beat]) -> bool:
    """Whether -him is the pronoun -hum after i or y (بيتهم, عليهم), not a verb's end (يلتهم)."""
    before = beats[-3] if len(beats) > 2 else None
    return before is not None and (
        before.vowel in ("i", "i:") or (before.onset[-1] == "j" and not before.vowel)
    )


def _finish(word: Word, vowel_before: str) -> None:
    """Write a word's phonemes and find its stress."""
    sounds = word.sounds
    phonemes: list[str] = []
    if sounds.wasl and not word.joined:
        phonemes += ["?", sounds.wasl]
    stem = len(phonemes)
    for index, beat in enumerate(sounds.beats):
        if index == sounds.stem:
            stem = len(phonemes)
        phonemes += beat.onset
        if beat.vowel:
            phonemes.append(beat.vowel)
        if beat.nunated:
            phonemes.append("n")
    if is_divine_name(word.bare):
        _darken_divine(phonemes, vowel_before)
    if not is_particle(word.bare) and any(map(is_vowel, phonemes)):
        word.stress = stressed_vowel(phonemes, stem if sounds.article or sounds.stem else 0)
    if word.helping:
        phonemes.append(word.helping)
    word.phonemes = darkened(phonemes)


def _darken_divine(phonemes: list[str], vowel_before: str) -> None:
    """Make the ل of الله dark unless an i precedes it."""
    at = next((i for i, p in enumerate(phonemes[:-1]) if p == phonemes[i + 1] == "l"), -1)
    if at < 0:
        return
    before = phonemes[at - 1] if at else vowel_before
    if not before.startswith("i"):
        phonemes[at] = phonemes[at + 1] = _DARK_L
