"""Assembly beside the bare encoder, its memory, its exactness, and many clips.

    python bench/audio.py             # everything; fails beyond the limits below
    python bench/audio.py --minutes 3 --rounds 1 --only cpu
    python bench/audio.py --only memory --record    # also writes bench/recorded/memory.json

- cpu: CPU of all that follows synthesis (assembly, mastering, verification, cover, tags) over
  that of LAME alone on the same PCM, in turns in one process.
- memory: peak resident memory at 90 minutes beside 5, each in a process of its own; and how far
  tag, decoded samples and recording disagree about their length.
- clips: CPU for 2,000 short clips over that for the same sound in 200.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import lameenc
import numpy as np
import soundfile
from mutagen.mp3 import MP3

import resident
from mujaz.artwork.cover import tag_cover
from mujaz.audio.assembly import Mastering, Spoken, assemble
from mujaz.audio.codecs import encoding
from mujaz.audio.codecs.mp3 import to_pcm
from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.codecs.tags import TagSet, write_tags
from mujaz.audio.mix.station_sounds import StationSounds, load_station_sounds
from mujaz.domain import Chapter, Clip, Kind, Recording, Sentence
from mujaz.engines.espeak import EspeakEngine
from mujaz.settings.values import AudioConfig
from mujaz.voices.catalog import find_voice
from recording import record

# The contract asks for 2.0, 40 MB and 10 %; these limits only ever go down.
_MOST_CPU_RATIO = 1.85
_MOST_GROWTH_MB = 40.0
_MOST_GROWTH_SHARE = 0.10
_MOST_LENGTH_ERROR_S = 0.05
_MOST_CLIPS_RATIO = 1.3

_SOUNDS = AudioConfig(
    intro="mujaz:intro", outro="mujaz:outro", stinger="mujaz:stinger", bed="mujaz:bed"
)
_VOICES = ("espeak-anchor-male", "espeak-ar")
_TEXTS = (
    "وَصَلَ الْوَفْدُ إِلَى الْعَاصِمَةِ صَبَاحَ الْيَوْمِ لِبَحْثِ اتِّفَاقٍ جَدِيدٍ.",
    "وَقَالَ رَئِيسُ الْبَلَدِيَّةِ إِنَّ الْجِسْرَ سَيُخَفِّفُ الِازْدِحَامَ عَنْ وَسَطِ الْمَدِينَةِ.",
    "ارْتَفَعَتْ أَسْعَارُ النَّفْطِ قَلِيلًا بَعْدَ أُسْبُوعٍ مِنَ الْهُبُوطِ.",
)


def speech(minutes: float) -> Iterator[Spoken]:
    """A bulletin of two voices: headlines, then stories, about so long."""
    engine = EspeakEngine()
    clips = {
        name: [engine.speak(text, find_voice(name, Path())) for text in _TEXTS] for name in _VOICES
    }
    for number in range(5):
        headline = Sentence("عنوان", "عنوان", Kind.HEADLINE, -1, number, 500)
        yield Spoken(headline, clips[_VOICES[0]][number % 3], -0.4, _VOICES[0], over_bed=True)
    left = minutes * 60.0
    for number in itertools.count():
        clip = clips[_VOICES[1]][number % 3]
        body = Sentence("متن", "متن", Kind.BODY, 0, number // 12, 350)
        yield Spoken(body, clip, 0.0, _VOICES[1])
        left -= clip.duration_s + 0.35
        if left <= 0:
            return


def finish(
    spoken: list[Spoken] | Iterator[Spoken], folder: Path, station: StationSounds
) -> Recording:
    """All that follows synthesis; the cover first, as the pipeline does."""
    cover = tag_cover("موجز الأخبار")
    recording = assemble(spoken, folder / "x.mp3", Mastering(), station)
    chapters = tuple(
        Chapter(f"الخبر {n}", n * recording.duration_s / 12, "https://news.example/")
        for n in range(12)
    )
    tags = TagSet(
        title="نشرة",
        artist="موجز",
        album="موجز",
        day=datetime(2026, 1, 1),
        language="ar",
        track=1,
        comment="ملاحظة",
        lyrics="نص " * 5000,
        guid="urn:x",
        duration_s=recording.duration_s,
        chapters=chapters,
        encoder="mujaz",
        cover=cover,
    )
    write_tags(recording.path, tags)
    return recording


def bare_lame(pcm: bytes) -> float:
    """CPU seconds of the encoder alone, set as the recording's is."""
    start = time.process_time()
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(Mastering().bitrate_kbps)
    encoder.set_in_sample_rate(44100)
    encoder.set_out_sample_rate(44100)
    encoder.set_channels(1)
    encoder.set_quality(5)
    for at in range(0, len(pcm), 1 << 17):
        encoder.encode(pcm[at : at + (1 << 17)])
    encoder.flush()
    return time.process_time() - start


def encoded_pcm(spoken: list[Spoken], station: StationSounds) -> bytes:
    """What the encoder is given for an episode, noted in a run that is not timed."""
    taken: list[bytes] = []
    lock = threading.Lock()

    def listening(samples: Floats, scale: np.float32) -> bytes:
        data = to_pcm(samples, scale)
        with lock:
            taken.append(data)
        return data

    encoding.to_pcm = listening
    try:
        with tempfile.TemporaryDirectory() as name:
            samples = assemble(spoken, Path(name) / "x.mp3", Mastering(), station).samples
    finally:
        encoding.to_pcm = to_pcm
    # The last encoding, if the first missed its target; passages in any order.
    return b"".join(taken)[-samples * 2 :]


def cpu(minutes: float, rounds: int) -> bool:
    station = load_station_sounds(_SOUNDS, Path())
    spoken = list(speech(minutes))
    ratios: list[float] = []
    pcm = encoded_pcm(spoken, station)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(rounds):
            start = time.process_time()
            recording = finish(spoken, folder, station)
            assembly = time.process_time() - start
            alone = bare_lame(pcm)
            ratios.append(assembly / alone)
            loudness = recording.loudness
            print(
                f"cpu: {recording.duration_s / 60:.1f} min, assembly {assembly:.2f} s, "
                f"LAME {alone:.2f} s, ratio {ratios[-1]:.2f}; {loudness.integrated_lufs:.2f} LUFS, "
                f"{loudness.true_peak_dbtp:.2f} dBTP"
            )
    ratio = statistics.median(ratios)
    print(f"cpu: ratio {ratio:.2f} (at most {_MOST_CPU_RATIO})")
    return ratio <= _MOST_CPU_RATIO


def child(minutes: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        recording = finish(speech(minutes), Path(name), load_station_sounds(_SOUNDS, Path()))
        peak_mb = resident.peak_mb()
        decoded = soundfile.info(str(recording.path)).frames / 44100
        tagged = MP3(recording.path).info.length
        error = max(abs(decoded - recording.duration_s), abs(tagged - recording.duration_s))
        print(recording.duration_s, peak_mb, error)


def memory(*, keep: bool = False) -> bool:
    measured: list[tuple[float, float, float]] = []
    for minutes in (0.08, 5, 90):
        command = [sys.executable, __file__, "--child", str(minutes)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        measured.append((float(out[0]), float(out[1]), float(out[2])))
        seconds, peak, error = measured[-1]
        print(f"memory: {seconds:.1f} s: {peak:.0f} MB, lengths differ by {error * 1000:.3f} ms")
    if keep:
        record("memory", peak_mb={"5 minutes": measured[1][1], "90 minutes": measured[2][1]})
    growth = measured[2][1] - measured[1][1]
    share = growth / measured[1][1]
    print(f"memory: growth {growth:+.1f} MB ({share:+.1%}) from 5 to 90 minutes")
    exact = all(error <= _MOST_LENGTH_ERROR_S for _, _, error in measured)
    return growth <= _MOST_GROWTH_MB and share <= _MOST_GROWTH_SHARE and exact


def clips() -> bool:
    """The same sound in few long clips and in many short ones."""
    t = np.arange(22050 * 1600) / 22050
    wave = (6000 * np.sin(2 * np.pi * 210 * t) * np.sin(np.pi * t) ** 2).astype(np.int16)
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        for count in (200, 2000):
            pieces = wave.reshape(count, -1)
            sentence = Sentence("متن", "متن", pause_ms=600 * 200 // count)
            spoken = [Spoken(sentence, Clip(piece.tobytes(), 22050)) for piece in pieces]
            start = time.process_time()
            assemble(spoken, Path(name) / "x.mp3", Mastering())
            spent.append(time.process_time() - start)
    ratio = spent[1] / spent[0]
    print(f"clips: 200 in {spent[0]:.2f} s, 2,000 in {spent[1]:.2f} s, ratio {ratio:.2f}")
    return ratio <= _MOST_CLIPS_RATIO


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("cpu", "memory", "clips"))
    parser.add_argument("--child", type=float)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return 0
    parts = {
        "cpu": lambda: cpu(options.minutes, options.rounds),
        "memory": lambda: memory(keep=options.record),
        "clips": clips,
    }
    wanted = [part for name, part in parts.items() if options.only in (None, name)]
    passed = [part() for part in wanted]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
