"""Write the tables of ``src/mujaz/arabic/data/cldr_*.tsv`` from the Unicode CLDR, as Babel has it.

    pip install -e '.[dev]' && python tools/cldr_tables.py

mujaz uses a thousandth of Babel's 37 MB: names of states and currencies in Arabic, and how dates
are written in the languages of shows. ``tests/unit/test_cldr_tables.py`` compares the two.

A locale is a row only if its parent (the tag without its last part) writes dates otherwise. The
patterns are those of Python's ``str.format``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_cldr_version
from babel.dates import get_date_format, get_day_names, get_era_names, get_month_names

_DATA = Path(__file__).resolve().parents[1] / "src/mujaz/arabic/data"
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*")
_ARABIC_ONLY = re.compile(r"[\s\u0621-\u064a]+")
_WIDTHS = {3: "abbreviated", 4: "wide"}
_FIELDS = {"y": "{year}", "d": "{day}", "dd": "{day:02}", "M": "{number}", "MM": "{number:02}"}
_DATES = ("locale", "months", "months_alone", "weekdays", "full")


def places() -> Iterator[tuple[str, ...]]:
    """English names of states with the Arabic ones."""
    english, arabic = Locale("en").territories, Locale("ar").territories
    for code, name in english.items():
        if code in arabic:
            yield name.lower(), arabic[code]


def currencies() -> Iterator[tuple[str, ...]]:
    """Codes of currencies with their Arabic names, as far as these are words alone."""
    for code, name in sorted(Locale("ar").currencies.items()):
        if _ARABIC_ONLY.fullmatch(name):
            yield code, name


def dates() -> Iterator[tuple[str, ...]]:
    """How each locale writes dates."""
    every = {tag: _row(Locale.parse(name)) for tag, name in sorted(_tags().items())}
    for tag, row in every.items():
        parent = tag.rpartition("-")[0]
        while parent and parent not in every:
            parent = parent.rpartition("-")[0]
        if every.get(parent) != row:
            yield tag, *row


def _tags() -> dict[str, str]:
    """Language tags in small letters, with and without a script, and the locales they name."""
    names = localedata.locale_identifiers()
    tags = {name.replace("_", "-").lower(): name for name in names}
    for name in names:
        language, *rest = name.split("_")
        if len(rest) == 2 and len(rest[0]) == 4:
            short = f"{language}_{rest[1]}"
            if _is_meant(short, name):
                tags.setdefault(short.replace("_", "-").lower(), name)
    return tags


def _is_meant(short: str, name: str) -> bool:
    try:
        return str(Locale.parse(short)) == name
    except (UnknownLocaleError, ValueError):
        return False


def _row(locale: Locale) -> tuple[str, ...]:
    pattern = get_date_format("full", locale).pattern
    letters = {match[0] for match in _TOKEN.finditer(pattern) if match[2]}
    month = next(token for token in letters if token[0] in "ML")
    context = "stand-alone" if month[0] == "L" else "format"
    months = get_month_names(_WIDTHS.get(len(month), "wide"), context, locale)
    alone = get_month_names("wide", "stand-alone", locale)
    day = next((token for token in letters if token[0] in "Ec"), "EEEE")
    context = "stand-alone" if day[0] == "c" else "format"
    days = get_day_names(_WIDTHS[len(day)], context, locale)

    def field(match: re.Match[str]) -> str:
        token = match[0]
        if match[2] is None:
            return match[1].replace("''", "'") or "'"
        if token[0] in "Ec":
            return "{weekday}"
        if token[0] == "G":
            return str(get_era_names("abbreviated", locale)[1])
        return _FIELDS.get(token, "{month}")

    return (
        "|".join(months[number] for number in range(1, 13)),
        "|".join(alone[number] for number in range(1, 13)),
        "|".join(days[number] for number in range(7)),
        _TOKEN.sub(field, pattern),
    )


def _write(name: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    source = f"CLDR {get_cldr_version()}"
    lines = [
        f"# From the Unicode {source}, by tools/cldr_tables.py; licence: LICENSE.unicode.",
        "\t".join((*columns, "source")),
        *("\t".join((*row, source)) for row in rows),
    ]
    (_DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write the three tables."""
    _write("cldr_places.tsv", ("english", "arabic"), places())
    _write("cldr_currencies.tsv", ("code", "name"), currencies())
    _write("cldr_dates.tsv", _DATES, dates())


if __name__ == "__main__":
    main()
