"""Help, messages and files in Arabic: no English is left in them but names and options."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest

from mujaz.cli.arabic_help import localize
from mujaz.cli.main import _COMMANDS, mujaz
from mujaz.cli.messages import translated
from mujaz.cli.still_working import StillWorking
from tests.conftest import Mujaz

# Commands, settings and file names between back-ticks; quoted values; options; addresses and paths;
# names of files, formats and settings.
_NAMES = re.compile(
    r"`[^`]*`|mujaz(?: [\x21-\x7e]+)*|'[^']*'|--?[a-z][\w-]*|\b\w+://\S+|\S*/\S*"
    r"|(?<![A-Za-z])[A-Z][A-Z_\d]+|\[\w+(?:\|\w+)+\]|\[المعتاد: \w+\]|\b\w+\.\w[\w.]*|urn:\S+"
)
_FORMATS = frozenset(("Markdown", "MP3", "HTML", "JSON", "Opus", "mujaz", "Ctrl", "av"))
_ENGLISH = re.compile(r"[A-Za-z]{2,}")


def _english(text: str) -> list[str]:
    return [word for word in _ENGLISH.findall(_NAMES.sub(" ", text)) if word not in _FORMATS]


def _prose(help_text: str) -> str:
    """A help text without usage line, examples, and the names of commands and options."""
    kept: list[str] = []
    example = False
    for line in help_text.splitlines():
        example = line.strip() == "مثال:" or (example and bool(line.strip()))
        if example or line.startswith("الاستعمال:"):
            continue
        option = re.match(r"  (?:-\S.*?|[a-z-]+)(?:  +|$)(.*)", line)
        kept.append(option[1] if option else line)
    return "\n".join(kept)


def _commands(command: click.Command, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    members = command.commands if isinstance(command, click.Group) else {}
    return [path, *(p for name, one in members.items() for p in _commands(one, (*path, name)))]


def _all_commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name, (place, _) in _COMMANDS.items():
        module, _, attribute = place.partition(":")
        found += _commands(getattr(import_module(module), attribute), (name,))
    return found


def test_all_help_is_arabic(mujaz: Mujaz) -> None:
    left: dict[str, list[str]] = {}
    for path in _all_commands():
        result = mujaz(*path, "--help", "--lang", "ar", COLUMNS="200")
        assert result.returncode == 0, path
        found = _english(_prose(result.stdout.decode()))
        if found:
            left[" ".join(path)] = found
    assert not left


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (2, ("bulletin", "--nope")),
        (2, ("nope",)),
        (2, ("make",)),
        (1, ("make", "none.txt")),
        (1, ("bulletin", "--edition", "x")),
        (2, ("bulletin", "--date", "x")),
        (1, ("show", "list", "nowhere")),
        (1, ("show", "retract", "today", "nowhere")),
        (1, ("make", "a.txt", "--voice", "nobody")),
        (1, ("--config", "none.toml", "bulletin")),
        (1, ("script", "check", "none.script")),
        (1, ("say", "")),
    ],
)
def test_errors_and_hints_are_arabic(mujaz: Mujaz, status: int, arguments: tuple[str, ...]) -> None:
    result = mujaz("--lang", "ar", *arguments)
    assert result.returncode == status
    told = "\n".join(
        line for line in result.stderr.decode().splitlines() if not line.startswith("الاستعمال:")
    )
    told = told.replace("mujaz bulletin --help", "").replace("mujaz make --help", "")
    told = told.replace("mujaz --help", "").replace("nowhere", "")
    assert not _english(told), told


def test_a_bulletin_is_made_in_arabic(mujaz: Mujaz, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    result = mujaz("init", desk, "--lang", "ar")
    assert not _english(result.stderr.decode().replace(str(desk), "")), result.stderr.decode()
    heard = ""
    for command in (("bulletin", "--dry-run"), ("bulletin",), ("bulletin",)):
        run = mujaz(
            *command, "-o", desk / "show", "--config", desk / "mujaz.toml", "--lang=ar",
            MUJAZ_SPEECH_VOICE="tone", MUJAZ_TEXT_DIACRITIZER="none",
        )  # fmt: skip
        told = run.stderr.decode().replace(str(desk), "")
        assert run.returncode == 0, told
        assert not [w for w in _english(told) if w not in ("LUFS", "dBTP")], told
        heard += told
    assert "خبر واحد" in heard


def test_the_file_of_init_is_arabic_and_holds_the_same(mujaz: Mujaz, tmp_path: Path) -> None:
    for language in ("ar", "en"):
        assert mujaz("init", tmp_path / language, "--lang", language).returncode == 0
    arabic, english = (
        (tmp_path / language / "mujaz.toml").read_text("utf-8") for language in ("ar", "en")
    )
    assert tomllib.loads(arabic) == tomllib.loads(english)
    comments = [
        match[1]
        for line in arabic.splitlines()
        if (match := re.search(r"(?:\s{2,}|^)# (?!\w+ = |\[)(\S.*)$", line))
    ]
    assert len(comments) > 40
    assert not [comment for comment in comments if _english(comment)]


@pytest.mark.parametrize(
    ("message", "arabic"),
    [
        ("2 of 3 stories told", "قُرئ من الأخبار 2 من 3"),
        ("about 3.0 minutes, 1 stories", "المدة نحو 3 دقائق، خبر واحد"),
        ("about 3.5 minutes, 5 stories", "المدة نحو 3.5 دقائق، 5 أخبار"),
        ("about 0.6 minutes, 12 stories", "المدة نحو 0.6 دقيقة، 12 خبرا"),
        ("about 2.0 minutes", "المدة نحو دقيقتين"),
        ("over the limit of 2 stories", "فوق حد خبرين"),
        ("it gives more than 20,000 characters", "يعطي أكثر من 20,000 حرف"),
        ("x: the document is damaged or of a form that is not known (PdfReadError)",
         "x: المستند تالف أو بصيغة غير معروفة (`PdfReadError`)"),
        ("rebuilt: 100 episodes", "أُعيد البناء: 100 حلقة"),
        ("a.toml: unknown edition 'x'", "a.toml: لا طبعة باسم 'x'"),
        ("left out: a.txt: the file is empty", "تُرك: a.txt: الملف فارغ"),
        ("82 clips, 18.8 MB of 2000 MB", "82 مقطعا، 18.8 من 2000 ميغابايت"),
        ("known to nobody", "known to nobody"),
    ],
)  # fmt: skip
def test_messages_are_whole_and_numbers_agree(
    message: str, arabic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUJAZ_LANG", "ar")
    assert translated(message) == arabic


@pytest.mark.parametrize(
    ("message", "agreeing"),
    [
        ("about 1.0 minutes, 1 stories", "about 1 minute, 1 story"),
        ("about 11.1 minutes, 21 stories", "about 11.1 minutes, 21 stories"),
        ("rebuilt: 1 episodes", "rebuilt: 1 episode"),
    ],
)
def test_english_nouns_agree_too(
    message: str, agreeing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUJAZ_LANG", "en")
    assert translated(message) == agreeing


def test_common_options_stand_in_either_place(mujaz: Mujaz, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('[speech]\nvoice = "nobody"\n', encoding="utf-8")
    for arguments in (
        ("--config", config, "say", "أهلا"),
        ("say", "أهلا", "--config", config),
        ("say", f"--config={config}", "أهلا"),
    ):
        result = mujaz(*arguments)
        assert result.returncode == 1
        assert "nobody" in result.stderr.decode()


def test_a_silent_run_says_that_it_is_at_work() -> None:
    said: list[float] = []
    with StillWorking(said.append, silence_s=0.02, again_s=0.02) as watch:
        for _ in range(2000):
            if len(said) >= 2:
                break
            watch._ended.wait(0.005)
    assert len(said) >= 2
    count = len(said)
    assert watch._thread.is_alive() is False
    assert len(said) == count


def test_the_root_command_is_put_into_arabic_once() -> None:
    copy = click.Group("x", help=mujaz.help)
    localize(copy)
    assert copy.help is not None
    assert not _english(_prose(copy.help.split("\b")[0]))


def test_lists_for_people_are_arabic(mujaz: Mujaz) -> None:
    left: list[str] = []
    for command in (("voices", "list"), ("cache", "show"), ("cache", "clear")):
        left += _english(mujaz(*command, "--lang", "ar").stdout.decode())
    assert not {"installed", "licence", "free", "woman", "words", "clips", "MB"} & set(left)
