"""Times of day: an hour is a definite feminine ordinal with the fractions newsreaders use.

العاشرة والنصف، السابعة إلا ربعا، الخامسة وخمس دقائق. K. Ryding 15.9.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import governs, words_before
from mujaz.text.normalize.dates import WEEKDAY, attached
from mujaz.text.normalize.nouns import Noun, counted
from mujaz.text.normalize.numbers import Case, Form, Gender, ordinal
from mujaz.text.normalize.numerals import PREFIX
from mujaz.text.normalize.words import alternatives, is_a

_MINUTE = Noun("دقيقة", "دقائق", Gender.FEMININE)
# An hour named no farther back than this makes the next figure one too.
_REACH_CHARS = 200
_SECOND = Noun("ثانية", "ثوان", Gender.FEMININE)
_HALF = rf"(?:\s?(?P<half>ص|م|[aApP]\.?[mM]\.?)(?![A-Za-z{LETTER_RANGES}]))?"
_HALVES = {"ص": " صباحا", "م": " مساء", "am": " صباحا", "pm": " مساء"}


_CLOCK = re.compile(
    rf"(?P<saa>(?:وال|بال|ال|لل)ساعة\s)?{PREFIX}(?<![\d:.])(?P<h>\d{{1,2}})[:.](?P<m>\d\d)"
    rf"(?::\d\d)?(?![\d:]|\.\d){_HALF}"
)
_WITH_HALF = re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s?(?P<half>[aApP]\.?[mM]\.?)(?![A-Za-z])")
# «من 8 ص إلى 2 م»: م is metres unless a ص says that hours are meant.
_MORNING = re.compile(rf"\d\s?ص(?![{LETTER_RANGES}.])")
_ABBREVIATED_HALF = re.compile(
    rf"(?<![\d:.])(?P<h>\d{{1,2}})\s?(?P<half>ص|م)(?![{LETTER_RANGES}.])"
)
_AND_MINUTES = re.compile(
    r"(?<=لساعة\s)(?P<h>\d{1,2})(?P<and>\s?و\s?(?P<m>\d{1,2})\s(?:دقيقة|دقائق))"
)
_BARE = re.compile(
    rf"(?<=لساعة\s)(?P<h>\d{{1,2}})(?![\d:,%]|\.\d){_HALF}"
    r"(?P<and>\s?(?P<j>و|إلى|حتى|-|–)\s?(?P<h2>\d{1,2})(?![\d:]))?"
)
_MATCH_CLOCK = re.compile(r"(?<![\d:.])(?P<m>\d{1,3})'(?:(?P<s>\d{1,2})(?:''|\"))")


@cache
def _part_of_day() -> str:
    """A pattern for the part of the day behind an hour."""
    return rf"(?=\s(?:{alternatives('oclock')}|بعد الظهر|بعد منتصف الليل)(?![{LETTER_RANGES}]))"


@cache
def _unnamed_pattern() -> re.Pattern[str]:
    return re.compile(rf"{PREFIX}(?<![\d:.,])(?P<h>\d{{1,2}}){_part_of_day()}")


@cache
def _definite_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![{LETTER_RANGES}])ال[ـ-]?(?P<h>\d{{1,2}}){_part_of_day()}")


def tag_times(line: Line) -> None:
    """الساعة 10:30 صباحا, 17:54, الساعة 8 و11 ليلا, حتى 6 صباحا, 12 ظهرا."""
    line.each(_CLOCK, _read_clock, "time")
    line.each(_WITH_HALF, _read_half, "time")
    if _MORNING.search(line.text):
        line.each(_ABBREVIATED_HALF, _read_half, "time")
    line.each(_AND_MINUTES, _read_minutes, "time")
    line.each(_BARE, _read_bare, "time")
    line.each(_unnamed_pattern(), lambda match: _read_unnamed(line, match), "time")
    line.each(_definite_pattern(), _read_definite, "time")
    line.each(_MATCH_CLOCK, _read_duration, "time")


def _read_clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["h"]), int(match["m"])
    dotted = "." in match.group().removesuffix(match["half"] or "")
    if hour > 24 or minute > 59 or (dotted and not match["saa"]):
        return None
    said = _time(hour, minute)
    lead = f"{match['saa'].strip()} " if match["saa"] else ""
    prefix = match["prefix"] or ""
    return lead + attached(prefix, said) + _half_of(match)


def _half_of(match: re.Match[str]) -> str:
    return _HALVES.get((match["half"] or "").lower().replace(".", ""), "")


def _read_half(match: re.Match[str]) -> str | None:
    hour = int(match["h"])
    return _hour(hour) + _half_of(match) if 1 <= hour <= 12 else None


def _read_minutes(match: re.Match[str]) -> str | None:
    hour, minute = int(match["h"]), int(match["m"])
    if hour > 24 or minute > 59:
        return None
    return f"{_hour(hour)} و{counted(minute, _MINUTE, Case.GENITIVE)}"


def _read_bare(match: re.Match[str]) -> str | None:
    if int(match["h"]) > 24 or (match["h2"] and int(match["h2"]) > 24):
        return None
    second = ""
    if match["h2"]:
        joiner = {"و": " و", "-": " إلى ", "–": " إلى "}.get(match["j"], f" {match['j']} ")
        second = joiner + _hour(int(match["h2"]))
    return f"{_hour(int(match['h']))}{_half_of(match)}{second}"


def _read_unnamed(line: Line, match: re.Match[str]) -> str | None:
    """An hour with its part of the day but without الساعة: «حتى 6 صباحا»."""
    hour = int(match["h"])
    before = words_before(line.text, match.start())[-1:]
    lead = bool(before) and (is_a(before[0], "hourlead") or WEEKDAY.fullmatch(before[0]))
    earlier = "ساعة" in line.text[
        max(0, match.start() - _REACH_CHARS) : match.start()
    ] and not governs(before[0] if before else "", "subject")
    if not 1 <= hour <= 12 or not (lead or match["prefix"] or earlier):
        return None
    return attached(match["prefix"] or "", _hour(hour))


def _read_definite(match: re.Match[str]) -> str | None:
    """«في الـ4 فجرا»."""
    hour = int(match["h"])
    return _hour(hour) if 1 <= hour <= 12 else None


def _read_duration(match: re.Match[str]) -> str:
    minutes = counted(int(match["m"]), _MINUTE, Case.GENITIVE)
    return f"{minutes} و{counted(int(match['s']), _SECOND, Case.GENITIVE)}"


def _hour(hour: int) -> str:
    if hour == 0:
        # Midnight as newsreaders say it on the 24-hour clock.
        return "الثانية عشرة"
    if hour == 1:
        return "الواحدة"
    return ordinal(hour, Form(Gender.FEMININE, Case.GENITIVE, definite=True))


def _time(hour: int, minute: int) -> str:
    if minute == 0:
        return _hour(hour)
    if minute == 45 and hour < 12:
        return f"{_hour(hour + 1)} إلا ربعا"
    quarter = {15: "والربع", 20: "والثلث", 30: "والنصف"}
    if minute in quarter and hour <= 12:
        return f"{_hour(hour)} {quarter[minute]}"
    return f"{_hour(hour)} و{counted(minute, _MINUTE, Case.GENITIVE)}"
