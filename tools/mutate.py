"""Plant known faults one at a time and see whether the tests notice.

    python tools/mutate.py                        # every fault of tests/data/mutants.tsv
    python tools/mutate.py --only addresses.py    # those whose row contains a text
    python tools/mutate.py --check                # only that every row still fits the source

Each fault is planted in a copy of the tree. The fast tests that run the changed line are run,
the quick ones first, until one fails; a fault is caught if that test passes again without the
fault. Which test runs which line comes from coverage.py, measured once (some ten minutes) and
kept in ``build/mutation`` until sources or tests change. Lines that run at import, such as
constants, count as run by the tests that run the lines where their names are used. If all of
these pass, the rest of their test files is run too, since what one test computes and a cache
keeps is seen with that test alone. A fault in a file that is not Python names its tests in the
table.

Own code, because the tools that exist invent the faults: mutmut (3) mutates the inside of
functions only, neither constants nor data files, and cosmic-ray (8) runs all tests for each
fault, which here takes minutes. Neither takes a list of chosen faults, and thousands of invented
ones are more than two cores can try against tests that start processes and speak.

The exit status is 1 if fewer than 90 % are caught, or if a row does not fit the source.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from coverage_map import TestMap, measure

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "data" / "mutants.tsv"
_KEPT = ROOT / "build" / "mutation"
_FLOOR = 0.9
_LIMIT_S = 900
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", re.M)
_PASSED, _NOTHING_TO_RUN = 0, 5


class TableError(Exception):
    """A row that does not fit the source."""


@dataclass(frozen=True)
class Fault:
    """A row of the table.

    Attributes:
        file: Path below the root.
        before: Text that occurs once in that file; ``\\n`` stands for a line end.
        after: The faulty text in its place.
        note: The consequence for a user.
        tests: Test files, separated by spaces, for a file that is not Python; else empty.
    """

    file: str
    before: str
    after: str
    note: str
    tests: tuple[str, ...]

    @property
    def line(self) -> str:
        """The fault in one line."""
        before, after = (" ".join(text.split()) for text in (self.before, self.after))
        return f"{self.file}: {before[:70]} => {after[:70]}"


@dataclass(frozen=True)
class Outcome:
    """How a fault fared: caught by a test, or missed by so many."""

    fault: Fault
    caught_by: str
    tests: int


def read_table(path: Path) -> list[Fault]:
    """The faults of a table.

    Raises:
        TableError: A row has too few columns.
    """
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    faults = []
    for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if None in row.values():
            raise TableError(f"{path.name}: row {number} has too few columns")
        before, after = (row[name].replace("\\n", "\n") for name in ("before", "after"))
        faults.append(Fault(row["file"], before, after, row["note"], tuple(row["tests"].split())))
    return faults


def placed(fault: Fault, root: Path) -> Fault:
    """The fault in the file that holds its text now.

    Raises:
        TableError: The text is nowhere, or in several places.
    """
    path = root / fault.file
    if path.is_file() and (count := path.read_text("utf-8").count(fault.before)):
        if count > 1:
            raise TableError(f"{fault.line}: the text occurs {count} times; give more of it")
        return fault
    found = [
        other
        for other in sorted((root / "src").rglob(f"*{Path(fault.file).suffix}"))
        if other.read_text("utf-8").count(fault.before) == 1
    ]
    if len(found) != 1:
        raise TableError(f"{fault.line}: the text is in {len(found)} files; mend the row")
    moved = str(found[0].relative_to(root))
    return Fault(moved, fault.before, fault.after, fault.note, fault.tests)


class Copy:
    """A copy of the tree with a virtual environment in which ``mujaz`` is that copy."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self._changes = 0
        files = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout.decode().split("\0")  # fmt: skip
        for name in filter(None, files):
            if (ROOT / name).is_file():
                target = self.root / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target)
        modules = ROOT / "tests" / "browser" / "node_modules"
        if modules.is_dir():
            (self.root / "tests" / "browser" / "node_modules").symlink_to(modules)
        self.python = self._environment()

    def _environment(self) -> Path:
        folder = self.root / ".venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        site = next(folder.glob("lib/python*/site-packages"))
        outside = [path for path in sys.path if path.endswith("site-packages")]
        start = "import os, coverage; os.environ.get('COVERAGE_PROCESS_START') and "
        lines = [
            str(self.root / "src"),
            *(f"import site; site.addsitedir({path!r})" for path in outside),
            f"{start}coverage.process_startup()",
        ]
        (site / "0.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "bin" / "python"

    def write(self, file: str, text: str) -> None:
        """Replace a file; its time changes too, so that no compiled copy passes for it."""
        path = self.root / file
        path.write_text(text, encoding="utf-8")
        self._changes += 1
        os.utime(path, (self._changes, self._changes))

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """The copy with the fault in it."""
        text = (self.root / fault.file).read_text("utf-8")
        self.write(fault.file, text.replace(fault.before, fault.after))
        try:
            yield
        finally:
            self.write(fault.file, text)

    def failing(self, tests: Sequence[str]) -> str:
        """The first of the tests that fails; empty if all pass."""
        if not tests:
            return ""
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as names:
            names.write("\n".join(tests))
            names.flush()
            command = [self.python, "-m", "pytest", "-x", "-n0", "-p", "no:cacheprovider"]
            try:
                done = subprocess.run(
                    [*command, f"@{names.name}"], cwd=self.root, capture_output=True,
                    text=True, timeout=_LIMIT_S, check=False, errors="replace",
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return f"no end within {_LIMIT_S} s"
        if done.returncode in {_PASSED, _NOTHING_TO_RUN}:
            return ""
        found = _FAILED.search(done.stdout)
        return found[1] if found else f"pytest exits with {done.returncode}"


def try_fault(fault: Fault, copy: Copy, tests: TestMap) -> Outcome:
    """Plant a fault and run its tests; a test that fails without the fault too does not count."""
    mapped = tests.of_text(fault.file, fault.before) if not fault.tests else ()
    steps = [fault.tests] if fault.tests else [mapped, tests.beside(mapped)]
    count = 0
    for names in steps:
        left = list(names)
        while left:
            with copy.planted(fault):
                failed = copy.failing(left)
            if not failed:
                break
            if "::" not in failed or not copy.failing([failed]):
                return Outcome(fault, failed, count + len(left))
            left = [name for name in left if name != failed and not failed.startswith(name)]
        count += len(names)
    return Outcome(fault, "", count)


def run(faults: Sequence[Fault], tests: TestMap, jobs: int) -> list[Outcome]:
    """Try the faults in several copies at once; prints each outcome as it comes."""
    free: SimpleQueue[Copy] = SimpleQueue()
    printing = threading.Lock()

    def one(fault: Fault) -> Outcome:
        copy = free.get()
        try:
            outcome = try_fault(fault, copy, tests)
        finally:
            free.put(copy)
        verdict = f"caught by {outcome.caught_by}" if outcome.caught_by else "MISSED"
        with printing:
            print(f"{fault.line}\n    {verdict} ({outcome.tests} tests; {fault.note})", flush=True)
        return outcome

    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        for number in range(jobs):
            free.put(Copy(Path(folder) / str(number)))
        with ThreadPoolExecutor(jobs) as threads:
            return list(threads.map(one, faults))


def digest(root: Path) -> str:
    """One value for all sources and tests."""
    parts = hashlib.sha256()
    for path in sorted([*(root / "src").rglob("*"), *(root / "tests").rglob("*.py")]):
        if path.is_file() and "__pycache__" not in path.parts:
            parts.update(str(path).encode() + path.read_bytes())
    return parts.hexdigest()[:16]


def test_map(jobs: int, kept: Path) -> TestMap:
    """The map of these sources, measured if there is none yet."""
    if not (kept / "tests.jsonl").is_file():
        shutil.rmtree(kept, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            measure(Copy(Path(folder)), kept, jobs)
    return TestMap(kept)


def main() -> int:
    """Run the faults of the table; gives the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--only", default="", help="rows that contain this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--map", type=Path, help="a map measured before; it is not judged by age")
    parser.add_argument("--check", action="store_true", help="run nothing")
    options = parser.parse_args()
    faults, wrong = [], 0
    for fault in read_table(options.table):
        try:
            found = placed(fault, ROOT)
        except TableError as error:
            print(error, file=sys.stderr)
            wrong += 1
        else:
            faults += [found] if options.only in str(found) else []
    if options.check:
        print(f"{len(faults)} faults fit the source, {wrong} do not")
        return int(wrong > 0)
    tests = test_map(options.jobs, options.map or _KEPT / digest(ROOT))
    outcomes = run(faults, tests, options.jobs)
    missed = [outcome for outcome in outcomes if not outcome.caught_by]
    rate = 1 - len(missed) / max(1, len(outcomes))
    print(f"\ncaught {len(outcomes) - len(missed)} of {len(outcomes)} ({rate:.0%})")
    for outcome in missed:
        print(f"missed: {outcome.fault.line} ({outcome.fault.note})")
    return int(rate < _FLOOR or wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
