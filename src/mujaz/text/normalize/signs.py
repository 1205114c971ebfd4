"""What is neither word nor number: addresses, hashtags, mentions, operators, bullets, emoji."""

from __future__ import annotations

import re

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.text.normalize.claims import Line

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
_OPERATORS = {
    "+": " زائد ",
    "=": " يساوي ",
    "×": " في ",
    "÷": " على ",
    "−": " ناقص ",
    "-": " ناقص ",
}
_BETWEEN = re.compile(r"(?<=[\d\s])\s?([+=×÷])\s?(?=\s?\d)")
_MINUS = re.compile(r"(?<=\d)\s([-−])\s(?=\d+\s?=)")
# A hyphen with space on both sides is a pause; any other is silent.
_HYPHEN = re.compile(r"^\s*[-–—]|(?<!\s)[-–—/_]|[-–—/_](?!\s)")
_LIST_NUMBER = re.compile(rf"^\s*\d{{1,2}}\s?(?:[-–)]|\.(?=\s))\s?(?=[{LETTER_RANGES}])")
_AMPERSAND = re.compile(r"\s?&\s?")
_SILENT = re.compile(
    r"[•▪●◦■□►▶★☆✓✔→←«»﴾﴿\"“”‘’<>{}\[\]|*~^`\\#@_°€$£¥©®™§¶=+×÷]",
)


def tag_addresses(line: Line) -> None:
    """URLs and e-mail are never spelled; mentions too; hashtags lose their sign."""
    line.each(_ADDRESS, lambda match: "", "address")
    line.each(_MENTION, _mention, "mention")
    for match in _HASHTAG.finditer(line.text):
        # The words stay in the line, to be read like any others.
        line.claim(match.start(), match.start(1), "", "hashtag")
        for under in re.finditer("_+", match[1]):
            start = match.start(1) + under.start()
            line.claim(start, match.start(1) + under.end(), " ", "hashtag")


def _mention(match: re.Match[str]) -> str:
    """An account's name in Arabic is said; a Latin one is not."""
    name = match.group()[1:].replace("_", " ")
    return name if re.fullmatch(rf"[{LETTER_RANGES} ]+", name) else ""


def tag_symbols(line: Line) -> None:
    """+ = between numbers are said; &, signs, bullets, brackets and emoji are not."""
    line.each(_BETWEEN, lambda match: _OPERATORS[match[1]], "operator")
    line.each(_AMPERSAND, lambda match: " و", "symbol")
    line.each(_HYPHEN, lambda match: " ", "hyphen")
    line.each(_SILENT, lambda match: "", "symbol")


def tag_list_number(line: Line) -> None:
    """«1- وقف إطلاق النار»: the number is said, its hyphen is not."""
    match = _LIST_NUMBER.match(line.text)
    if match is not None:
        end = re.search(r"[-–).]", match.group())
        if end is not None:
            line.claim(match.start() + end.start(), match.end(), "، ", "list number")


def tag_minus(line: Line) -> None:
    """10 - 4 = 6: a subtraction, told from a range by its result."""
    line.each(_MINUS, lambda match: _OPERATORS[match[1]], "operator")
