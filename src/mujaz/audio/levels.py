"""How loud each voice and each station sound is made, from what was measured of them.

Voices are levelled whole, never sentence by sentence: a sentence that the voice says softly
stays soft. A voice that was calibrated (its file gives a gain) keeps its level; one that was
not is brought to the level of the calibrated ones, or, where there is none, of the voice that
speaks most. Station sounds are set against the speech.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mujaz.audio.loudness import HOPS_PER_SECOND, SILENCE_LUFS, Energies, integrated_lufs
from mujaz.audio.mp3 import SAMPLE_RATE
from mujaz.audio.pcm import factor
from mujaz.audio.timeline import Part

_HOP_SAMPLES = SAMPLE_RATE // HOPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Levels:
    """What was decided.

    Attributes:
        gains: Factor for each source.
        speech_lufs: Loudness of all speech with these gains; minus infinity without any.
        total_lufs: Of everything with these gains.
    """

    gains: Mapping[str, float]
    speech_lufs: float
    total_lufs: float


def decide_levels(
    energies: Energies,
    parts: Sequence[Part],
    calibrated: Collection[str],
    offsets_lu: Mapping[str, float],
) -> Levels:
    """Decide the gain of every source.

    Args:
        energies: Of the whole timeline without gains, one a hop.
        parts: The timeline.
        calibrated: Voices whose level is known to be right.
        offsets_lu: Station sounds and how much louder than speech each shall be.
    """
    names = sorted({part.source for part in parts})
    owners = _owners(energies.size, parts, names)
    loudness = {
        name: integrated_lufs(energies[owners == number]) for number, name in enumerate(names)
    }
    voices = [name for name in names if name not in offsets_lu]
    seconds = {name: int(np.count_nonzero(owners == names.index(name))) for name in voices}
    gains_db = _voice_gains_db(voices, loudness, seconds, calibrated)
    scaled = energies * _hop_factors(owners, names, gains_db)
    spoken = np.isin(owners, [names.index(name) for name in voices])
    speech_lufs = integrated_lufs(scaled[spoken])
    for name in names:
        if name in offsets_lu and SILENCE_LUFS not in (loudness[name], speech_lufs):
            gains_db[name] = speech_lufs + offsets_lu[name] - loudness[name]
    total = integrated_lufs(energies * _hop_factors(owners, names, gains_db))
    return Levels({name: factor(gain) for name, gain in gains_db.items()}, speech_lufs, total)


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
    return {name: reference - loudness[name] for name in heard if name not in trusted}


def _owners(hops: int, parts: Sequence[Part], names: Sequence[str]) -> npt.NDArray[np.int64]:
    """For each hop the number of the source that its middle belongs to; -1 in silence."""
    if not parts:
        return np.full(hops, -1)
    middles = (np.arange(hops) + 0.5) * _HOP_SAMPLES
    starts = np.array([part.start for part in parts])
    stops = np.array([part.stop for part in parts])
    sources = np.array([names.index(part.source) for part in parts])
    place = np.maximum(np.searchsorted(starts, middles, "right") - 1, 0)
    inside = (middles >= starts[place]) & (middles < stops[place])
    return np.where(inside, sources[place], -1)


def _hop_factors(
    owners: npt.NDArray[np.int64], names: Sequence[str], gains_db: Mapping[str, float]
) -> Energies:
    """Factor of energy for each hop."""
    table = np.array([factor(gains_db.get(name, 0.0)) ** 2 for name in names] + [1.0])
    return table[owners]
