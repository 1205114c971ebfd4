"""Tutorials and how-to pages are followed to the letter: files written, lines typed.

A page's blocks are taken in order: a file that it shows is written, a line behind ``$`` is typed in
a shell that stays open to the end of the page.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT

_DOCS = ROOT / "docs"
_PAGES = (
    "first-episode.md",
    "first-morning.md",
    "station-sound.md",
    "editions.md",
    "corrections.md",
    "names.md",
    "bulletin.md",
    "../README.md",
)
_BLOCK = re.compile(r"^(?:`([\w./-]+)`[^\n]*:\n\n)?```(\w+)\n(.*?)^```$", re.M | re.S)
# Lines that are not typed: how they begin, and why.
_NOT_TYPED = {
    "python3 -m venv": "CI installs with the README's line",
    ".venv/bin/pip": "CI installs with the README's line",
    "source .venv": "CI installs with the README's line",
    "mujaz serve": "goes on until Ctrl-C; tests/server",
    "gpo ": "gPodder, and a server; tests/contract/test_clients.py",
    "mujaz make https:": "an address of no host; tests/contract/test_fetch.py",
    "mujaz show retract GUID": "the guid is each show's own; corrections.md",
    "mujaz publish s3:": "a bucket; tests/contract/test_publish.py",
    "mujaz voices install": "fetches; tests/contract/test_install.py",
    "mujaz bulletin --replaces GUID": "the guid is each show's own",
    "pip install": "fetches; the steps opus, piper and coqui of CI",
}


def _script(page: Path) -> str:
    """The page as a shell script."""
    out = ["set -eu"]
    for name, language, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if name:
            path = shlex.quote(f"$TOP/{name}").replace("'", '"')
            out.append(f"mkdir -p \"$(dirname {path})\"\ncat > {path} <<'END'\n{text}END")
        elif language == "console":
            lines = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
            out += [line for line in lines if not line.startswith(tuple(_NOT_TYPED))]
    return "\n".join(out) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an example article, and the command ``mujaz`` beside it."""
    command = tmp_path / "bin" / "mujaz"
    command.parent.mkdir()
    command.write_text(
        f"#!{sys.executable}\nfrom mujaz.cli.main import main\nmain()\n", encoding="utf-8"
    )
    command.chmod(0o755)
    top = tmp_path / "top"
    top.mkdir()
    shutil.copy(ROOT / "examples" / "politics.txt", top)
    # What the README has its readers bring.
    for name in ("article.txt", "a.txt"):
        shutil.copy(ROOT / "tests" / "data" / "story.txt", top / name)
    for name in ("b.html", "page.html"):
        shutil.copy(
            ROOT / "tests" / "data" / "reported" / "pages" / "square-works.html", top / name
        )
    # The stories of bulletin.md, without a date, so that they are new; it asks for the first.
    (top / "stories").mkdir()
    for name in ("economy", "culture", "sport", "weather"):
        text = (ROOT / "examples" / f"{name}.txt").read_text(encoding="utf-8")
        title, _, *paragraphs = text.split("\n\n")
        title = "ثبات سعر الخبز" if name == "economy" else title
        story = "\n\n".join([title, *paragraphs])
        (top / "stories" / f"{name}.txt").write_text(story, encoding="utf-8")
    return top


@pytest.mark.slow
@pytest.mark.parametrize("name", _PAGES)
def test_a_page_can_be_followed(name: str, folder: Path, one_day: None) -> None:
    home = folder.parent / "home"
    done = subprocess.run(
        ["bash", "-c", _script(_DOCS / name)],
        cwd=folder,
        env={
            "PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "HOME": str(home),
            "TOP": str(folder),
            "MUJAZ_LANG": "en",
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "failed:" not in done.stderr
    shows = list(folder.rglob("feed.xml"))
    assert shows
    if name == "first-morning.md":
        assert (folder / "www" / "feed.xml").exists()
        assert "withdrawn" in done.stderr
    if name == "first-episode.md":
        assert "\tcorrected\t" in done.stdout
        assert "the show is whole" in done.stderr
    if name == "corrections.md":
        assert "\twithdrawn\t" in done.stdout
    if name == "editions.md":
        assert "المسائية" in done.stdout


def _code(page: Path) -> list[str]:
    """The blocks of code of a page without their comments."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [re.sub(r"\s+#.*$", "", text, flags=re.M) for _, _, text in found]


@pytest.mark.parametrize(
    "page",
    [*sorted(_DOCS.glob("*.ar.md")), _DOCS.parent / "voices" / "README.ar.md"],
    ids=lambda page: page.name,
)
def test_the_code_of_the_arabic_side_is_that_of_the_english(page: Path) -> None:
    assert _code(page) == _code(page.with_name(page.name.replace(".ar.md", ".md")))


def test_what_is_not_typed_is_there() -> None:
    text = "".join((_DOCS / name).read_text(encoding="utf-8") for name in _PAGES)
    assert [line for line in _NOT_TYPED if f"$ {line}" not in text] == []
