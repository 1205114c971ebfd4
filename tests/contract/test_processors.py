"""The same sound gives the same MP3 on every processor.

numpy's last bits depend on the processor: on the kernel that OpenBLAS chooses, and on numpy's own
vector code. Both can be set by environment variables, for older processors than this one.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

_ASSEMBLE = """
import hashlib, tempfile
from pathlib import Path
import numpy as np
from mujaz.audio.assembly import Mastering, Spoken, assemble
from mujaz.audio.mix.station_sounds import load_station_sounds
from mujaz.domain import Kind, Sentence
from mujaz.engines.espeak import EspeakEngine
from mujaz.settings.values import AudioConfig
from mujaz.voices.catalog import find_voice

rng = np.random.default_rng(3)
left, right = (rng.standard_normal((48, 48)).astype(np.float32) for _ in range(2))
sums = hashlib.sha256((left @ right).tobytes() + np.cos(left).tobytes()).hexdigest()
engine, spoken = EspeakEngine(), []
for story, name in enumerate(("espeak-anchor-male", "espeak-ar")):
    voice = find_voice(name, Path())
    for text in ("وَصَلَ الوَفْدُ إِلَى العَاصِمَةِ صَبَاحَ اليَوْمِ.", "وَقَالَ رَئِيسُ البَلَدِيَّةِ إِنَّ الجِسْرَ مَفْتُوحٌ."):
        sentence = Sentence(text, text, Kind.BODY, 0, story, 350)
        spoken.append(Spoken(sentence, engine.speak(text, voice), 0.0, name, over_bed=story == 0))
sounds = AudioConfig(intro="mujaz:intro", stinger="mujaz:stinger", bed="mujaz:bed")
with tempfile.TemporaryDirectory() as folder:
    target = Path(folder) / "a.mp3"
    # Loud, so that the limiter works on most of it.
    assemble(spoken, target, Mastering(loudness_lufs=-12.0), load_station_sounds(sounds, Path()))
    print(sums, hashlib.sha256(target.read_bytes()).hexdigest())
"""
_PROCESSORS = {
    "2008": {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"},
    "2004": {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "X86_V4"},
    "2013": {"OPENBLAS_CORETYPE": "Haswell"},
    "this": {},
}


def _hashes(environment: dict[str, str]) -> list[str]:
    command = [sys.executable, "-W", "ignore", "-c", _ASSEMBLE]
    variables = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment}
    run = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="sets x86 kernels")
@pytest.mark.skipif("openblas" not in str(np.show_config(mode="dicts")), reason="needs OpenBLAS")
@pytest.mark.slow
def test_an_mp3_has_the_same_bytes_under_every_kernel() -> None:
    results = {name: _hashes(variables) for name, variables in _PROCESSORS.items()}
    assert len({sums for sums, _ in results.values()}) > 1, "the settings have an effect"
    assert len({mp3 for _, mp3 in results.values()}) == 1, results
