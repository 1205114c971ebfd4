"""The sounds that ship are what the script in the repository computes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from tests.conftest import ROOT


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sounds", ROOT / "tools" / "sounds.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["intro", "outro", "stinger", "bed"])
def test_a_shipped_sound_is_the_script_s(name: str) -> None:
    module = _script()
    path: Path = module.FOLDER / f"{name}.ogg"
    shipped, rate = soundfile.read(path, dtype="float32")
    computed = module.SOUNDS[name]()
    assert (rate, shipped.size) == (44100, computed.size)
    likeness = np.dot(shipped, computed) / np.linalg.norm(shipped) / np.linalg.norm(computed)
    assert likeness > 0.98
    assert path.stat().st_size < 150_000


def test_the_bed_has_no_seam() -> None:
    bed = _script().SOUNDS["bed"]()
    twice = np.concatenate((bed[-4410:], bed[:4410]))
    steps = np.abs(np.diff(twice))
    assert steps[4400:4420].max() < 3 * np.abs(np.diff(bed)).max()
