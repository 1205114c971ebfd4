"""Converts one word to consonants and vowels; unwritten vowels are guessed.

Rules of orthography: W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. I, §§ 1-17
(vowels, sukun, shadda, madda, hamza) and § 14 (the article before sun letters).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from mujaz.arabic.letters import (
    ALIF,
    ALIF_HAMZA,
    ALIF_HAMZA_BELOW,
    ALIF_MADDA,
    ALIF_MAKSURA,
    ALIF_WASLA,
    LAM,
    TEH_MARBUTA,
    WAW,
    YEH,
)
from mujaz.arabic.tables import rows
from mujaz.engines.espeak.opening import Opening, opening
from mujaz.engines.espeak.spelling import Letter

_ALIFS = (ALIF, ALIF_WASLA)
_GLIDE_VOWELS = {WAW: "u", YEH: "i"}
_HAMZA = "?"
_CLITIC_GUESS = {"ب": "i", "ل": "i"}


@dataclass(slots=True)
class Beat:
    """A consonant, single or doubled, and the vowel after it.

    Attributes:
        onset: The consonant's phoneme, twice if it is doubled.
        vowel: ``a``, ``i``, ``u``, the same with ``:``, empty for none; None if not known yet.
        nunated: Whether n follows the vowel.
    """

    onset: tuple[str, ...]
    vowel: str | None
    nunated: bool = False


@dataclass(slots=True)
class Syllables:
    """The sounds of a word in isolation, before sandhi and pausal forms.

    Attributes:
        wasl: Vowel of hamzat wasl that the word begins with, or empty.
        article: Whether it begins with the article (no clitic before it).
        beats: Its consonants and vowels; hamzat wasl is not among them.
        stem: Index of the first beat of the stem; earlier beats bear no stress.
    """

    wasl: str = ""
    article: bool = False
    beats: list[Beat] = field(default_factory=list)
    stem: int = 0


def syllables(letters: Sequence[Letter]) -> Syllables:
    """Convert a word, in the form that it has within a phrase."""
    found = opening(letters)
    beats = [_clitic(letter) for letter in letters[: found.clitics]]
    word = Syllables(found.wasl, found.article and not found.clitics, beats)
    doubled_by_article = _read_article(word, found)
    # The vowel before a silent hamzat wasl replaces its vowel, so it counts for the stress.
    word.stem = max(len(beats) - found.wasl_stem, 0)
    first = len(beats)
    for index in range(found.stem, len(letters)):
        _read_letter(beats, letters, index, first=index == found.stem)
    if doubled_by_article and len(beats) > first:
        onset = beats[first].onset
        beats[first].onset = (onset[0], onset[0])
    _guess(word, marked=not all(letter.bare for letter in letters), wasl_stem=found.wasl_stem)
    return word


def _clitic(letter: Letter) -> Beat:
    return Beat((_sound(letter.char),), letter.vowel or _CLITIC_GUESS.get(letter.char, "a"))


def _read_article(word: Syllables, found: Opening) -> bool:
    """Add the ل of the article; return whether it assimilates to the next consonant."""
    if not found.article:
        return False
    if not found.assimilated:
        word.beats.append(Beat((_sound(LAM),), found.article_vowel))
    return found.assimilated


def _read_letter(beats: list[Beat], letters: Sequence[Letter], index: int, *, first: bool) -> None:
    letter = letters[index]
    char = letter.char
    before = beats[-1] if beats and not first else None
    if char in _ALIFS and before is not None and _is_length(before, letter):
        _read_alif(before, letters, index)
    elif char == ALIF_MAKSURA and before is not None and letter.unvowelled:
        _read_maksura(before)
    elif char in _GLIDE_VOWELS and before is not None and _lengthens(before, letters, index):
        before.vowel = _GLIDE_VOWELS[char] + ":"
    elif char in _GLIDE_VOWELS and before is not None and _is_silent_glide(before, letter):
        pass
    elif char == ALIF_MADDA:
        beats.append(Beat((_HAMZA,), "a:"))
    else:
        if char == TEH_MARBUTA and before is not None and before.vowel is None:
            before.vowel = "a"
            if before.onset == ("j",) and len(beats) > 1 and beats[-2].vowel is None:
                beats[-2].vowel = "i"  # the ending -iya
        beats.append(_consonant(letters, index))


def _consonant(letters: Sequence[Letter], index: int) -> Beat:
    letter = letters[index]
    sound = _sound(YEH if letter.char == ALIF_MAKSURA else letter.char)
    vowel: str | None = letter.vowel
    if letter.dagger:
        vowel = "a:"
    elif not vowel:
        vowel = "" if letter.quiet else _unwritten(letters, index)
    onset = (sound, sound) if letter.doubled else (sound,)
    return Beat(onset, vowel, letter.nunated and not letter.dagger)


def _unwritten(letters: Sequence[Letter], index: int) -> str | None:
    """Return the vowel that the letter itself implies if none is written."""
    char = letters[index].char
    if char == ALIF_HAMZA_BELOW:
        return "i"
    if char in (ALIF_HAMZA, *_ALIFS):
        initial = index == 0 or (index == 1 and letters[0].char in "وفبكلس" and len(letters) > 3)
        return "a" if initial else None
    return None


def _is_length(before: Beat, alif: Letter) -> bool:
    """Whether an alif is bare, or bears the fatha of the letter before it as in لاَ."""
    if not alif.vowel:
        return True
    return alif.vowel == "a" and not alif.nunated and before.vowel in ("a", None)


def _read_alif(before: Beat, letters: Sequence[Letter], index: int) -> None:
    """Read a bare alif: it lengthens the a before it, or is silent (قالوا, مائة, كتابًا)."""
    final = index == len(letters) - 1
    glide = letters[index - 1].char == WAW and final
    if before.nunated or before.vowel in ("i", "u", "i:", "u:", "a:"):
        return
    if before.vowel == "" and glide:
        return
    before.vowel = "a:"


def _read_maksura(before: Beat) -> None:
    if before.nunated or before.vowel in ("i:", "u:", "a:"):
        return
    before.vowel = "i:" if before.vowel == "i" else "a:"


def _lengthens(before: Beat, letters: Sequence[Letter], index: int) -> bool:
    """Whether a و or ي lengthens the vowel before it."""
    letter = letters[index]
    if letter.vowel or letter.doubled or letter.dagger or before.nunated:
        return False
    after = letters[index + 1] if index + 1 < len(letters) else None
    if after is not None and after.char in _ALIFS and not after.vowel and not letter.quiet:
        plural = letter.char == WAW and index + 2 == len(letters)
        if not plural:
            return False  # the alif needs a consonant: سوريا, طواف
    if after is not None and after.char == TEH_MARBUTA:
        return False  # ة needs an a before it: سورِية
    if before.vowel == _GLIDE_VOWELS[letter.char]:
        return True
    return before.vowel is None and not letter.quiet


def _is_silent_glide(before: Beat, letter: Letter) -> bool:
    """Whether a glide is silent: the و of عَمْرٌو, the carrier of a dagger alif (الصَّلَوٰة)."""
    if before.nunated and letter.bare:
        return True
    if letter.dagger and not letter.vowel and not letter.doubled and before.vowel in ("a", "a:"):
        before.vowel = "a:"
        return True
    return False


def _guess(word: Syllables, *, marked: bool, wasl_stem: bool) -> None:
    """Decide for every consonant of unknown vowel, so that no more than two consonants meet.

    In a word with marks, a bare consonant gets no vowel where that can be pronounced; in one
    without marks, it gets a vowel where that is as likely.
    """
    beats = word.beats
    for index, beat in enumerate(beats):
        if beat.vowel is not None:
            continue
        before = beats[index - 1] if index else None
        open_before = bool(before.vowel) and not before.nunated if before else bool(word.wasl)
        if index == len(beats) - 1:
            beat.vowel = "a" if index == 0 and not word.wasl else ""
            continue
        after = beats[index + 1]
        ends_word = index + 2 == len(beats) and not after.vowel
        needed = (
            len(beat.onset) > 1
            or not open_before
            or len(after.onset) > 1
            or (ends_word and not marked)
            or (before is not None and before.vowel == "a:" and after.vowel in ("a", "i", "u", ""))
        )
        beat.vowel = _likely_vowel(beats, index, wasl_stem=wasl_stem) if needed else ""


def _likely_vowel(beats: Sequence[Beat], index: int, *, wasl_stem: bool) -> str:
    """Return i before -iyy, after a long a (faʿil), in masdars of wasl verbs (iftiʿal); else a."""
    if beats[index + 1].onset == ("j", "j") or (index and beats[index - 1].vowel == "a:"):
        return "i"
    masdar = wasl_stem and any(beat.vowel == "a:" for beat in beats[index + 1 : -1])
    return "i" if masdar else "a"


@cache
def _sounds() -> dict[str, str]:
    return {row["letter"]: row["phoneme"] for row in rows("sounds.tsv")}


def _sound(char: str) -> str:
    return _HAMZA if char in _ALIFS else _sounds()[char]
