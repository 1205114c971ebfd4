"""Five hundred sentences of a statistical voice: exact times, level memory, the same samples."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mujaz.engines.hts import HtsEngine
from mujaz.voices.catalog import load_voice
from tests.conftest import ROOT
from tests.hts_voice import write_tiny_voice

_COUNT = 500
_MOST_GROWTH_MB = 4
_NAMES = ("الوَفْدُ", "الوَزِيرُ", "رَئِيسُ البَلَدِيَّةِ", "مُدِيرُ المُسْتَشْفَى", "الفَرِيقُ")
_VERBS = ("وَصَلَ", "غَادَرَ", "عَادَ", "تَحَدَّثَ", "اجْتَمَعَ")
_ENDS = (".", "، ثُمَّ عَادَ.", "؟", ": نَعَمْ.", " صَبَاحَ اليَوْمِ؛ وَبَقِيَ.")
# Speaks the file of its second argument with the voice of its first; prints digest and growth.
_PROGRAM = """
import hashlib, resource, sys
from pathlib import Path
from mujaz.engines.hts import HtsEngine
from mujaz.voices.catalog import load_voice
voice, engine, digest = load_voice(Path(sys.argv[1])), HtsEngine(), hashlib.sha256()
lines = Path(sys.argv[2]).read_text("utf-8").splitlines()
def used():
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
warm = used()
for number, line in enumerate(lines):
    digest.update(engine.speak(line, voice).pcm)
    if number == 100:
        warm = used()
print(digest.hexdigest(), used() - warm)
"""


def lines() -> list[str]:
    """Different sentences of two to six words, with every kind of pause."""
    made = (f"{verb} {name}{end}" for verb, name, end in itertools.product(_VERBS, _NAMES, _ENDS))
    short = list(made)
    return [f"{'وَ' * (n // len(short) % 2)}{short[n % len(short)]}" for n in range(_COUNT)]


def test_times_are_exact_in_every_sentence(tmp_path: Path) -> None:
    voice, engine = load_voice(write_tiny_voice(tmp_path)), HtsEngine()
    # Every 23rd meets each ending, verb and name.
    for line in lines()[::23]:
        spoken = engine.synthesize(line, voice)
        assert sum(spoken.durations) == spoken.samples.size, line
        onsets = [mark.sample for mark in spoken.words()]
        assert all(before < after for before, after in itertools.pairwise(onsets)), line
        assert onsets[-1] < spoken.samples.size, line
        assert [mark.index for mark in spoken.words()] == list(range(len(line.split()))), line


def _in_a_process(folder: Path, texts: list[str], seed: int) -> tuple[str, float]:
    """Digest of all samples, and growth in MB after the first hundred sentences."""
    text = folder / "lines.txt"
    text.write_text("\n".join(texts), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder / "tiny.toml"), str(text)],
        env={**os.environ, "PYTHONHASHSEED": str(seed), "OPENBLAS_NUM_THREADS": str(seed)},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    digest, growth = done.stdout.decode().split()
    return digest, float(growth)


def test_the_samples_are_the_same_in_every_process(tmp_path: Path) -> None:
    voice, engine = load_voice(write_tiny_voice(tmp_path)), HtsEngine()
    texts = lines()[::50]
    here = hashlib.sha256(b"".join(engine.speak(line, voice).pcm for line in texts)).hexdigest()
    assert {_in_a_process(tmp_path, texts, seed)[0] for seed in (1, 2)} == {here}


@pytest.mark.slow
def test_five_hundred_sentences_take_no_more_memory(tmp_path: Path) -> None:
    write_tiny_voice(tmp_path)
    assert _in_a_process(tmp_path, lines(), 1)[1] <= _MOST_GROWTH_MB
