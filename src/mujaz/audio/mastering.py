"""Master passages into the MP3: one gain for the whole recording, frames in order.

The limiter reduces loudness; by how much is predicted (see
:mod:`mujaz.audio.loudness.passage_levels`), so that one encoding is nearly always enough. Every
passage is decoded and measured after encoding; if the whole misses its target loudness, it is
encoded again with a corrected gain. The gain is a multiple of 0.2 dB, so that a small correction
of the text leaves it as it is and unchanged passages are taken from the cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from mujaz.audio.codecs.encoding import EncodedPassage, EncodingSettings
from mujaz.audio.codecs.mp3 import Mp3Writer, check_bitrate
from mujaz.audio.loudness.meter import SILENCE_LUFS, Energies, integrated_lufs, short_term_lufs
from mujaz.audio.loudness.source_gains import round_to_step
from mujaz.audio.mix.passages import Passage
from mujaz.domain import Loudness
from mujaz.errors import AudioError
from mujaz.parallel.ordered import OrderedMap, fitting_workers

_TOLERANCE_LU = 0.3
_GAIN_STEP_DB = 0.2
_MOST_ENCODINGS = 4
_MOST_GAIN_DB = 60.0
_MOST_LOSS_DB = 24.0
_HALVINGS = 12
# Upper bound of the share of an additional decibel of gain that the limiter is assumed to remove.
_MOST_SLOPE = 0.8
# A thread needs memory for a passage's samples, its encoder and its frames. With four threads an
# episode of 95 minutes takes 14 % more memory than one of 5 minutes, whose few passages never keep
# all threads busy (``bench/memory.py``); with two it takes the same.
_THREAD_MB = 40
_MOST_THREADS = 2

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Mastering:
    """Targets of the recording.

    Attributes:
        loudness_lufs: Integrated loudness in LUFS.
        true_peak_dbtp: Highest true peak in dBTP.
        bitrate_kbps: Constant bitrate of the MP3 in kbit/s.

    Raises:
        AudioError: If the bitrate is not one of MP3's.
    """

    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    bitrate_kbps: int = 96

    def __post_init__(self) -> None:
        check_bitrate(self.bitrate_kbps)


@dataclass(frozen=True, slots=True)
class Mastered:
    """Result of mastering.

    Attributes:
        samples: Number of samples encoded.
        reached: Loudness of the decoded file.
    """

    samples: int
    reached: Loudness


@dataclass(frozen=True, slots=True)
class Master:
    """A recording that is to be mastered.

    Attributes:
        passages: Its passages in order.
        encode: Encodes a passage or finds its frames in the cache.
        loudness_lufs: Estimated loudness of the recording before mastering.
        limiter_loss: Loudness that the limiter removes: (gain in dB, ceiling in dBTP) -> LU.
    """

    passages: Sequence[Passage]
    encode: Callable[[Passage, EncodingSettings], EncodedPassage]
    loudness_lufs: float
    limiter_loss: Callable[[float, float], float]

    def write(self, target: Path, goal: Mastering) -> Mastered:
        """Write the MP3.

        Raises:
            OSError: If the file cannot be written.
        """
        gain, slope = self._predicted_gain(goal)
        for attempt in range(_MOST_ENCODINGS):
            gain = round_to_step(min(gain, _MOST_GAIN_DB), _GAIN_STEP_DB)
            mastered = self._encoded(target, EncodingSettings(gain, *_fixed(goal)))
            off = goal.loudness_lufs - mastered.reached.integrated_lufs
            if abs(off) <= _TOLERANCE_LU or attempt == _MOST_ENCODINGS - 1:
                break
            gain += off / (1 - slope)
        return mastered

    def _encoded(self, target: Path, how: EncodingSettings) -> Mastered:
        energies: list[Energies] = []
        peak = SILENCE_LUFS
        with target.open("wb") as stream:
            writer = Mp3Writer(stream, how.bitrate_kbps)
            work = map_in_threads(lambda passage: self.encode(passage, how))
            for passage, encoded in work(self.passages):
                made = encoded()
                writer.append(made.data, made.frames, passage.samples)
                energies.append(made.energies)
                peak = max(peak, made.true_peak_dbtp)
            writer.close()
            stream.flush()
            os.fsync(stream.fileno())
        whole = np.concatenate(energies)
        reached = Loudness(integrated_lufs(whole), short_term_lufs(whole), peak, how.gain_db)
        return Mastered(writer.samples, reached)

    def _predicted_gain(self, goal: Mastering) -> tuple[float, float]:
        """Find the gain with which the limiter's result has the target loudness, by bisection.

        Returns:
            The gain in dB, and the share of an additional decibel that the limiter would remove.
        """
        wanted = goal.loudness_lufs - self.loudness_lufs
        ceiling = EncodingSettings(0.0, *_fixed(goal)).ceiling_dbtp
        low, high = wanted, wanted + _MOST_LOSS_DB
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if middle - self.limiter_loss(middle, ceiling) < wanted:
                low = middle
            else:
                high = middle
        slope = self.limiter_loss(low + 0.5, ceiling) - self.limiter_loss(low - 0.5, ceiling)
        return low, min(max(slope, 0.0), _MOST_SLOPE)


def map_in_threads(function: Callable[[Passage], _Result]) -> OrderedMap[Passage, _Result]:
    """Apply a function to passages in threads: the encoder and the FFT release the GIL."""
    threads = min(fitting_workers(_THREAD_MB), _MOST_THREADS)
    return OrderedMap(function, lambda: ThreadPoolExecutor(threads), ahead=threads + 1)


@contextmanager
def remove_if_unfinished(target: Path) -> Iterator[None]:
    """Remove a file if an error occurs while it is being written.

    Raises:
        AudioError: Instead of an OSError.
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


def _fixed(goal: Mastering) -> tuple[float, int]:
    return goal.true_peak_dbtp, goal.bitrate_kbps
