"""What the pages say, in the show's language: labels, counts, lengths and dates in words.

Numbers agree with what they count as Arabic wants it (one, two, three to ten, more); dates are
never written as figures alone, which synthesizers guess at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from mujaz.arabic.calendar import written_date

_FORMS = ("one", "two", "few", "many")
# ISO 639 languages whose usual script runs from right to left.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@cache
def labels(language: str) -> Mapping[str, str]:
    """Every label by its key; Arabic for an Arabic show, English for any other."""
    column = 1 if primary(language) == "ar" else 2
    text = (files("mujaz.publish.html") / "labels.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {row[0]: row[column] for row in rows[1:]}


def primary(language: str) -> str:
    """The language of a tag without its region: ``ar`` of ``ar-EG``."""
    return language.partition("-")[0].lower()


def direction(language: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if primary(language) in _RIGHT_TO_LEFT else "ltr"


def forms(noun: str, language: str) -> tuple[str, str, str, str]:
    """The four forms of a counted noun: one, two, three to ten, eleven and more."""
    one, two, few, many = (labels(language)[f"{noun}_{form}"] for form in _FORMS)
    return one, two, few, many


def counted(number: int, noun: str, language: str) -> str:
    """A count in words.

    >>> [counted(n, "minutes", "ar") for n in (1, 2, 3, 11, 103)]
    ['دقيقة واحدة', 'دقيقتان', '3 دقائق', '11 دقيقة', '103 دقائق']
    """
    one, two, few, many = forms(noun, language)
    if number in (1, 2):
        return one if number == 1 else two
    return (few if 3 <= number % 100 <= 10 else many).replace("{n}", str(number))


def duration(seconds: float, language: str) -> str:
    """A length in words: hours and minutes, or minutes and seconds below ten minutes."""
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
    """A date with its weekday and the month's name."""
    if primary(language) == "ar":
        return written_date(day)
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return format_date(day, "full", locale=locale)


def size_in_words(size: int, language: str) -> str:
    """A file's size in megabytes, with one decimal below ten."""
    megabytes = size / 1_000_000
    figure = f"{megabytes:.1f}" if megabytes < 10 else str(round(megabytes))
    return labels(language)["megabytes"].replace("{n}", figure)
