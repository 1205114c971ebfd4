"""The package says what it needs, under which licences, and where it stands; its tasks agree."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hatch_build
import pytest
from tools import inventory, manuals
from tools.docsite.commands import described

from mujaz import __version__
from mujaz.errors import installing
from tests.commands import ROOT
from tests.doc_pages import documents

_PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# Extras say which packages are optional; these import them behind a check.
_OPTIONAL = [line for lines in _PROJECT["optional-dependencies"].values() for line in lines]


_IMPORT = re.compile(r"^ *(?:import (\w+)|from (\w+)[\w.]* import )", re.M)
# Modules whose distribution has another name.
_NAMES = {
    "bidi": "python-bidi",
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "TTS": "coqui-tts",
    "piper": "piper-tts",
}
# What a declared package is made of: its makers release them together.
_PARTS = {"arramooz", "pyarabic", "libqutrub", "tokenizers", "ctranslate2"}


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _distribution(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")


def _imported() -> set[str]:
    """The top-level modules that the package imports."""
    out: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        found = _IMPORT.findall(path.read_text(encoding="utf-8"))
        out |= {first or second for first, second in found}
    return out - set(sys.stdlib_module_names) - {"mujaz"}


def test_every_package_that_is_imported_is_declared() -> None:
    declared = {_distribution(line) for line in [*_PROJECT["dependencies"], *_OPTIONAL]}
    imported = {_NAMES.get(name, name.replace("_", "-")).lower() for name in _imported()}
    assert "anyio" in imported
    assert imported - declared - _PARTS == set()


def test_every_dependency_is_explained() -> None:
    page = _text("docs/dependencies.md").lower()
    names = [_distribution(line) for line in _PROJECT["dependencies"]]
    names += [name for name in _PROJECT["optional-dependencies"] if name != "dev"]
    assert [n for n in names if n not in page and n.replace("-", "_") not in page] == []


def test_the_inventory_lists_every_dependency_with_its_licence() -> None:
    found = {package.name: package for package in inventory.packages()}
    needed = [line for line in _PROJECT["dependencies"] if ";" not in line]
    assert {_distribution(line) for line in needed} <= found.keys()
    assert found["mujaz"].licence == _PROJECT["license"]
    assert found["click"].licence == "BSD-3-Clause"
    for package in found.values():
        assert package.licence, package.name
    bill = inventory.bill_of_materials(list(found.values()))
    names = {component["name"] for component in bill["components"]}
    assert names == found.keys() - {"mujaz"}
    known = {entry["ref"] for entry in bill["dependencies"]}
    assert {ref for entry in bill["dependencies"] for ref in entry["dependsOn"]} <= known


_FROM_INDEX = re.compile(
    r"pip install (?:-\S+ )*'?mujaz(?![\w-])|(?<![\w/])mujaz\[(?:"
    + "|".join(_PROJECT["optional-dependencies"])
    + r")\b"
)


def test_no_page_or_hint_installs_mujaz_from_an_index() -> None:
    """It is on none: an extra is installed from the source folder."""
    known = [path for kind in ("*.py", "*.tsv", "*.toml") for path in (ROOT / "src").rglob(kind)]
    pages = [path for path in documents() if path.name != "CHANGELOG.md"]
    named = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in [*known, *pages]
        for found in _FROM_INDEX.finditer(path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_hints_name_extras_that_exist() -> None:
    named = {
        extra
        for path in (ROOT / "src").rglob("*.py")
        for extra in re.findall(r'installing\(["\'](\w+)["\']\)', path.read_text("utf-8"))
    }
    assert named == {"cluster", "coqui", "ear", "opus", "piper", "publish"}
    assert named <= _PROJECT["optional-dependencies"].keys()
    assert installing("opus").startswith("pip install '.[opus]' ")


def test_the_packaged_readme_has_whole_addresses_only() -> None:
    text = hatch_build.absolute(_text("README.md"), _PROJECT["urls"]["Repository"])
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert links
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    picture = hatch_build.absolute("![x](docs/a.png)", "https://h.example/m")
    assert picture == "![x](https://h.example/m/raw/main/docs/a.png)"


def test_the_citation_names_this_version_and_place() -> None:
    citation = _text("CITATION.cff")
    assert f"version: {__version__}\n" in citation
    assert f"repository-code: {_PROJECT['urls']['Repository']}\n" in citation
    assert f"license: {_PROJECT['license']}\n" in citation


def test_the_newest_release_is_this_version_with_its_date() -> None:
    changes = re.findall(r"^## (.+)$", _text("CHANGELOG.md"), re.M)
    assert changes[0] == "Unreleased"
    date = re.search(r"^date-released: (.+)$", _text("CITATION.cff"), re.M)
    assert date
    assert changes[1] == f"{__version__} - {date[1]}"
    assert dt.date.fromisoformat(date[1])
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", line) for line in changes[1:])
    told = subprocess.run(
        [sys.executable, "-m", "mujaz", "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout == f"mujaz, version {__version__}\n"
    assert version("mujaz") == __version__


# What Windows lacks, or does otherwise.
_POSIX = re.compile(
    r"\bfcntl\.|\bO_(?:NOFOLLOW|DIRECTORY|NONBLOCK)\b|dir_fd=|killpg|SIGKILL|os\.pread"
    r"|symlink_to|os\.open\(path, os\.O_RDONLY"
)


def test_the_page_lists_the_modules_that_need_a_posix_system() -> None:
    page = _text("docs/dependencies.md").partition("## What needs a POSIX system")[2]
    listed = set(re.findall(r"^\| `([\w/]+\.py)` \|", page, re.M))
    package = ROOT / "src" / "mujaz"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(
            _POSIX.search(line)
            for line in path.read_text(encoding="utf-8").splitlines()
            if not line.lstrip().startswith("#")
        )
    }
    assert listed == found


def _lint_commands() -> list[str]:
    """The commands of the step ``lint``, without the folder of the environment."""
    found = re.search(r"^step_lint\(\) \{.*?\n(.*?)^\}", _text(".ci/run"), re.S | re.M)
    assert found
    lines = [line.strip().replace('"$bin/', "").replace('"', "") for line in found[1].splitlines()]
    return [line for line in lines if not line.startswith("cd ")]


def test_commits_and_tasks_are_checked_with_the_tools_of_ci() -> None:
    commands = _lint_commands()
    assert len(commands) == 5
    hooks = re.findall(r"entry: (.*?), language", _text(".pre-commit-config.yaml"))
    assert hooks == commands
    words = re.findall(r"session\.run\((.*?)\)", _text("noxfile.py").split("def tests")[0])
    assert [" ".join(re.findall(r'"([^"]+)"', line)) for line in words] == commands


def test_the_hosted_run_is_ci_run_with_steps_that_exist() -> None:
    workflow = _text(".github/workflows/ci.yml")
    runs = re.findall(r"\.ci/run(.*)", workflow.partition("jobs:")[2])
    assert runs[0] == ""
    steps = re.findall(r"^step_(\w+)\(\)", _text(".ci/run"), re.M)
    assert {step for line in runs for step in line.split()} <= set(steps)


def test_forms_and_workflow_are_yaml() -> None:
    yaml = pytest.importorskip("yaml", reason="needs PyYAML")
    for path in [*(ROOT / ".github").rglob("*.yml"), ROOT / ".pre-commit-config.yaml"]:
        assert yaml.safe_load(path.read_text(encoding="utf-8"))
    assert yaml.safe_load(_text("CITATION.cff"))["cff-version"] == "1.2.0"
    for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "body" in form:
            assert all(part["attributes"]["label"] for part in form["body"])


def test_every_command_has_a_manual_page(tmp_path: Path) -> None:
    pages = manuals.write(tmp_path)
    assert len(pages) == len(described()) == len(set(pages))
    text = (tmp_path / "mujaz-make.1").read_text(encoding="utf-8")
    assert ".SH OPTIONS" in text
    assert r"\-\-dry\-run" in text
    if (groff := shutil.which("groff")) is None:
        return
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-Kutf8", "-ww", str(tmp_path / "mujaz-make.1")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--dry-run" in re.sub(r"\x1b\[\d*m|.\x08", "", done.stdout)
    assert not done.stderr
