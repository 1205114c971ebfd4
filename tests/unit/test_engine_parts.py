"""Parts that several engines and diacritizers share: settings, rates, levels, windows, classes."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from mujaz.arabic.letters import FATHA, SHADDA, SUKUN
from mujaz.arabic.marks import strip_marks
from mujaz.diacritizers.classes import CLASSES, WITH_FATHA, WITH_SUKUN, allowed
from mujaz.diacritizers.guard import Guard
from mujaz.domain import Voice
from mujaz.engines.alphabet import everything, fit
from mujaz.engines.espeak.engine import espeak_rate, word_marks
from mujaz.engines.espeak.phonetizer import phoneme_line
from mujaz.engines.espeak.rule_words import rule_words
from mujaz.engines.lines import pauses_of, sentence_seed, speak_pieces, without_silent_ends
from mujaz.engines.samples import pcm16
from mujaz.engines.settings import Choice, Flag, Number, read_settings
from mujaz.engines.weights import require_pin
from mujaz.errors import EngineError, MujazError, VoiceError
from mujaz.report import Report, StoryReport

_RULES = {
    "speed": Number(0.5, 2.0, 1.0),
    "threads": Number(1, 8, 1, whole=True),
    "device": Choice(("auto", "cpu"), "auto"),
    "trust": Flag(),
}


def voice(name: str = "v", **keys: Any) -> Voice:
    """A voice of some engine."""
    return Voice(name, name, "some", **keys)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("speed", [0.5, 1, 2.0], [0.49, 2.01, True, "1", None]),
        ("threads", [1, 8], [0, 9, 1.5, True]),
        ("device", ["auto", "cpu"], ["gpu", "", 1]),
        ("trust", [True, False], [1, "true"]),
    ],
)
def test_settings_are_held_to_their_bounds(key: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert read_settings(voice(settings={key: value}), _RULES)[key] == value
    for value in bad:
        with pytest.raises(VoiceError, match=key):
            read_settings(voice(settings={key: value}), _RULES)


def test_settings_have_defaults_and_suggestions() -> None:
    assert read_settings(voice(), _RULES) == {
        "speed": 1.0, "threads": 1, "device": "auto", "trust": False,
    }  # fmt: skip
    with pytest.raises(VoiceError) as caught:
        read_settings(voice(settings={"sped": 1}), _RULES)
    assert caught.value.hint == "did you mean 'speed'?"


def test_a_rate_is_interpolated_and_held_to_what_espeak_takes() -> None:
    assert espeak_rate(109) == 155
    assert espeak_rate(74) < espeak_rate(80) < espeak_rate(93)
    assert espeak_rate(10) == 80
    assert espeak_rate(1000) == 450


def test_a_word_in_two_pieces_has_one_mark_at_the_first() -> None:
    marks = word_marks([(0, 5), (0, 9), (1, 20)])
    assert [(mark.index, mark.sample) for mark in marks] == [(0, 5), (1, 20)]
    assert word_marks([]) == ()


@pytest.mark.parametrize("word", ["إِلَهِيٌّ", "إِلَهِيَّةٌ", "إِلَهِيِّينَ", "إِلَهِيُّونَ", "إِلَهِيَّاتٌ", "الإِلَهِيَّةُ"])
def test_an_irregular_adjective_keeps_its_long_vowel_in_all_its_forms(word: str) -> None:
    assert "la:h" in phoneme_line(word).replace("'", "")


def test_rule_words_of_no_class_are_an_error() -> None:
    assert "هم" in rule_words("pronoun_suffix")
    with pytest.raises(KeyError):
        rule_words("pronoun")


def test_repeated_punctuation_becomes_one_sign() -> None:
    assert fit("قال،، نعم؛، ثم..؟", everything, voice="v") == "قال، نعم، ثم؟"
    assert fit("«نعم» (قال)!!", everything, voice="v") == "نعم قال!"


def test_a_constant_offset_is_removed_and_the_level_is_not_changed() -> None:
    wave = np.array([0.3, 0.1, 0.3, 0.1], np.float32)
    samples = np.frombuffer(pcm16(wave, where="x"), np.int16)
    assert samples.tolist() == [3277, -3277, 3277, -3277]
    loud = np.frombuffer(pcm16(np.array([2.0, -2.0], np.float32), where="x"), np.int16)
    assert loud.tolist() == [32767, -32767]
    for broken in ([], [np.nan, 0.0], [np.inf, 0.0]):
        with pytest.raises(EngineError):
            pcm16(np.array(broken, np.float32), where="x")


def test_a_long_line_is_spoken_in_pieces_within_the_limit() -> None:
    said: list[tuple[str, int]] = []

    def say(piece: str, number: int) -> bytes:
        said.append((piece, number))
        return bytes(200)

    line = " ".join(["قَالَ الوَزِيرُ نَعَمْ،"] * 12)
    clip = speak_pieces(line, 60, 1000, say)
    assert all(len(piece) < 60 for piece, _ in said)
    assert [number for _, number in said] == list(range(len(said)))
    assert len(clip.pcm) == 200 * len(said) + 2 * 120 * (len(said) - 1)


def test_a_seed_depends_on_line_voice_attempt_and_piece() -> None:
    first = sentence_seed("نعم", voice("a"), 0, 0)
    others = [
        sentence_seed("لا", voice("a"), 0, 0),
        sentence_seed("نعم", voice("b"), 0, 0),
        sentence_seed("نعم", voice("a"), 1, 0),
        sentence_seed("نعم", voice("a"), 0, 1),
    ]
    assert len({first, *others}) == 5
    assert sentence_seed("نعم", voice("a"), 0, 0) == first
    assert all(0 <= seed < 1 << 31 for seed in (first, *others))


def test_a_checkpoint_without_a_hash_needs_an_explicit_yes() -> None:
    require_pin(voice(sha256="ab"))
    require_pin(voice(settings={"trust_unpinned": True}))
    for settings in ({}, {"trust_unpinned": False}):
        with pytest.raises(VoiceError):
            require_pin(voice(settings=settings))


class Recording:
    """A diacritizer that adds one mark to each word and keeps what it was given."""

    name, version = "recording", "1"

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    def diacritize(self, words: Sequence[str]) -> list[str]:
        self.given.append(list(words))
        return [word[0] + FATHA + word[1:] for word in words]


def test_each_word_of_a_long_sentence_is_read_with_its_neighbours() -> None:
    model = Recording()
    words = [f"{a}{b}ب" for a in "كتبنلمرسع" for b in "كتبنلمرسعفقد"]  # all different
    assert Guard(model).words(words) == [word[0] + FATHA + word[1:] for word in words]
    assert len(model.given) > 1
    assert all(len(piece) <= 60 for piece in model.given)
    for place, word in enumerate(words):
        around = [piece for piece in model.given if word in piece]
        before = min(place, 10)
        after = min(len(words) - 1 - place, 10)
        assert any(
            piece.index(word) >= before and len(piece) - 1 - piece.index(word) >= after
            for piece in around
        ), word


class Answering:
    """A diacritizer with one answer."""

    name, version = "answering", "1"

    def __init__(self, *answer: str) -> None:
        self.answer = list(answer)

    def diacritize(self, words: Sequence[str]) -> list[str]:
        return self.answer


@pytest.mark.parametrize(
    "answer",
    [FATHA + "كتب", "كَتَبَا", "كذب", "", "كَ تَبَ"],
    ids=["mark before the first letter", "letter added", "letter changed", "nothing", "two words"],
)
def test_an_answer_with_other_letters_is_refused(answer: str) -> None:
    assert Guard(Answering(answer)).line("كتب.") == "كتب."


def test_an_answer_of_another_length_is_refused() -> None:
    assert Guard(Answering("كَتَبَ")).line("كتب خبر") == "كتب خبر"


def test_a_run_of_letters_that_is_no_word_never_reaches_a_model() -> None:
    model = Recording()
    assert strip_marks(Guard(model).line("خبر " + "ب" * 41)) == "خبر " + "ب" * 41
    assert model.given == [["خبر"]]


def test_given_marks_limit_the_classes() -> None:
    plain, doubled = WITH_FATHA, CLASSES.index(SHADDA + FATHA)
    assert allowed("") == (True,) * len(CLASSES)
    assert (allowed(SHADDA)[plain], allowed(SHADDA)[doubled]) == (False, True)
    assert not allowed(SHADDA)[CLASSES.index(SHADDA)]
    assert (allowed(FATHA)[plain], allowed(FATHA)[doubled]) == (True, True)
    assert not allowed(FATHA)[WITH_SUKUN]
    assert allowed(SUKUN) == tuple(one == SUKUN for one in CLASSES)


@pytest.mark.parametrize("kind", [MujazError, EngineError, VoiceError])
def test_an_error_keeps_all_its_parts_on_its_way_from_a_worker(kind: type[MujazError]) -> None:
    error = pickle.loads(pickle.dumps(kind("what", where="there", hint="do this")))
    assert type(error) is kind
    assert (error.message, error.where, error.hint) == ("what", "there", "do this")
    assert str(error) == "there: what"


def test_a_sentence_fault_is_no_set_up_fault() -> None:
    assert not issubclass(EngineError, VoiceError)


def test_a_report_is_complete_only_if_every_chosen_story_is_spoken() -> None:
    for status, complete in (
        ("spoken", True), ("skipped", True), ("partial", False), ("failed", False),
    ):  # fmt: skip
        report = Report(stories=[StoryReport("t", "s", status="spoken")])
        report.stories.append(StoryReport("t", "s", status=status))
        assert report.complete is complete


def test_a_fault_outside_the_stories_is_a_warning() -> None:
    report = Report(stories=[StoryReport("t", "s", index=0)])
    report.failed(-1, "the greeting")
    report.failed(0, "a sentence")
    assert report.warnings == ["the greeting"]
    assert report.stories[0].error == "a sentence"


_PAUSES = pauses_of({"pause_comma_ms": 100, "pause_colon_ms": 200, "pause_stop_ms": 300})


@pytest.mark.parametrize(
    ("text", "pieces", "silences_ms"),
    [
        ("قال، ثم عاد", ["قال،", "ثم عاد"], [100]),
        ("قال: «نعم». وعاد؛ ثم نام", ["قال:", "«نعم».", "وعاد؛", "ثم نام"], [200, 300, 200]),
        ("قال — وهو يبتسم - نعم", ["قال —", "وهو يبتسم -", "نعم"], [100, 100]),
        ("هل عاد؟! نعم...", ["هل عاد؟!", "نعم..."], [300]),
        ("العربية.نت خبر", ["العربية.نت خبر"], []),
        ("«قال،» وعاد", ["«قال،", "» وعاد"], [100]),
    ],
)
def test_a_line_is_cut_at_its_signs_for_a_model_that_knows_none(
    text: str, pieces: list[str], silences_ms: list[int]
) -> None:
    said: list[str] = []

    def say(piece: str, number: int) -> bytes:
        said.append(piece)
        assert number == len(said) - 1
        return np.full(50, 1000, np.int16).tobytes()

    clip = speak_pieces(text, 150, 1000, say, _PAUSES)
    assert [piece.strip() for piece in said] == pieces
    silent = np.frombuffer(clip.pcm, np.int16) == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(int), [0]])))
    assert list(edges[1::2] - edges[::2]) == silences_ms


def test_silence_at_the_ends_of_a_clause_is_not_added_to_the_pause() -> None:
    wave = np.concatenate([np.zeros(500), np.full(100, 8000), np.full(700, 90)]).astype(np.int16)
    assert len(without_silent_ends(wave.tobytes(), 1000)) == 2 * (100 + 2 * 20)
    quiet = np.zeros(9, np.int16).tobytes()
    assert without_silent_ends(quiet, 1000) == quiet
