"""Dates in words, as Arabic newspapers print them."""

from __future__ import annotations

from datetime import date
from functools import cache

from mujaz.arabic.tables import column, rows

# Monday first, as date.weekday() counts.
WEEKDAYS = column("weekdays.tsv", "name")


@cache
def month_name(month: int, months: str = "egypt") -> str:
    """Return a month's name in the style of a region.

    Args:
        month: 1 to 12.
        months: ``levant``, ``egypt``, ``maghreb``, or ``both`` for the first two with a slash,
            as pan-Arab papers print them.
    """
    if months == "both":
        return f"{month_name(month, 'levant')}/{month_name(month, 'egypt')}"
    return next(
        row["name"]
        for row in rows("months.tsv")
        if row["region"] == months and row["month"] == str(month)
    )


def written_date(day: date, months: str = "both") -> str:
    """Return weekday, day, month and year: «الأحد 8 أيار/مايو 2022»."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {month_name(day.month, months)} {day.year}"
