"""Labels, counts, lengths and dates of the pages, in words of the show's language.

Counted nouns follow the Arabic rules of agreement (one, two, three to ten, more); dates always have
the month's name, because screen readers guess at dates in figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from mujaz.arabic.calendar import month_name, written_date
from mujaz.tables import read_table

if TYPE_CHECKING:
    from babel import Locale

_FORMS = ("one", "two", "few", "many", "hundred", "two_after")
# ISO 639 languages whose usual script runs from right to left.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@cache
def labels(language: str) -> Mapping[str, str]:
    """Labels by key; Arabic for an Arabic show, English for any other."""
    column = "ar" if primary(language) == "ar" else "en"
    return {row["key"]: row[column] for row in read_table("mujaz.publish.html", "labels.tsv")}


def primary(language: str) -> str:
    """The language of a tag without its region: ``ar`` of ``ar-EG``."""
    return language.partition("-")[0].lower()


def direction(language: str) -> str:
    """Direction of a language's script: ``rtl`` or ``ltr``."""
    return "rtl" if primary(language) in _RIGHT_TO_LEFT else "ltr"


def forms(noun: str, language: str) -> tuple[str, ...]:
    """Six forms of a counted noun.

    For one, two, three to ten, eleven to ninety-nine; for numbers that end in 00, 01 or 02; and for
    two after a preposition.
    """
    return tuple(labels(language)[f"{noun}_{form}"] for form in _FORMS)


def counted(number: int, noun: str, language: str, *, governed: bool = False) -> str:
    """Write a count in words; ``governed`` if it stands after a preposition.

    >>> [counted(n, "minutes", "ar") for n in (1, 2, 3, 11, 103)]
    ['دقيقة واحدة', 'دقيقتان', '3 دقائق', '11 دقيقة', '103 دقائق']
    """
    one, two, few, many, hundred, two_after = forms(noun, language)
    if number in (1, 2):
        return one if number == 1 else two_after if governed else two
    below = number % 100
    form = hundred if below < 3 else few if below <= 10 else many
    return form.replace("{n}", str(number))


def duration(seconds: float, language: str) -> str:
    """Write a length in words: hours and minutes, or minutes and seconds below ten minutes."""
    whole = max(round(seconds), 1)
    if whole >= 600:
        whole = round(whole / 60) * 60
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    parts = [
        counted(number, noun, language)
        for number, noun in ((hours, "hours"), (minutes, "minutes"), (rest, "seconds"))
        if number
    ]
    return labels(language)["and"].join(parts)


def day_in_words(day: date, language: str) -> str:
    """Write a date with weekday and the month's name."""
    if primary(language) == "ar":
        return written_date(day)
    from babel.dates import format_date

    return format_date(day, "full", locale=_locale(language))


def month_in_words(day: date, language: str) -> str:
    """Write the month and the year of a date."""
    if primary(language) == "ar":
        return f"{month_name(day.month, 'both')} {day.year}"
    from babel.dates import format_date

    return format_date(day, "LLLL y", locale=_locale(language))


def _locale(language: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def size_in_words(size: int, language: str) -> str:
    """Write a file's size in megabytes, with one decimal below ten."""
    megabytes = size / 1_000_000
    figure = f"{megabytes:.1f}" if megabytes < 10 else str(round(megabytes))
    return labels(language)["megabytes"].replace("{n}", figure)
