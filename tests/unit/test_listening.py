"""The listening check: transcripts of Whisper base, good and faulty, and cuts of long clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mujaz.domain import Clip
from mujaz.errors import ConfigError
from mujaz.speech.quality.ear import _sound_of, _windows, require
from mujaz.speech.quality.listening import fault_of
from mujaz.speech.quality.transcripts import compare

# A sentence as it was given to a voice; what Whisper base wrote down of good and of spoilt clips.
_TEXT = "قَالَ مُدِيرُ الْمُسْتَشْفَى إِنَّ الْأَطِبَّاءَ أَجْرَوْا الْعَمَلِيَّةَ بِنَجَاحٍ، وَإِنَّ الْمَرِيضَ سَيُغَادِرُ خِلَالَ أَيَّامٍ قَلِيلَةٍ."
_GOOD = (
    "قال مدير المستشفاء إن الاطباء أجرى والعملية بنجاحن، وإن المريض سيغادر خلال آيام قليلة",
    "قال مدير المستشفى إنا لأطباء أجروا العملية بنجاح وان المريض سيغادر خلال أيام قليلة.",
    "قال مدير المستشفى ان الاطبة اجروا العملية بنجحن وان المريض سيغادير خلال ايامن قليله",
)
_SPOILT = {
    "its last words": (
        "قال مدير المستشفاء إن الاطباء أجرى والعملية بنجاحاً وإن المريض سيغادر",
        "قال مدير المستشفى إن الأطباء أجروا العملية",
    ),
    "were not written": (
        "قال مدير المستشفاء إن الاطباء أجراء العملية إن الاطباء أجراء العملية بنجاحاً وإن المريض "
        "سيغادر خلال آيامٍ قليلة",
        "قال مدير المستشفى إن الأطباء أجروا العملية بنجاح وإن المريض سيغادر خلال أيام قليلة شكرا "
        "لكم على المشاهدة",
    ),
    "not heard in it": (
        "قال مدير المستشفى إن الأطباء أجروا العملية سيغادر خلال أيام قليلة",
        "إن الأطباء أجروا العملية بنجاح وإن المريض سيغادر خلال أيام قليلة",
    ),
    "other words": (
        "زوم قرية صحيث وضيخ سيحو جنها لا أزوز وإلا لي في جوصة سيعاوتي شو عسوك ودي شو سيلو ثوزيز",
        "رميس با مسرًا يقرين الروسيات يومارك من تلقي",
        "The minister said on Monday",
        "",
    ),
}


@pytest.mark.parametrize("transcript", _GOOD)
def test_the_mishearings_of_a_good_clip_are_no_fault(transcript: str) -> None:
    assert fault_of(compare(_TEXT, transcript)) == ""


@pytest.mark.parametrize(
    ("fault", "transcript"),
    [(fault, transcript) for fault, heard in _SPOILT.items() for transcript in heard],
)
def test_lost_and_added_words_are_a_fault(fault: str, transcript: str) -> None:
    # A transcript of which little agrees counts as other words, whatever else is wrong with it.
    found = fault_of(compare(_TEXT, transcript))
    assert fault in found or found == "other words are heard than were written"


@pytest.mark.parametrize(
    ("text", "transcript"),
    [
        ("تُوُفِّيَ شَخْصٌ يَبْلُغُ ثَلَاثًا وَأَرْبَعِينَ سَنَةً قَيْدَ حَيَاتِهِ", "توفي شخص يبلغ 3 و 4 سنة قيد حياته"),
        ("رَصِيدُهُ أَرْبَعٌ وَثَلَاثُونَ نُقْطَةً مِنْ خَمْسَ عَشْرَةَ مُبَارَاةً", "رصيده 4.30 نقطة من 5.10 مباراة"),
        ("فِي الدَّقِيقَةِ الثَّالِثَةِ وَالْعِشْرِينَ مِنَ الشَّوْطِ", "في الدقيقة 23 والعشرين من الشوط"),
    ],
)
def test_numbers_heard_as_figures_are_no_fault(text: str, transcript: str) -> None:
    assert fault_of(compare(text, transcript)) == ""


def test_numbers_that_are_not_heard_are_a_fault() -> None:
    text = (
        "وصل إلى المدينة خمسة وعشرون ألفا وثلاثمئة وأربعة وسبعون زائرا في يوم واحد من أيام المعرض"
    )
    assert fault_of(compare(text, "وصل إلى المدينة زائرا في يوم واحد من أيام المعرض"))


def test_spelling_is_not_told_apart() -> None:
    found = compare("إِلَى المَدْرَسَةِ، وَالسَّمَاءِ!", "الي المدرسه والسما")
    assert (found.error_rate, found.lost, found.added, found.lost_at_end) == (0, 0, 0, 0)


def test_a_text_without_letters_has_no_fault() -> None:
    assert fault_of(compare("...", "شكرا")) == ""


def test_long_sound_is_cut_where_it_is_quiet_and_none_is_lost() -> None:
    rate = 16000
    wave = np.random.default_rng(0).uniform(-0.5, 0.5, 70 * rate).astype(np.float32)
    for second in (24, 50):
        wave[second * rate : second * rate + rate // 2] = 0
    pieces = list(_windows(wave))
    assert np.array_equal(np.concatenate(pieces), wave)
    assert [round(piece.size / rate) for piece in pieces] == [24, 26, 20]


def test_the_model_gets_its_own_rate() -> None:
    clip = Clip(np.zeros(48000, np.int16).tobytes(), 48000)
    assert _sound_of(clip).size == 16000


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="the extra ear is not installed")
    with pytest.raises(ConfigError, match="holds no Whisper model"):
        require(str(tmp_path))
