"""Dates and times of day."""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.calendar import month_name
from mujaz.arabic.letters import LETTERS
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at, words_before
from mujaz.text.normalize.nouns import Noun, counted
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, ordinal

_MINUTE = Noun("دقيقة", "دقائق", Gender.FEMININE)
_PREFIX = rf"(?:(?<![{LETTERS}])(?P<prefix>[وف]?[بل]?))?"


@cache
def _months() -> str:
    names = {row["name"] for row in rows("months.tsv")}
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


def tag_dates(line: Line, months: str) -> None:
    """8 مايو 2022, 25/12/2023, 2024-04-10, 5-8 مايو, بين 5 و8 مايو."""
    month = rf"(?P<month>(?:{_months()})(?:\s?/\s?(?:{_months()}))?)(?![{LETTERS}])"
    day_range = re.compile(
        rf"(?<![\d/.])(?P<a>\d{{1,2}})(?P<dash>\s?[-–—]\s?|\sو\s?|\sإلى\s)(?P<b>\d{{1,2}})(?=\s(?:من\s)?{month})"
    )
    line.each(day_range, lambda match: _day_range(line.text, match), "date")
    named = re.compile(
        rf"{_PREFIX}(?<![\d/.:])(?P<d>\d{{1,2}})\s(?:من\s)?{month}(?:[،,]?\s(?P<y>\d{{4}})(?!\d))?"
    )
    line.each(named, lambda match: _named(line.text, match), "date")
    trailing = re.compile(rf"(?:{month})[،,]?\s(?P<y>\d{{4}})(?!\d)")
    for match in trailing.finditer(line.text):
        line.claim(match.start("y"), match.end("y"), _year(int(match["y"])), "year")
    numeric = re.compile(
        r"(?<![\d/.])(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{4})(?![\d/])"
    )
    line.each(numeric, lambda match: _numeric(line.text, match, months), "date")
    iso = re.compile(r"(?<![\d/.])(?P<y>\d{4})[/.\-](?P<m>\d{1,2})[/.\-](?P<d>\d{1,2})(?![\d/])")
    line.each(iso, lambda match: _numeric(line.text, match, months), "date")
    seasons = re.compile(
        r"(?<![\d/.])(?P<a>(?:19|20)\d\d)\s?[-–—/]\s?(?P<b>(?:19|20)\d\d|\d\d)(?![\d/])"
    )
    line.each(seasons, _season, "year")


def _year(number: int) -> str:
    return cardinal(number, Form(Gender.MASCULINE, Case.OBLIQUE))


def _day_case(text: str, position: int) -> Case:
    before = words_before(text, position)
    if not before and not text[:position].strip(' «"(،'):
        return Case.NOMINATIVE
    if before and before[-1] in (
        "ثورة",
        "في",
        "من",
        "إلى",
        "حتى",
        "منذ",
        "قبل",
        "بعد",
        "يوم",
        "بين",
        "ليلة",
    ):
        return Case.OBLIQUE
    return Case.NOMINATIVE if len(before) <= 1 else case_at(text, position)


def _day(number: int, case: Case) -> str:
    return ordinal(number, Form(Gender.MASCULINE, case, definite=True))


def _named(text: str, match: re.Match[str]) -> str | None:
    day = int(match["d"])
    if not 1 <= day <= 31:
        return None
    prefix = match["prefix"] or ""
    said = _day(day, _day_case(text, match.start()))
    if prefix.endswith("ل"):
        said = "ل" + said.removeprefix("ا")
        prefix = prefix[:-1]
    month = re.sub(r"\s?/\s?", " ", match["month"])
    year = f" {_year(int(match['y']))}" if match["y"] else ""
    return f"{prefix}{said} من {month}{year}"


def _day_range(text: str, match: re.Match[str]) -> str | None:
    low, high = int(match["a"]), int(match["b"])
    if not (1 <= low <= 31 and 1 <= high <= 31):
        return None
    case = Case.OBLIQUE
    between = words_before(text, match.start())[-1:] == ["بين"] or "و" in match["dash"]
    joiner = " و" if between else " إلى "
    rest = "" if re.match(r"\sمن\s", text[match.end() :]) else " من"
    return f"{_day(low, case)}{joiner}{_day(high, case)}{rest}"


def _numeric(text: str, match: re.Match[str], months: str) -> str | None:
    day, month, year = int(match["d"]), int(match["m"]), int(match["y"])
    if month > 12 and day <= 12:
        day, month = month, day
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    name = month_name(month, months).replace("/", " ")
    return f"{_day(day, _day_case(text, match.start()))} من {name} {_year(year)}"


def _season(match: re.Match[str]) -> str:
    first = int(match["a"])
    second = int(match["b"])
    if second < 100:
        second += first // 100 * 100
    return f"{_year(first)} إلى {_year(second)}"


_HALF = r"(?:\s?(?P<half>ص|م|am|pm|AM|PM)(?![A-Za-z" + LETTERS + "]))?"


def tag_times(line: Line) -> None:
    """الساعة 10:30 صباحا, 17:54, الساعة 8 و11 ليلا."""
    clock = re.compile(
        rf"(?P<saa>الساعة\s)?{_PREFIX}(?<![\d:.])(?P<h>\d{{1,2}})[:.](?P<m>\d\d)(?::\d\d)?(?![\d:]){_HALF}"
    )

    def read(match: re.Match[str]) -> str | None:
        hour, minute = int(match["h"]), int(match["m"])
        dotted = "." in match.group()
        if hour > 24 or minute > 59 or (dotted and not match["saa"]):
            return None
        said = _time(hour, minute)
        if match["saa"]:
            said = "الساعة " + said
        half = {"ص": " صباحا", "م": " مساء", "am": " صباحا", "pm": " مساء"}
        return (match["prefix"] or "") + said + half.get((match["half"] or "").lower(), "")

    line.each(clock, read, "time")
    bare = re.compile(
        rf"(?P<saa>الساعة\s)(?P<h>\d{{1,2}})(?![\d:.,%]){_HALF}(?P<and>\sو(?P<h2>\d{{1,2}})(?!\d))?"
    )

    def read_bare(match: re.Match[str]) -> str | None:
        if int(match["h"]) > 24:
            return None
        half = {"ص": " صباحا", "م": " مساء"}.get(match["half"] or "", "")
        second = f" و{_hour(int(match['h2']))}" if match["h2"] else ""
        return f"الساعة {_hour(int(match['h']))}{half}{second}"

    line.each(bare, read_bare, "time")


def _hour(hour: int) -> str:
    if hour == 1:
        return "الواحدة"
    return (
        ordinal(hour or 24, Form(Gender.FEMININE, Case.OBLIQUE, definite=True)) if hour else "الصفر"
    )


def _time(hour: int, minute: int) -> str:
    if minute == 0:
        return _hour(hour)
    if minute == 45 and hour < 12:
        return f"{_hour(hour + 1)} إلا ربعا"
    quarter = {15: "والربع", 20: "والثلث", 30: "والنصف"}
    if minute in quarter and hour <= 12:
        return f"{_hour(hour)} {quarter[minute]}"
    return f"{_hour(hour)} و{counted(minute, _MINUTE, Case.OBLIQUE)}"
