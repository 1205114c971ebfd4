"""Read what is neither word nor number: addresses, hashtags, operators, bullets, emoji."""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at
from mujaz.text.normalize.nouns import Noun, counted
from mujaz.text.normalize.numbers import Gender
from mujaz.text.normalize.words import spoken

_DOMAIN = (
    "com|org|net|gov|edu|info|io|tv|me|news|ae|sa|eg|jo|lb|sy|iq|ma|dz|tn|ly|ye|om|qa|kw|bh|sd|ps|"
    "mr|so|dj|km|co|uk|us|fr|de|ir|tr|ru|cn|int|mil|biz|app|dev|ai|be|ly|ws|live|online|site|press"
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s،؛»\"<>]+"
    r"|(?<![\w.+-])[a-zA-Z0-9_.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|(?<![a-zA-Z0-9.-])[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63}){0,5}\."
    rf"(?:{_DOMAIN})(?![a-zA-Z0-9.-]*[a-zA-Z0-9])(?:/[^\s،؛]*)?"
)
_MENTION = re.compile(r"(?<!\w)@[\w.]+")
_HASHTAG = re.compile(r"#(?=[\w])([\w]+)")
# Operator -> its name in the table of connectives.
_OPERATORS = {
    "+": "plus",
    "=": "equals",
    "×": "times",
    "÷": "divided by",
    "−": "minus",
    "-": "minus",
}
_BETWEEN = re.compile(r"(?<=[\d\s])\s?([+=×÷])\s?(?=\s?\d)")
_MINUS = re.compile(r"(?<=\d)\s([-−])\s(?=\d+\s?=)")
# A hyphen with space on both sides is a pause; any other is silent.
_HYPHEN = re.compile(r"^\s*[-–—]|(?<!\s)[-–—/_]|[-–—/_](?!\s)")
_LIST_NUMBER = re.compile(rf"^\s*\d{{1,2}}\s?(?:[-–)]|\.(?=\s))\s?(?=[{LETTER_RANGES}])")
# A plus behind a rating: بي+.
_PLUS = re.compile(rf"(?<=[{LETTER_RANGES}])\+(?![\d\w])")
_NUMERO = re.compile(r"№\s?(?=\d)")
_AMPERSAND = re.compile(r"\s?&\s?")
# Stars of a rating, full and empty: ★★★☆☆. One alone is a bullet.
_FULL_STARS = "★⭐✭✮✯✰🌟"
_STAR = rf"[{_FULL_STARS}]\ufe0f?"
_STARS = re.compile(rf"(?P<full>{_STAR}(?:\s?{_STAR}){{1,9}})(?P<half>\s?½)?(?:\s?☆){{0,9}}")
_SILENT = re.compile(
    r"[•▪●◦■□►▶★☆✓✔→←«»﴾﴿\"“”‘’<>{}\[\]|*~^`\\#@_°€$£¥©®™§¶=+×÷]",
)


def tag_addresses(line: Line) -> None:
    """Claim URLs, e-mail addresses and mentions, which are not said, and the signs of hashtags."""
    line.each(_ADDRESS, lambda match: "", "address")
    line.each(_MENTION, _mention, "mention")
    for match in _HASHTAG.finditer(line.text):
        # Only # and _ are claimed: the words are read like any others.
        line.claim(match.start(), match.start(1), "", "hashtag")
        for under in re.finditer("_+", match[1]):
            start = match.start(1) + under.start()
            line.claim(start, match.start(1) + under.end(), " ", "hashtag")


def _mention(match: re.Match[str]) -> str:
    """Return the name of an account if it is in Arabic letters, else an empty string."""
    name = match.group()[1:].replace("_", " ")
    return name if re.fullmatch(rf"[{LETTER_RANGES} ]+", name) else ""


def tag_stars(line: Line) -> None:
    """Claim the stars of a rating as their number: «★★★☆☆» is three stars."""

    def read(match: re.Match[str]) -> str:
        number = sum(char in _FULL_STARS for char in match["full"])
        said = counted(number, _star(), case_at(line.text, match.start()))
        return f" {said} و{spoken('half')} " if match["half"] else f" {said} "

    line.each(_STARS, read, "rating")


@cache
def _star() -> Noun:
    return Noun(spoken("star"), spoken("stars"), Gender.FEMININE)


def tag_symbols(line: Line) -> None:
    """Claim signs: operators between numbers and & are said, bullets and brackets are not."""
    line.each(_BETWEEN, _operator, "operator")
    line.each(_NUMERO, lambda match: f"{spoken('numero')} ", "symbol")
    line.each(_PLUS, lambda match: f" {spoken('plus')}", "operator")
    line.each(_AMPERSAND, lambda match: " و", "symbol")
    line.each(_HYPHEN, lambda match: " ", "hyphen")
    line.each(_SILENT, lambda match: "", "symbol")


def _operator(match: re.Match[str]) -> str:
    return f" {spoken(_OPERATORS[match[1]])} "


def tag_list_number(line: Line) -> None:
    """Claim the hyphen of a list number as a pause: «1- وقف إطلاق النار»."""
    match = _LIST_NUMBER.match(line.text)
    if match is not None:
        end = re.search(r"[-–).]", match.group())
        if end is not None:
            line.claim(match.start() + end.start(), match.end(), "، ", "list number")


def tag_minus(line: Line) -> None:
    """Claim the minus of a subtraction, told from a range by its result: 10 - 4 = 6."""
    line.each(_MINUS, _operator, "operator")
