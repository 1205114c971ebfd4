"""Dates as Arabic news pages write them, parsed.

Day-level dates only, and only when stated: a relative "three hours ago" says nothing without
the hour of saving. Numeric dates are day first, as in all Arabic-speaking countries; the other
order is taken when it alone is possible.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from mujaz.arabic.tables import rows

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

_ENGLISH_MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
_TIME = re.compile(
    r"(?<![\d/.-])(\d{1,2}):(\d{2})(?::\d{2})?(?!\d)\s*(ص|م|صباحا|مساء|[aApP]\.?[mM])?"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a line.

    Attributes:
        day: The date.
        time: ``HH:MM`` in 24 hours, or empty.
        rest: Number of letters in the line besides the date, the time and the words that
            belong to a dateline; a dateline has few.
    """

    day: date
    time: str
    rest: int


_COMPANIONS = re.compile(
    r"بتوقيت\s+\S+(?:\s+المكرمة)?|توقيت غرينتش|غرينتش|آخر تحديث|اخر تحديث|تاريخ النشر|"
    r"تاريخ التحديث|"
    r"نشر(?:ت)? في|نُشر في|نشر|تم النشر|التحديث|تحديث|الموافق|الساعة|مكة المكرمة|GMT|UTC|"
    r"(?:يوم\s+)?(?:الأحد|الاحد|الإثنين|الاثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|السبت)|"
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*|صباحا|مساء|هـ|"
    r"(?<!\w)[صم](?!\w)|الخبر|المقال|بتاريخ|في"
)


@cache
def month_numbers() -> Mapping[str, int]:
    """Gregorian month names of every region -> 1 to 12."""
    table = {
        row["name"]: int(row["month"]) for row in rows("months.tsv") if row["region"] != "hijri"
    }
    for index, name in enumerate(_ENGLISH_MONTHS, 1):
        table[name] = table[name[:3]] = index
    return table


@cache
def hijri_month_numbers() -> Mapping[str, int]:
    """Hijri month names -> 1 to 12."""
    return {
        row["name"]: int(row["month"]) for row in rows("months.tsv") if row["region"] == "hijri"
    }


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, month_numbers()), key=len, reverse=True))
    slash = rf"(?:\s*[/\-(]\s*(?:{names})\)?)?"
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})\s*[-/,،]?\s*(?:من\s+)?(?:شهر\s+)?\(?(?<!\w)({names})(?!\w){slash}\)?\s*[-/,،]?\s*(?:من\s+)?(?:عام\s+|سنة\s+)?(\d{{4}})(?!\d)",
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
        rf"(?<!\d)(\d{{1,2}})\s*(?:من\s+)?({names})\s*[,،]?\s*(?:عام\s+|سنة\s+)?(1[34]\d\d)(?!\d)(?:\s*هـ?)?"
    )


def find_date(line: str) -> FoundDate | None:
    """The first complete date in a line, or None.

    A Gregorian date wins over a Hijri one that stands beside it.
    """
    text = line.translate(DIGITS).replace("\u0640", "")
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
    """Whether a line is a date and hardly anything else."""
    found = find_date(line) if len(line) < 120 else None
    if found is None:
        return False
    # «ويعود آخر إغلاق إلى 19 أيلول 2016.» is a short sentence.
    return found.rest <= (12 if line.rstrip().endswith(".") else 24)


def _time_and_rest(rest: str) -> tuple[str, int]:
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
    """A Hijri date in the Gregorian calendar, by the tabular (civil) reckoning.

    Within one or two days of the announced calendars, which depend on the moon being seen.
    E. M. Reingold & N. Dershowitz, Calendrical Calculations, ch. 7.
    """
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return None
    days = day + (29 * (month - 1) + month // 2) + (year - 1) * 354 + (3 + 11 * year) // 30
    epoch = date(622, 7, 19)
    return epoch + timedelta(days=days - 1)
