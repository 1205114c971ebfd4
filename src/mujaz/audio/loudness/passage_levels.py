"""What a passage is like before it is mastered: how loud, and how much a limiter would take.

The limiter's loss decides which gain brings a recording to its loudness, and trying it out on the
sound costs nearly as much as limiting. Instead the peaks and the energy of each hop are taken once
on the way, and the limiter's own gains are reckoned from them for a row of ceilings.
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

# Ceilings below a source's own peak, in dB. Deeper than the last nobody wants to limit.
_DEPTHS_DB = tuple(range(0, 19, 3))


@dataclass(frozen=True, slots=True)
class SourceLevels:
    """One source in a passage, before its level is decided.

    Attributes:
        power: Sum of the squares of its samples.
        peak_dbfs: Of its samples.
        losses_lu: What a limiter takes whose ceiling lies so many decibels below that peak as
            ``_DEPTHS_DB`` says.
    """

    power: float
    peak_dbfs: float
    losses_lu: tuple[float, ...]

    def limiter_loss_lu(self, gain_db: float, ceiling_dbtp: float) -> float:
        """What a limiter takes after a gain."""
        depth = self.peak_dbfs + gain_db - ceiling_dbtp
        return float(np.interp(depth, _DEPTHS_DB, self.losses_lu))


@dataclass(frozen=True, slots=True)
class PassageLevels:
    """A passage as it was measured.

    Attributes:
        energies: See :meth:`~mujaz.audio.loudness.meter.LoudnessMeter.hop_energies`.
        sources: What each source is like in it, by name; silent ones are left out.
    """

    energies: Energies
    sources: Mapping[str, SourceLevels]


def measure(passage: Passage, blocks: Iterable[Floats]) -> PassageLevels:
    """Measure a passage.

    Args:
        passage: The passage.
        blocks: Its sound as a stream, full scale ±1.
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
    """What a limiter takes from the loudness of a whole recording, in LU.

    Args:
        passages: All of them.
        gains: Factor of each source; 1 for one that is not named.
        gain_db: Of the whole.
        ceiling_dbtp: Of the limiter.
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
    """Peak and power of each hop of a stream."""

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
        """Of all hops; a last short one is left out, which is silence."""
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
