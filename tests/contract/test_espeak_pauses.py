"""Pauses of the embedded voice: exact, at signs and in long clauses; and the sounds it is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mujaz.domain import Voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.engines.espeak.phonetizer import phoneme_line, phonetize
from mujaz.engines.espeak.rendering import render
from mujaz.voices.catalog import find_voice

_RATE = 22050
_LONG = "أَكَّدَ وَزِيرُ الْخَارِجِيَّةِ فِي مُؤْتَمَرٍ صَحَفِيٍّ أَمْسِ أَنَّ بِلَادَهُ سَتُشَارِكُ فِي الْمُؤْتَمَرِ الدَّوْلِيِّ الْمُقْبِلِ لِلسَّلَامِ."


def length(text: str, wpm: int, **settings: int) -> int:
    """Samples of a line with these settings."""
    voice: Voice = find_voice("espeak-ar", Path())
    changed = replace(voice, rate_wpm=wpm, settings={**voice.settings, **settings})
    return EspeakEngine().speak(text, changed).samples


@pytest.mark.parametrize("wpm", [110, 150, 220])
@pytest.mark.parametrize(
    ("sign", "setting"),
    [("،", "pause_comma_ms"), ("؛", "pause_colon_ms"), (":", "pause_colon_ms"),
     (".", "pause_stop_ms")],
)  # fmt: skip
def test_a_pause_is_as_long_as_its_setting_at_any_rate(wpm: int, sign: str, setting: str) -> None:
    text = f"وَصَلَ الْوَفْدُ{sign} ثُمَّ عَادَ."
    short, long = length(text, wpm, **{setting: 100}), length(text, wpm, **{setting: 500})
    assert long - short == 400 * _RATE // 1000


def test_a_long_clause_has_a_breath_where_a_clause_begins_in_it() -> None:
    difference = length(_LONG, 150, pause_breath_ms=400) - length(_LONG, 150, pause_breath_ms=100)
    assert difference == 300 * _RATE // 1000
    before, after = render(phonetize(_LONG, at_end=True), [7])
    assert (before.breath, before.stop, after.breath, after.stop) == (True, ",", False, ".")
    assert after.owners[0] == 7


def test_a_clause_of_twelve_words_has_none() -> None:
    twelve = " ".join(_LONG.split()[:12])
    assert len(render(phonetize(twelve, at_end=True), range(12))) == 1


def test_word_times_stay_in_order_across_pauses() -> None:
    clip = EspeakEngine().speak(_LONG + " وَعَادَ، ثُمَّ غَادَرَ.", find_voice("espeak-ar", Path()))
    samples = [mark.sample for mark in clip.words]
    assert [mark.index for mark in clip.words] == list(range(len(_LONG.split()) + 3))
    assert samples == sorted(set(samples))


def test_sounds_are_replaced_when_spoken_and_not_when_printed() -> None:
    (group,) = render(phonetize("رَعَى", at_end=True))
    assert group.text == "[[r'a%%a.a:]]."
    assert phoneme_line("رَعَى") == "R'aAa:"
