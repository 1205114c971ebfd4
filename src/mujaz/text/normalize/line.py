"""One line normalized."""

from __future__ import annotations

import re

from mujaz.arabic.letters import TATWEEL
from mujaz.text.dates import DIGITS
from mujaz.text.normalize.numbers import cardinal, digits

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%٪]|[%٪]\s*(\d+(?:\.\d+)?)")
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3}(?:[,٬]\d{3})+)(?![\d,])")
_DECIMAL = re.compile(r"(?<!\d)(\d+)[.٫](\d+)(?!\d)")
_INTEGER = re.compile(r"\d+")


def normalize_line(text: str) -> str:
    """A line as it would be said, without added diacritics."""
    text = text.translate(DIGITS)
    text = _GROUPED.sub(lambda m: re.sub("[,٬]", "", m[1]), text)
    text = _PERCENT.sub(lambda m: f"{m[1] or m[2]} في المئة", text)
    text = _DECIMAL.sub(lambda m: f"{cardinal(int(m[1]))} فاصلة {_fraction(m[2])}", text)
    text = _INTEGER.sub(lambda m: _whole(m.group()), text)
    return " ".join(text.replace(TATWEEL, "").split())


def _whole(text: str) -> str:
    return digits(text) if len(text) > 1 and text.startswith("0") else cardinal(int(text))


def _fraction(text: str) -> str:
    zeros = len(text) - len(text.lstrip("0"))
    words = ["صفر"] * zeros
    if text.strip("0"):
        words.append(cardinal(int(text)))
    return " ".join(words)
