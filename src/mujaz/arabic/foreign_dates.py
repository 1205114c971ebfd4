"""Dates as other languages write them, from the Unicode CLDR; Arabic ones are in ``calendar``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from mujaz.arabic.tables import rows


def full_date(day: date, language: str) -> str:
    """Write a date with weekday and the month's name.

    >>> full_date(date(2026, 11, 30), "en-GB")
    'Monday, 30 November 2026'
    """
    row = _row(language)
    return row["full"].format(
        weekday=row["weekdays"].split("|")[day.weekday()],
        day=day.day,
        month=row["months"].split("|")[day.month - 1],
        number=day.month,
        year=day.year,
    )


def month_and_year(day: date, language: str) -> str:
    """Write the month and the year of a date.

    >>> month_and_year(date(2026, 11, 30), "cs")
    'listopad 2026'
    """
    return f"{_row(language)['months_alone'].split('|')[day.month - 1]} {day.year}"


def _row(language: str) -> Mapping[str, str]:
    """The row of a tag or of the nearest one above it; English for a language without a row."""
    tag = language.lower()
    while tag and tag not in _locales():
        tag = tag.rpartition("-")[0]
    return _locales()[tag or "en"]


@cache
def _locales() -> Mapping[str, Mapping[str, str]]:
    return {row["locale"]: row for row in rows("cldr_dates.tsv")}
