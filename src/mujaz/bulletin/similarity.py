"""Recognise articles that tell the same story: copies of an agency text, or one event told twice.

Words are compared by their stems, after the light stemming of L. Larkey, L. Ballesteros and
M. Connell, Light Stemming for Arabic Information Retrieval (2007), which removes the article with
its particles and the commonest endings. Copies share runs of words; retellings share words of
their headlines and first paragraphs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import ALIF, TATWEEL, WORD
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.tables import read_table

# Fewest letters that remain of a word when an affix is removed.
_SHORTEST_STEM = 2
_RUN = 3
_LEAD_WORDS = 60
# Fitted on the pairs in tests/data/same_story.tsv, none of which is near a threshold.
_COPIED = 0.5
_FEWEST_RUNS = 12
_SAME_HEADLINE = 0.8
_LIKE_HEADLINE = 0.4
_LIKE_LEAD = 0.45
_FEWEST_HEADLINE_WORDS = 4
# Share of a headline's words in the first sentence from which on the sentence repeats it.
_REPEATED = 0.6


@dataclass(frozen=True, slots=True)
class Imprint:
    """Stems and runs of three stems by which an article is compared."""

    headline: frozenset[str]
    lead: frozenset[str]
    runs: frozenset[tuple[str, ...]]


def imprint(title: str, paragraphs: Sequence[str]) -> Imprint:
    """Compute the imprint of an article."""
    body = [word for paragraph in paragraphs for word in _stems(paragraph)]
    runs = frozenset(tuple(body[n : n + _RUN]) for n in range(len(body) - _RUN + 1))
    return Imprint(_content(_stems(title)), _content(body[:_LEAD_WORDS]), runs)


def tell_the_same(one: Imprint, other: Imprint) -> bool:
    """Whether two articles tell the same story."""
    fewer = min(len(one.runs), len(other.runs))
    if fewer >= _FEWEST_RUNS and len(one.runs & other.runs) / fewer >= _COPIED:
        return True
    headlines = _dice(one.headline, other.headline)
    leads = _dice(one.lead, other.lead)
    if min(len(one.headline), len(other.headline)) < _FEWEST_HEADLINE_WORDS:
        return headlines == 1.0 and leads >= _LIKE_LEAD
    same_lead = leads >= _LIKE_LEAD
    return headlines >= _SAME_HEADLINE or (headlines >= _LIKE_HEADLINE and same_lead)


def repeats(headline: str, sentence: str) -> bool:
    """Whether a sentence says what a headline says: most of its words, by their stems.

    The alif of an indefinite accusative counts as an ending: «جسر جديد», «جسرا جديدا».
    """
    words = _without_accusative(_content(_stems(headline)))
    told = _without_accusative(_content(_stems(sentence)))
    return len(words & told) >= _REPEATED * len(words) > 0


def _without_accusative(stems: frozenset[str]) -> frozenset[str]:
    return frozenset(
        stem.removesuffix(ALIF) if len(stem) > _SHORTEST_STEM + 1 else stem for stem in stems
    )


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def _content(stems: Sequence[str]) -> frozenset[str]:
    return frozenset(stem for stem in stems if stem not in _function_words())


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in WORD.findall(text.replace(TATWEEL, ""))] + _figures(text)


def _figures(text: str) -> list[str]:
    return [word for word in text.split() if word.isdigit()]


@cache
def _stem(word: str) -> str:
    stem = strip_marks(word).translate(_folded_letters())
    for prefix in _affixes("prefix"):
        # A single letter is more often part of the word than a longer prefix.
        shortest = _SHORTEST_STEM + (len(prefix) == 1)
        if stem.startswith(prefix) and len(stem) - len(prefix) >= shortest:
            stem = stem[len(prefix) :]
            break
    for suffix in _affixes("suffix"):
        if stem.endswith(suffix) and len(stem) - len(suffix) >= _SHORTEST_STEM:
            return stem[: -len(suffix)]
    return stem


@cache
def _affixes(kind: str) -> tuple[str, ...]:
    return tuple(row["text"] for row in _stemming() if row["kind"] == kind)


@cache
def _folded_letters() -> Mapping[int, str]:
    return {ord(row["text"]): row["becomes"] for row in _stemming() if row["kind"] == "fold"}


def _stemming() -> tuple[Mapping[str, str], ...]:
    return read_table("mujaz.bulletin", "data/stemming.tsv")


@cache
def _function_words() -> frozenset[str]:
    words = (row["word"] for row in rows("function_words.tsv") if row["language"] == "ar")
    return frozenset(map(_stem, words))
