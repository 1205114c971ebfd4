"""Today's date for a greeting: as it is written, and as an anchor says it.

Written «الثلاثاء 24 تشرين الثاني/نوفمبر 2026», said in full with its endings: after «اليومَ» the
weekday and the day stand in the accusative, month and year in the genitive (K. Ryding, A
Reference Grammar of Modern Standard Arabic, 2005, 7.3.3 and 15.10). No model guesses them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from mujaz.arabic.calendar import WEEKDAYS, month_name, written_date
from mujaz.arabic.letters import FATHA
from mujaz.arabic.tables import rows
from mujaz.errors import MujazError
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, ordinal

_DAY = Form(Gender.MASCULINE, Case.ACCUSATIVE, definite=True)
_YEAR = Form(Gender.MASCULINE, Case.GENITIVE)


@dataclass(frozen=True, slots=True)
class BothForms:
    """A date as written and as said, the latter with full diacritics."""

    written: str
    spoken: str


def gregorian(day: date, months: str = "both") -> BothForms:
    """Weekday, day, month and year.

    Args:
        day: The date.
        months: Region of the month's name; see :func:`mujaz.arabic.calendar.month_name`.
    """
    regions = ("levant", "egypt") if months == "both" else (months,)
    month = " ".join(_said(region, str(day.month)) for region in regions)
    spoken = (
        f"{_said('weekday', WEEKDAYS[day.weekday()])} {_said_day(day.day)} مِنْ {month} "
        f"{_said_year(day.year)}"
    )
    return BothForms(written_date(day, months), spoken)


def hijri(day: date, adjust: int = 0) -> BothForms:
    """Day, month and year by the calendar of Umm al-Qura, moved by some days.

    Raises:
        MujazError: Outside the years that the calendar is computed for (1924 to 2077).
    """
    from hijridate import Gregorian

    try:
        moved = day + timedelta(days=adjust)
        found = Gregorian(moved.year, moved.month, moved.day).to_hijri()
    except (OverflowError, ValueError) as error:
        raise MujazError(
            f"no Hijri date is known for {day.isoformat()}", hint="set bulletin.hijri = false"
        ) from error
    name = next(
        row["name"]
        for row in rows("months.tsv")
        if row["region"] == "hijri" and row["month"] == str(found.month)
    )
    name = name.replace("ذو ", "ذي ")
    return BothForms(
        f"{found.day} {name} {found.year} للهجرة",
        f"{_said_day(found.day)} مِنْ {_said('hijri', str(found.month))} "
        f"{_said_year(found.year)} لِلْهِجْرَةِ",
    )


def _said_day(number: int) -> str:
    return " ".join(_said("day", word) for word in ordinal(number, _DAY).split())


def _said_year(number: int) -> str:
    return _year_words().sub(
        lambda match: _with_and(match[1]) + _said("year", match[2]), cardinal(number, _YEAR)
    )


@cache
def _year_words() -> re.Pattern[str]:
    words = [row["word"] for row in rows("spoken_dates.tsv") if row["kind"] == "year"]
    longest_first = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\S)(و?)({longest_first})(?!\S)")


@cache
def _said(kind: str, word: str) -> str:
    """A word of the table, with its «و» if it has one; another region's month as written."""
    for form, joined in ((word, ""), (word.removeprefix("و"), _with_and("و"))):
        for row in rows("spoken_dates.tsv"):
            if row["kind"] == kind and row["word"] == form:
                return joined + row["vocalized"]
    return month_name(int(word), kind) if word.isdigit() else word


def _with_and(letter: str) -> str:
    return letter + FATHA if letter else ""
