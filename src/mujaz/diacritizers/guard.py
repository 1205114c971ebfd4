"""Applies a diacritizer to lines of text such that only marks change, never letters.

Models drop emoji, turn full stops into control characters, cut long texts and rewrite hamzas. So
they get only the Arabic words, one sentence a call, and everything else is kept by position.
Marks that the writer gave are removed before and put over the prediction after. A word whose
letters the model changed keeps its input form, as does a word that the writer vocalised fully.
Loose spelling is repaired before the model reads a sentence; words with marks stay as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mujaz.arabic.letters import DAGGER_ALIF, FATHA, LETTERS, MARKS, SHADDA, SUKUN, TATWEEL
from mujaz.arabic.lexicon import Lexicon
from mujaz.arabic.marks import (
    fathatan_before_alif,
    has_marks,
    overlay_word,
    shadda_first,
    split_marks,
    strip_marks,
)
from mujaz.arabic.spelling import is_complete
from mujaz.diacritizers.repair import Repair, SpellingRepair
from mujaz.plugins import Diacritizer

_TOKEN = re.compile(f"[{LETTERS}][{LETTERS}{MARKS}{TATWEEL}]*")
# عبد joined to a name of God, as in عبدالله: split before the article.
_COMPOUND = re.compile(
    "(?P<servant>[وفبلك]?{m}*ع{m}*ب{m}*د{m}*)(?P<god>ا{m}*ل.{{2,}})".format(m=f"[{MARKS}]")
)
_SENTENCE_END = re.compile(r"[.!?؟؛…\n]")
# Models are trained on sentences; longer ones are processed in overlapping windows.
_MOST_WORDS = 60
_SHARED_WORDS = 10
# No Arabic word is longer; a longer run of letters would cost a model minutes.
_MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Guard:
    """Diacritizes whole lines with any model.

    Attributes:
        model: What predicts the marks.
        lexicon: Words whose marks are known; they win over the model, not over the writer.
        spelling: Repairs loose spelling; None leaves all letters as they are.
    """

    model: Diacritizer
    lexicon: Lexicon | None = None
    spelling: SpellingRepair | None = None

    def line(self, text: str) -> str:
        """Return the line with marks, shadda first on every letter.

        Nothing else is changed but loose spelling, if it is to be repaired.
        """
        out: list[str] = []
        end = 0
        for sentence in _sentences(text):
            given = [match.group() for match in sentence]
            for match, word in zip(sentence, self.words(given), strict=True):
                out += [text[end : match.start()], word]
                end = match.end()
        return "".join([*out, text[end:]])

    def words(self, given: Sequence[str]) -> list[str]:
        """Return the words of one sentence with marks; given marks are kept."""
        written = [word.replace(TATWEEL, "") for word in given]
        repairs = self._repairs(written)
        for repair in repairs:
            written[repair.place] = repair.spoken
        repaired = {repair.place for repair in repairs}
        known = [n for n, word in enumerate(written) if len(strip_marks(word)) <= _MOST_LETTERS]
        settled = list(written)
        # Models read عبد الله better than عبدالله.
        parts = [_parts(written[n]) for n in known]
        answers = iter(self._settled([part for both in parts for part in both]))
        for n, both in zip(known, parts, strict=True):
            settled[n] = "".join(next(answers) for _ in both)
        return [
            _with_tatweel(word, before) if TATWEEL in before and n not in repaired else word
            for n, (word, before) in enumerate(zip(settled, given, strict=True))
        ]

    def repairs(self, text: str) -> list[tuple[tuple[int, int], Repair]]:
        """Return start and end in a line of each word that is read in another spelling."""
        found = []
        for sentence in _sentences(text):
            words = [match.group().replace(TATWEEL, "") for match in sentence]
            found += [(sentence[one.place].span(), one) for one in self._repairs(words)]
        return found

    def _repairs(self, written: Sequence[str]) -> list[Repair]:
        if self.spelling is None:
            return []
        own = self.lexicon.entries if self.lexicon else {}
        bare = [strip_marks(word) for word in written]
        # Words with marks, of the lexicon, or longer than any word, stay as they are.
        fixed = [
            word != plain or plain in own or len(plain) > _MOST_LETTERS
            for word, plain in zip(written, bare, strict=True)
        ]
        return self.spelling.of(bare, fixed)

    def _settled(self, given: Sequence[str]) -> list[str]:
        if all(is_complete(word) for word in given):
            return [shadda_first(word) for word in given]
        bare = [strip_marks(word) for word in given]
        predicted = [
            # Reject an answer that begins with a mark: it belongs to no letter.
            word if strip_marks(word) == letters and word[:1] == letters[:1] else letters
            for word, letters in zip(self._predicted(bare, given), bare, strict=True)
        ]
        known = self.lexicon.vocalize(bare, predicted) if self.lexicon else predicted
        return [_settle(*three) for three in zip(given, predicted, known, strict=True)]

    def _predicted(self, bare: Sequence[str], given: Sequence[str]) -> list[str]:
        out: list[str] = []
        # Some diacritizers take the writer's marks into account.
        with_given = getattr(self.model, "diacritize_given", None)
        for start, first, last in windows(len(bare)):
            piece, marks = bare[start:last], given[start:last]
            answer = with_given(piece, marks) if with_given else self.model.diacritize(piece)
            kept = list(answer) if len(answer) == len(piece) else list(piece)
            out[first:] = kept[first - start :]
        return out


def _sentences(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield the words of each sentence of a text."""
    sentence: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text):
        if sentence and _SENTENCE_END.search(text, sentence[-1].end(), match.start()):
            yield sentence
            sentence = []
        sentence.append(match)
    if sentence:
        yield sentence


def windows(count: int) -> Iterator[tuple[int, int, int]]:
    """Yield for each window its first word, the first word whose answer is used, and its end."""
    start = 0
    while True:
        last = min(start + _MOST_WORDS, count)
        yield start, start + _SHARED_WORDS if start else 0, last
        if last == count:
            return
        # The last words of a window lack their context, so the next window repeats them.
        start = last - 2 * _SHARED_WORDS


def _parts(word: str) -> tuple[str, ...]:
    compound = _COMPOUND.fullmatch(word)
    return (compound["servant"], compound["god"]) if compound else (word,)


def _settle(given: str, predicted: str, known: str) -> str:
    """Merge one word: the writer's marks over the lexicon's, or over the model's if they differ."""
    if not has_marks(given):
        return shadda_first(known)
    if is_complete(given):
        return shadda_first(given)
    chosen = predicted if _clash(given, known) else known
    return _mended(overlay_word(given, chosen)) if has_marks(chosen) else shadda_first(given)


def _clash(given: str, known: str) -> bool:
    """Whether the writer gave a letter another vowel than the lexicon has."""
    pairs = zip(
        split_marks(fathatan_before_alif(given)),
        split_marks(fathatan_before_alif(known)),
        strict=True,
    )
    ignored = {SHADDA, DAGGER_ALIF}
    return any(
        (ours := set(marks) - ignored) and set(others) - ignored not in (ours, set())
        for (_, marks), (_, others) in pairs
    )


def _mended(word: str) -> str:
    """Add fatha, the most frequent vowel, to a given shadda that has no vowel.

    Inside the word only: at its end, a pausal form may have shadda alone.
    """
    pairs = split_marks(word)
    for place, (letter, marks) in enumerate(pairs[:-1]):
        # A following unmarked letter may be a long vowel, and then says the vowel by itself.
        if marks.replace(SUKUN, "") == SHADDA and pairs[place + 1][1] != "":
            pairs[place] = (letter, SHADDA + FATHA)
    return "".join(letter + marks for letter, marks in pairs)


def _with_tatweel(word: str, before: str) -> str:
    """Put tatweel back after the letters that it followed."""
    pairs = iter(split_marks(word))
    return "".join(
        TATWEEL if letter == TATWEEL else "".join(next(pairs)) for letter in strip_marks(before)
    )
