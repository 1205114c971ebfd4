"""Plant known faults one at a time and see whether the tests notice.

    python tools/mutate.py                        # every fault of tests/data/mutants.tsv
    python tools/mutate.py --minutes 14           # begin none later; the next call goes on
    python tools/mutate.py --partial              # with the test files that are measured already
    python tools/mutate.py --only addresses.py    # those whose row contains a text
    python tools/mutate.py --check                # only that every row still fits the source

Each fault is planted in a copy of the tree. The fast tests that run the changed line are run,
the quick ones first, until one fails; a fault is caught if that test passes again without the
fault. Which test runs which line comes from coverage.py, measured once (some ten minutes) and
kept in ``build/mutation`` until the sources change; of the tests, only the files that changed are
measured again. Outcomes are kept there too: a fault is not tried again while the sources are the
same and the test file that caught it is, or, if it was missed, all tests are. Lines that run at
import, such as constants, count as run by the tests that run the lines where their names are
used. If all of these pass, the rest of their test files is run too, since what one test computes
and a cache keeps is seen with that test alone. A fault in a file that is not Python names its
tests in the table.

Own code, because the tools that exist invent the faults: mutmut (3) mutates the inside of
functions only, neither constants nor data files, and cosmic-ray (8) runs all tests for each
fault, which here takes minutes. Neither takes a list of chosen faults, and thousands of invented
ones are more than two cores can try against tests that start processes and speak.

The exit status is 1 if fewer than 90 % are caught, if some are not tried yet, or if a row does not
fit the source.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from coverage_map import Measurement, TestMap, digest

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

    @property
    def key(self) -> str:
        """The whole fault without its note."""
        return "\t".join([self.file, self.before, self.after, *self.tests])


@dataclass(frozen=True)
class Outcome:
    """How a fault fared: caught by a test, or missed by so many."""

    fault: Fault
    caught_by: str
    tests: int


class Outcomes:
    """The outcomes for one state of the sources, kept in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tests = digest([*ROOT.glob("tests/**/*.py"), *ROOT.glob("tests/data/**/*")])
        self._known: dict[str, tuple[str, int]] = {}
        if path.is_file():
            for row in map(json.loads, path.read_text("utf-8").splitlines()):
                if row["tests"] == self._state(row["caught_by"]):
                    self._known[row["fault"]] = row["caught_by"], row["count"]

    def _state(self, caught_by: str) -> str:
        file = ROOT / caught_by.partition("::")[0]
        return digest([file]) if file.is_file() else self._tests

    def find(self, fault: Fault) -> Outcome | None:
        """What is known of a fault."""
        known = self._known.get(fault.key)
        return Outcome(fault, *known) if known else None

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        row = {
            "fault": outcome.fault.key,
            "caught_by": outcome.caught_by,
            "count": outcome.tests,
            "tests": self._state(outcome.caught_by),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


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


def run(
    faults: Sequence[Fault],
    tests: TestMap,
    outcomes: Outcomes,
    jobs: int,
    enough: Callable[[], bool],
    *,
    keep_missed: bool,
) -> list[Outcome]:
    """Try the faults in several copies at once, until it is enough; prints each outcome.

    Args:
        faults: Faults that fit the source.
        tests: Which test runs which line.
        outcomes: Outcomes of earlier runs; gets the new ones.
        jobs: Number of copies.
        enough: Whether no further fault is to be tried.
        keep_missed: Whether a fault that is missed now is not tried again.
    """
    free: SimpleQueue[Copy] = SimpleQueue()
    lock = threading.Lock()

    def one(fault: Fault) -> Outcome | None:
        outcome = outcomes.find(fault)
        if outcome is None:
            if enough():
                return None
            copy = free.get()
            try:
                outcome = try_fault(fault, copy, tests)
            finally:
                free.put(copy)
            if outcome.caught_by or keep_missed:
                with lock:
                    outcomes.add(outcome)
        verdict = f"caught by {outcome.caught_by}" if outcome.caught_by else "MISSED"
        with lock:
            print(f"{fault.line}\n    {verdict} ({outcome.tests} tests; {fault.note})", flush=True)
        return outcome

    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        for number in range(jobs):
            free.put(Copy(Path(folder) / str(number)))
        with ThreadPoolExecutor(jobs) as threads:
            return [outcome for outcome in threads.map(one, faults) if outcome is not None]


def fitting(faults: Sequence[Fault]) -> list[Fault]:
    """The faults that fit the source; the others are named."""
    found = []
    for fault in faults:
        try:
            found.append(placed(fault, ROOT))
        except TableError as error:
            print(error, file=sys.stderr)
    return found


def _measured(kept: Path, jobs: int, enough: Callable[[], bool]) -> Measurement:
    measurement = Measurement(kept)
    if measurement.missing():
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            measurement.measure(Copy(Path(folder)), jobs, enough)
    return measurement


def _tell(outcomes: Sequence[Outcome], total: int) -> float:
    missed = [outcome for outcome in outcomes if not outcome.caught_by]
    rate = 1 - len(missed) / max(1, len(outcomes))
    print(f"\ncaught {len(outcomes) - len(missed)} of {len(outcomes)} ({rate:.0%})")
    if len(outcomes) < total:
        print(f"not tried yet: {total - len(outcomes)}; the same command goes on")
    for outcome in missed:
        print(f"missed: {outcome.fault.line} ({outcome.fault.note})")
    return rate


def main() -> int:
    """Run the faults of the table; gives the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--only", default="", help="rows that contain this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin nothing later")
    parser.add_argument("--partial", action="store_true", help="measure nothing more")
    parser.add_argument("--check", action="store_true", help="run nothing")
    options = parser.parse_args()
    table = read_table(options.table)
    faults = fitting(table)
    wrong = len(table) - len(faults)
    if options.check:
        print(f"{len(faults)} faults fit the source, {wrong} do not")
        return int(wrong > 0)
    end = time.monotonic() + 60 * options.minutes
    kept = _KEPT / digest(ROOT.glob("src/**/*"))

    def enough() -> bool:
        return time.monotonic() > end

    measurement = Measurement(kept) if options.partial else _measured(kept, options.jobs, enough)
    if missing := measurement.missing():
        print(f"not measured yet: {len(missing)} test files; the same command goes on")
        if not options.partial:
            return 1
    outcomes = Outcomes(kept / "outcomes.jsonl")
    chosen = [fault for fault in faults if options.only in str(fault)]
    tried = run(chosen, measurement.map(), outcomes, options.jobs, enough, keep_missed=not missing)
    rate = _tell(tried, len(chosen))
    return int(rate < _FLOOR or wrong > 0 or len(tried) < len(chosen))


if __name__ == "__main__":
    sys.exit(main())
