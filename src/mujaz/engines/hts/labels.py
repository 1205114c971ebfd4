"""Full-context labels: each phone with its neighbours and its place in syllable, word and phrase.

The format is that of Festival's HTS voices (``HTS_TTS_ENG``; K. Tokuda et al., "An example of
context-dependent label format for HMM-based speech synthesis in English", HTS 2.x). Fields that
Arabic voices were trained with a constant in (stress, accent, part of speech) are kept as they were
in training: a decision tree asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mujaz.engines.espeak.phonetizer import SpokenClause
from mujaz.engines.hts.phones import PAUSE, Phone, syllables, word_phones

_NONE = "x"
_NO_SYLLABLE = "x-x-x@x-x&x-x#x-x$x-x!x-x;x-x|x"
_NO_WORD = "x+x@x+x&x+x#x+x"


@dataclass(frozen=True, slots=True)
class Label:
    """One phone to be spoken.

    Attributes:
        text: Its full-context label.
        is_pause: Whether it is silence.
        word: Index of the written word that begins here, or None.
        stop: For a pause, the sign of the clause that it ends; empty before the first clause.
    """

    text: str
    is_pause: bool
    word: int | None = None
    stop: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    index: int
    syllables: list[list[Phone]]


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: list[_Word]
    stop: str

    @property
    def syllables(self) -> int:
        """Number of syllables of all its words."""
        return sum(len(word.syllables) for word in self.words)

    @property
    def size(self) -> str:
        """Syllables and words, as labels write them."""
        return f"{self.syllables}_{len(self.words)}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A phone within the utterance; a pause has neither word nor syllable.

    Attributes:
        phrase: Index of its phrase; of a pause, that of the phrase after it.
        word: Index of its word within the phrase.
        syllable: Index of its syllable within the word.
        phone: Index of the phone within the syllable.
        before, after: Phones of the syllables before and after it in the utterance, or 0.
    """

    name: str
    phrase: int
    word: int = -1
    syllable: int = -1
    phone: int = -1
    before: int = 0
    after: int = 0


def labels(clauses: Sequence[SpokenClause]) -> list[Label]:
    """The labels of a line, a pause at its ends and between its clauses; empty if it is mute.

    Raises:
        EngineError: If a phoneme has no phone.
    """
    phrases = _phrases(clauses)
    if not phrases:
        return []
    utterance = _Utterance(phrases)
    places = list(_places(phrases))
    names = [_NONE, _NONE, *(place.name for place in places), _NONE, _NONE]
    out: list[Label] = []
    for at, place in enumerate(places):
        a, b, c, d, e = names[at : at + 5]
        text = f"{a}^{b}-{c}+{d}={e}@{utterance.context(place)}"
        if place.word < 0:
            stop = phrases[place.phrase - 1].stop if place.phrase else ""
            out.append(Label(text, True, stop=stop))
        else:
            first = place.syllable == 0 and place.phone == 0
            index = phrases[place.phrase].words[place.word].index
            out.append(Label(text, False, index if first else None))
    return out


def _phrases(clauses: Sequence[SpokenClause]) -> list[_Phrase]:
    out: list[_Phrase] = []
    for clause in clauses:
        words = [
            _Word(word.index, syllables(word_phones(word.phonemes)))
            for word in clause.words
            if word.phonemes
        ]
        if words:
            out.append(_Phrase(words, clause.stop))
    return out


def _places(phrases: Sequence[_Phrase]) -> Iterator[_Place]:
    sizes = [
        len(syllable) for phrase in phrases for word in phrase.words for syllable in word.syllables
    ]
    sizes = [0, *sizes, 0]
    at = 1  # of the syllable in ``sizes``
    for phrase_at, phrase in enumerate(phrases):
        yield _Place(PAUSE, phrase_at, before=sizes[at - 1], after=sizes[at])
        for word_at, word in enumerate(phrase.words):
            for syllable_at, syllable in enumerate(word.syllables):
                for phone_at, phone in enumerate(syllable):
                    yield _Place(
                        phone.name, phrase_at, word_at, syllable_at, phone_at,
                        sizes[at - 1], sizes[at + 1],
                    )  # fmt: skip
                at += 1
    yield _Place(PAUSE, len(phrases), before=sizes[at - 1])


class _Utterance:
    """The place of a phone in the utterance, as labels describe it."""

    def __init__(self, phrases: Sequence[_Phrase]) -> None:
        self._phrases = phrases
        self._lengths = [len(word.syllables) for phrase in phrases for word in phrase.words]
        self._first_word = [0]
        for phrase in phrases:
            self._first_word.append(self._first_word[-1] + len(phrase.words))
        syllables = sum(phrase.syllables for phrase in phrases)
        self._whole = f"{syllables}+{len(self._lengths)}-{len(phrases)}"

    def context(self, place: _Place) -> str:
        """The label from the phone's place in its syllable on."""
        return self._of_pause(place) if place.word < 0 else self._of_phone(place)

    def _of_pause(self, place: _Place) -> str:
        at, count = place.phrase, len(self._phrases)
        next_word = self._first_word[at]
        ended = self._phrases[at - 1].size if at else "0_0"
        begun = self._phrases[at].size if at < count else "0_0"
        return (
            f"x_x/A:0_0_{place.before}/B:{_NO_SYLLABLE}/C:0+0+{place.after}"
            f"/D:{self._word(next_word - 1)}/E:{_NO_WORD}/F:{self._word(next_word)}"
            f"/G:{ended}/H:x=x@1={count}|0/I:{begun.replace('_', '=')}/J:{self._whole}"
        )

    def _of_phone(self, place: _Place) -> str:
        phrases, at = self._phrases, place.phrase
        phrase = phrases[at]
        words, word = phrase.words, phrase.words[place.word]
        syllable = word.syllables[place.syllable]
        before = sum(len(other.syllables) for other in words[: place.word]) + place.syllable
        vowel = next((phone.name for phone in syllable if phone.is_vowel), "novowel")
        count, number = len(words), place.word
        in_utterance = self._first_word[at] + number
        ended = phrases[at - 1].size if at else "0_0"
        next_phrase = phrases[at + 1].size if at + 1 < len(phrases) else "0_0"
        return (
            f"{place.phone + 1}_{len(syllable) - place.phone}"
            f"/A:0_0_{place.before}"
            f"/B:0-0-{len(syllable)}@{place.syllable + 1}-{len(word.syllables) - place.syllable}"
            f"&{before + 1}-{phrase.syllables - before}#1-1$1-1!0-0;0-0|{vowel}"
            f"/C:0+0+{place.after}/D:{self._word(in_utterance - 1)}"
            f"/E:content+{len(word.syllables)}@{number + 1}+{count - number}"
            f"&{number}+{count - number - 1}"
            f"#{int(number > 0)}+{int(number + 1 < count)}"
            f"/F:{self._word(in_utterance + 1)}/G:{ended}"
            f"/H:{phrase.syllables}={count}@{at + 1}={len(phrases) - at}|NONE"
            f"/I:{next_phrase.replace('_', '=')}/J:{self._whole}"
        )

    def _word(self, at: int) -> str:
        """A word's part of speech and syllables; part of speech was constant in training."""
        return f"content_{self._lengths[at]}" if 0 <= at < len(self._lengths) else "0_0"
