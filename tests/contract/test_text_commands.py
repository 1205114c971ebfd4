"""The line filters and the other small commands, through the command line."""

from __future__ import annotations

import json
import wave
from io import BytesIO
from pathlib import Path

import pytest
import soundfile

from mujaz.arabic.marks import has_marks, shadda_first, strip_marks
from tests.conftest import Mujaz


@pytest.mark.parametrize("command", [["normalize"], ["diacritize", "--diacritizer", "none"]])
def test_a_filter_writes_one_line_for_each_line(mujaz: Mujaz, command: list[str]) -> None:
    lines = "كتب\r\n\nقال\u2028نعم\x0bلا\nآخر".encode()
    out = mujaz("text", *command, data=lines).stdout.decode()
    assert out.endswith("\n")
    assert len(out.split("\n")[:-1]) == 4
    assert "\r" not in out
    assert out.split("\n")[1] == ""
    assert mujaz("text", *command, data=b"").stdout == b""


def test_normalize_says_numbers(mujaz: Mujaz) -> None:
    out = mujaz("text", "normalize", data="ارتفع بنسبة 25%\n".encode()).stdout.decode()
    assert out == "ارتفع بنسبة خمسة وعشرين في المئة\n"


@pytest.mark.parametrize("name", ["rawi", "mishkal"])
def test_diacritize_adds_marks_and_keeps_all_else(mujaz: Mujaz, name: str) -> None:
    line = "قال الوزير: «بدأ العمل» 😀 في 15 مدينة، وأكّد ذلك."
    result = mujaz("text", "diacritize", "--diacritizer", name, data=line.encode())
    out = result.stdout.decode().rstrip("\n")
    assert has_marks(out)
    assert strip_marks(out) == strip_marks(line)
    assert "\x01" not in out


def test_pausal_changes_the_last_word_only(mujaz: Mujaz) -> None:
    data = "كَتَبَ الوَلَدُ الدَّرْسَ\n".encode()
    command = ("text", "diacritize", "--diacritizer", "none")
    full = mujaz(*command, data=data).stdout.decode()
    pausal = mujaz(*command, "--pausal", data=data).stdout.decode()
    assert full == shadda_first("كَتَبَ الوَلَدُ الدَّرْسَ\n")
    assert pausal == shadda_first("كَتَبَ الوَلَدُ الدَّرْس\n")


def test_split_takes_the_text_as_it_is(mujaz: Mujaz) -> None:
    data = "الرئيسية\nقال د. علي نعم. ثم غادر.\n".encode()
    assert mujaz("text", "split", data=data).stdout.decode().splitlines() == [
        "الرئيسية",
        "قال د. علي نعم.",
        "ثم غادر.",
    ]
    clauses = mujaz("text", "split", "--max-chars", "10", data=data).stdout.decode().splitlines()
    assert all(len(clause) <= 10 for clause in clauses)


def test_clean_prints_the_contract_object(mujaz: Mujaz, short_article: Path) -> None:
    data = json.loads(mujaz("text", "clean", short_article).stdout)
    assert set(data) == {"title", "date", "time", "author", "paragraphs", "dropped"}
    assert (data["date"], data["time"]) == ("2022-05-08", "17:54")
    assert len(data["paragraphs"]) == 2


def test_say_speaks_to_a_file_or_to_stdout(mujaz: Mujaz, tmp_path: Path) -> None:
    target = tmp_path / "hello.mp3"
    assert mujaz("say", "صباح الخير", "-o", target).stdout.decode().strip() == str(target)
    assert soundfile.info(str(target)).frames > 10_000
    data = mujaz("say", "-", "-o", "-", data="مساء الخير".encode()).stdout
    with wave.open(BytesIO(data)) as sound:
        assert sound.getnframes() > 5_000
    before = target.read_bytes()
    assert mujaz("say", "123abc...", "-o", target).returncode == 0
    assert target.read_bytes() != before
    silent = mujaz("say", "...", "-o", target)
    assert silent.returncode == 1
    assert silent.stdout == b""
    assert silent.stderr.startswith(b"Error: ")


def test_voices_and_doctor_tell_their_state(mujaz: Mujaz) -> None:
    rows = json.loads(mujaz("voices", "list", "--json").stdout)
    keys = {
        "name",
        "title",
        "engine",
        "language",
        "gender",
        "licence",
        "commercial",
        "installed",
        "path",
    }
    assert all(set(row) == keys for row in rows)
    assert any(row["name"] == "espeak-ar" and row["installed"] for row in rows)
    result = mujaz("doctor")
    assert result.returncode == 0, result.stdout.decode()
    assert "BROKEN" not in result.stdout.decode()
    assert result.stderr.decode().count("mujaz voices install ziad (3 MB)") == 1
