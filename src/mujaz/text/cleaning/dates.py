"""Parser for dates as Arabic news pages write them.

Only absolute dates are read: "three hours ago" cannot be resolved without the time at which the
page was saved. Numeric dates are day first, as in all Arabic-speaking countries; month first is
assumed only where day first is not a valid date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from mujaz.arabic.hijri import hijri_to_gregorian, weekday_in
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
# Only a time of day: «20:05 بتوقيت مكة المكرمة».
_TIME_LINE = re.compile(
    rf"\W{{0,3}}(\d{{1,2}}):(\d{{2}})\s*(?:{_words('half_day')})?\W{{0,3}}"
    rf"(?:{_words('zone')}|GMT|UTC)?\W{{0,3}}"
)
# In characters.
_LONGEST_TIME = 60
# A time of day with its half, and a name of one to three words: the head of an entry.
_TIMED_NAME = re.compile(
    rf"\W{{0,3}}\d{{1,2}}:\d{{2}}\s*{_words('half_day')}(?:\s*[^\w\s]?\s*[^\W\d]+){{1,3}}"
)
# The stamp of an agency's dispatch: «04052025 1512 جمت».
_STAMP = re.compile(
    rf"(?<!\d)(\d\d)(\d\d)(\d{{4}})\s+([01]\d|2[0-3])([0-5]\d)\s*(?:{_words('zone')}|GMT|UTC)"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?!\d)")
# Every date has a year of four digits; most lines have none and are not searched further.
_YEAR = re.compile(rf"\d(?:{TATWEEL}*\d){{3}}")
_HIJRI_YEAR = r"1[34]\d\d"
_NUMERIC_HIJRI = re.compile(
    rf"(?<![\d/.-])(?:({_HIJRI_YEAR})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})|"
    rf"(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*({_HIJRI_YEAR}))(?!\d)"
)


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
    if _YEAR.search(line) is None:
        return None
    text = line.translate(ASCII_DIGITS).replace(TATWEEL, "")
    text = _STAMP.sub(r"\1/\2/\3 \4:\5", text)
    for pattern, read in (
        (_named(), _read_named),
        (_english(), _read_english),
        (_ISO, _read_iso),
        (_NUMERIC, _read_numeric),
        (_hijri(), _read_hijri),
        (_NUMERIC_HIJRI, _read_numeric_hijri),
    ):
        for match in pattern.finditer(text):
            day = read(match)
            if day is not None:
                rest = text[: match.start()] + " " + text[match.end() :]
                return FoundDate(day, *_time_and_rest(rest))
    return None


def time_line(line: str) -> tuple[int, int] | None:
    """Return the hour and minute of a line that holds only a time of day, or None."""
    if len(line) > _LONGEST_TIME:
        return None
    found = _TIME_LINE.fullmatch(line.translate(ASCII_DIGITS))
    return (int(found[1]), int(found[2])) if found is not None else None


def is_timed_name(line: str) -> bool:
    """Return whether a line holds a time of day and the name of who wrote then."""
    return (
        len(line) <= _LONGEST_TIME
        and _TIMED_NAME.fullmatch(line.translate(ASCII_DIGITS)) is not None
    )


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
    rest = _NUMERIC_HIJRI.sub(" ", _hijri().sub(" ", rest))
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
    year, month, day = int(match[3]), hijri_month_numbers()[match[2]], int(match[1])
    return hijri_to_gregorian(year, month, day, weekday_in(match.string))


def _read_numeric_hijri(match: re.Match[str]) -> date | None:
    """Read «1446/11/14» or «14/11/1446»."""
    year, month, day = (int(match[n]) for n in ((1, 2, 3) if match[1] else (6, 5, 4)))
    return hijri_to_gregorian(year, month, day, weekday_in(match.string))
