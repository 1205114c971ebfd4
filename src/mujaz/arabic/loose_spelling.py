"""Well-spelled forms behind loosely spelled words: a noisy channel with the habits of a writer.

For each word, the forms that it may stand for are weighed by their frequency and by how likely a
writer spells them so (Kernighan, Church & Gale, A Spelling Correction Program Based on a Noisy
Channel Model, 1990). A writer either has a habit, such as ه for ة, or does not; all words of a
line tell which, the well-spelled ones too, so that «كتابه» stays "his book" beside a «مدينة».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from mujaz.arabic.clitics import prefixes
from mujaz.arabic.letters import ALIF_MAKSURA, TEH_MARBUTA
from mujaz.arabic.tables import rows
from mujaz.arabic.word_forms import forms_of, key_of

Weights = npt.NDArray[np.float64]

HABITS = ("hamza", "ta", "yeh", "maksura")
_SLIP = "slip"
# Each state of a writer is a set of habits, one bit each.
_STATES = range(1 << len(HABITS))
# Share of writers with a habit, before their line is read.
_SHARE = 0.2
# Share of a word that no list has among the words of running text.
UNKNOWN = 1e-9
# Share of words that begin with a given particle, so that its word is less frequent.
_PARTICLE = 0.02
# A change of several letters, such as one of two waws left out.
_IRREGULAR = 5e-4
# Share of a word whose misspelling is listed; all of them are frequent.
_MISSPELLED = 1e-3
LEAST_STEM = 3
# A word above this probability in every state needs no further look.
_FIRM = 0.95
# Longer words are none, and are not looked up.
_LONGEST = 40
_TEH = "ت"
_MOST_CACHED = 50_000


@dataclass(frozen=True, slots=True)
class Variant:
    """A form that a written word may stand for.

    Attributes:
        form: The well-spelled form, or the word as written.
        logs: Log probability of form and spelling, for each state of the writer.
    """

    form: str
    logs: Weights


def weigh(
    words: Sequence[str], factors: Sequence[dict[str, float]] = ()
) -> tuple[list[dict[str, float]], float]:
    """Weigh the forms of each word of a line, and whether its writer is careful.

    Args:
        words: Bare words.
        factors: For each word, by what its context multiplies the probability of a form.

    Returns:
        For each word, forms with their probabilities; one form only if there is no doubt. Then the
        probability that the writer has no habit of loose spelling.
    """
    found = [variants(word) for word in words]
    evidence = [
        _evidence_with(word, factors[place]) if factors and factors[place] else _evidence(word)
        for place, word in enumerate(words)
        if _says(word)
    ]
    states = np.sum([_prior(), *evidence], axis=0)
    posterior = np.exp(states - np.logaddexp.reduce(states))
    out = []
    for place, (word, one) in enumerate(zip(words, found, strict=True)):
        factor = factors[place] if factors else {}
        if len(one) == 1 or (not factor and _is_firm(word)):
            out.append({one[0].form: 1.0})
            continue
        shares = _forms_by_state(word) @ posterior
        if factor:
            shares = shares * [factor.get(variant.form, 1.0) for variant in one]
            shares = shares / shares.sum()
        out.append({v.form: float(share) for v, share in zip(one, shares, strict=True)})
    return out, float(posterior[0])


@lru_cache(_MOST_CACHED)
def _says(word: str) -> bool:
    """Whether a word says anything about the habits of its writer."""
    forms = variants(word)
    return len(forms) > 1 or forms[0].logs is not _nothing()


@lru_cache(_MOST_CACHED)
def _evidence(word: str) -> Weights:
    """Return the log probability of a written word, for each state of its writer."""
    forms = variants(word)
    if len(forms) == 1:
        return forms[0].logs
    logs: Weights = np.logaddexp.reduce([variant.logs for variant in forms])
    return logs


def _evidence_with(word: str, factor: Mapping[str, float]) -> Weights:
    """Return the same with the context of the word, which tells less if it is what it seems."""
    logs: Weights = np.logaddexp.reduce(
        [variant.logs + np.log(factor.get(variant.form, 1.0)) for variant in variants(word)]
    )
    return logs


@lru_cache(_MOST_CACHED)
def _forms_by_state(word: str) -> Weights:
    """Return the probability [forms, states] of each form of a word."""
    shares: Weights = np.exp(
        np.array([variant.logs for variant in variants(word)]) - _evidence(word)
    )
    return shares


@lru_cache(_MOST_CACHED)
def _is_firm(word: str) -> bool:
    """Whether a word is what is written, whatever habits its writer has."""
    return bool(_forms_by_state(word)[0].min() > _FIRM)


@lru_cache(_MOST_CACHED)
def variants(word: str) -> tuple[Variant, ...]:
    """Return the forms that a bare word may stand for; the word itself is the first."""
    if len(word) > _LONGEST:
        return _unknown(word)
    shares = _shares(word)
    own = shares.pop(word, UNKNOWN)
    if not shares and own == UNKNOWN:
        return _unknown(word)
    forms = [(word, own), *shares.items()]
    return tuple(Variant(form, np.log(share) + _channel(form, word)) for form, share in forms)


def _unknown(word: str) -> tuple[Variant, ...]:
    """Return a word of which nothing is known, which says nothing about the writer either."""
    return (Variant(word, _nothing()),)


@cache
def _nothing() -> Weights:
    """Return log probabilities that are the same in every state."""
    return np.zeros(len(_STATES))


def _shares(word: str) -> dict[str, float]:
    """Return the forms of a word with their shares, if need be without its particles."""
    found = _listed(word)
    if found:
        return dict(found)
    for prefix in ("", *(one for one, _ in prefixes(word, LEAST_STEM))):
        stem = word[len(prefix) :]
        found = _listed(stem) or _with_pronoun(stem)
        if found:
            return {prefix + form: share * _PARTICLE for form, share in found.items()}
    return {}


def frequency(word: str) -> float:
    """Return the share of a word, with its particles, of running text; 0 if it is not listed."""
    return _shares(word).get(word, 0.0)


def is_listed(word: str) -> bool:
    """Whether a word or another spelling of it is in the list of word forms."""
    return bool(_shares(word))


def _listed(word: str) -> Mapping[str, float]:
    meant = _misspellings().get(word)
    return {meant: _MISSPELLED} if meant else forms_of(key_of(word))


@cache
def _misspellings() -> Mapping[str, str]:
    return {row["written"]: row["meant"] for row in rows("misspellings.tsv")}


def _with_pronoun(word: str) -> Mapping[str, float]:
    """Return the forms of a word whose last letters are a pronoun."""
    for pronoun in _pronouns():
        stem = word.removesuffix(pronoun)
        if len(stem) < LEAST_STEM or stem == word:
            continue
        # The ta of the feminine is written open before a pronoun.
        plain = stem[:-1] + TEH_MARBUTA if stem[-1] == _TEH else stem
        found = {**forms_of(key_of(stem)), **forms_of(key_of(plain))}
        joined = {
            (form[:-1] + _TEH if form[-1] == TEH_MARBUTA else form) + pronoun: share
            for form, share in found.items()
            if form[-1] != ALIF_MAKSURA and (form[-1] != TEH_MARBUTA or plain != stem)
        }
        if joined:
            return joined
    return {}


@cache
def _pronouns() -> tuple[str, ...]:
    return tuple(row["ending"] for row in rows("word_endings.tsv") if row["class"] == "pronoun")


def _channel(form: str, word: str) -> Weights:
    """Return the log probability that a form is written as a word, for each state."""
    if len(form) != len(word):
        return np.full(len(_STATES), np.log(_IRREGULAR))
    logs = np.zeros(len(_STATES))
    last = len(form) - 1
    for place, (intended, written) in enumerate(zip(form, word, strict=True)):
        changes = _changes().get((intended, place == last), {})
        change = changes.get(written)
        if change is not None:
            logs += change
        elif intended != written:
            logs += np.log(_IRREGULAR)
    return logs


@cache
def _changes() -> dict[tuple[str, bool], dict[str, Weights]]:
    """Map a letter, last of its word or not, to what may be written for it in each state.

    That is another letter, or the letter itself.
    """
    out: dict[tuple[str, bool], dict[str, Weights]] = {}
    for row in rows("spelling_habits.tsv"):
        careful, loose = np.log(float(row["careful"])), np.log(float(row["loose"]))
        bit = 0 if row["habit"] == _SLIP else 1 << HABITS.index(row["habit"])
        logs = np.array([loose if state & bit else careful for state in _STATES])
        for last in (True, False) if row["place"] == "any" else (True,):
            out.setdefault((row["intended"], last), {})[row["written"]] = logs
    for (intended, _), changes in out.items():
        changes[intended] = np.log1p(-np.sum([np.exp(one) for one in changes.values()], axis=0))
    return out


@cache
def _prior() -> Weights:
    counts = np.array([state.bit_count() for state in _STATES])
    logs: Weights = counts * np.log(_SHARE) + (len(HABITS) - counts) * np.log1p(-_SHARE)
    return logs
