"""The screens' texts in Arabic and English, with counts that agree with their nouns.

``words.tsv`` has whole sentences by key; ``counts.tsv`` the forms of counted nouns;
``settings.tsv`` the meanings of settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from mujaz.publish.html.wording import day_in_words
from mujaz.tables import read_table

LANGUAGES = ("ar", "en")
_PACKAGE = "mujaz.desk.screens"


@cache
def words(language: str) -> Mapping[str, str]:
    """All texts of a language by key."""
    return {row["key"]: row[language] for row in read_table(_PACKAGE, "words.tsv")}


def text(key: str, language: str, **values: object) -> str:
    """A text with its values put in place of ``{name}``.

    A value is never searched for further names.
    """
    out = []
    rest = words(language)[key]
    while "{" in rest:
        before, _, after = rest.partition("{")
        name, _, rest = after.partition("}")
        out += [before, str(values[name])]
    return "".join([*out, rest])


def has(key: str) -> bool:
    """Whether there is a text with this key."""
    return key in words("en")


@cache
def _meanings(language: str) -> Mapping[str, str]:
    return {row["key"]: row[language] for row in read_table(_PACKAGE, "settings.tsv")}


def meaning(setting: str, language: str) -> str:
    """The meaning of a setting of ``mujaz.toml``, named as ``table.key``; empty if unknown."""
    return _meanings(language).get(setting, "")


@cache
def _counts() -> Mapping[tuple[str, str], Mapping[str, str]]:
    rows = read_table(_PACKAGE, "counts.tsv")
    return {(row["noun"], row["language"]): row for row in rows}


def counted(number: int, noun: str, language: str) -> str:
    """A count with its noun.

    >>> [counted(n, "story", "ar") for n in (0, 1, 2, 3, 11, 100)]
    ['لا أخبار', 'خبر واحد', 'خبران', '3 أخبار', '11 خبرا', '100 خبر']
    """
    row = _counts()[noun, language]
    return row[_form(number, language)].replace("{n}", str(number))


def _form(number: int, language: str) -> str:
    if number == 0:
        return "none"
    if number == 1:
        return "one"
    if language != "ar":
        return "many"
    if number == 2:
        return "two"
    rest = number % 100
    if 3 <= rest <= 10:
        return "few"
    return "hundreds" if rest in (0, 1, 2) else "many"


def length(minutes: float, language: str) -> str:
    """A length in words: minutes, or seconds below one minute."""
    if minutes < 1:
        return counted(max(round(minutes * 60), 1), "second", language)
    whole = round(minutes)
    return counted(whole, "minute", language)


def clock(minutes: float) -> str:
    """A length in figures: ``3:10``."""
    seconds = round(minutes * 60)
    return f"{seconds // 60}:{seconds % 60:02d}"


def moment(at: datetime, language: str) -> str:
    """A moment in the machine's time zone: the day in words and the hour in figures."""
    local = at.astimezone() if at.tzinfo else at
    return text("moment", language, day=day(local.date(), language), hour=f"{local:%H:%M}")


def day(on: date, language: str) -> str:
    """A date with weekday and the month's name."""
    return day_in_words(on, language)
