"""Functions on the marks (harakat) of letters: remove, merge, and order them.

The order of shadda and vowel on one letter matters to engines but not to readers: Unicode's
canonical order (UAX #15) puts the vowel first, espeak-ng needs shadda first. Marks are therefore
ordered last, right before an engine, and the text is not normalized after that.
"""

from __future__ import annotations

import re

from mujaz.arabic.letters import (
    ALIF,
    ALIF_MAKSURA,
    FATHATAN,
    LETTER_RANGES,
    MARK_CLASS,
    MARK_RANGES,
    MARKS,
    SHADDA,
    SUKUN,
)

_MARKS = re.compile(MARK_CLASS + "+")
_VOWEL_THEN_SHADDA = re.compile(f"[{MARKS.replace(SHADDA, '')}]+{SHADDA}[{MARKS}]*")
# Not at the start of a word, where no letter before the alif could carry the mark.
_ALIF_THEN_FATHATAN = re.compile(
    f"(?<=[{LETTER_RANGES}{MARK_RANGES}])([{ALIF}{ALIF_MAKSURA}]){FATHATAN}"
)


def strip_marks(text: str) -> str:
    """Remove vowel signs, shadda, sukun and dagger alif from a text."""
    # Most words that are asked about have letters only; no mark is a letter.
    if not text.isalpha():
        # Several times as fast as a regular expression.
        for mark in MARKS:
            text = text.replace(mark, "")
    return text


def has_marks(text: str) -> bool:
    """Return whether any letter has a mark."""
    return not text.isalpha() and _MARKS.search(text) is not None


def shadda_first(text: str) -> str:
    """Put shadda before the vowel on every letter."""
    if SHADDA not in text:
        return text
    return _VOWEL_THEN_SHADDA.sub(
        lambda match: "".join(sorted(match.group(), key=lambda mark: mark != SHADDA)), text
    )


def fathatan_before_alif(text: str) -> str:
    """Move tanwin-fath from a final alif to the letter before it.

    Both spellings are correct; engines and comparisons need one of them.
    """
    return _ALIF_THEN_FATHATAN.sub(rf"{FATHATAN}\1", text)


def split_marks(word: str) -> list[tuple[str, str]]:
    """Split a word into pairs of a letter and its marks.

    Marks before the first letter belong to an empty letter, so that the joined pairs are
    always equal to the word.
    """
    pairs: list[tuple[str, str]] = []
    for char in word:
        if char in MARKS:
            if not pairs:
                pairs.append(("", ""))
            letter, marks = pairs[-1]
            pairs[-1] = (letter, marks + char)
        else:
            pairs.append((char, ""))
    return pairs


def overlay(given: str, predicted: str) -> str:
    """Merge the given and the predicted marks of one letter; given marks have precedence.

    A given shadda alone gets the predicted vowel; a given vowel alone gets a predicted shadda.
    The result has shadda first.
    """
    if not given:
        return _ordered(predicted)
    vowels = [mark for mark in given if mark != SHADDA]
    if not vowels:
        vowels = [mark for mark in predicted if mark not in (SHADDA, SUKUN)]
    doubled = SHADDA in given or (SHADDA in predicted and SUKUN not in given)
    return (SHADDA if doubled else "") + "".join(vowels)


def overlay_word(given: str, predicted: str) -> str:
    """Merge the given and the predicted marks of a word, letter by letter.

    Both must have the same letters. Tanwin-fath stays where it was given, on the alif or on
    the letter before it.
    """
    given_pairs = split_marks(given)
    predicted_pairs = split_marks(predicted)
    _align_fathatan(given_pairs, predicted_pairs)
    return "".join(
        letter + overlay(marks, other)
        for (letter, marks), (_, other) in zip(given_pairs, predicted_pairs, strict=True)
    )


def _align_fathatan(given: list[tuple[str, str]], predicted: list[tuple[str, str]]) -> None:
    """Put a predicted tanwin-fath on the same letter, final alif or the one before, as given."""
    if len(given) < 2 or len(given) != len(predicted) or given[-1][0] not in (ALIF, ALIF_MAKSURA):
        return
    on_alif = FATHATAN in given[-1][1]
    before = FATHATAN in given[-2][1]
    if on_alif and FATHATAN in predicted[-2][1]:
        predicted[-2] = (predicted[-2][0], predicted[-2][1].replace(FATHATAN, ""))
    elif on_alif:
        # A case vowel predicted before the alif contradicts the given tanwin.
        kept = SHADDA if SHADDA in predicted[-2][1] else ""
        predicted[-2] = (predicted[-2][0], kept)
    elif before and predicted[-1][1]:
        predicted[-1] = (predicted[-1][0], "")


def _ordered(marks: str) -> str:
    if SHADDA in marks and not marks.startswith(SHADDA):
        return SHADDA + marks.replace(SHADDA, "")
    return marks
