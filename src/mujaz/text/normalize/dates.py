"""Read dates: the day is a definite ordinal, then «من» and the month (الثامن من مايو).

K. Ryding 15.10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.calendar import month_name
from mujaz.arabic.letters import LETTER_RANGES
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import words_before
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.numbers import Form, Gender, cardinal, ordinal
from mujaz.text.normalize.numerals import PREFIX
from mujaz.text.normalize.words import alternatives, is_a, spoken

WEEKDAY = re.compile(alternatives("weekday"))
_DASH = r"\s?[-–—]\s?"
_NUMERIC = re.compile(
    rf"{PREFIX}(?<![\d/.])(?P<d>\d{{1,2}})\s?(?P<s>[/.\\\-–—])\s?(?P<m>\d{{1,2}})\s?(?P=s)\s?"
    r"(?P<y>\d{4}|\d\d(?!\d))(?![\d/])"
)
_ISO = re.compile(
    rf"{PREFIX}(?<![\d/.])(?P<y>\d{{4}})(?P<s>[/.\-])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?![\d/])"
)
_DAY_MONTH = re.compile(
    rf"(?:{alternatives('dateword')}|{WEEKDAY.pattern})\s(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?![\d/])"
)
_SLASHED = re.compile(
    rf"{PREFIX}(?<![\d/.,])(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?![\d/%٪]|[.,]\d|\s?[{LETTER_RANGES}]?/)"
)
_HIJRI_YEARS = range(1300, 1500)
_HIJRI_SIGN = re.compile(rf"\s?(?:هـ|ه(?![{LETTER_RANGES}])|{alternatives('hijri')})")
_ROUND_THE_CLOCK = re.compile(r"(?<![\d/])24/7(?![\d/])")
_PAIR = re.compile(
    rf"(?:{spoken('between')}|{spoken('from')})\s(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})"
    rf"\s?(?:و|{alternatives('rangeend')}|-)\s?(?P<d2>\d{{1,2}})/(?P<m2>\d{{1,2}})(?![\d/])"
)
_LAST_DAY = 31
# «الكويت - 1 - 12 - (كونا)»: day and month in the dateline of an agency.
_DATELINE = re.compile(r"(?<=\s-\s)(?P<d>\d{1,2}) - (?P<m>\d{1,2})(?= - \()")
_SEASONS = re.compile(
    r"(?<![\d/.])(?P<a>1[3489]\d\d|20\d\d)\s?[-/–—]\s?(?P<b>(?:1[3489]|20)\d\d|\d\d)(?![\d/])"
)


@cache
def _month_variants() -> Mapping[str, str]:
    """Map months with a figure or in short to their names, the longest first."""
    table = sorted(rows("month_variants.tsv"), key=lambda row: -len(row["written"]))
    return {row["written"]: row["spoken"] for row in table}


@cache
def month_pattern() -> str:
    """Return a pattern for a month, by one name or two: آذار/مارس, آذار (مارس)."""
    names = {row["name"] for row in rows("months.tsv")}
    one = f"(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})"
    one = rf"(?:{'|'.join(map(re.escape, _month_variants()))}|{one})"
    return rf"(?P<month>{one}(?:\s?[/-]\s?{one}|\s?\({one}\))?)(?![{LETTER_RANGES}])"


# Spaces and quotation marks before the first word of a line.
_REACH_CHARS = 400
_THE = rf"(?:(?<![{LETTER_RANGES}])(?P<join>[وف]?)(?P<lil>لل)[ـ-]?|ال[ـ-]?)?"
_OF = rf"(?:{spoken('from')}\s)?(?:{spoken('month')}\s)?"
_OF_MONTH = re.compile(rf"\s{spoken('from')}\s")
YEAR_LEAD = rf"[،,]?\s(?:{spoken('from')}\s)?(?P<in>(?:{alternatives('yearlead')})\s)?"
_YEAR = rf"{YEAR_LEAD}(?P<y>\d{{4}})(?!\d)"


@cache
def _range_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\d/.])(?P<a>\d{{1,2}})(?P<dash>{_DASH}|\s?و\s?|\s{spoken('to')}\s|\s{spoken('until')}\s)"
        rf"(?P<b>\d{{1,2}})(?=\s{_OF}{month_pattern()})"
    )


@cache
def _named_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"{PREFIX}{_THE}(?<![\d/.:])(?P<d>\d{{1,2}})\s{_OF}{month_pattern()}(?:{_YEAR})?"
    )


@cache
def _month_year_pattern() -> re.Pattern[str]:
    return re.compile(month_pattern() + _YEAR)


def tag_dates(line: Line, months: str) -> None:
    """8 مايو 2022, 25/12/2023, 2024-04-10, 5-8 مايو, بين 5 و8 مايو, موسم 2022-2023.

    Args:
        line: The line being read.
        months: Region whose month names stand for numeric months.
    """
    text = line.text
    _tag_pairs(line, months)
    _tag_days(line)
    line.each(_ROUND_THE_CLOCK, lambda match: spoken("round the clock"), "time")
    # A range ends before «من» and its month, so that _named_pattern does not read the month again.
    _tag_day_list(line)
    line.each(_range_pattern(), lambda match: _day_range(text, match), "date")
    line.each(_named_pattern(), lambda match: _named(text, match), "date")
    for match in _month_year_pattern().finditer(text):
        feminine = is_a((match["in"] or "").strip(), "feminineyear")
        line.claim(match.start("y"), match.end("y"), _year(int(match["y"]), feminine), "year")
    line.each(_NUMERIC, lambda match: _numeric(text, match, months), "date")
    line.each(_ISO, lambda match: _numeric(text, match, months), "date")
    for match in _DAY_MONTH.finditer(text):
        said = _day_of_month(text, match, months)
        if said:
            line.claim(match.start("d"), match.end("m"), said, "date")
    for match in _SLASHED.finditer(text):
        # The first figure is larger than the second, so this is no fraction: 17/6.
        if int(match["d"]) > int(match["m"]) and (said := _day_of_month(text, match, months)):
            line.claim(match.start("d"), match.end("m"), said, "date")
    line.each(_DATELINE, lambda match: _dateline(match, months), "date")
    line.each(_SEASONS, lambda match: _season(text, match), "year")


def _dateline(match: re.Match[str], months: str) -> str | None:
    return _day_and_month(int(match["d"]), int(match["m"]), Case.NOMINATIVE, months)


def _tag_pairs(line: Line, months: str) -> None:
    """Claim the two days of «بين 5/6 و12/6»."""
    for match in _PAIR.finditer(line.text):
        for first, second in (("d", "m"), ("d2", "m2")):
            said = _day_and_month(int(match[first]), int(match[second]), Case.GENITIVE, months)
            if said:
                line.claim(match.start(first), match.end(second), said, "date")


def _tag_days(line: Line) -> None:
    """Claim days of a month that is not named: «15 من الشهر», «الـ24 من نفس الشهر»."""
    for match in _day_pattern().finditer(line.text):
        day = int(match["d"])
        if 1 <= day <= _LAST_DAY:
            case = _day_case(line.text, match.start())
            said = attached(_lead(match), _day(day, case))
            line.claim(match.start(), match.end(), said, "date")
    for match in _decade_pattern().finditer(line.text):
        said = _decades()[match["n"]]
        line.claim(match.start("al"), match.end("n"), said, "date")


@cache
def _day_pattern() -> re.Pattern[str]:
    same = alternatives("sameday")
    return re.compile(
        rf"{PREFIX}{_THE}(?<![\d/.:])(?P<d>\d{{1,2}})"
        rf"(?=\s{spoken('from')}\s(?:(?:{same})\s)?(?:ال)?{spoken('month')})"
    )


@cache
def _decade_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وفبل]?(?:{alternatives('decadelead')})\s(?P<al>ال)[ـ-]?"
        rf"(?P<n>[2-9]0)(?=\s(?:{alternatives('decadetail')})|[،.]|$)"
    )


@cache
def _decades() -> Mapping[str, str]:
    return {row["number"]: row["spoken"] for row in rows("decades.tsv")}


def _year(number: int, feminine: bool = False) -> str:
    gender = Gender.FEMININE if feminine else Gender.MASCULINE
    return cardinal(number, Form(gender, Case.GENITIVE))


def _day_case(text: str, position: int) -> Case:
    """Return the case of a date: nominative only at the head of a line or behind its weekday."""
    before = words_before(text, position)
    if not before:
        return Case.NOMINATIVE if _opens_line(text, position) else Case.GENITIVE
    weekday_only = len(before) == 1 and WEEKDAY.fullmatch(before[0])
    return Case.NOMINATIVE if weekday_only else Case.GENITIVE


def _opens_line(text: str, position: int) -> bool:
    return position < _REACH_CHARS and not text[:position].strip(' «"(،')


def _day(number: int, case: Case) -> str:
    return ordinal(number, Form(Gender.MASCULINE, case, definite=True))


def _lead(match: re.Match[str]) -> str:
    """Return the prefix of a day; «وللـ15» has و, ل and the article."""
    return f"{match['join']}ل" if match["lil"] else match["prefix"] or ""


def attached(prefix: str, said: str) -> str:
    """Attach a prefix to a word with the article; ل and the article become لل: للثامن."""
    return f"{prefix[:-1]}لل{said.removeprefix('ال')}" if prefix.endswith("ل") else prefix + said


def _named(text: str, match: re.Match[str]) -> str | None:
    day = int(match["d"])
    if not 1 <= day <= 31:
        return None
    prefix = _lead(match)
    case = Case.GENITIVE if set(prefix) & set("بل") else _day_case(text, match.start())
    said = attached(prefix, _day(day, case))
    month = _spoken_month(match["month"])
    if f"{spoken('month')} " in match.group():
        month = f"{spoken('month')} {month}"
    year = ""
    if match["y"]:
        named = (match["in"] or "").strip()
        said_year = _year(int(match["y"]), is_a(named, "feminineyear"))
        year = f" {named + ' ' if named else ''}{said_year}"
    return f"{said} {spoken('from')} {month}{year}"


def _spoken_month(written: str) -> str:
    """Return the month as it is said: both names without their sign, short forms in full."""
    if written in _month_variants():
        return _month_variants()[written]
    return re.sub(r"\s?[/\-(]\s?", " ", written).rstrip(")")


@cache
def _days_pattern() -> re.Pattern[str]:
    """Return a pattern for the days before the last two of a list: «في 3 و4 و5 يونيو»."""
    joined = r"(?:\s?[،,]\s?|\s?و\s?)"
    return re.compile(
        rf"(?<![\d/.])(?P<days>(?:\d{{1,2}}{joined}){{1,6}})(?=\d{{1,2}}\s?و\s?\d{{1,2}}\s{month_pattern()})"
    )


def _tag_day_list(line: Line) -> None:
    for match in _days_pattern().finditer(line.text):
        for day in re.finditer(r"\d+", match["days"]):
            if 1 <= int(day.group()) <= _LAST_DAY:
                start = match.start("days") + day.start()
                form = Form(Gender.MASCULINE, Case.GENITIVE, definite=True)
                line.claim(start, start + len(day.group()), ordinal(int(day.group()), form), "date")


def _day_range(text: str, match: re.Match[str]) -> str | None:
    low, high = int(match["a"]), int(match["b"])
    if not (1 <= low <= 31 and 1 <= high <= 31):
        return None
    before = words_before(text, match.start())[-1:]
    # «يومي 12-13» names two days.
    both = bool(before) and is_a(before[0], "twodays") and high == low + 1
    joined = match["dash"].strip() == "و" or before == [spoken("between")] or both
    end = "until" if spoken("until") in match["dash"] else "to"
    joiner = " و" if joined else f" {spoken(end)} "
    rest = "" if _OF_MONTH.match(text, match.end()) else f" {spoken('from')}"
    return f"{_day(low, Case.GENITIVE)}{joiner}{_day(high, Case.GENITIVE)}{rest}"


def _numeric(text: str, match: re.Match[str], months: str) -> str | None:
    year = int(match["y"])
    if len(match["y"]) == 2:
        if match["s"] not in "/\\":
            return None
        year += 2000 if year < 50 else 1900
    region = "hijri" if _is_hijri(text, match, year) else months
    said = _day_of_month(text, match, region)
    if said is None or not 1000 <= year <= 2999:
        return None
    return attached(match["prefix"] or "", f"{said} {_year(year)}")


def _is_hijri(text: str, match: re.Match[str], year: int) -> bool:
    """Tell a year of the Hijra: by the sign behind it, or by its size."""
    return _HIJRI_SIGN.match(text, match.end()) is not None or year in _HIJRI_YEARS


def _day_of_month(text: str, match: re.Match[str], months: str) -> str | None:
    case = _day_case(text, match.start("d"))
    return _day_and_month(int(match["d"]), int(match["m"]), case, months)


def _day_and_month(day: int, month: int, case: Case, months: str) -> str | None:
    if month > 12 and day <= 12:
        day, month = month, day
    if not (1 <= day <= _LAST_DAY and 1 <= month <= 12):
        return None
    name = month_name(month, months).replace("/", " ")
    return f"{_day(day, case)} {spoken('from')} {_genitives().get(name, name)}"


@cache
def _genitives() -> Mapping[str, str]:
    """Map the months whose letters change behind «من» to their genitive: ذو الحجة."""
    return {row["name"]: row["genitive"] for row in rows("month_genitives.tsv")}


def _season(text: str, match: re.Match[str]) -> str:
    first, second = int(match["a"]), int(match["b"])
    if second < 100:
        second += first // 100 * 100
    between = words_before(text, match.start())[-1:] == [spoken("between")]
    joiner = " و" if between else f" {spoken('to')} "
    return f"{_year(first)}{joiner}{_year(second)}"
