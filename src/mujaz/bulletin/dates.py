"""Dates for a greeting, as written and as spoken with all endings; the time of a bulletin.

Written: «الثلاثاء 24 تشرين الثاني/نوفمبر 2026». Spoken, after «اليومَ», weekday and day are in the
accusative, month and year in the genitive (K. Ryding, A Reference Grammar of Modern Standard
Arabic, 2005, 7.3.3 and 15.10); the endings come from tables, because diacritizers guess them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from functools import cache

from mujaz.arabic.calendar import WEEKDAYS, month_name, written_date
from mujaz.arabic.letters import FATHA, MARKS
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.domain import Episode
from mujaz.errors import MujazError
from mujaz.settings.values import Config, timezone
from mujaz.tables import read_texts
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.numbers import Form, Gender, cardinal, ordinal
from mujaz.text.normalize.vocalize import vocalized

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
    spoken = " ".join(part.spoken for part in gregorian_parts(day, months).values())
    return BothForms(written_date(day, months), spoken)


def gregorian_parts(day: date, months: str = "both") -> Mapping[str, BothForms]:
    """The ``weekday``, ``day``, ``month`` and ``year`` of a date, in this order."""
    regions = ("levant", "egypt") if months == "both" else (months,)
    month = " ".join(_said(region, str(day.month)) for region in regions)
    weekday = WEEKDAYS[day.weekday()]
    return {
        "weekday": BothForms(weekday, _said("weekday", weekday)),
        "day": BothForms(str(day.day), f"{_said_day(day.day)} {words()['of_month']}"),
        "month": BothForms(month_name(day.month, months), month),
        "year": BothForms(str(day.year), _said_year(day.year)),
    }


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


def said_once(date_as_spoken: str) -> str:
    """A spoken date in which the word between day and month is not doubled by the template."""
    of_month = words()["of_month"]
    return re.sub(rf"{of_month} {strip_marks(of_month)}\b[{MARKS}]*", of_month, date_as_spoken)


def _said_day(number: int) -> str:
    return vocalized(ordinal(number, _DAY))


def _said_year(number: int) -> str:
    return vocalized(cardinal(number, _YEAR))


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


def moment_of(episode: Episode | None, day: date, config: Config) -> datetime:
    """The time that a bulletin refers to, in the show's time zone.

    That is ``[bulletin] time``; else now, or the first publication of the bulletin that is
    corrected; and for a past day its last minute, so that all its news is found. A later run of
    the same bulletin gets the same greeting.

    Args:
        episode: The bulletin if it is published already.
        day: Its date.
        config: With the settings of its edition.
    """
    zone = timezone(config)
    if config.bulletin.time:
        return datetime.combine(day, clock.fromisoformat(config.bulletin.time.zfill(5)), zone)
    moment = datetime.now(zone) if episode is None else episode.published.astimezone(zone)
    return moment if day >= moment.date() else datetime.combine(day, clock(23, 59), zone)
