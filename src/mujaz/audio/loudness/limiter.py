"""Look-ahead limiter for true peaks.

Each hop of 32 samples gets the least gain that any of its samples needs. The minimum over the
neighboring hops is taken, smoothed, and interpolated. The minimum reaches two hops farther than
the smoothing (one for the interpolation, one for the delay of the peak filter), so that no true
peak exceeds the ceiling. After a peak the gain stays low for 15 ms, longer than one period of a
low voice (75 Hz), so that it does not follow the waveform, which would sound rough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np

from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.loudness.true_peak import HOP, PEAK_FILTER_TAPS, hop_peaks

_SMOOTH_HOPS = 10  # 7 ms to either side
_AHEAD_HOPS = _SMOOTH_HOPS + 2
_HOLD_HOPS = 20  # 15 ms
_BACK_HOPS = _AHEAD_HOPS + _HOLD_HOPS
# Hops that a gain depends on, and one more for the interpolation.
_REACH_BACK = _BACK_HOPS + _SMOOTH_HOPS + 1
_REACH_AHEAD = _AHEAD_HOPS + _SMOOTH_HOPS + 1
_HISTORY = PEAK_FILTER_TAPS - 1
_PORTION_HOPS = 1024


def limit(blocks: Iterable[Floats], *, gain_db: float, ceiling_dbtp: float) -> Iterator[Floats]:
    """Amplify a stream and keep its true peaks below a ceiling.

    Args:
        blocks: Mono samples, full scale ±1, in portions of any size.
        gain_db: Gain in dB, applied first.
        ceiling_dbtp: Highest true peak of the result in dBTP.

    Yields:
        The same number of samples, in portions of another size.
    """
    gain = np.float32(10 ** (gain_db / 20))
    ceiling = float(10 ** (ceiling_dbtp / 20))
    held: tuple[Floats, Floats] | None = None
    before = np.ones(_REACH_BACK, np.float32)
    history = np.zeros(_HISTORY, np.float32)
    for samples in _regular(blocks):
        amplified = samples * gain
        needed, history = _needed(history, amplified, ceiling)
        if held is not None:
            yield _apply(*held, before, needed)
            before = np.concatenate((before, held[1]))[-_REACH_BACK:]
        held = amplified, needed
    if held is not None:
        # The peak filter is delayed by half its length: peaks of the last samples come after them.
        after, _ = _needed(history, np.zeros(HOP, np.float32), ceiling)
        yield _apply(*held, before, after)


def hop_gains(peaks: Floats, ceiling: float) -> Floats:
    """Return the gain of each hop of a complete piece.

    Args:
        peaks: Highest magnitude in each hop.
        ceiling: Highest magnitude allowed.
    """
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    if float(needed.min()) >= 1.0:
        return needed
    reach_back, reach_ahead = _BACK_HOPS + _SMOOTH_HOPS, _AHEAD_HOPS + _SMOOTH_HOPS
    line = np.pad(needed, (reach_back, reach_ahead), constant_values=1.0)
    lowest = _sliding_minimum(line, _BACK_HOPS + _AHEAD_HOPS + 1)
    return _smoothed(lowest)


def _sliding_minimum(values: Floats, count: int) -> Floats:
    """Return the minimum of each ``count`` consecutive values, by doubling the window."""
    size = 1
    while size * 2 <= count:
        values = np.minimum(values[:-size], values[size:])
        size *= 2
    rest = count - size
    return np.minimum(values[: values.size - rest], values[rest:]) if rest else values


def _regular(blocks: Iterable[Floats], size: int = HOP * _PORTION_HOPS) -> Iterator[Floats]:
    """Yield a stream in portions of ``size`` samples; the last may be shorter."""
    pending: list[Floats] = []
    count = 0
    for block in blocks:
        pending.append(block)
        count += block.size
        if count >= size:
            joined = np.concatenate(pending)
            whole = count // size * size
            for start in range(0, whole, size):
                yield joined[start : start + size]
            pending, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(pending)


def _needed(history: Floats, samples: Floats, ceiling: float) -> tuple[Floats, Floats]:
    """Return the gain that each hop needs, and the history for the next call.

    A last, incomplete hop is padded with silence.
    """
    short = -samples.size % HOP
    joined = np.concatenate((history, samples, np.zeros(short, np.float32)))
    peaks = hop_peaks(joined, ceiling)
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    return needed, joined[joined.size - short - _HISTORY : joined.size - short]


def _apply(samples: Floats, needed: Floats, before: Floats, after: Floats) -> Floats:
    """Apply the gains to a portion.

    Args:
        samples: The portion.
        needed: Gain that each of its hops needs.
        before: The same for the hops before it.
        after: The same for the hops after it.
    """
    ahead = after[:_REACH_AHEAD]
    ahead = np.concatenate((ahead, np.ones(_REACH_AHEAD - ahead.size, np.float32)))
    line = np.concatenate((before, needed, ahead))
    if float(line.min()) >= 1.0:
        return samples
    lowest = _sliding_minimum(line, _BACK_HOPS + _AHEAD_HOPS + 1)
    # One value a hop, from the hop before this portion to the hop after it.
    gains = _interpolated(_smoothed(lowest))[: samples.size]
    return np.multiply(samples, gains, out=gains)


def _smoothed(values: Floats) -> Floats:
    """Return the weighted mean of each ``_SMOOTH_HOPS`` neighbors to either side.

    Not by ``numpy.convolve``: the last bits of its sums depend on the processor's BLAS kernel.
    """
    taps = _window()
    total = np.zeros(values.size - taps.size + 1)
    for place, tap in enumerate(taps):
        total += values[place : place + total.size] * tap
    return total.astype(np.float32)


def _interpolated(values: Floats) -> Floats:
    """Interpolate linearly between the values at the middles of hops; one value per sample.

    The first and the last value are only interpolated towards.
    """
    middles = values[1:-1]
    edges = (values[1:] + values[:-1]) / 2
    ramp = (np.arange(HOP // 2, dtype=np.float32) + 0.5) / (HOP // 2)
    out = np.empty((middles.size, 2, HOP // 2), np.float32)
    out[:, 0] = edges[:-1, None] + (middles - edges[:-1])[:, None] * ramp
    out[:, 1] = middles[:, None] + (edges[1:] - middles)[:, None] * ramp
    return out.reshape(-1)


@cache
def _window() -> Floats:
    taps = np.hanning(2 * _SMOOTH_HOPS + 3)[1:-1].astype(np.float32)
    out: Floats = taps / taps.sum()
    return out
