"""Coqui voices: tiny models of random weights, made and run with the real classes."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mujaz.arabic.letters import LETTERS, MARKS, SHORT_VOWELS
from mujaz.domain import Clip, Voice
from mujaz.errors import EngineError, VoiceError
from mujaz.plugins import voice_notice
from mujaz.voices.catalog import load_voice
from tests.commands import PLUGINS, may_fork
from tests.conftest import Mujaz, report_of
from tests.contract.neural import REFUSED, SENTENCE, SPOKEN, made_twice

pytestmark = pytest.mark.skipif(
    find_spec("TTS") is None, reason="needs the extra coqui: pip install '.[coqui]'"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models and, in ``voices``, their voice files."""
    from tests.models import tiny_vits, write_voice

    folder = tmp_path_factory.mktemp("models")
    tiny_vits(folder / "own")
    write_voice(folder / "voices", "own", "coqui", folder / "own" / "model.pth")
    return folder


@pytest.fixture(scope="module")
def voice(folder: Path) -> Voice:
    """A VITS of one's own that knows every Arabic letter and mark."""
    return load_voice(folder / "voices" / "own.toml")


@pytest.fixture(scope="module")
def engine() -> Any:
    """The engine as the entry point gives it."""
    from mujaz.plugins import load_engine

    return load_engine("coqui")


def peak(clip: Clip) -> int:
    """Loudest sample."""
    return int(np.abs(np.frombuffer(clip.pcm, np.int16).astype(int)).max())


def with_settings(voice: Voice, **settings: object) -> Voice:
    """The voice with other settings."""
    return replace(voice, settings=settings)


# The same sentence, the same samples.


def test_a_sentence_has_the_same_samples_whenever_it_is_spoken(engine: Any, voice: Voice) -> None:
    first = engine.speak(SENTENCE, voice)
    engine.speak("هَلْ عَادَ الرَّئِيسُ؟", voice)
    assert engine.speak(SENTENCE, voice) == first
    assert engine.speak(SENTENCE, voice, seed=1) != first
    assert first.sample_rate == 22050
    assert 1.0 < first.duration_s < 10.0
    assert peak(first) < 32767


def test_a_sentence_has_the_same_samples_in_another_process(
    engine: Any, voice: Voice, folder: Path
) -> None:
    code = (
        "import hashlib\nfrom pathlib import Path\nfrom mujaz.voices.catalog import load_voice\n"
        "from mujaz.plugins import load_engine\n"
        f"voice = load_voice(Path({str(folder / 'voices' / 'own.toml')!r}))\n"
        f"clip = load_engine('coqui').speak({SENTENCE!r}, voice)\n"
        "print(hashlib.sha256(clip.pcm).hexdigest())\n"
    )
    # No terminal and no standard input: nothing may ask.
    result = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-500:]
    assert result.stderr == ""
    assert hashlib.sha256(engine.speak(SENTENCE, voice).pcm).hexdigest() == result.stdout.strip()


def test_four_threads_get_the_right_clips(engine: Any, voice: Voice) -> None:
    words = ["كَتَبَ", "الوَلَدُ", "الدَّرْسَ", "فِي", "البَيْتِ", "صَبَاحًا"]
    lines = [" ".join(words[: 1 + number % 6]) + " " + words[number % 5] for number in range(24)]
    right = {line: engine.speak(line, voice) for line in lines}
    wrong: list[str] = []

    def speak(mine: list[str]) -> None:
        wrong.extend(line for line in mine if engine.speak(line, voice) != right[line])

    threads = [threading.Thread(target=speak, args=(lines[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def test_the_fingerprint_changes_with_whatever_changes_the_sound(
    engine: Any, voice: Voice, folder: Path, tmp_path: Path
) -> None:
    same = engine.fingerprint(voice)
    assert engine.fingerprint(with_settings(voice, speed=1.0)) == same
    shutil.copytree(folder / "own", tmp_path / "own")
    config = tmp_path / "own" / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    others = [
        replace(voice, sha256="0" * 64),
        replace(voice, speaker="other"),
        with_settings(voice, speed=1.1),
        replace(voice, config_path=str(config)),
    ]
    assert len({same, *map(engine.fingerprint, others)}) == 5


# Hostile lines.


@pytest.mark.parametrize("text", list(REFUSED))
def test_what_no_network_may_be_given_is_named(engine: Any, voice: Voice, text: str) -> None:
    with pytest.raises(EngineError) as caught:
        engine.speak(text, voice)
    assert REFUSED[text] in caught.value.message


@pytest.mark.parametrize("text", SPOKEN)
def test_what_can_be_said_is_said(engine: Any, voice: Voice, text: str) -> None:
    clip = engine.speak(text, voice)
    assert clip.samples > 1000
    assert peak(clip) > 0


def test_no_piece_that_reaches_the_model_is_longer_than_the_limit(
    engine: Any, voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mujaz.engines.coqui.vits import VitsModel

    said: list[str] = []
    say = VitsModel.say

    def listen(self: Any, line: str, *rest: Any) -> Any:
        said.append(line)
        return say(self, line, *rest)

    monkeypatch.setattr(VitsModel, "say", listen)
    engine.speak(SENTENCE * 12, voice)
    assert max(map(len, said)) <= engine.max_chars == 150
    assert len(said) > 5
    assert all(line[-1] in ".؟!" and line[-2] not in ".؟!،" for line in said)


def test_long_text_is_longer_and_pieces_are_parted(engine: Any, voice: Voice) -> None:
    one = engine.speak(SENTENCE, voice)
    three = engine.speak(" ".join([SENTENCE] * 3), voice)
    assert three.samples > 2.5 * one.samples


# What the model can read.


def model_of(folder: Path, name: str, **how: Any) -> Voice:
    """Another tiny VITS and its voice."""
    from tests.models import tiny_vits, write_voice

    tiny_vits(folder / name, **how)
    return load_voice(write_voice(folder / "voices", name, "coqui", folder / name / "model.pth"))


def test_a_letter_that_the_model_lacks_is_named(engine: Any, tmp_path: Path) -> None:
    voice = model_of(tmp_path, "few", characters=LETTERS.replace("ظ", "") + MARKS)
    assert engine.speak("كَتَبَ", voice).samples > 1000
    with pytest.raises(EngineError, match="cannot say ظ"):
        engine.speak("نَظَرَ", voice)
    with pytest.raises(EngineError, match="cannot say B C"):
        engine.speak("قَالَتْ BBC", voice)


def test_letters_with_a_twin_are_replaced(engine: Any, tmp_path: Path) -> None:
    """A model without alif wasla and peh speaks them as alif and beh."""
    lacking = "".join(char for char in LETTERS if char not in "ٱپ") + MARKS
    voice = model_of(tmp_path, "twins", characters=lacking)
    assert engine.speak("ٱلبَابُ", voice) == engine.speak("البَابُ", voice)
    assert engine.speak("پَابُ", voice) == engine.speak("بَابُ", voice)


def test_a_model_of_bare_text_gets_bare_text(engine: Any, tmp_path: Path) -> None:
    voice = model_of(tmp_path, "bare", characters=LETTERS)
    assert engine.speak("كَتَبَ الوَلَدُ", voice) == engine.speak("كتب الولد", voice)


def test_a_model_without_shadda_gets_the_letter_twice(engine: Any, tmp_path: Path) -> None:
    voice = model_of(tmp_path, "vowels", characters=LETTERS + SHORT_VOWELS)
    assert engine.speak("مُعَلِّمٌ", voice) == engine.speak("مُعَللِمُن", voice)


def test_the_order_of_marks_is_a_setting(engine: Any, voice: Voice) -> None:
    """Coqui's cleaner puts the vowel first; a model trained on typed text wants shadda first."""
    line = "عَلَّمَ"
    vowel_first = line.replace("\u0651\u064e", "\u064e\u0651")
    by_model = engine.speak(line, voice)
    assert engine.speak(vowel_first, voice) == by_model
    typed = engine.speak(line, with_settings(voice, marks="shadda-first"))
    assert typed != by_model
    assert engine.speak(vowel_first, with_settings(voice, marks="shadda-first")) == typed
    # Lengths depend on the letters alone here; the seed is of the line as given.
    bare = engine.speak(line, with_settings(voice, marks="none"))
    assert bare.samples == engine.speak("علم", voice).samples != by_model.samples


# Settings.


def test_speed_and_temperature_are_heard(engine: Any, voice: Voice) -> None:
    plain = engine.speak(SENTENCE, voice)
    slow = engine.speak(SENTENCE, with_settings(voice, speed=0.5))
    assert slow.samples > 1.4 * plain.samples
    cold = engine.speak(SENTENCE, with_settings(voice, temperature=0.05))
    assert cold.samples == plain.samples
    assert cold != plain
    assert engine.speak(SENTENCE, voice) == plain


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"sped": 1.0}, "sped"),
        ({"speed": 9.0}, "speed"),
        ({"speed": "fast"}, "speed"),
        ({"temperature": True}, "temperature"),
        ({"top_k": 2.5}, "top_k"),
        ({"device": "gpu"}, "device"),
        ({"marks": "nfc"}, "marks"),
        ({"trust_unpinned": 1}, "trust_unpinned"),
    ],
)
def test_a_bad_setting_is_named(
    engine: Any, voice: Voice, settings: dict[str, object], word: str
) -> None:
    for use in (engine.check, lambda chosen: engine.speak(SENTENCE, chosen), engine.fingerprint):
        with pytest.raises(VoiceError, match=word):
            use(with_settings(voice, **settings))


def test_a_device_that_is_not_there_is_an_error(engine: Any, voice: Voice) -> None:
    from mujaz.engines.coqui.runtime import choose_device, load_torch

    torch = load_torch()
    if not torch.cuda.is_available():
        with pytest.raises(VoiceError, match="no cuda device"):
            engine.speak(SENTENCE, with_settings(voice, device="cuda"))
    assert choose_device(torch, "auto") in ("cpu", "cuda", "mps")
    assert engine.speak(SENTENCE, with_settings(voice, device="cpu")).samples > 1000


def test_the_sample_rate_is_the_model_s(engine: Any, tmp_path: Path) -> None:
    voice = model_of(tmp_path, "sixteen", sample_rate=16000)
    assert engine.speak(SENTENCE, voice).sample_rate == 16000


# Files.


def test_a_path_with_fairseq_in_it_is_a_path(engine: Any, voice: Voice, tmp_path: Path) -> None:
    """The library takes such a path for an MMS checkpoint."""
    other = model_of(tmp_path / "fairseq-models", "own")
    assert engine.speak(SENTENCE, replace(other, name=voice.name)) == engine.speak(SENTENCE, voice)


def test_a_folder_may_stand_for_its_files(engine: Any, voice: Voice, folder: Path) -> None:
    by_folder = replace(voice, model_path=str(folder / "own"))
    assert engine.speak(SENTENCE, by_folder) == engine.speak(SENTENCE, voice)
    with pytest.raises(VoiceError, match="no checkpoint"):
        engine.speak(SENTENCE, replace(voice, model_path=str(folder / "voices")))


def test_a_checkpoint_that_nobody_confirmed_is_refused(engine: Any, voice: Voice) -> None:
    for use in (engine.check, lambda chosen: engine.speak(SENTENCE, chosen)):
        with pytest.raises(VoiceError, match="nobody has confirmed") as caught:
            use(replace(voice, sha256=""))
        assert "voices install own" in caught.value.hint
    trusted = replace(voice, sha256="", settings={"trust_unpinned": True})
    assert engine.speak(SENTENCE, trusted) == engine.speak(SENTENCE, voice)


def test_a_checkpoint_with_another_hash_is_refused(engine: Any, voice: Voice) -> None:
    for _ in range(2):
        with pytest.raises(VoiceError, match="not the file that was recorded"):
            engine.speak(SENTENCE, replace(voice, sha256="0" * 64))
    assert engine.speak(SENTENCE, voice).samples > 1000


class _Touch:
    """What a hostile checkpoint would hold: an object that runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def damaged(kind: str, folder: Path, path: Path) -> None:
    """Put a spoilt checkpoint in the place of a good one."""
    from mujaz.engines.coqui.runtime import load_torch

    data = (folder / "own" / "model.pth").read_bytes()
    if kind == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("this is no checkpoint", encoding="utf-8")
    elif kind == "pickle":
        path.write_bytes(pickle.dumps({"model": _Touch(path.with_name("touched"))}))
    elif kind == "code":
        load_torch().save({"model": _Touch(path.with_name("touched"))}, path)
    elif kind == "list":
        load_torch().save([1, 2, 3], path)


@pytest.mark.parametrize("kind", ["truncated", "empty", "text", "pickle", "code", "list"])
def test_a_spoilt_checkpoint_is_an_error_and_runs_nothing(
    engine: Any, folder: Path, tmp_path: Path, kind: str
) -> None:
    from tests.models import write_voice

    shutil.copytree(folder / "own", tmp_path / "own")
    path = tmp_path / "own" / "model.pth"
    damaged(kind, folder, path)
    voice = load_voice(write_voice(tmp_path / "voices", "spoilt", "coqui", path))
    for _ in range(2):
        with pytest.raises(VoiceError) as caught:
            engine.speak(SENTENCE, voice)
        assert str(path) in str(caught.value)
        assert "\n" not in caught.value.message
    assert not path.with_name("touched").exists()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda table: table["characters"].update(characters="ابت"), "does not belong"),
        (lambda table: table.update(model="tacotron2"), "'tacotron2' model"),
        (lambda table: table.pop("model"), "no model"),
        (lambda table: table["model_args"].update(hidden_channels=32), "does not belong"),
        (lambda table: table["audio"].update(hop_length=100), "no model can be built"),
    ],
)
def test_the_configuration_of_another_model_is_an_error(
    engine: Any, folder: Path, tmp_path: Path, change: Any, word: str
) -> None:
    from tests.models import write_voice

    table = json.loads((folder / "own" / "config.json").read_text(encoding="utf-8"))
    change(table)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(table), encoding="utf-8")
    path = write_voice(tmp_path / "voices", "odd", "coqui", folder / "own" / "model.pth", config)
    with pytest.raises(VoiceError, match=word) as caught:
        engine.speak(SENTENCE, load_voice(path))
    assert str(config) in str(caught.value)


def test_missing_files_are_named(engine: Any, voice: Voice, tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"nowhere\.pth") as caught:
        engine.check(replace(voice, model_path=str(tmp_path / "nowhere.pth")))
    assert "voices install own" in caught.value.hint
    (tmp_path / "lone.pth").write_bytes(b"x")
    with pytest.raises(VoiceError, match="no configuration beside"):
        engine.check(replace(voice, model_path=str(tmp_path / "lone.pth")))


def test_speakers_are_chosen_by_name(engine: Any, tmp_path: Path) -> None:
    several = model_of(tmp_path, "several", speakers=("anchor", "reporter"))
    anchor = engine.speak(SENTENCE, replace(several, speaker="anchor"))
    assert engine.speak(SENTENCE, replace(several, speaker="reporter")) != anchor
    for name in ("", "nobody"):
        with pytest.raises(VoiceError) as caught:
            engine.speak(SENTENCE, replace(several, speaker=name))
        assert "anchor, reporter" in caught.value.hint
    # Moved to another machine: the path of the trainer's in config.json is found beside it.
    shutil.move(tmp_path / "several", tmp_path / "moved")
    moved = replace(several, model_path=str(tmp_path / "moved" / "model.pth"), speaker="anchor")
    assert engine.speak(SENTENCE, moved) == anchor


def test_a_voice_that_runs_on_is_stopped(engine: Any, folder: Path, tmp_path: Path) -> None:
    """Durations a hundred times too long would fill the memory with noise."""
    from tests.models import write_voice

    table = json.loads((folder / "own" / "config.json").read_text(encoding="utf-8"))
    table["model_args"]["length_scale"] = 100.0
    config = tmp_path / "config.json"
    config.write_text(json.dumps(table), encoding="utf-8")
    path = write_voice(tmp_path / "voices", "slow", "coqui", folder / "own" / "model.pth", config)
    with pytest.raises(EngineError, match="ran on beyond"):
        engine.speak(SENTENCE, load_voice(path))


# The whole job.


@pytest.mark.slow
def test_an_episode_is_made_with_a_voice_of_one_s_own(
    mujaz: Mujaz, folder: Path, tmp_path: Path, short_article: Path
) -> None:
    shutil.copytree(folder / "voices", tmp_path / "work" / "voices")
    result = mujaz("make", short_article, "-o", "show", "--voice", "own", "--json")
    assert result.returncode == 0, result.stderr
    report = report_of(result)
    assert report["stories"][0]["status"] == "spoken"
    assert report["episode"]["duration_s"] > 3
    manifest = next((tmp_path / "work" / "show" / "episodes").glob("*/episode.json"))
    assert "coqui" in manifest.read_text(encoding="utf-8")
    again = mujaz("make", short_article, "-o", "show", "--voice", "own", "--json")
    assert report_of(again)["episode"]["media"] == report["episode"]["media"]
    assert b"unchanged" in again.stderr
    elsewhere = report_of(mujaz("make", short_article, "-o", "two", "--voice", "own", "--json"))
    assert elsewhere["clips"]["made"] == 0
    assert elsewhere["clips"]["cached"] == report["clips"]["made"] + report["clips"]["cached"] > 3


@pytest.mark.slow
def test_workers_make_the_same_clips(
    mujaz: Mujaz, folder: Path, tmp_path: Path, short_article: Path
) -> None:
    shutil.copytree(folder / "voices", tmp_path / "work" / "voices")
    made = made_twice(mujaz, short_article, "own", tmp_path)
    assert all(report["clips"]["cached"] == 0 for report in made)
    assert made[0]["episode"]["duration_s"] == made[1]["episode"]["duration_s"]
    names = {Path(report["episode"]["media"]).name for report in made}
    assert len(names) == 1


@pytest.mark.slow
def test_an_unconfirmed_voice_of_one_s_own_is_installed_and_tried(
    mujaz: Mujaz, folder: Path, tmp_path: Path, short_article: Path
) -> None:
    """Drop a model in, name it in a voice file, confirm it once."""
    voices = tmp_path / "work" / "voices"
    shutil.copytree(folder / "own", voices / "fresh")
    (voices / "fresh.toml").write_text(
        'name = "fresh"\nengine = "coqui"\nmodel_path = "fresh/model.pth"\n'
        'config_path = "fresh/config.json"\n',
        encoding="utf-8",
    )
    refused = mujaz("make", short_article, "--voice", "fresh")
    assert refused.returncode == 1
    assert b"voices install fresh" in refused.stderr
    assert mujaz("voices", "install", "fresh", "--yes").returncode == 0
    result = mujaz("voices", "try", "fresh", "-o", tmp_path / "fresh.wav")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "fresh.wav").stat().st_size > 100_000


_MEMORY = """
import random, sys
from pathlib import Path
from mujaz.voices.catalog import load_voice
from mujaz.plugins import load_engine

def resident_mb():
    for line in open("/proc/self/status", encoding="ascii"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024

voice = load_voice(Path(sys.argv[1]))
engine = load_engine("coqui")
words = "كَتَبَ الوَلَدُ الدَّرْسَ فِي البَيْتِ صَبَاحًا ثُمَّ خَرَجَ مَعَ أَخِيهِ إِلَى السُّوقِ".split()
chance = random.Random(0)
for number in range(300):
    line = " ".join(chance.choices(words, k=chance.randint(1, 22)))[:149]
    engine.speak(line, voice)
    if number == 29:
        before = resident_mb()
print(before, resident_mb())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.slow
def test_memory_stays_flat_over_300_sentences_of_different_lengths(folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _MEMORY, str(folder / "voices" / "own.toml")],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    before, after = map(float, result.stdout.split())
    assert after < 1.15 * before, (before, after)


# MMS and XTTS: slow to make, not to run.


def _longest_silence_s(clip: Clip) -> float:
    """Length of the longest run of zeros."""
    sounding = np.flatnonzero(np.frombuffer(clip.pcm, np.int16))
    return float(np.diff(sounding).max() - 1) / clip.sample_rate


@pytest.mark.slow
def test_mms_speaks_from_fairseq_s_files(engine: Any, tmp_path: Path) -> None:
    from tests.models import tiny_mms, write_voice

    tiny_mms(tmp_path / "mms")
    checkpoint = tmp_path / "mms" / "G_100000.pth"
    voice = load_voice(write_voice(tmp_path / "voices", "mms", "coqui", checkpoint))
    clip = engine.speak("كَتَبَ الوَلَدُ.", voice)
    assert clip.sample_rate == 16000
    assert clip == engine.speak("كَتَبَ الوَلَدُ.", voice)
    assert clip == engine.speak("كتب الولد.", voice)
    assert "guesses the vowels" in voice_notice(voice)
    vocabulary = (tmp_path / "mms" / "vocab.txt").read_bytes()
    assert (len(vocabulary), vocabulary.count(b"\n"), vocabulary[:2]) == (116, 39, "ا".encode())
    paused = {}
    for comma_ms in (0, 300):
        settings = {"pause_comma_ms": comma_ms, "pause_stop_ms": 700}
        line = "كَتَبَ الوَلَدُ، ثُمَّ نَامَ — وَقَالَ. نَعَمْ"
        paused[comma_ms] = engine.speak(line, replace(voice, settings=settings))
    assert paused[300].samples - paused[0].samples == 2 * 300 * 16
    assert _longest_silence_s(paused[300]) == pytest.approx(0.7, abs=0.01)
    checkpoint.write_bytes(checkpoint.read_bytes()[:1_000_000])
    cut = load_voice(write_voice(tmp_path / "voices", "mms", "coqui", checkpoint))
    with pytest.raises(VoiceError, match="MMS model cannot be loaded"):
        engine.speak("كَتَبَ الوَلَدُ.", cut)


@pytest.fixture(scope="module")
def xtts(folder: Path) -> Voice:
    """An XTTS with one built-in speaker."""
    from tests.models import SPEAKER, tiny_xtts, write_voice

    tiny_xtts(folder / "xtts")
    path = write_voice(
        folder / "voices", "xtts", "coqui", folder / "xtts" / "model.pth", speaker=SPEAKER
    )
    return load_voice(path)


@pytest.mark.slow
def test_xtts_speaks_with_a_built_in_speaker(engine: Any, xtts: Voice) -> None:
    clip = engine.speak(SENTENCE, xtts)
    assert clip.sample_rate == 24000
    assert clip == engine.speak(SENTENCE, xtts)
    assert clip != engine.speak(SENTENCE, xtts, seed=1)
    slow = engine.speak(SENTENCE, with_settings(xtts, speed=0.5))
    assert slow.samples > 1.5 * clip.samples
    assert engine.speak(SENTENCE, with_settings(xtts, temperature=0.3)) != clip


@pytest.mark.slow
def test_xtts_names_what_it_lacks(engine: Any, xtts: Voice) -> None:
    with pytest.raises(VoiceError) as caught:
        engine.speak(SENTENCE, replace(xtts, speaker="Nobody"))
    assert "Test Speaker" in caught.value.hint
    with pytest.raises(VoiceError, match="does not speak 'xx'"):
        engine.speak(SENTENCE, replace(xtts, language="xx"))
    with pytest.raises(EngineError, match="cannot say é"):
        engine.speak("قَالَ é", xtts)
    for text in ("", ".", "بلغ 20"):
        with pytest.raises(EngineError):
            engine.speak(text, xtts)


@pytest.mark.slow
def test_xtts_clones_a_recording_once(
    engine: Any, xtts: Voice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import soundfile

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    times = np.arange(4 * 16000) / 16000
    for number, name in enumerate(("own.wav", "other.wav")):
        wave = 0.3 * np.sin(2 * np.pi * (150 + 90 * number) * times)
        soundfile.write(tmp_path / name, wave, 16000)
    cloned = replace(xtts, speaker="", speaker_wav=str(tmp_path / "own.wav"))
    clip = engine.speak("نَعَمْ.", cloned)
    kept = list((tmp_path / "cache" / "mujaz" / "latents").iterdir())
    assert len(kept) == 1
    other = replace(cloned, speaker_wav=str(tmp_path / "other.wav"))
    assert engine.speak("نَعَمْ.", other) != clip
    assert not (tmp_path / "voices").exists()
    # From the kept latents, in an engine that has to load its model anew.
    engine.speak("نَعَمْ.", replace(xtts, settings={"trust_unpinned": True}, sha256=""))
    assert engine.speak("نَعَمْ.", cloned) == clip
    for name, samples, word in (
        ("short.wav", np.zeros(4000), "too short"),
        ("silent.wav", np.zeros(40000), "silent"),
    ):
        soundfile.write(tmp_path / name, samples, 16000)
        with pytest.raises(VoiceError, match=word):
            engine.speak("نَعَمْ.", replace(cloned, speaker_wav=str(tmp_path / name)))
    (tmp_path / "text.wav").write_text("no sound", encoding="utf-8")
    with pytest.raises(VoiceError, match="not a sound file"):
        engine.speak("نَعَمْ.", replace(cloned, speaker_wav=str(tmp_path / "text.wav")))


@pytest.mark.slow
@pytest.mark.parametrize("module", ["TTS.tts.models.xtts", "TTS.tts.configs.xtts_config"])
def test_an_original_xtts_checkpoint_is_not_rewritten(
    engine: Any,
    xtts: Voice,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
) -> None:
    """The library saves a checkpoint that holds a configuration object anew, under its old name."""
    from mujaz.engines.coqui.runtime import load_torch
    from tests.models import SPEAKER, write_voice

    torch = load_torch()
    from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig

    shutil.copytree(folder / "xtts", tmp_path / "xtts")
    path = tmp_path / "xtts" / "model.pth"
    weights = torch.load(path, weights_only=True)["model"]
    with monkeypatch.context() as patch:
        # Where the classes were when the checkpoint was saved.
        for kind in (XttsArgs, XttsAudioConfig):
            patch.setattr(kind, "__module__", module)
        torch.save({"model": weights, "config": XttsConfig()}, path)
    before = path.read_bytes()
    voice = load_voice(write_voice(tmp_path / "voices", "xtts", "coqui", path, speaker=SPEAKER))
    assert engine.speak("نَعَمْ.", voice) == engine.speak("نَعَمْ.", xtts)
    assert path.read_bytes() == before


@pytest.mark.slow
def test_an_episode_is_made_with_xtts(
    mujaz: Mujaz, xtts: Voice, folder: Path, tmp_path: Path, short_article: Path
) -> None:
    shutil.copytree(folder / "voices", tmp_path / "work" / "voices")
    result = mujaz("make", short_article, "-o", "show", "--voice", "xtts", "--json")
    assert result.returncode == 0, result.stderr
    assert report_of(result)["stories"][0]["status"] == "spoken"


def test_commands_are_still_forked_after_the_engine_has_spoken(engine: Any, voice: Voice) -> None:
    """Else every command of the tests that follow in this process would import everything."""
    engine.speak(SENTENCE, voice)
    assert may_fork({**os.environ, "PYTHONPATH": str(PLUGINS)})
