"""Loudness of a passage before mastering, and how much loudness a limiter would remove.

The limiter's loss decides which gain brings a recording to its target loudness. Running the
limiter to find out takes nearly as long as mastering. Instead, the peak and the energy of each hop
are measured once, and the limiter's gains are computed from them for a series of ceilings.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mujaz.audio.codecs.mp3 import SAMPLE_RATE
from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.loudness.limiter import hop_gains
from mujaz.audio.loudness.meter import Energies, LoudnessMeter
from mujaz.audio.loudness.true_peak import HOP
from mujaz.audio.mix.passages import Passage

# Tabulated limiter depths: ceiling in dB below the source's peak. More than 18 dB is never needed.
_DEPTHS_DB = tuple(range(0, 19, 3))


@dataclass(frozen=True, slots=True)
class SourceLevels:
    """Levels of one source in a passage, before any gain.

    Attributes:
        power: Sum of the squares of its samples.
        peak_dbfs: Its highest sample in dBFS.
        losses_lu: Loudness in LU that a limiter removes, for each of ``_DEPTHS_DB``.
    """

    power: float
    peak_dbfs: float
    losses_lu: tuple[float, ...]

    def limiter_loss_lu(self, gain_db: float, ceiling_dbtp: float) -> float:
        """Loudness in LU that a limiter removes after a gain."""
        depth = self.peak_dbfs + gain_db - ceiling_dbtp
        return float(np.interp(depth, _DEPTHS_DB, self.losses_lu))


@dataclass(frozen=True, slots=True)
class PassageLevels:
    """Levels of a passage before any gain.

    Attributes:
        energies: See :meth:`~mujaz.audio.loudness.meter.LoudnessMeter.hop_energies`.
        sources: Levels of each source by name; silent ones are left out.
    """

    energies: Energies
    sources: Mapping[str, SourceLevels]


def measure(passage: Passage, blocks: Iterable[Floats]) -> PassageLevels:
    """Measure a passage.

    Args:
        passage: The passage.
        blocks: Its samples as a stream, full scale ±1.
    """
    meter = LoudnessMeter(SAMPLE_RATE)
    hops = _Hops()
    for block in blocks:
        meter.push(block)
        hops.push(block)
    peaks, powers = hops.all()
    names = sorted({piece.source for piece in passage.pieces})
    sources: dict[str, SourceLevels] = {}
    for name in names:
        pieces = [piece for piece in passage.pieces if piece.source == name]
        own = [slice(piece.start // HOP, -(-piece.stop // HOP)) for piece in pieces]
        highest = np.concatenate([peaks[stretch] for stretch in own])
        if highest.size and float(highest.max()) > 0:
            sources[name] = _source(highest, np.concatenate([powers[stretch] for stretch in own]))
    return PassageLevels(meter.hop_energies(), sources)


def limiter_loss_lu(
    passages: Sequence[PassageLevels],
    gains: Mapping[str, float],
    gain_db: float,
    ceiling_dbtp: float,
) -> float:
    """Loudness in LU that a limiter removes from a whole recording.

    Args:
        passages: Levels of all passages.
        gains: Amplitude factor by source; 1 for a source that is missing.
        gain_db: Gain of the whole recording in dB.
        ceiling_dbtp: Ceiling of the limiter in dBTP.
    """
    before = after = 0.0
    for passage in passages:
        for name, source in passage.sources.items():
            gain = gains.get(name, 1.0)
            level_db = 20 * math.log10(gain) + gain_db
            power = source.power * gain**2
            before += power
            after += power * 10 ** (-source.limiter_loss_lu(level_db, ceiling_dbtp) / 10)
    return 10 * math.log10(before / after) if after > 0 else 0.0


class _Hops:
    """Measures peak and power of each hop of a stream."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._peaks: list[Floats] = []
        self._powers: list[Floats] = []

    def push(self, block: Floats) -> None:
        joined = np.concatenate((self._rest, block))
        whole = joined.size // HOP * HOP
        self._rest = joined[whole:]
        if whole:
            starts = np.arange(0, whole, HOP)
            self._peaks.append(np.maximum.reduceat(np.abs(joined[:whole]), starts))
            self._powers.append(np.add.reduceat(np.square(joined[:whole]), starts))

    def all(self) -> tuple[Floats, Floats]:
        """Return peaks and powers, without a last, incomplete hop: passages end in silence."""
        nothing = np.zeros(0, np.float32)
        return np.concatenate([nothing, *self._peaks]), np.concatenate([nothing, *self._powers])


def _source(peaks: Floats, powers: Floats) -> SourceLevels:
    peak, whole = float(peaks.max()), float(powers.sum())
    losses: list[float] = []
    for depth in _DEPTHS_DB:
        gains = hop_gains(peaks, peak * 10 ** (-depth / 20))
        left = float(np.einsum("i,i,i->", powers, gains, gains))
        losses.append(10 * math.log10(whole / left))
    return SourceLevels(whole, 20 * math.log10(peak), tuple(losses))
