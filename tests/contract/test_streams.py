"""Output that cannot be written, closed input, control characters, and other odd surroundings."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Mujaz, environ, report_of

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def shell(tmp_path: Path) -> Run:
    """Run a line of shell in which ``$mujaz`` is the command, with the quickest voice."""
    quick = {"MUJAZ_SPEECH_VOICE": "tone", "MUJAZ_TEXT_DIACRITIZER": "none"}

    def run(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["bash", "-c", line],
            capture_output=True,
            cwd=tmp_path,
            env={
                **environ(tmp_path),
                **quick,
                "mujaz": f"{sys.executable} -m mujaz",
                **environment,
            },
            timeout=120,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    "redirection", ["2>/dev/full", "2>&1 | true", "2>&-", ">&- 2>&-", ">/dev/full"]
)
def test_messages_that_cannot_be_written_stop_no_work(
    redirection: str, shell: Run, short_article: Path, tmp_path: Path
) -> None:
    command = f"($mujaz make {short_article} -o show; echo $? > status) {redirection}"
    shell(command)
    assert (tmp_path / "status").read_text() == "0\n"
    assert list((tmp_path / "show" / "media").glob("*.mp3"))
    assert (tmp_path / "show" / "feed.xml").is_file()


def test_an_error_keeps_its_exit_status_when_it_cannot_be_printed(
    shell: Run, tmp_path: Path
) -> None:
    shell("$mujaz make nowhere.txt 2>/dev/full >/dev/full; echo $? > status")
    assert (tmp_path / "status").read_text() == "1\n"


def test_a_result_that_cannot_be_written_is_an_error(shell: Run) -> None:
    for command in ("text normalize", "say - -o -"):
        result = shell(f"echo خبر | $mujaz {command} >/dev/full")
        assert result.returncode == 1
        assert b"standard output cannot be written: No space left on device" in result.stderr
        assert b"Traceback" not in result.stderr
        assert b"Exception ignored" not in result.stderr


def test_a_reader_that_leaves_is_no_error(shell: Run) -> None:
    line = "for i in $(seq 20000); do echo خبر; done | $mujaz text normalize | head -1"
    result = shell(f"set -o pipefail; {line}")
    assert (result.returncode, result.stderr) == (0, b"")


def test_only_a_line_feed_ends_a_line_and_a_byte_order_mark_is_none_of_it(mujaz: Mujaz) -> None:
    data = "\ufeffنَعَمْ\r\nلَا\u2028نَعَمْ\x0bلَا\n\n".encode()
    result = mujaz("text", "diacritize", "--diacritizer", "none", data=data)
    assert result.stdout.decode() == "نَعَمْ\nلَا\u2028نَعَمْ\x0bلَا\n\n"


@pytest.mark.parametrize(
    "command", ["make -", "say -", "text normalize", "text clean", "text split"]
)
def test_closed_input_is_named(command: str, shell: Run) -> None:
    result = shell(f"$mujaz {command} <&-")
    assert result.returncode == 1
    assert b"standard input is closed" in result.stderr


def test_a_file_never_gets_the_number_of_a_closed_stream(
    shell: Run, short_article: Path, tmp_path: Path
) -> None:
    shell(f"$mujaz make {short_article} -o show <&- >&- 2>&-")
    checked = shell("$mujaz show check show")
    assert checked.returncode == 0, checked.stderr.decode()
    opened = "from mujaz.cli.output import set_up_streams; set_up_streams(); "
    opened += "import sys; sys.exit(open('file', 'wb').fileno())"
    assert shell(f'{sys.executable} -c "{opened}" <&- >&- 2>&-').returncode >= 3


def test_no_path_variable(short_article: Path, tmp_path: Path) -> None:
    environment = {key: value for key, value in environ(tmp_path).items() if key != "PATH"}
    environment |= {"MUJAZ_SPEECH_VOICE": "tone", "MUJAZ_TEXT_DIACRITIZER": "none"}
    result = subprocess.run(
        [sys.executable, "-m", "mujaz", "make", str(short_article), "-o", str(tmp_path / "show")],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()


def test_file_names_that_are_not_utf_8(mujaz: Mujaz, short_article: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_bytes(short_article.read_bytes())
    made = mujaz("make", tmp_path / name, "-o", tmp_path / os.fsdecode(b"sh\xe9w"), "--json")
    assert made.returncode == 0, made.stderr.decode()
    assert report_of(made)["stories"][0]["status"] == "spoken"
    checked = mujaz("show", "check", tmp_path / os.fsdecode(b"sh\xe9w"))
    assert checked.returncode == 0, checked.stdout.decode()
    lost = mujaz("make", tmp_path / os.fsdecode(b"no\xe9.txt"))
    assert lost.returncode == 1
    assert rb"no\udce9.txt: no such file" in lost.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
@pytest.mark.parametrize("command", ["make story.txt", "bulletin", "script make story.txt"])
def test_impossible_dates_are_refused(command: str, day: str, mujaz: Mujaz) -> None:
    result = mujaz(*command.split(), "--date", day)
    assert result.returncode == 2
    assert f"'{day}' is not between 1900 and 2076" in result.stderr.decode()


@pytest.mark.parametrize("lexicon", ["/dev/zero", "/dev/null", "."])
def test_a_lexicon_that_is_no_file_is_refused(
    lexicon: str, mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    config = tmp_path / "mujaz.toml"
    config.write_text(f'[text]\nlexicon = "{lexicon}"\n', encoding="utf-8")
    for command in (("make", short_article), ("lexicon", "check", short_article)):
        result = mujaz("--config", config, *command)
        assert result.returncode == 1
        assert b"the lexicon must be a file of at most 20 MB" in result.stderr


def on_terminal(arguments: list[str], folder: Path) -> str:
    """What a command writes to a terminal, on both streams."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mujaz", *arguments]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environ(folder)
    )
    os.close(theirs)
    out = b""
    try:
        while data := os.read(ours, 65536):
            out += data
    except OSError:  # EIO: the terminal has no writer left
        pass
    finally:
        process.wait(60)
        os.close(ours)
    return out.decode()


@pytest.mark.slow
def test_control_characters_of_strangers_never_reach_a_terminal(
    tmp_path: Path, short_article: Path
) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m"
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "odd.toml").write_text(
        f'name = "odd"\nengine = "tone"\ntitle = {json.dumps("T" + hostile)}\n', encoding="utf-8"
    )
    page = tmp_path / "page.html"
    text = short_article.read_text(encoding="utf-8").replace("جسر", f"جسر{hostile}")
    page.write_text(text, encoding="utf-8")
    for arguments in (
        ["voices", "list"],
        ["voices", "show", "odd"],
        ["voices", "try", "odd", "نَعَمْ"],
        ["make", str(page), "-o", "show", "--title", f"عنوان{hostile}"],
        ["make", str(page), "--dry-run"],
        ["make", f"no{hostile}.txt"],
        ["text", "split", str(page)],
        ["show", "check", "show"],
    ):
        shown = on_terminal(arguments, tmp_path)
        assert shown, arguments
        assert not set(shown) & set("\x1b\x07\x9b"), arguments
    assert r"\x1b]0;owned\x07" in on_terminal(["voices", "list"], tmp_path)


def test_the_report_is_printed_after_an_unforeseen_fault(
    mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    """A damaged package: the MP3 encoder fails with an error that nobody expects."""
    (tmp_path / "lameenc.py").write_text("1 / 0\n", encoding="utf-8")
    made = mujaz("make", short_article, "--json", PYTHONPATH=str(tmp_path))
    assert made.returncode == 1
    assert b"ZeroDivisionError" in made.stderr
    report = report_of(made)
    assert report["episode"] is None
    assert "division by zero" in report["warnings"][-1]
    (tmp_path / "lameenc.py").write_text("raise SystemExit(0)\n", encoding="utf-8")
    ended = mujaz("make", short_article, "--json", PYTHONPATH=str(tmp_path))
    assert ended.returncode == 1
    assert report_of(ended)["episode"] is None
