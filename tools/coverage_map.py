"""Which test runs which line of ``src``: measured with coverage.py, and asked by ``mutate.py``."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

from coverage import CoverageData
from coverage.exceptions import CoverageException
from coverage_contexts import CONTEXT, RECORD

ROOT = Path(__file__).resolve().parents[1]
_SETTINGS = """[run]
source = {source}
parallel = true
data_file = {data}
context = ${{{context}}}
disable_warnings = no-data-collected,module-not-measured,module-not-imported
"""
_Compound = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.While,
             ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)  # fmt: skip


class Tree(Protocol):
    """A copy of the sources with an interpreter for it."""

    root: Path
    python: Path


def digest(paths: Iterable[Path]) -> str:
    """One value for the names and contents of files."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            whole.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def test_files() -> list[Path]:
    """Every file with tests, the folders with quick tests first."""
    files = sorted(ROOT.glob("tests/*/test_*.py"))
    return sorted(files, key=lambda file: file.parent.name != "unit")


def _part(file: Path) -> str:
    return f"{file.stem}-{digest([file])}"


class Measurement:
    """The coverage of each test file, kept in a folder for one state of the sources.

    A test file that changed is measured again; the others are not.
    """

    def __init__(self, kept: Path) -> None:
        self.kept = kept

    def missing(self) -> list[Path]:
        """The test files that are not measured yet."""
        return [file for file in test_files() if not (self.kept / _part(file)).is_dir()]

    def measure(self, copy: Tree, jobs: int, enough: Callable[[], bool]) -> None:
        """Run the fast tests of each missing file under coverage.py, until it is enough."""
        self.kept.mkdir(parents=True, exist_ok=True)

        def one(file: Path) -> None:
            if not enough():
                print(f"measuring {file.relative_to(ROOT)}", flush=True)
                self._measure(copy, file)

        with ThreadPoolExecutor(jobs) as threads:
            list(threads.map(one, self.missing()))

    def _measure(self, copy: Tree, file: Path) -> None:
        # A process of the tests may write its lines as it ends, when the folder is being removed.
        with tempfile.TemporaryDirectory(dir=self.kept, ignore_cleanup_errors=True) as folder:
            work, done = Path(folder), Path(folder) / "done"
            done.mkdir()
            settings, record = work / "coveragerc", done / "tests.jsonl"
            record.touch()
            settings.write_text(
                _SETTINGS.format(source=copy.root / "src", data=work / "data", context=CONTEXT),
                encoding="utf-8",
            )
            environment = {
                **os.environ,
                "COVERAGE_PROCESS_START": str(settings),
                "PYTHONPATH": str(copy.root / "tools"),
                RECORD: str(record),
                CONTEXT: "",
            }
            command = [copy.python, "-m", "pytest", "-n0", "-p", "coverage_contexts"]
            subprocess.run(
                [*command, "-p", "no:cacheprovider", str(file.relative_to(ROOT))],
                cwd=copy.root, env=environment, capture_output=True, check=False,
            )  # fmt: skip
            whole = CoverageData(str(done / "lines.sqlite"))
            for part in sorted(work.glob("data.*")):
                data = CoverageData(str(part))
                with suppress(CoverageException):  # a process that was killed while it wrote
                    data.read()
                    whole.update(data, map_path=lambda path: os.path.relpath(path, copy.root))
            whole.write()
            done.rename(self.kept / _part(file))

    def map(self) -> TestMap:
        """The map of what is measured."""
        parts = [self.kept / _part(file) for file in test_files()]
        return TestMap([part for part in parts if part.is_dir()])


class TestMap:
    """The tests of each line."""

    __test__ = False

    def __init__(self, parts: Sequence[Path]) -> None:
        self._data = [CoverageData(str(part / "lines.sqlite")) for part in parts]
        for data in self._data:
            data.read()
        lines = [line for part in parts for line in (part / "tests.jsonl").open(encoding="utf-8")]
        self._tests: dict[str, dict[str, Any]] = {
            row["test"]: row for row in map(json.loads, lines)
        }

    def of_text(self, file: str, text: str) -> list[str]:
        """The tests that run the lines of a text in a file, the quick ones first."""
        whole = (ROOT / file).read_text("utf-8")
        start = whole.index(text)
        first = whole.count("\n", 0, start + len(text) - len(text.lstrip())) + 1
        last = whole.count("\n", 0, start + len(text.rstrip())) + 1
        contexts: set[str] = set()
        seen: set[tuple[str, int]] = set()
        for line in range(first, last + 1):
            contexts |= self._contexts(file, line, seen)
        names = {name for name in contexts if name in self._tests}
        names |= {
            name for name, row in self._tests.items() if contexts.intersection(row["fixtures"])
        }
        return self._sorted(names)

    def beside(self, tests: Iterable[str]) -> list[str]:
        """The other tests of the same files."""
        tests = set(tests)
        files = {name.partition("::")[0] for name in tests}
        return self._sorted(
            name for name in self._tests if name.partition("::")[0] in files and name not in tests
        )

    def _sorted(self, names: Iterable[str]) -> list[str]:
        """The quickest file first; a file's tests stay together, as they share its fixtures."""
        passing = [name for name in names if self._tests[name]["passed"]]
        files: Counter[str] = Counter()
        for name in passing:
            files[name.partition("::")[0]] += self._tests[name]["seconds"]

        def cost(name: str) -> tuple[float, str, float]:
            file = name.partition("::")[0]
            return files[file], file, self._tests[name]["seconds"]

        return sorted(passing, key=cost)

    def _contexts(self, file: str, line: int, seen: set[tuple[str, int]]) -> set[str]:
        if (file, line) in seen:
            return set()
        seen.add((file, line))
        statement = _statements(file).get(line)
        if statement is None:
            return set()
        found: set[str] = set()
        for number in _header(statement[0]):
            found.update(self._lines(file).get(number, ()))
        if statement[1]:
            return found
        for name in _defined(statement[0]):
            for other, number in _uses(name):
                found |= self._contexts(other, number, seen)
        if isinstance(statement[0], ast.FunctionDef | ast.AsyncFunctionDef):
            for number in range(statement[0].lineno, (statement[0].end_lineno or 0) + 1):
                found.update(self._lines(file).get(number, ()))
        return found

    def _lines(self, file: str) -> dict[int, list[str]]:
        return self._by_file.get(file, {})

    @cached_property
    def _by_file(self) -> dict[str, dict[int, list[str]]]:
        found: dict[str, dict[int, list[str]]] = {}
        for data in self._data:
            for file in data.measured_files():
                lines = found.setdefault(file, {})
                for line, contexts in data.contexts_by_lineno(file).items():
                    lines.setdefault(line, []).extend(contexts)
        return found


@cache
def _statements(file: str) -> dict[int, tuple[ast.stmt, bool]]:
    """The innermost statement of each line, and whether it is in the body of a function."""
    found: dict[int, tuple[ast.stmt, bool]] = {}

    def walk(node: ast.AST, within: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                for line in _header(child):
                    found[line] = (child, within)
            walk(child, within or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    walk(ast.parse((ROOT / file).read_text("utf-8")), False)
    return found


def _header(statement: ast.stmt) -> range:
    """The lines of a statement without those of the statements in it."""
    first, end = statement.lineno, statement.end_lineno or statement.lineno
    decorators = getattr(statement, "decorator_list", [])
    first = min([first, *(one.lineno for one in decorators)])
    if isinstance(statement, _Compound) and getattr(statement, "body", None):
        end = max(statement.lineno, statement.body[0].lineno - 1)
    return range(first, end + 1)


def _defined(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


@cache
def _uses(name: str) -> tuple[tuple[str, int], ...]:
    """Every line of the package with a name in it."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    return tuple(
        (str(path.relative_to(ROOT)), number)
        for path in sorted((ROOT / "src").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if word.search(line)
    )
