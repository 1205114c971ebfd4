"""What every diacritizer and engine must keep."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mujaz import plugins
from mujaz.errors import DiacritizerError, VoiceError
from mujaz.pipeline.voices import load_voices
from mujaz.settings.values import Config
from mujaz.voices.catalog import find_voice


def test_unknown_names_get_a_suggestion() -> None:
    with pytest.raises(DiacritizerError) as caught:
        plugins.load_diacritizer("raawi")
    assert "rawi" in caught.value.hint
    with pytest.raises(VoiceError) as unknown:
        plugins.load_engine("espeakk")
    assert unknown.value.hint == "did you mean 'espeak'?"


@pytest.mark.parametrize("depth", [1, 40, 100, 180])
def test_espeak_speaks_from_paths_of_any_length(depth: int, tmp_path: Path) -> None:
    """Both the library's data and the voice file, in a process of its own."""
    folder = tmp_path / ("d" * depth)
    folder.mkdir()
    shutil.copy(find_voice("espeak-ar", Path()).home / "espeak" / "ar-news", folder)
    code = (
        "import sys, espeakng_loader\n"
        "from pathlib import Path\n"
        "folder = Path(sys.argv[1])\n"
        "(folder / 'data').symlink_to(espeakng_loader.get_data_path())\n"
        "espeakng_loader.get_data_path = lambda: str(folder / 'data')\n"
        "from mujaz.engines.espeak.binding import espeak\n"
        "print(len(espeak().speak('نعم', voice_file=folder / 'ar-news').pcm))\n"
    )
    command = [sys.executable, "-c", code, str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(result.stdout) > 10_000


@pytest.mark.parametrize(("engine", "any_rate"), [("espeak", True), ("hts", True), ("tone", False)])
def test_an_engine_says_whether_its_voices_speak_at_any_rate(
    engine: str, any_rate: bool, tmp_path: Path
) -> None:
    (tmp_path / "voices").mkdir()
    lines = f'name = "plain"\nengine = "{engine}"\n'
    (tmp_path / "voices" / "plain.toml").write_text(lines, encoding="utf-8")
    config = replace(Config(), home=tmp_path)
    config = replace(config, speech=replace(config.speech, voice="plain", rate_wpm=120))
    with pytest.raises(VoiceError) as raised:
        load_voices(config)
    # The others fail later, since their voice names no model.
    assert ("cannot change its rate" in raised.value.message) is not any_rate


@pytest.mark.parametrize("name", ["espeak", "tone"])
def test_an_engine_times_each_word(name: str) -> None:
    engine = plugins.load_engine(name)
    clip = engine.speak("وَصَلَ الوَفْدُ إِلَى المَدِينَةِ صَبَاحَ اليَوْم.", find_voice("espeak-ar", Path()))
    assert [mark.index for mark in clip.words] == list(range(6))
    samples = [mark.sample for mark in clip.words]
    assert samples == sorted(samples)
    assert samples[-1] < clip.samples


def test_an_engine_that_is_installed_while_mujaz_runs_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    for number, name in enumerate(("hum", "whistle"), 1):
        assert name not in plugins.names(plugins.ENGINES)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[mujaz.engines]\n{name} = {name}:Engine\n")
        # Later than the time of the last look, however coarse the clock of the file system is.
        os.utime(tmp_path, (number, number))
        assert name in plugins.names(plugins.ENGINES)
