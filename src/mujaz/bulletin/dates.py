"""Dates for a greeting, as written and as spoken with all endings.

Written: «الثلاثاء 24 تشرين الثاني/نوفمبر 2026». Spoken, after «اليومَ», weekday and day are in the
accusative, month and year in the genitive (K. Ryding, A Reference Grammar of Modern Standard
Arabic, 2005, 7.3.3 and 15.10); the endings come from tables, because diacritizers guess them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from mujaz.arabic.calendar import WEEKDAYS, month_name, written_date
from mujaz.arabic.letters import FATHA
from mujaz.arabic.tables import rows
from mujaz.errors import MujazError
from mujaz.tables import read_texts
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, ordinal

_DAY = Form(Gender.MASCULINE, Case.ACCUSATIVE, definite=True)
_YEAR = Form(Gender.MASCULINE, Case.GENITIVE)


def words() -> Mapping[str, str]:
    """Texts of ``data/wording.tsv`` by key."""
    return read_texts("mujaz.bulletin", "data/wording.tsv")


@dataclass(frozen=True, slots=True)
class BothForms:
    """A date as written, and as spoken with full diacritics."""

    written: str
    spoken: str


def gregorian(day: date, months: str = "both") -> BothForms:
    """Write and speak weekday, day, month and year.

    Args:
        day: The date.
        months: Region of the month's name; see :func:`mujaz.arabic.calendar.month_name`.
    """
    regions = ("levant", "egypt") if months == "both" else (months,)
    month = " ".join(_said(region, str(day.month)) for region in regions)
    weekday = _said("weekday", WEEKDAYS[day.weekday()])
    spoken = f"{weekday} {_said_day(day.day)} {words()['of_month']} {month} {_said_year(day.year)}"
    return BothForms(written_date(day, months), spoken)


def hijri(day: date, adjust: int = 0) -> BothForms:
    """Write and speak day, month and year by the calendar of Umm al-Qura, moved by ``adjust`` days.

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
    texts = words()
    name = name.replace(texts["dhu"], texts["dhu_genitive"])
    return BothForms(
        f"{found.day} {name} {found.year} {texts['hijri_era']}",
        f"{_said_day(found.day)} {texts['of_month']} {_said('hijri', str(found.month))} "
        f"{_said_year(found.year)} {texts['hijri_era_spoken']}",
    )


def _said_day(number: int) -> str:
    return " ".join(_said("day", word) for word in ordinal(number, _DAY).split())


def _said_year(number: int) -> str:
    return _year_words().sub(
        lambda match: _with_and(match[1]) + _said("year", match[2]), cardinal(number, _YEAR)
    )


@cache
def _year_words() -> re.Pattern[str]:
    spoken = [row["word"] for row in rows("spoken_dates.tsv") if row["kind"] == "year"]
    longest_first = "|".join(sorted(spoken, key=len, reverse=True))
    return re.compile(rf"(?<!\S)({words()['and']}?)({longest_first})(?!\S)")


@cache
def _said(kind: str, word: str) -> str:
    """Look up a word's spoken form, also after «و»; a month that is not listed stays as written."""
    conjunction = words()["and"]
    for form, joined in ((word, ""), (word.removeprefix(conjunction), _with_and(conjunction))):
        for row in rows("spoken_dates.tsv"):
            if row["kind"] == kind and row["word"] == form:
                return joined + row["vocalized"]
    return month_name(int(word), kind) if word.isdigit() else word


def _with_and(letter: str) -> str:
    return letter + FATHA if letter else ""
