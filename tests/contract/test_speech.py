"""Every clip is checked, and what fails is spoken again: real engines with real faults."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mujaz.arabic.letters import WORD
from mujaz.domain import Clip, Sentence, Voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.errors import EngineError
from mujaz.pipeline.read import reading
from mujaz.plugins import load_engine
from mujaz.settings.values import Config
from mujaz.speech import Cast, ClipCache, Failure, SpeechOptions, Utterance, speak, speak_script
from mujaz.speech.quality.clip_check import check_clip
from mujaz.storage.content_cache import ContentCache
from mujaz.text.sentences import split_sentences
from mujaz.voices.catalog import find_voice
from tests.conftest import ROOT

_FAULTS = {
    "silent": {"it is silent"},
    "noisy": {"it is noise", "it is too long", "its waveform lies off the middle (DC)"},
    "looping": {"a phrase of it loops", "it is too long"},
    "babbling": {"it is too long", "a phrase of it loops"},
    "cut-short": {"it is too short"},
    "clipping": {"it is clipped"},
    "off-middle": {"its waveform lies off the middle (DC)", "it is clipped"},
    "stalling": {"it falls silent"},
}


@cache
def sentences() -> list[str]:
    """Real sentences, normalized and diacritized as the pipeline does it."""
    read = reading(Config())
    lines = [
        line
        for name in ("tests/data/sentences.txt", "examples/weather.txt", "examples/economy.txt")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    texts = [read.spoken(text) for line in lines for text in split_sentences(line)]
    return [text for text in dict.fromkeys(texts) if len(text) > 60]


def texts() -> list[str]:
    """Utterances of one word to some sixty."""
    words = " ".join(sentences()).split()
    out = [text for text in sentences() if len(text) < 600]
    for size in (1, 2, 3, 4, 6, 10, 16, 60):
        out += [" ".join(words[i * 17 : i * 17 + size]) for i in range(40)]
    return [text for text in dict.fromkeys(out) if WORD.search(text)]


def voice(engine: str, **fields: object) -> Voice:
    """A voice of an engine, not calibrated."""
    return replace(Voice(name=f"{engine}-test", title="", engine=engine), **fields)


_SLOW_VOICES = ("espeak-correspondent-female", "espeak-anchor-male")


@pytest.mark.parametrize(
    ("name", "every"),
    [
        ("espeak-ar", 8),
        *(pytest.param(name, 1, marks=pytest.mark.slow) for name in ("espeak-ar", *_SLOW_VOICES)),
    ],
)
def test_good_clips_raise_no_alarm(name: str, every: int) -> None:
    engine, chosen = EspeakEngine(), find_voice(name, Path())
    said = texts()[::every]
    assert len(said) * every >= 300
    alarms = {
        text: fault
        for text in said
        for v in (chosen, replace(chosen, rate_wpm=0))
        if (fault := check_clip(engine.speak(text, chosen), text, v).fault)
    }
    assert not alarms


@pytest.mark.parametrize("name", sorted(_FAULTS))
@pytest.mark.parametrize("calibrated", [True, False])
def test_a_faulty_engine_is_caught_every_time(name: str, *, calibrated: bool) -> None:
    if name == "babbling" and not calibrated:
        pytest.skip("a tail is told by the pace of the voice: test_a_voice_learns_its_pace")
    engine = load_engine(name)
    chosen = voice(name, rate_wpm=150 if calibrated else 0)
    for seed, text in enumerate(sentences()[:20]):
        fault = check_clip(engine.speak(text, chosen, seed=seed), text, chosen).fault  # type: ignore[call-arg]
        assert any(fault.startswith(start) for start in _FAULTS[name]), (seed, fault)


def test_what_is_no_clip_at_all() -> None:
    chosen = voice("tone")
    for clip in (Clip(b"", 22050), Clip(b"\x01", 22050), Clip(b"\x01\x00" * 9000, 0)):
        assert check_clip(clip, "نَعَمْ", chosen).fault


def test_a_repetition_that_was_written_is_no_loop() -> None:
    engine, chosen = EspeakEngine(), find_voice("espeak-ar", Path())
    read = reading(Config())
    numbers = [
        read.spoken(f"بلغت الكلفة نحو {n} ألف دينار في وادي الزعتر.") for n in (677, 644, 933)
    ]
    repeated = ("رُوَيْدًا رُوَيْدًا رُوَيْدًا", "صِفْرٌ صِفْرٌ صِفْرٌ صِفْرٌ", "اللَّهُ أَكْبَرُ اللَّهُ أَكْبَرُ اللَّهُ أَكْبَرُ")
    for text in (*repeated, *numbers):
        assert not check_clip(engine.speak(text, chosen), text, chosen).fault


def test_a_silent_tail_is_trimmed() -> None:
    chosen = find_voice("espeak-ar", Path())
    clip = EspeakEngine().speak("وَصَلَ الوَفْدُ.", chosen)
    hiss = np.random.default_rng(0).normal(0, 12, 3 * clip.sample_rate).astype(np.int16)
    long = replace(clip, pcm=clip.pcm + hiss.tobytes())
    trimmed = check_clip(long, "وَصَلَ الوَفْدُ.", chosen)
    assert not trimmed.fault
    assert trimmed.clip.duration_s < clip.duration_s + 0.3


def test_the_next_seed_is_tried() -> None:
    spoken = speak("وَصَلَ الوَفْدُ.", voice("flaky"))
    assert spoken.history == ("flaky-test, attempt 1: it is silent",)


def test_a_sentence_that_fails_whole_is_spoken_in_halves() -> None:
    text = "وَصَلَ الوَفْدُ إِلَى العَاصِمَةِ، وَاجْتَمَعَ بِرَئِيسِ الحُكُومَةِ."
    spoken = speak(text, voice("raising", settings={"longest": 40}))
    assert [line.partition(":")[0] for line in spoken.history[:3]] == [
        f"raising-test, attempt {n}" for n in (1, 2, 3)
    ]
    assert spoken.history[-1] == "raising-test: spoken in two halves"
    assert [mark.index for mark in spoken.clip.words] == list(range(len(text.split())))


def test_the_halves_are_cut_at_the_clause_nearest_the_middle() -> None:
    """Of three clauses of 23, 33 and 35 characters, the first two are one half."""
    clauses = ("وَصَلَ الوَفْدُ أَمْسِ،", "وَاجْتَمَعَ بِالرَّئِيسِ مَسَاءً،", "وَنَاقَشَ مَعَهُ خُطَّةَ الطُّرُقِ.")
    longest = len(" ".join(clauses[:2]))
    assert longest < len(" ".join(clauses[1:])), "a cut after the first clause is no good"
    spoken = speak(" ".join(clauses), voice("raising", settings={"longest": longest}))
    assert spoken.history[-1] == "raising-test: spoken in two halves"


def test_the_fallback_voice_comes_last_and_is_named() -> None:
    fallback = find_voice("espeak-ar", Path())
    spoken = speak("وَصَلَ الوَفْدُ إِلَى العَاصِمَةِ.", voice("silent"), fallback)
    assert spoken.voice == fallback
    assert sum("it is silent" in line for line in spoken.history) == 6


def test_a_fallbacks_clip_is_not_taken_for_that_voices_own_line(tmp_path: Path) -> None:
    """What the report says of a failed voice belongs to the line of that voice only."""
    line, fallback = Sentence("x", "وَصَلَ الوَفْدُ."), find_voice("espeak-ar", Path())
    options = SpeechOptions(ClipCache(ContentCache(tmp_path, 10_000_000)), 1)
    for cached in (False, True):
        spoken = next(speak_script([line], Cast(voice("silent"), {}, fallback), options))
        assert isinstance(spoken, Utterance)
        assert (spoken.cached, bool(spoken.history)) == (cached, True)
    own = next(speak_script([line], Cast(fallback, {}), options))
    assert isinstance(own, Utterance)
    assert (own.cached, own.history) == (False, ())


def test_without_a_fallback_the_reason_tells_every_step() -> None:
    with pytest.raises(EngineError, match=r"attempt 1: it is silent; .*attempt 3.*two halves"):
        speak("وَصَلَ الوَفْدُ إِلَى العَاصِمَةِ.", voice("silent"))


def test_every_sentence_comes_out_once_with_its_reason() -> None:
    good, bad = "وَصَلَ الوَفْدُ.", "لَا."
    script = [Sentence(text, text) for text in (good, bad, "...", good)]
    cast = Cast(voice("crashing", settings={"on": "لا"}), {})
    out = list(speak_script(script, cast, SpeechOptions(workers=2)))
    assert [item.sentence for item in out] == script
    assert [type(item) for item in out] == [Utterance, Failure, Failure, Utterance]
    assert "died" in out[1].error  # type: ignore[union-attr]


def test_what_kills_its_worker_is_left_to_the_fallback() -> None:
    script = [Sentence(text, text) for text in ("وَصَلَ الوَفْدُ.", "لَا.")]
    fallback = find_voice("espeak-ar", Path())
    cast = Cast(voice("crashing", settings={"on": "لا"}), {}, fallback)
    out = list(speak_script(script, cast, SpeechOptions(workers=2)))
    assert [item.voice.name for item in out] == ["crashing-test", "espeak-ar"]  # type: ignore[union-attr]
    assert "died" in out[1].history[0]  # type: ignore[union-attr]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_voice_learns_its_pace(workers: int) -> None:
    """A tail that is within the pace of some voice is out of the pace of this one."""
    short = [text for text in sentences() if len(text) < 120]
    lines = [text.replace("؟", ".") for text in short[:12]]
    lines[10] += "؟"
    script = [Sentence(text, text) for text in lines]
    out = list(speak_script(script, Cast(voice("dawdling"), {}), SpeechOptions(workers=workers)))
    assert [bool(item.history) for item in out] == [n == 10 for n in range(12)]  # type: ignore[union-attr]
    assert "too long" in out[10].history[0]  # type: ignore[union-attr]
