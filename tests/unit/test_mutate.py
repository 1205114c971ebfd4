"""The table of planted faults is read, and a row that does not fit the source is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.commands import ROOT


@pytest.fixture(scope="module")
def mutate() -> ModuleType:
    pytest.importorskip("coverage", reason="coverage is not installed: pip install coverage")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import mutate
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return mutate


def _tree(root: Path) -> Path:
    (root / "src").mkdir()
    (root / "src" / "a.py").write_text("LIMIT = 3\nif x < LIMIT:\n    go()\n")
    (root / "src" / "b.py").write_text("go()\n")
    return root


def test_a_row_is_found_where_its_text_is_now(mutate: ModuleType, tmp_path: Path) -> None:
    root = _tree(tmp_path)
    moved = mutate.Fault("src/old.py", "LIMIT = 3", "LIMIT = 4", "", ())
    assert mutate.placed(moved, root).file == "src/a.py"
    for text in ("LIMIT = 5", "go()"):
        with pytest.raises(mutate.TableError):
            mutate.placed(mutate.Fault("src/old.py", text, "", "", ()), root)
    with pytest.raises(mutate.TableError, match="2 times"):
        mutate.placed(mutate.Fault("src/a.py", "LIMIT", "", "", ()), root)


def test_the_table_holds_what_was_promised(mutate: ModuleType) -> None:
    faults = mutate.read_table(mutate.TABLE)
    assert len(faults) >= 50
    assert all(fault.note and fault.before != fault.after for fault in faults)
    rooms = {fault.file.split("/")[2] for fault in faults}
    assert {"network", "server", "publish", "audio", "speech", "bulletin", "arabic"} <= rooms
