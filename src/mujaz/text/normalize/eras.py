"""Read the era behind a year: م, هـ and ق.م after a date or a year that is named."""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import words_before
from mujaz.text.normalize.dates import YEAR_LEAD, month_pattern
from mujaz.text.normalize.words import is_a, spoken

_ERA = re.compile(
    rf"(?<!\d)(?P<y>\d{{1,4}})(?P<era>\s?(?:ق\.?\s?م\.?|هـ?|م))(?![{LETTER_RANGES}{MARK_RANGES}²³/\d])"
)
_NUMERIC_DATE = re.compile(r"\d{1,2}\s?[/\\.\-–]\s?\d{1,2}\s?[/\\.\-–]\s?$")
_BESIDE_HIJRI = re.compile(r"هـ?\s?[/(]\s?$")
_ARTICLE = "ال"
_REACH_CHARS = 60
_LEAST_YEAR, _LAST_YEAR = 1900, 2100
_METRE_WORDS = 5


@cache
def _after_month() -> re.Pattern[str]:
    return re.compile(rf"{month_pattern()}{YEAR_LEAD}$")


def tag_eras(line: Line) -> None:
    """Claim the era behind a year; a م that stands for metres is left."""
    for match in _ERA.finditer(line.text):
        era = match["era"].strip()
        if era == "م" and not is_year_of_our_era(line.text, match.start("y"), match["y"]):
            continue
        if era != "م" and len(match["y"]) < 3 and not _names_year(line.text, match.start("y")):
            continue
        name = {"م": "common era", "ه": "hijri era", "هـ": "hijri era"}.get(era, "before our era")
        line.claim(match.start("era"), match.end("era"), f" {spoken(name)}", "era")


def tag_centuries(line: Line) -> None:
    """Claim the era behind a century, which agrees with it: «القرن 11م» is الميلادي."""
    for match in _ERA.finditer(line.text):
        if kind := _century(line.text, match.start("y")):
            era = match["era"].strip()[0]
            name = {"م": f"common era of {kind}", "ه": f"hijri era of {kind}"}.get(era)
            said = spoken(name or "before our era")
            line.claim(match.start("era"), match.end("era"), f" {said}", "era")


def _century(text: str, position: int) -> str:
    """Tell a figure behind «القرن» or «القرنين», whose era agrees with it: القرن 11م."""
    before = words_before(text, position)
    while before and (len(before[-1]) == 1 or before[-1].removeprefix("و") == _ARTICLE):
        before = before[:-1]  # «القرنين 9 و11م»
    last = before[-1] if before else ""
    return next((kind for kind in ("century", "centuries") if is_a(last, kind)), "")


def is_year_of_our_era(text: str, position: int, figures: str) -> bool:
    """Tell a year with م from metres by the words around: 18 فبراير 2026م, ارتفاع 2000م."""
    start = max(0, position - _REACH_CHARS)
    lead = text[start:position]
    if _NUMERIC_DATE.search(lead) or _after_month().search(lead):
        return True
    if len(figures) < 3:
        return False
    if _BESIDE_HIJRI.search(lead):
        return True  # عام 92هـ (711م)
    if _names_year(text, position):
        return True
    if len(figures) != 4 or text[position + 4 : position + 5] != "م":
        return False  # «1975 م» of a road
    before = words_before(text, position)[-_METRE_WORDS:]
    if any(is_a(word.removeprefix("و"), "metreword") for word in before):
        return False
    after = re.match(rf"م\s([{LETTER_RANGES}]+)", text[position + 4 : position + 40])
    if after and is_a(after[1], "metretail"):
        return False
    return _LEAST_YEAR <= int(figures) <= _LAST_YEAR


def _names_year(text: str, position: int) -> bool:
    before = words_before(text, position)
    if not before:
        return False
    bare = before[-1].lstrip("وبلف").removeprefix("ال")
    return is_a(before[-1], "year") or is_a(bare, "year")
