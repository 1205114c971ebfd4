"""Month names against CLDR."""

from __future__ import annotations

import pytest
from babel.dates import get_month_names

from mujaz.arabic.calendar import month_name

_LOCALES = {
    "levant": "ar_SY",
    "egypt": "ar_EG",
    "maghreb": "ar_DZ",
    "morocco": "ar_MA",
    "mauritania": "ar_MR",
}


@pytest.mark.parametrize("region", _LOCALES)
def test_the_table_says_what_cldr_says(region: str) -> None:
    names = get_month_names("wide", locale=_LOCALES[region])
    assert [month_name(month, region) for month in range(1, 13)] == [names[m] for m in range(1, 13)]
