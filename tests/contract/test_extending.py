"""The plug-ins of docs/extending.md, built and installed as it says; and plug-ins with faults."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands import run_command
from tests.conftest import ROOT, Mujaz, environ, report_of

_PAGE = ROOT / "docs" / "extending.md"
_FILE = re.compile(r"^`([\w./-]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def installed(folder: Path) -> Path:
    """A folder of packages in which pip has installed both plug-ins of the page."""
    files = _FILE.findall(_PAGE.read_text(encoding="utf-8"))
    assert [name for name, _ in files] == [
        "mujaz_hum.py", "pyproject.toml", "voices/hum-low.toml",
        "mujaz_word_list.py", "pyproject.toml",
        "voices/late-anchor.toml", "voices/late",
        "mujaz_shelf.py", "pyproject.toml",
        "src/mujaz/text/normalize/screens.py",
    ]  # fmt: skip
    for project, parts in (("hum", files[:3]), ("word-list", files[3:5]), ("shelf", files[7:9])):
        for name, text in parts:
            path = folder / project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        command += ["--no-build-isolation", "--disable-pip-version-check"]
        command += ["--target", str(folder / "packages"), str(folder / project)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
    return folder / "packages"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("hatchling") is None or find_spec("pip") is None:
        pytest.skip("hatchling and pip build the distributions")
    return installed(tmp_path_factory.mktemp("extending"))


@pytest.mark.slow
def test_the_engine_of_the_page_works_in_every_command(
    packages: Path, mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    voices = tmp_path / "work" / "voices"
    voices.mkdir()
    voice = packages.parent / "hum" / "voices" / "hum-low.toml"
    (voices / "hum-low.toml").write_bytes(voice.read_bytes())
    path = {"PYTHONPATH": str(packages)}

    rows = json.loads(mujaz("voices", "list", "--json", **path).stdout)
    (row,) = [row for row in rows if row["name"] == "hum-low"]
    assert (row["engine"], row["installed"], row["commercial"]) == ("hum", True, True)

    shown = mujaz("voices", "show", "hum-low", "--json", **path)
    assert shown.returncode == 0, shown.stderr.decode()
    assert json.loads(shown.stdout)["settings"] == {"pitch_hz": 90}
    assert json.loads(shown.stdout)["files"] == []

    tried = mujaz("voices", "try", "hum-low", "وَصَلَ الوَفْدُ.", **path)
    assert tried.stdout.decode() == "hum-low.wav\n"
    assert (tmp_path / "work" / "hum-low.wav").stat().st_size > 20_000

    made = mujaz("make", short_article, "--voice", "hum-low", "--json", **path)
    assert made.returncode == 0, made.stderr.decode()
    assert report_of(made)["stories"][0]["status"] == "spoken"

    doctor = mujaz("doctor", "--json", **path)
    assert b"voices install ziad" not in doctor.stdout + doctor.stderr
    checks = json.loads(doctor.stdout)["checks"]
    told = {check["name"]: (check["ok"], check["detail"]) for check in checks}
    assert told["engine hum"] == (True, "mujaz-hum 1.0")
    assert told["voice hum-low"] == (True, "A low hum, CC0-1.0")

    wrong = voices / "hum-low.toml"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("90", "9000"), encoding="utf-8")
    refused = mujaz("make", short_article, "--voice", "hum-low", **path)
    assert refused.returncode == 1
    assert b"pitch_hz must be a whole number" in refused.stderr
    nothing = mujaz("voices", "install", "hum-low", "--yes", **path)
    assert b"needs nothing installed: it has no files" in nothing.stderr


@pytest.mark.slow
def test_the_diacritizer_of_the_page_works_in_every_command(packages: Path, mujaz: Mujaz) -> None:
    path = {"PYTHONPATH": str(packages)}
    line = "وصل الوفد إلى المدينة".encode()
    read = mujaz("text", "diacritize", "--diacritizer", "word-list", data=line, **path)
    assert read.stdout.decode() == "وَصَلَ الْوَفْدُ إِلَى الْمَدِينَةِ\n"
    checks = json.loads(mujaz("doctor", "--json", **path).stdout)["checks"]
    (check,) = [check for check in checks if check["name"] == "diacritizer word-list"]
    assert (check["ok"], check["detail"]) == (True, "وَصَلَ الْوَفْدُ إِلَى الْمَدِينَةِ")


def _file_of_page(name: str) -> str:
    return dict(_FILE.findall(_PAGE.read_text(encoding="utf-8")))[name]


@pytest.mark.slow
def test_the_voice_of_the_page_speaks(mujaz: Mujaz, tmp_path: Path, short_article: Path) -> None:
    voices = tmp_path / "work" / "voices"
    voices.mkdir()
    for name in ("late-anchor.toml", "late"):
        (voices / name).write_text(_file_of_page(f"voices/{name}"), encoding="utf-8")

    shown = json.loads(mujaz("voices", "show", "late-anchor", "--json").stdout)
    assert shown["settings"] == {"pitch": 34, "pitch_range": 70}
    tried = mujaz("voices", "try", "late-anchor", "وَصَلَ الوَفْدُ.")
    assert tried.stdout.decode() == "late-anchor.wav\n"
    made = mujaz("make", short_article, "--voice", "late-anchor", "--json")
    assert report_of(made)["stories"][0]["status"] == "spoken"


@pytest.mark.slow
def test_the_target_of_the_page_is_published_to(
    packages: Path, mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    pytest.importorskip("fsspec", reason="the extra publish")
    show, shelf = tmp_path / "show", tmp_path / "shelf"
    shelf.mkdir()
    assert mujaz("make", short_article, "-o", show).returncode == 0

    def publish() -> list[str]:
        path = {"PYTHONPATH": str(packages), "SHELF": str(shelf)}
        done = mujaz("publish", "shelf://podcast", show, **path)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().splitlines()

    sent = publish()
    assert sent[-1] == "feed.xml"
    for name in sent:
        assert (shelf / "podcast" / name).read_bytes() == (show / name).read_bytes()
    assert publish() == []


@pytest.mark.slow
def test_the_kind_of_number_of_the_page_is_read(tmp_path: Path) -> None:
    source = tmp_path / "src"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "mujaz", source / "mujaz", ignore=ignored)
    name = "src/mujaz/text/normalize/screens.py"
    (tmp_path / name).write_text(_file_of_page(name), encoding="utf-8")
    line = source / "mujaz" / "text" / "normalize" / "line.py"
    text = line.read_text(encoding="utf-8")
    before, added, after = re.findall(r'^[ +](    (?:"""|screens|phones).*)$', _diff(), re.M)
    assert f"{before}\n{after}\n" in text
    text = text.replace(f"{before}\n{after}\n", f"{before}\n{added}\n{after}\n")
    line.write_text(text.replace("    scores,\n", "    scores,\n    screens,\n"), encoding="utf-8")

    code = "from mujaz.text.normalize.line import normalize_line as n; print(n('شاشة بنسبة 16:9'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(source), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == "شاشة بنسبة ستة عشر إلى تسعة\n"


def _diff() -> str:
    found = re.search(r"```diff\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


_BROKEN = """
import os, sys
from mujaz.domain import Clip
FAULT = {fault!r}
def fail(place):
    if FAULT == "exit in " + place:
        sys.exit(0)
    if FAULT == "error in " + place:
        raise AttributeError("no such thing")
    if FAULT == "output":
        print("PRINTED")
        os.write(1, b"PRINTED")
fail("import")
class Broken:
    name, version, max_chars = "broken", "1", 400
    def __init__(self):
        fail("init")
    def describe(self):
        fail("describe")
        return "described"
    def check(self, voice):
        fail("check")
    def speak(self, text, voice):
        fail("speak")
        return "not a clip" if FAULT == "no clip" else TONE.speak(text, voice)
class BrokenWords:
    name, version = "broken", "1"
    def __init__(self):
        fail("init")
    def diacritize(self, words):
        fail("diacritize")
        return None if FAULT == "no words" else list(words)
from mujaz.engines.tone import ToneEngine
TONE = ToneEngine()
"""
_NAMED = "(mujaz-broken 3.1, broken_plugin:Broken"


def with_plugin(folder: Path, fault: str, group: str) -> dict[str, str]:
    """The environment of a command that finds a plug-in with one fault, and a voice of it."""
    packages = folder / "packages"
    _write_plugin(packages, "broken", fault, group)
    voices = folder / "work" / "voices"
    voices.mkdir()
    (voices / "broken.toml").write_text('name = "broken"\nengine = "broken"\n')
    return {"PYTHONPATH": str(packages)}


def _write_plugin(packages: Path, name: str, fault: str, group: str) -> None:
    info = packages / f"mujaz_{name}-3.1.dist-info"
    info.mkdir(parents=True)
    (packages / f"{name}_plugin.py").write_text(_BROKEN.format(fault=fault), encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: mujaz-{name}\nVersion: 3.1\n")
    kind = "Broken" if group == "engines" else "BrokenWords"
    (info / "entry_points.txt").write_text(f"[mujaz.{group}]\n{name} = {name}_plugin:{kind}\n")


@pytest.mark.parametrize("place", ["import", "init", "check", "speak"])
@pytest.mark.parametrize("kind", ["exit", "error"])
def test_an_engine_that_exits_or_fails_is_an_error_that_names_it(
    kind: str, place: str, mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    path = with_plugin(tmp_path, f"{kind} in {place}", "engines")
    made = mujaz("make", short_article, "--voice", "broken", **path)
    assert made.returncode == 1
    assert made.stdout == b""
    error = made.stderr.decode()
    assert _NAMED in error
    assert ("exit status 0" if kind == "exit" else "AttributeError: no such thing") in error
    assert "Traceback" not in error


_OF_DOCTOR = {"left": "exit in import", "unmade": "error in init", "dumb": "exit in describe"}


@pytest.fixture(scope="module")
def doctor(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[bytes]:
    """What ``mujaz doctor`` says of three engines with one fault each."""
    folder = tmp_path_factory.mktemp("doctor")
    for name, fault in _OF_DOCTOR.items():
        _write_plugin(folder / "packages", name, fault, "engines")
    environment = {**environ(folder), "PYTHONPATH": str(folder / "packages")}
    return run_command(["doctor"], b"", folder, environment)


@pytest.mark.parametrize("name", _OF_DOCTOR)
def test_doctor_goes_on_after_a_broken_engine_and_exits_1(
    name: str, doctor: subprocess.CompletedProcess[bytes]
) -> None:
    lines = doctor.stdout.decode().splitlines()
    (line,) = [line for line in lines if line.startswith(f"engine {name}: ")]
    assert line.startswith(f"engine {name}: BROKEN: ")
    assert _NAMED.replace("broken", name) in line
    assert f"pip uninstall mujaz-{name}" in line
    assert any(line.startswith("mp3: ok") for line in lines)
    assert doctor.returncode == 1


def test_what_a_plugin_prints_never_reaches_standard_output(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    path = with_plugin(tmp_path, "output", "engines")
    made = mujaz("make", short_article, "--voice", "broken", "--json", **path)
    assert made.returncode == 0, made.stderr.decode()
    assert report_of(made)["episode"]["title"]
    checked = mujaz("doctor", "--json", **path)
    assert json.loads(checked.stdout)["ok"]
    # Import, construction, check and sentences; import, construction, check and description.
    assert made.stderr.count(b"PRINTED") >= 8
    assert checked.stderr.count(b"PRINTED") >= 8


def test_an_engine_that_returns_no_clip_is_named(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    made = mujaz(
        "make", short_article, "--voice", "broken", **with_plugin(tmp_path, "no clip", "engines")
    )
    assert made.returncode == 1
    assert "returned str instead of a Clip" in made.stderr.decode()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("exit in import", "exit status 0"),
        ("error in init", "AttributeError: no such thing"),
        ("exit in diacritize", "exit status 0"),
        ("error in diacritize", "AttributeError: no such thing"),
        ("no words", "returned no list of words"),
    ],
)
def test_a_broken_diacritizer_is_an_error_that_names_it(
    fault: str, told: str, mujaz: Mujaz, tmp_path: Path
) -> None:
    path = with_plugin(tmp_path, fault, "diacritizers")
    read = mujaz("text", "diacritize", "--diacritizer", "broken", data="خبر".encode(), **path)
    assert read.returncode == 1
    assert read.stdout == b""
    assert _NAMED in read.stderr.decode()
    assert told in read.stderr.decode()


def test_a_diacritizer_that_fails_on_one_sentence_costs_its_story(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    """``short_article`` has the word on which the diacritizer fails."""
    other = tmp_path / "other.txt"
    other.write_text(short_article.read_text("utf-8").replace("النهر", "الوادي"), encoding="utf-8")
    settings = {"MUJAZ_SPEECH_VOICE": "tone", "MUJAZ_TEXT_DIACRITIZER": "fragile"}
    made = mujaz("make", short_article, other, "--json", **settings)
    assert made.returncode == 3, made.stderr.decode()
    failed, spoken = report_of(made)["stories"]
    assert (failed["status"], spoken["status"]) == ("failed", "spoken")
    assert "diacritizer 'fragile' (faulty-engines 1.0" in failed["error"]
    assert "ValueError: this word is too much" in failed["error"]
    alone = mujaz("make", short_article, **settings)
    assert alone.returncode == 1
    assert "this word is too much" in alone.stderr.decode()


def test_a_station_line_on_which_the_diacritizer_fails_is_read_as_it_is(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text(short_article.read_text("utf-8").replace("النهر", "الوادي"), encoding="utf-8")
    config = tmp_path / "mujaz.toml"
    config.write_text(
        '[speech]\nvoice = "tone"\n[text]\ndiacritizer = "fragile"\n[bulletin]\n'
        'greeting = "أهلا بكم في إذاعة النهر."\nmin_words = 5\nvoices = {body = "tone"}\n'
        f'[[bulletin.sources]]\npath = "{other}"\n',
        encoding="utf-8",
    )
    show = tmp_path / "show"
    made = mujaz("--config", config, "bulletin", "-o", show, "--json")
    assert made.returncode == 0, made.stderr.decode()
    assert "أهلا بكم في إذاعة النهر." in made.stderr.decode()
    (manifest,) = show.glob("episodes/*/episode.json")
    assert "إذاعة النهر" in manifest.read_text("utf-8")


def test_two_plugins_of_one_name_are_refused(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    path = with_plugin(tmp_path, "", "engines")
    info = tmp_path / "packages" / "mujaz_broken-3.1.dist-info" / "entry_points.txt"
    info.write_text("[mujaz.engines]\nespeak = broken_plugin:Broken\n")
    result = mujaz("make", short_article, **path)
    assert result.returncode == 1
    assert "two plug-ins have the same name" in result.stderr.decode()
    assert _NAMED in result.stderr.decode()
