"""docs/architecture.md lists every folder of the package and the import layers in force."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.conftest import ROOT

_PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```\n(.*?)^```", re.S | re.M)


def _block_with(start: str) -> list[str]:
    found = [block for block in _BLOCK.findall(_PAGE) if block.startswith(start)]
    assert len(found) == 1, f"the page has {len(found)} blocks that begin with {start!r}"
    return found[0].splitlines()[1 if start.endswith("/") else 0 :]


def _listed_folders(lines: list[str]) -> list[str]:
    """Paths of the folders under ``src/mujaz/``; two spaces of indentation a level."""
    out: list[str] = []
    path: list[str] = []
    for line in lines:
        match = re.match(r"((?:  )+)(\w+)/", line)
        if match is None:  # the folders beside src/
            break
        path = [*path[: len(match[1]) // 2 - 1], match[2]]
        out.append("/".join(path))
    return out


def test_every_folder_of_the_package_is_listed_once() -> None:
    package = ROOT / "src" / "mujaz"
    folders = {
        path.parent.relative_to(package).as_posix() for path in package.rglob("*/__init__.py")
    }
    listed = _listed_folders(_block_with("src/mujaz/"))
    assert sorted(folders) == sorted(listed)


def test_every_single_module_is_named() -> None:
    modules = {path.name for path in (ROOT / "src" / "mujaz").glob("*.py")}
    named = set(re.findall(r"`(\w+\.py)`", _PAGE))
    assert modules - {"__init__.py", "__main__.py"} <= named


def test_the_import_layers_are_those_that_are_checked() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert layers == _block_with("cli\n")


def test_every_code_file_named_on_the_page_exists() -> None:
    package = ROOT / "src" / "mujaz"
    names = {path.name for path in package.rglob("*.py")}
    for name in re.findall(r"`(?:[\w/]+/)?(\w+\.py)`", _PAGE):
        in_bench = list((ROOT / "bench").rglob(name)) + list((ROOT / "tools").rglob(name))
        in_tests = list((ROOT / "tests").rglob(name))
        assert name in names or in_bench or in_tests, f"{name} is named and does not exist"


@pytest.mark.parametrize("line", ["  audio/  x", "    mix/  y"])
def test_a_listed_folder_is_read_with_its_parents(line: str) -> None:
    found = _listed_folders(["  audio/  x", "    mix/  y", "voices/  z"])
    assert found == ["audio", "audio/mix"]
    assert _listed_folders([line]) != found
