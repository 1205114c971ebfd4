"""The tables taken from the CLDR, against Babel's CLDR of the same version."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel import Locale, localedata
from babel.core import get_cldr_version
from babel.dates import format_date

from mujaz.arabic.foreign_dates import full_date, month_and_year
from mujaz.arabic.tables import rows
from mujaz.publish.html.wording import day_in_words, month_in_words
from mujaz.text.normalize.latin import _places
from mujaz.text.normalize.measures import currency_of

# A day of each month, all days of the week among them, with one and two figures.
_DAYS = [date(2026, 1, 1) + timedelta(days=29 * number) for number in range(13)]
_TAGS = (
    "en",
    "en-GB",
    "EN-us",
    "fr",
    "fr-CH",
    "de-AT",
    "cs",
    "fa",
    "he",
    "ja",
    "zh-TW",
    "sr-Latn-ME",
)
_same_version = pytest.mark.skipif(
    rows("cldr_dates.tsv")[0]["source"] != f"CLDR {get_cldr_version()}",
    reason="Babel has another CLDR: python tools/cldr_tables.py",
)


def _compare(tag: str, name: str) -> None:
    locale = Locale.parse(name)
    for day in _DAYS:
        assert full_date(day, tag) == format_date(day, "full", locale), tag
        assert month_and_year(day, tag) == format_date(day, "LLLL y", locale), tag


@_same_version
@pytest.mark.parametrize("tag", _TAGS)
def test_dates_are_those_of_the_language(tag: str) -> None:
    _compare(tag, tag.replace("-", "_"))


@_same_version
@pytest.mark.slow
def test_dates_are_those_of_every_language() -> None:
    for name in localedata.locale_identifiers():
        _compare(name.replace("_", "-"), name)


@pytest.mark.parametrize("tag", ["xx", "xx-YY", "q", "en_US"])
def test_a_tag_without_a_language_is_written_in_english(tag: str) -> None:
    day = date(2026, 11, 30)
    assert day_in_words(day, tag) == "Monday, November 30, 2026"
    assert month_in_words(day, tag) == "November 2026"


@_same_version
def test_states_and_currencies_are_named_as_in_the_cldr() -> None:
    english, arabic = Locale("en").territories, Locale("ar").territories
    assert _places() == {name.lower(): arabic[c] for c, name in english.items() if c in arabic}
    names = Locale("ar").currencies
    told = {row["code"]: row["name"] for row in rows("cldr_currencies.tsv")}
    assert told.items() <= names.items()
    assert len(told) > 200
    row = currency_of("KZT")
    assert row is not None
    assert row["singular"] == "تينغ"
