"""Read times of day: the hour is a definite feminine ordinal, quarters and thirds are named.

العاشرة والنصف، السابعة إلا ربعا، الخامسة وخمس دقائق. K. Ryding 15.9.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at, word_after, words_before
from mujaz.text.normalize.dates import WEEKDAY, attached
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.government import ends_in_pronoun, governs, is_verb
from mujaz.text.normalize.nouns import Noun, counted
from mujaz.text.normalize.numbers import Form, Gender, ordinal
from mujaz.text.normalize.numerals import PREFIX
from mujaz.text.normalize.words import alternatives, is_a, spoken

# A figure is an hour if ساعة stands no farther than this before it.
_REACH_CHARS = 200
_MINUTES_PAST = {15: "quarter past", 20: "twenty past", 30: "half past"}
_LAST_DAY_HOUR = 12
_LAST_HOUR = 24
_LAST_MINUTE = 59
_HALVES = {row["written"]: row["part"] for row in rows("day_halves.tsv")}
_ARABIC_HALF = "|".join(half for half in _HALVES if not half.isascii())
_ARABIC_MORNING = "|".join(
    half for half, part in _HALVES.items() if part == "morning" and not half.isascii()
)
_HALF = rf"(?:\s?(?P<half>{_ARABIC_HALF}|[aApP]\.?[mM]\.?)(?![A-Za-z{LETTER_RANGES}]))?"
_HOUR = spoken("an hour")

_CLOCK = re.compile(
    rf"(?P<saa>(?:وال|بال|ال|لل){_HOUR}\s)?{PREFIX}(?<![\d:.])(?P<h>\d{{1,2}})[:.](?P<m>\d\d)"
    rf"(?::\d\d)?(?![\d:]|\.\d){_HALF}"
)
_ZONE = re.compile(rf"\s(?:{alternatives('timezone')})(?![{LETTER_RANGES}])")
_WITH_HALF = re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s?(?P<half>[aApP]\.?[mM]\.?)(?![A-Za-z])")
# «من 8 ص إلى 2 م»: م stands for metres unless the line also has an hour with ص.
_MORNING = re.compile(rf"\d\s?(?:{_ARABIC_MORNING})(?![{LETTER_RANGES}.])")
_ABBREVIATED_HALF = re.compile(
    rf"(?<![\d:.])(?P<h>\d{{1,2}})\s?(?P<half>{_ARABIC_HALF})(?![{LETTER_RANGES}.])"
)
# «يقام اللقاء في 9 م»: behind «في» no length is given.
_EVENING = re.compile(
    rf"(?<=\s{alternatives('atime')}\s)(?P<h>[1-9]|1[0-2])\s?(?P<half>{_ARABIC_HALF})(?![{LETTER_RANGES}.²³\d]|\s?\d)"
)
# «الساعة 20,30 ت غ», as French agencies write hours.
_COMMA_CLOCK = re.compile(
    rf"(?<=ل{_HOUR}\s)(?P<h>[01]\d|2[0-3]),(?P<m>[0-5]\d)(?![\d.,:/])(?P<h2>)(?P<m2>)"
)
_COMMA_ZONE = re.compile(
    rf"(?<![\d.,:/])(?P<h>[01]\d|2[0-3]),(?P<m>[0-5]\d)(?P<h2>)(?P<m2>)"
    rf"(?=\s(?:{alternatives('timezone')})(?![{LETTER_RANGES}]))"
)
_AND_MINUTES = re.compile(
    rf"(?<=ل{_HOUR}\s)(?P<h>\d{{1,2}})(?P<and>\s?و\s?(?P<m>\d{{1,2}})\s(?:{alternatives('minute')}))"
)
_BARE = re.compile(
    rf"(?<=ل{_HOUR}\s)(?P<h>\d{{1,2}})(?![\d:,%]|\.\d){_HALF}"
    rf"(?P<and>\s?(?P<j>و|{spoken('to')}|{spoken('until')}|-|–)\s?(?P<h2>\d{{1,2}})(?![\d:]))?"
)
_DEFINITE_HOUR = re.compile(rf"(?<=ل{_HOUR}\s)ال[ـ-]?(?P<h>\d{{1,2}})(?![\d:,%]|\.\d)")
_RACE_TIME = re.compile(
    r"(?<![\d:.])(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>[0-5]\d)(?![\d:]|\.\d)"
)
_MATCH_CLOCK = re.compile(r"(?<![\d:.])(?P<m>\d{1,3})'(?:(?P<s>\d{1,2})(?:''|\"))")


@cache
def _part_of_day() -> str:
    """Return a pattern for the part of the day behind an hour."""
    return rf"(?=\s(?:{alternatives('oclock')})(?![{LETTER_RANGES}]))"


@cache
def _unnamed_pattern() -> re.Pattern[str]:
    return re.compile(rf"{PREFIX}(?<![\d:.,])(?P<h>\d{{1,2}}){_part_of_day()}")


@cache
def _definite_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![{LETTER_RANGES}])ال[ـ-]?(?P<h>\d{{1,2}}){_part_of_day()}")


def tag_times(line: Line) -> None:
    """Claim times: الساعة 10:30 صباحا, 17:54, الساعة 8 و11 ليلا, حتى 6 صباحا, 12 ظهرا."""
    line.each(_four_digits(), _read_four, "time")
    line.each(_RACE_TIME, lambda match: _read_race(line.text, match), "duration")
    line.each(_CLOCK, lambda match: _read_clock(line.text, match), "time")
    line.each(_WITH_HALF, _read_half, "time")
    if _MORNING.search(line.text):
        line.each(_ABBREVIATED_HALF, _read_half, "time")
    line.each(_EVENING, _read_half, "time")
    line.each(_COMMA_CLOCK, _read_four, "time")
    line.each(_COMMA_ZONE, _read_four, "time")
    line.each(_AND_MINUTES, _read_minutes, "time")
    line.each(_BARE, _read_bare, "time")
    line.each(_definite_pattern(), _read_definite, "time")
    line.each(_DEFINITE_HOUR, _read_definite, "time")
    line.each(_unnamed_pattern(), lambda match: _read_unnamed(line, match), "time")
    line.each(_MATCH_CLOCK, _read_duration, "time")


@cache
def _four_digits() -> re.Pattern[str]:
    """Return a pattern for agency times: «1831 بتوقيت غرينتش», «الساعة 0545»."""
    return re.compile(
        rf"(?<![\d.,:/])(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?=\s(?:{alternatives('timezone')})(?![{LETTER_RANGES}]))"
        rf"|(?<=ل{_HOUR}\s)(?P<h2>[01]\d|2[0-3])(?P<m2>[0-5]\d)(?![\d.,:/])"
    )


def _read_four(match: re.Match[str]) -> str:
    return _time(int(match["h"] or match["h2"]), int(match["m"] or match["m2"]))


def _read_clock(text: str, match: re.Match[str]) -> str | None:
    hour, minute = int(match["h"]), int(match["m"])
    dotted = "." in match.group().removesuffix(match["half"] or "")
    if not _on_clock(hour, minute):
        return None
    if dotted and not match["saa"] and not _is_dotted_hour(text, match):
        return None
    if _LAST_DAY_HOUR < hour < _LAST_HOUR and is_a(word_after(text, match.end()), "oclock"):
        hour -= _LAST_DAY_HOUR  # 19.30 مساء
    said = _time(hour, minute)
    lead = f"{match['saa'].strip()} " if match["saa"] else ""
    prefix = match["prefix"] or ""
    return lead + attached(prefix, said) + _half_of(match)


def _is_dotted_hour(text: str, match: re.Match[str]) -> bool:
    """Tell an hour from a decimal: «يبدأ البث عند 21.45», «في 20.30 بتوقيت بيروت»."""
    if len(match["h"]) < 2 or match["prefix"]:
        return False
    if _ZONE.match(text, match.end()):
        return True
    before = words_before(text, match.start())
    if not before or not (is_a(before[-1], "hourlead") or governs(before[-1], "place")):
        return False
    after = word_after(text, match.end())
    unit = bool(after) and not is_a(after, "function") and not governs(after, "adverb")
    return not unit and any(is_a(word.removeprefix("و"), "scheduled") for word in before)


def _on_clock(hour: int, minute: int) -> bool:
    return hour <= _LAST_HOUR and minute <= _LAST_MINUTE


def _half_of(match: re.Match[str]) -> str:
    half = _HALVES.get((match["half"] or "").lower().replace(".", ""))
    return f" {spoken(half)}" if half else ""


def _read_half(match: re.Match[str]) -> str | None:
    hour = int(match["h"])
    return _hour(hour) + _half_of(match) if 1 <= hour <= _LAST_DAY_HOUR else None


def _read_minutes(match: re.Match[str]) -> str | None:
    hour, minute = int(match["h"]), int(match["m"])
    return _hour_and_minutes(hour, minute) if _on_clock(hour, minute) else None


def _read_bare(match: re.Match[str]) -> str | None:
    if int(match["h"]) > _LAST_HOUR or (match["h2"] and int(match["h2"]) > _LAST_HOUR):
        return None
    second = ""
    if match["h2"]:
        to = spoken("to")
        joiner = {"و": " و", "-": f" {to} ", "–": f" {to} "}.get(match["j"], f" {match['j']} ")
        second = joiner + _hour(int(match["h2"]))
    return f"{_hour(int(match['h']))}{_half_of(match)}{second}"


def _read_unnamed(line: Line, match: re.Match[str]) -> str | None:
    """Read an hour with its part of the day but without الساعة: «حتى 6 صباحا»."""
    hour = int(match["h"])
    before = words_before(line.text, match.start())[-1:]
    lead = bool(before) and (is_a(before[0], "hourlead") or WEEKDAY.fullmatch(before[0]))
    earlier = _HOUR in line.text[
        max(0, match.start() - _REACH_CHARS) : match.start()
    ] and not governs(before[0] if before else "", "subject")
    # «فتحت أبوابها 7 صباحا», but «قتل 7 صباح أمس»
    noun = bool(before) and ends_in_pronoun(before[0]) and not is_verb(before[0])
    if not 1 <= hour <= _LAST_DAY_HOUR or not (lead or match["prefix"] or earlier or noun):
        return None
    return attached(match["prefix"] or "", _hour(hour))


def _read_definite(match: re.Match[str]) -> str | None:
    """Read an hour with الـ: «في الـ4 فجرا»."""
    hour = int(match["h"])
    return _hour(hour) if 1 <= hour <= _LAST_DAY_HOUR else None


def _read_race(text: str, match: re.Match[str]) -> str | None:
    """Read how long a race took: «في زمن قدره 2:03:17»."""
    before = words_before(text, match.start())
    if not any(is_a(word.removeprefix("و"), "racetime") for word in before[-2:]):
        return None
    case = case_at(text, match.start())
    parts = zip(
        (match["h"], match["m"], match["s"]), (_an_hour(), _minute(), _second()), strict=True
    )
    return " و".join(counted(int(n), noun, case) for n, noun in parts if n and int(n))


def _read_duration(match: re.Match[str]) -> str:
    minutes = counted(int(match["m"]), _minute(), Case.GENITIVE)
    return f"{minutes} و{counted(int(match['s']), _second(), Case.GENITIVE)}"


@cache
def _an_hour() -> Noun:
    return Noun(spoken("an hour"), spoken("hours"), Gender.FEMININE)


@cache
def _minute() -> Noun:
    return Noun(spoken("minute"), spoken("minutes"), Gender.FEMININE)


@cache
def _second() -> Noun:
    return Noun(spoken("second"), spoken("seconds"), Gender.FEMININE)


def _hour(hour: int) -> str:
    if hour == 0:
        return spoken("midnight")
    if hour == 1:
        return spoken("one o'clock")
    return ordinal(hour, Form(Gender.FEMININE, Case.GENITIVE, definite=True))


def _time(hour: int, minute: int) -> str:
    if minute == 0:
        return _hour(hour)
    if minute == 45 and hour < _LAST_DAY_HOUR:
        return f"{_hour(hour + 1)} {spoken('except')} {spoken('a quarter')}"
    if minute in _MINUTES_PAST and hour <= _LAST_DAY_HOUR:
        return f"{_hour(hour)} و{spoken(_MINUTES_PAST[minute])}"
    return _hour_and_minutes(hour, minute)


def _hour_and_minutes(hour: int, minute: int) -> str:
    return f"{_hour(hour)} و{counted(minute, _minute(), Case.GENITIVE)}"
