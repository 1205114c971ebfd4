"""Make ``src/mujaz/arabic/data/word_forms.tsv``: frequent forms that loose spelling confuses.

    pip install wordfreq farahidi
    python tools/word_forms.py [--analyses FILE]

Frequencies come from wordfreq; they hold loose spelling too, so the share that the habits of
writers explain is subtracted. farahidi tells which forms are words. Its analyses take a quarter
of an hour; ``--analyses`` keeps them in a JSON file for the next run.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from mujaz.arabic.clitics import prefixes
from mujaz.arabic.letters import ALIF, ALIF_MADDA, LAM, WAW
from mujaz.arabic.loose_spelling import LEAST_STEM
from mujaz.arabic.tables import rows
from mujaz.arabic.word_forms import key_of
from mujaz.text.normalize.line import normalize_line

_TABLE = Path(__file__).resolve().parents[1] / "src/mujaz/arabic/data/word_forms.tsv"
_HEAD = (
    "# Well-spelled word forms by the letters that loose spelling leaves of them; frequency in"
    " centibels (200: one word in a hundred). Made by tools/word_forms.py.\n"
    "# source: frequencies of wordfreq 3.1.1 (R. Speer, data CC BY-SA 4.0), checked with the"
    " dictionary of farahidi 0.4.0 (AlKhalil Morpho Sys 2, GPL-3.0).\n"
)
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a]{2,}")
# Forms with a letter that loose spelling may change, or that may be written with a false hamza.
_MAY_CHANGE = re.compile("[أإآؤئءىة]|[يه]$|^[وفبك]?ال[ا]|^لل[ا]|^[وفبلكس]?ا(?!ل)")
_LEAST_FREQUENCY = 1e-7
# Less frequent forms by more than this factor than the most frequent of their key are noise.
_MOST_RATIO = 10**3.5
# Share of a word's frequency that is its own if it is in the dictionary, but all of it could be
# loose spelling of another.
_OWN_SHARE = 0.005
# Part of the occurrences of a form that is spelled otherwise in running text: upper quartiles of
# the ratios between forms in the dictionary and loose forms that are not.
_LOOSE = {
    "hamza": 0.4,
    "ta": 0.07,
    "yeh": 0.15,
    "maksura": 0.1,
    "false hamza": 0.08,
    "false madda": 0.001,
    "heh": 0.005,
    "seat": 0.05,
}
_LAST_CHANGES = {"ةه": "ta", "يى": "yeh", "ىي": "maksura", "هة": "heh"}
_ALIF_CHANGES = {ALIF: "hamza", ALIF_MADDA: "false madda"}
_OTHER_LENGTH = 0.005
# Part of the occurrences of verb forms such as أنهي, "I end", that news has: most are of dialogues.
_FIRST_PERSON = 0.05
# Verb only, as against any other word in the dictionary.
_VERB, _OTHER = "v", "n"
# Figures whose words are known.
_FIGURES = (*range(1, 121), *range(200, 2100, 100), 3000, 11000, 1_000_000, 2_000_000)
# Shares that the rates above cannot tell: the name Ali is hidden by the preposition على.
_KNOWN_SHARES = {"علي": 4e-4}
_ALIFS = frozenset("أإآا")


def changes(form: str, written: str) -> set[str]:
    """Name the kinds of change that lead from a form to a written word of the same length."""
    found = set()
    for place, (before, after) in enumerate(zip(form, written, strict=True)):
        last = place == len(form) - 1
        if before == after:
            continue
        if before in _ALIFS and after in _ALIFS:
            found.add(_ALIF_CHANGES.get(after, "false hamza"))
        elif last and before + after in _LAST_CHANGES:
            found.add(_LAST_CHANGES[before + after])
        else:
            found.add("seat")
    return found


def rate(form: str, written: str) -> float:
    """Return the part of a form's occurrences that is written as another."""
    if len(form) != len(written):
        return _OTHER_LENGTH
    return math.prod(_LOOSE[kind] for kind in changes(form, written))


def own_shares(
    forms: Iterable[str], frequency: Mapping[str, float], known: Mapping[str, str]
) -> dict[str, float]:
    """Return the frequency that each form of a key has as a word of its own."""
    forms = list(forms)
    shares = {}
    for form in forms:
        others = [one for one in forms if one != form and (known.get(one) or not known.get(form))]
        own = frequency[form] - sum(rate(one, form) * frequency[one] for one in others)
        if known.get(form):
            shares[form] = max(own, _OWN_SHARE * frequency[form])
            if known[form] == _VERB and any(_is_past(form, one, known) for one in others):
                shares[form] *= _FIRST_PERSON
            continue
        if any(_stands_for(form, one, frequency, known) for one in others):
            continue
        if own > 0:
            shares[form] = own
    shares.update((form, _KNOWN_SHARES[form]) for form in forms if form in _KNOWN_SHARES)
    most = max(shares.values(), default=0.0)
    return {form: share for form, share in shares.items() if share * _MOST_RATIO >= most}


def _is_past(form: str, other: str, known: Mapping[str, str]) -> bool:
    """Whether another form is a verb's past in ى and this one its first person or imperative."""
    return len(form) == len(other) and changes(other, form) == {"maksura"} and bool(known[other])


def _stands_for(
    form: str, other: str, frequency: Mapping[str, float], known: Mapping[str, str]
) -> bool:
    """Whether a form that is in no dictionary is but a loose spelling of another."""
    if not known.get(other):
        return frequency[form] < 0.3 * frequency[other]
    if len(form) == len(other) and changes(other, form) == {"seat"}:
        return False
    return frequency[form] < 3 * frequency[other]


def table(frequency: Mapping[str, float], known: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return the forms of each key with their shares."""
    groups: dict[str, list[str]] = defaultdict(list)
    for word, share in frequency.items():
        if share >= _LEAST_FREQUENCY or known.get(word):
            groups[key_of(word)].append(word)
    shares = {key: own_shares(forms, frequency, known) for key, forms in groups.items()}
    kept = {key: forms for key, forms in shares.items() if any(map(_MAY_CHANGE.search, forms))}
    kept.pop(ALIF + LAM, None)  # the article before a figure
    # A word that could be taken for a particle with another word stands in the table as well.
    for key, forms in shares.items():
        stems = [key[len(one) :] for one, _ in prefixes(key, LEAST_STEM)]
        if key not in kept and forms and any(stem in kept for stem in stems):
            kept[key] = forms
    return kept


def analysed(words: Iterable[str], cache: Path | None) -> dict[str, str]:
    """Ask farahidi which words it knows: as a verb only, as another word, or not (empty)."""
    from farahidi import Analyzer

    known: dict[str, str] = json.loads(cache.read_text()) if cache and cache.is_file() else {}
    analyzer = Analyzer()
    for word in words:
        if word not in known:
            kinds = {analysis.pos for analysis in analyzer.analyze(word)}
            known[word] = "" if not kinds else _VERB if kinds == {"فعل"} else _OTHER
    if cache:
        cache.write_text(json.dumps(known, ensure_ascii=False))
    return known


def add_own_words(frequency: dict[str, float], known: dict[str, str]) -> None:
    """Add the words of the lexicon and of numbers, also with the conjunction before them."""
    words = {row["word"] for row in rows("lexicon.tsv")}
    for figure in _FIGURES:
        for noun in ("رجلا", "امرأة"):
            words.update(normalize_line(f"{figure} {noun}").split())
    for word in words | {WAW + word for word in words}:
        if _ARABIC.fullmatch(word):
            known[word] = known.get(word) or _OTHER
            frequency.setdefault(word, _LEAST_FREQUENCY)


def _to_analyse(frequency: Mapping[str, float]) -> list[str]:
    """Return the forms that the table may get, and rarer loose spellings of them."""
    frequent = [word for word, share in frequency.items() if share >= _LEAST_FREQUENCY]
    keys = {key_of(word) for word in frequent}
    rare = [
        word
        for word, share in frequency.items()
        if share < _LEAST_FREQUENCY and key_of(word) in keys
    ]
    return [word for word in (*frequent, *rare) if _MAY_CHANGE.search(word)]


def main() -> None:
    """Write the table."""
    from wordfreq import get_frequency_dict

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--analyses", type=Path)
    cache = parser.parse_args().analyses
    found = get_frequency_dict("ar", wordlist="large")
    frequency = {word: share for word, share in found.items() if _ARABIC.fullmatch(word)}
    known = analysed(_to_analyse(frequency), cache)
    add_own_words(frequency, known)
    forms_of_keys = table(frequency, known)
    with _TABLE.open("w", encoding="utf-8") as stream:
        stream.write(_HEAD)
        for key in sorted(forms_of_keys, key=lambda one: one.encode("utf-8")):
            forms = sorted(forms_of_keys[key].items(), key=lambda item: (-item[1], item[0]))
            cells = (f"{form}:{round(-100 * math.log10(share))}" for form, share in forms)
            stream.write(f"{key}\t{' '.join(cells)}\n")


if __name__ == "__main__":
    main()
