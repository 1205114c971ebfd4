"""From the timeline to the MP3: one gain, one limiter, one encoder, and a look at the result.

The gain is linear over the whole episode. The limiter takes some loudness away again; how much
is tried on excerpts first, so that one encoding is nearly always enough. What was written is
decoded and measured: if it misses its target it is encoded again with what was learnt.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mujaz.audio.limiter import limit
from mujaz.audio.loudness import SILENCE_LUFS, LoudnessMeter
from mujaz.audio.mp3 import SAMPLE_RATE, Mp3Writer, check_bitrate
from mujaz.audio.pcm import Floats
from mujaz.audio.true_peak import TruePeakMeter
from mujaz.domain import Loudness
from mujaz.errors import AudioError

# A stretch of the mix: (start, stop) in samples, None for its end -> blocks.
Mix = Callable[[int, int | None], Iterator[Floats]]

# Encoding moves peaks: over 90 minutes of limited speech at 96 kbit/s by up to 0.8 dB.
_ENCODER_HEADROOM_DB = 1.0
_TOLERANCE_LU = 0.3
_MOST_ENCODINGS = 4
_MOST_GAIN_DB = 60.0
_EXCERPTS = 20
_EXCERPT_SAMPLES = 3 * SAMPLE_RATE // 2
_TRIALS = 3
_TRIAL_TOLERANCE_LU = 0.15
_READ_FRAMES = 1 << 16


@dataclass(frozen=True, slots=True)
class Mastering:
    """Targets of the recording.

    Attributes:
        loudness_lufs: Integrated loudness.
        true_peak_dbtp: Ceiling of true peaks.
        bitrate_kbps: Constant bitrate of the MP3.

    Raises:
        AudioError: If MP3 does not know the bitrate.
    """

    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    bitrate_kbps: int = 96

    def __post_init__(self) -> None:
        check_bitrate(self.bitrate_kbps)


@dataclass(frozen=True, slots=True)
class Mastered:
    """What was written: samples encoded, and what was measured on the decoded file."""

    samples: int
    reached: Loudness


def master(mix: Mix, samples: int, loudness_lufs: float, target: Path, goal: Mastering) -> Mastered:
    """Write the MP3.

    Args:
        mix: The sound.
        samples: Its length.
        loudness_lufs: Its loudness, as well as it is known.
        target: The file to write.
        goal: What it shall reach.

    Raises:
        OSError: If the disk refuses.
    """
    ceiling = goal.true_peak_dbtp - _ENCODER_HEADROOM_DB
    gain = _tried_gain(mix, samples, goal.loudness_lufs - loudness_lufs, goal, ceiling)

    def encode(gain_db: float, ceiling_dbtp: float) -> int:
        limited = limit(mix(0, None), gain_db=gain_db, ceiling_dbtp=ceiling_dbtp)
        return _encode(limited, target, goal.bitrate_kbps)

    return reach(encode, target, goal, gain, ceiling)


def reach(
    encode: Callable[[float, float], int],
    target: Path,
    goal: Mastering,
    gain: float,
    ceiling: float,
) -> Mastered:
    """Encode, measure what was decoded, and encode again with what was learnt if it misses.

    Args:
        encode: Writes the target with a gain in dB and a ceiling of true peaks in dBTP; gives the
            number of samples.
        target: What it writes.
        goal: What it shall reach.
        gain: To begin with.
        ceiling: To begin with.
    """
    best: Mastered | None = None
    for attempt in range(_MOST_ENCODINGS):
        written = encode(gain, ceiling)
        best = Mastered(written, measure(target, gain))
        off = goal.loudness_lufs - best.reached.integrated_lufs
        over = best.reached.true_peak_dbtp - goal.true_peak_dbtp
        if (abs(off) <= _TOLERANCE_LU and over <= 0) or attempt == _MOST_ENCODINGS - 1:
            break
        if over > 0:
            ceiling -= over + 0.1
        gain = min(gain + off, _MOST_GAIN_DB)
    assert best is not None
    return best


@contextmanager
def whole_or_gone(target: Path) -> Iterator[None]:
    """See to it that a file which could not be written to its end does not stay.

    Raises:
        AudioError: Instead of the disk's own error.
    """
    done = False
    try:
        yield
        done = True
    except OSError as error:
        raise AudioError(
            f"the recording could not be written: {error.strerror or error}",
            where=str(target.parent),
            hint="check the free space and the permissions of the folder",
        ) from error
    finally:
        if not done:
            target.unlink(missing_ok=True)


def measure(path: Path, gain_db: float = 0.0) -> Loudness:
    """Decode an audio file and measure it, as a stream.

    Args:
        path: Mono.
        gain_db: What it was amplified by, to be noted.
    """
    import soundfile

    with soundfile.SoundFile(str(path)) as sound:
        meter, peak = LoudnessMeter(sound.samplerate), TruePeakMeter()
        while (block := sound.read(_READ_FRAMES, dtype="float32")).size:
            meter.push(block)
            peak.push(block)
    return Loudness(meter.integrated_lufs(), meter.short_term_lufs(), peak.dbtp(), gain_db)


def _encode(limited: Iterator[Floats], target: Path, bitrate_kbps: int) -> int:
    with target.open("wb") as stream:
        writer = Mp3Writer(stream, bitrate_kbps)
        for block in limited:
            writer.write(block)
        writer.close()
        stream.flush()
        os.fsync(stream.fileno())
    return writer.samples


def _tried_gain(mix: Mix, samples: int, gain: float, goal: Mastering, ceiling: float) -> float:
    """The gain after which the limiter leaves the wanted loudness, judged by excerpts."""
    gain = min(gain, _MOST_GAIN_DB)
    plain = _loudness(_excerpts(mix, samples))
    if plain == SILENCE_LUFS:
        return gain
    wanted = plain + gain
    for _ in range(_TRIALS):
        limited = _loudness(limit(_excerpts(mix, samples), gain_db=gain, ceiling_dbtp=ceiling))
        gain = min(gain + wanted - limited, _MOST_GAIN_DB)
        if abs(wanted - limited) < _TRIAL_TOLERANCE_LU:
            break
    return gain


def _excerpts(mix: Mix, samples: int) -> Iterator[Floats]:
    """Two seconds here and there; all of a short episode."""
    if samples <= _EXCERPTS * _EXCERPT_SAMPLES:
        yield from mix(0, None)
        return
    for number in range(_EXCERPTS):
        start = (samples - _EXCERPT_SAMPLES) * number // (_EXCERPTS - 1)
        yield from mix(start, start + _EXCERPT_SAMPLES)


def _loudness(blocks: Iterator[Floats]) -> float:
    meter = LoudnessMeter(SAMPLE_RATE)
    for block in blocks:
        meter.push(block)
    return meter.integrated_lufs()
