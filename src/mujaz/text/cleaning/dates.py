"""Parser for dates as Arabic news pages write them.

Only absolute dates are read: "three hours ago" cannot be resolved without the time at which the
page was saved. Numeric dates are day first, as in all Arabic-speaking countries; month first is
assumed only where day first is not a valid date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from mujaz.arabic.letters import ASCII_DIGITS, TATWEEL
from mujaz.arabic.tables import alternatives, rows

_ENGLISH_MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)


def _words(kind: str) -> str:
    return f"(?:{alternatives('dateline_words.tsv', 'word', kind)})"


_TIME = re.compile(
    rf"(?<![\d/.-])(\d{{1,2}}):(\d{{2}})(?::\d{{2}})?(?!\d)\s*({_words('half_day')}|[aApP]\.?[mM])?"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a line.

    Attributes:
        day: The date.
        time: ``HH:MM`` in 24 hours, or empty.
        rest: Number of letters in the line apart from the date, the time and usual words of a
            dateline; a line with few of them is a dateline.
    """

    day: date
    time: str
    rest: int


_COMPANIONS = re.compile(rf"{_words('companion')}|GMT|UTC|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*")


@cache
def month_numbers() -> Mapping[str, int]:
    """Return the Gregorian month names of every region with their numbers, 1 to 12."""
    table = {
        row["name"]: int(row["month"]) for row in rows("months.tsv") if row["region"] != "hijri"
    }
    for index, name in enumerate(_ENGLISH_MONTHS, 1):
        table[name] = table[name[:3]] = index
    return table


@cache
def hijri_month_numbers() -> Mapping[str, int]:
    """Return the Hijri month names with their numbers, 1 to 12."""
    return {
        row["name"]: int(row["month"]) for row in rows("months.tsv") if row["region"] == "hijri"
    }


@cache
def _before_month() -> str:
    listed = [row["word"] for row in rows("dateline_words.tsv") if row["class"] == "before_month"]
    return "".join(rf"(?:{word}\s+)?" for word in listed)


@cache
def _before_year() -> str:
    return rf"(?:{_words('before_year')}\s+)?"


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, month_numbers()), key=len, reverse=True))
    slash = rf"(?:\s*[/\-(]\s*(?:{names})\)?)?"
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})\s*[-/,،]?\s*{_before_month()}\(?(?<!\w)({names})(?!\w){slash}\)?"
        rf"\s*[-/,،]?\s*{_before_year()}(\d{{4}})(?!\d)",
        re.IGNORECASE,
    )


@cache
def _english() -> re.Pattern[str]:
    names = "|".join(
        sorted((*_ENGLISH_MONTHS, *(n[:3] for n in _ENGLISH_MONTHS)), key=len, reverse=True)
    )
    return re.compile(
        rf"\b({names})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE
    )


@cache
def _hijri() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, hijri_month_numbers()), key=len, reverse=True))
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})\s*{_before_month()}({names})\s*[,،]?\s*{_before_year()}(1[34]\d\d)"
        rf"(?!\d)(?:\s*ه{TATWEEL}?)?"
    )


def find_date(line: str) -> FoundDate | None:
    """Find the first complete date in a line.

    A Gregorian date is preferred to a Hijri date in the same line.
    """
    text = line.translate(ASCII_DIGITS).replace(TATWEEL, "")
    for pattern, read in (
        (_named(), _read_named),
        (_english(), _read_english),
        (_ISO, _read_iso),
        (_NUMERIC, _read_numeric),
        (_hijri(), _read_hijri),
    ):
        for match in pattern.finditer(text):
            day = read(match)
            if day is not None:
                rest = text[: match.start()] + " " + text[match.end() :]
                return FoundDate(day, *_time_and_rest(rest))
    return None


def is_dateline(line: str) -> bool:
    """Return whether a line is a date with little or no other text."""
    found = find_date(line) if len(line) < 120 else None
    if found is None:
        return False
    # «ويعود آخر إغلاق إلى 19 أيلول 2016.» is a short sentence.
    return found.rest <= (12 if line.rstrip().endswith(".") else 24)


def _time_and_rest(rest: str) -> tuple[str, int]:
    """Return the time of day as ``HH:MM`` or empty, and the number of other letters."""
    match = _TIME.search(rest)
    time = ""
    if match is not None:
        hour, minute = int(match[1]), int(match[2])
        half = (match[3] or "").lower()
        if half.startswith(("م", "p")) and hour < 12:
            hour += 12
        elif half.startswith(("ص", "a")) and hour == 12:
            hour = 0
        if hour < 24 and minute < 60:
            time = f"{hour:02d}:{minute:02d}"
        rest = rest[: match.start()] + " " + rest[match.end() :]
    rest = _hijri().sub(" ", rest)
    rest = _COMPANIONS.sub(" ", rest)
    return time, sum(1 for char in rest if char.isalpha())


def _date(year: int, month: int, day: int) -> date | None:
    if not 1990 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_named(match: re.Match[str]) -> date | None:
    return _date(int(match[3]), month_numbers()[match[2].lower()], int(match[1]))


def _read_english(match: re.Match[str]) -> date | None:
    return _date(int(match[3]), month_numbers()[match[1].lower()], int(match[2]))


def _read_iso(match: re.Match[str]) -> date | None:
    return _date(int(match[1]), int(match[2]), int(match[3]))


def _read_numeric(match: re.Match[str]) -> date | None:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    return _date(year, second, first) or _date(year, first, second)


def _read_hijri(match: re.Match[str]) -> date | None:
    return hijri_to_gregorian(int(match[3]), hijri_month_numbers()[match[2]], int(match[1]))


def hijri_to_gregorian(year: int, month: int, day: int) -> date | None:
    """Convert a Hijri date by the tabular (civil) calendar; None if it is not valid.

    The result is within one or two days of the announced calendars, which depend on the
    sighting of the moon. E. M. Reingold & N. Dershowitz, Calendrical Calculations, ch. 7.
    """
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return None
    days = day + (29 * (month - 1) + month // 2) + (year - 1) * 354 + (3 + 11 * year) // 30
    epoch = date(622, 7, 19)
    return epoch + timedelta(days=days - 1)
