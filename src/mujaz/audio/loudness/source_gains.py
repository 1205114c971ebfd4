"""Gain of each voice and each station sound, from measured loudness.

One gain applies to all clips of a voice, so that a sentence that the voice says softly stays soft.
A calibrated voice (its file states a gain) keeps its level; an uncalibrated one is brought to the
level of the calibrated ones, or, if there is none, of the voice that speaks most. The level of a
station sound is relative to the speech.

Gains are rounded to 0.25 dB, which nobody hears, so that a corrected sentence leaves the gains as
they are and encoded passages in the cache stay valid.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mujaz.audio.codecs.mp3 import SAMPLE_RATE
from mujaz.audio.codecs.pcm import factor
from mujaz.audio.loudness.meter import HOPS_PER_SECOND, SILENCE_LUFS, Energies, integrated_lufs
from mujaz.audio.loudness.passage_levels import PassageLevels
from mujaz.audio.mix.passages import Passage, Piece

_HOP_SAMPLES = SAMPLE_RATE // HOPS_PER_SECOND
_STEP_DB = 0.25


@dataclass(frozen=True, slots=True)
class SourceGains:
    """Gains of all sources of a recording.

    Attributes:
        gains: Amplitude factor by source.
        speech_lufs: Loudness of all speech with these gains, rounded to 0.25 LU; minus infinity
            if there is no speech.
        total_lufs: Loudness of the recording with these gains, before mastering.
    """

    gains: Mapping[str, float]
    speech_lufs: float
    total_lufs: float


def decide_gains(
    measured: Sequence[tuple[Passage, PassageLevels]],
    calibrated: Collection[str],
    offsets_lu: Mapping[str, float],
) -> SourceGains:
    """Decide the gain of every source.

    Args:
        measured: Each passage with its levels before any gain.
        calibrated: Names of the voices whose level is right already.
        offsets_lu: For each station sound, its loudness relative to speech in LU.
    """
    names = sorted({piece.source for passage, _ in measured for piece in passage.pieces})
    energies = np.concatenate([made.energies for _, made in measured])
    found = [_hop_sources(made.energies.size, passage.pieces, names) for passage, made in measured]
    owners = np.concatenate([one.nearest for one in found])
    inside = np.concatenate([one.inside for one in found])
    loudness = {
        name: integrated_lufs(energies[inside & (owners == number)])
        for number, name in enumerate(names)
    }
    voices = [name for name in names if name not in offsets_lu]
    seconds = {name: int(np.count_nonzero(owners == names.index(name))) for name in voices}
    gains_db = _voice_gains_db(voices, loudness, seconds, calibrated)
    scaled = energies * _hop_factors(owners, names, gains_db)
    spoken = inside & np.isin(owners, [names.index(name) for name in voices])
    speech_lufs = round_to_step(integrated_lufs(scaled[spoken]), _STEP_DB)
    for name in names:
        if name in offsets_lu and SILENCE_LUFS not in (loudness[name], speech_lufs):
            gain_db = speech_lufs + offsets_lu[name] - loudness[name]
            gains_db[name] = round_to_step(gain_db, _STEP_DB)
    total = integrated_lufs(energies * _hop_factors(owners, names, gains_db))
    return SourceGains({name: factor(gain) for name, gain in gains_db.items()}, speech_lufs, total)


@dataclass(frozen=True, slots=True)
class _HopSources:
    """For each 100 ms hop of a passage, the source (voice or station sound) it belongs to.

    Attributes:
        nearest: Index of the source whose piece contains the hop's middle or is nearest to it.
        inside: Whether a piece contains the hop's middle; false in pauses.
    """

    nearest: npt.NDArray[np.int64]
    inside: npt.NDArray[np.bool_]


def round_to_step(value: float, step: float) -> float:
    """Round a finite value to the nearest multiple of a step; infinities stay as they are."""
    return round(value / step) * step if math.isfinite(value) else value


def _voice_gains_db(
    voices: Sequence[str],
    loudness: Mapping[str, float],
    seconds: Mapping[str, int],
    calibrated: Collection[str],
) -> dict[str, float]:
    heard = [name for name in voices if loudness[name] != SILENCE_LUFS]
    if len(heard) < 2:
        return {}
    trusted = [name for name in heard if name in calibrated]
    trusted = trusted or [max(heard, key=lambda name: (seconds[name], name))]
    weights = [max(seconds[name], 1) for name in trusted]
    reference = float(np.average([loudness[name] for name in trusted], weights=weights))
    return {
        name: round_to_step(reference - loudness[name], _STEP_DB)
        for name in heard
        if name not in trusted
    }


def _hop_sources(hops: int, pieces: Sequence[Piece], names: Sequence[str]) -> _HopSources:
    """Assign the hops of a passage to its sources."""
    if not pieces:
        return _HopSources(np.full(hops, len(names)), np.zeros(hops, np.bool_))
    middles = (np.arange(hops) + 0.5) * _HOP_SAMPLES
    starts = np.array([piece.start for piece in pieces])
    stops = np.array([piece.stop for piece in pieces])
    sources = np.array([names.index(piece.source) for piece in pieces])
    before = np.maximum(np.searchsorted(starts, middles, "right") - 1, 0)
    after = np.minimum(before + 1, len(pieces) - 1)
    inside = (middles >= starts[before]) & (middles < stops[before])
    # A hop in a pause may contain the end of the piece before or the beginning of the next one.
    is_nearer_after = ~inside & (starts[after] - middles < middles - stops[before])
    return _HopSources(sources[np.where(is_nearer_after, after, before)], inside)


def _hop_factors(
    owners: npt.NDArray[np.int64], names: Sequence[str], gains_db: Mapping[str, float]
) -> Energies:
    """Return the factor of energy for each hop."""
    table = np.array([factor(gains_db.get(name, 0.0)) ** 2 for name in names] + [1.0])
    return table[owners]
