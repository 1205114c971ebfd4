"""Commands where the extras are not installed, and what neural voices cost those without them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mujaz.arabic.letters import LETTERS
from mujaz.arabic.marks import strip_marks
from mujaz.cli.samples import sample
from mujaz.voices.catalog import voices
from tests.commands import told
from tests.contract.neural import run_without


@pytest.mark.parametrize(
    ("voice", "module", "extra"),
    [
        ("xtts-v2-female", "TTS", "coqui"),
        ("xtts-v2-male", "torch", "coqui"),
        ("mms-ara", "torchcodec", "coqui"),
        ("mms-ara", "six", "coqui"),
        ("piper-kareem", "piper", "piper"),
    ],
)
def test_without_the_extra_a_neural_voice_is_one_line_and_a_hint(
    voice: str, module: str, extra: str, short_article: Path, tmp_path: Path
) -> None:
    show = tmp_path / "show"
    result = run_without(module, "make", str(short_article), "-o", str(show), "--voice", voice)
    assert result.returncode == 1
    lines = told(result.stderr)
    assert len(lines) == 2
    assert "is not installed" in lines[0]
    assert f"pip install '.[{extra}]'" in lines[1]
    assert not show.exists()


def test_doctor_names_what_is_missing(tmp_path: Path) -> None:
    result = run_without("torchcodec", "doctor")
    line = next(line for line in result.stdout.splitlines() if line.startswith("engine coqui"))
    assert "missing" in line
    assert ".[coqui]" in line


def test_an_episode_with_the_embedded_voice_imports_no_network_s_library(
    short_article: Path, tmp_path: Path
) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['mujaz', 'make', {str(short_article)!r}, '-o', {str(tmp_path / 'show')!r}]\n"
        "from mujaz.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "heavy = ('torch', 'TTS', 'torchaudio', 'transformers', 'piper', 'tomlkit')\n"
        "print('LOADED', [name for name in heavy if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert "LOADED []" in result.stdout


def test_shipped_neural_voices_say_what_they_are() -> None:
    """They state licence, use and origin, and no hash that was not computed from the file."""
    shipped = [voice for voice in voices(Path()).values() if voice.engine in ("coqui", "piper")]
    assert {voice.engine for voice in shipped} == {"coqui", "piper"}
    for voice in shipped:
        assert voice.licence, voice.name
        assert voice.made_by, voice.name
        assert voice.url.startswith("https://"), voice.name
        assert voice.commercial is not True, voice.name
        assert voice.sha256 == "", voice.name
        assert all(file.sha256 == "" for file in voice.files), voice.name


def test_the_pangram_has_every_letter() -> None:
    letters = set(LETTERS[: LETTERS.index("ي") + 1]) - set("آؤإئءةى")
    assert letters <= set(strip_marks(sample("pangram"))) | set("إئ")
