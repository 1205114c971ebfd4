"""How many phones a text has, with diacritics and without."""

from __future__ import annotations

import pytest

from mujaz.speech.quality.phone_count import phone_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("كَتَبَ", 3 + 3 / 2),
        ("مُدَرِّسٌ", 4 + 2 + 3 / 2),  # the shadda and the tanwin count as consonants
        ("وَادِي", 4 + 2 / 2),
        ("كتب", 3 * 1.36),
        ("كَتَبَ كتب", 4.5 + 3 * 1.36),
        ("،", 0),
    ],
)
def test_phones(text: str, count: float) -> None:
    assert phone_count(text) == pytest.approx(count)
