"""A look-ahead limiter on true peaks.

Gains are decided for short hops: the least gain that any sample of the hop needs, spread over
the neighbouring hops, smoothed, and interpolated. Because the spread is two hops wider than the
smoothing (one for the interpolation, one for the peak filter's lag), no sample ever gets more
gain than it can bear. After a peak the gain is held for longer than a period of the deepest
voice, so that it does not follow the wave itself, which would sound rough.
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
# Hops that a gain depends on, and one more to interpolate towards.
_REACH_BACK = _BACK_HOPS + _SMOOTH_HOPS + 1
_REACH_AHEAD = _AHEAD_HOPS + _SMOOTH_HOPS + 1
_HISTORY = PEAK_FILTER_TAPS - 1
_PORTION_HOPS = 1024


def limit(blocks: Iterable[Floats], *, gain_db: float, ceiling_dbtp: float) -> Iterator[Floats]:
    """Amplify a stream and hold its true peaks under a ceiling.

    Args:
        blocks: Mono samples, full scale ±1, in portions of any size.
        gain_db: Applied to everything first.
        ceiling_dbtp: No true peak will exceed it.

    Yields:
        As many samples as came in, in other portions.
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
        # The filter's lag: peaks in the last samples show after them.
        after, _ = _needed(history, np.zeros(HOP, np.float32), ceiling)
        yield _apply(*held, before, after)


def hop_gains(peaks: Floats, ceiling: float) -> Floats:
    """The gain that the limiter gives each hop of a whole piece, from the peaks of its hops.

    Args:
        peaks: Highest magnitude of each hop.
        ceiling: Magnitude that none shall pass.
    """
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    if float(needed.min()) >= 1.0:
        return needed
    reach_back, reach_ahead = _BACK_HOPS + _SMOOTH_HOPS, _AHEAD_HOPS + _SMOOTH_HOPS
    line = np.pad(needed, (reach_back, reach_ahead), constant_values=1.0)
    lowest = _sliding_minimum(line, _BACK_HOPS + _AHEAD_HOPS + 1)
    return _smoothed(lowest)


def _sliding_minimum(values: Floats, count: int) -> Floats:
    """The least of each ``count`` values in a row, by minima of twice as many each time."""
    size = 1
    while size * 2 <= count:
        values = np.minimum(values[:-size], values[size:])
        size *= 2
    rest = count - size
    return np.minimum(values[: values.size - rest], values[rest:]) if rest else values


def _regular(blocks: Iterable[Floats], size: int = HOP * _PORTION_HOPS) -> Iterator[Floats]:
    """The same stream in portions of ``size``; the last may be shorter."""
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
    """Gain each hop needs, and the history for the next call; a last short hop counts whole."""
    short = -samples.size % HOP
    joined = np.concatenate((history, samples, np.zeros(short, np.float32)))
    peaks = hop_peaks(joined, ceiling)
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    return needed, joined[joined.size - short - _HISTORY : joined.size - short]


def _apply(samples: Floats, needed: Floats, before: Floats, after: Floats) -> Floats:
    """Gain over a portion, from the needs of its hops and of those on both sides."""
    ahead = after[:_REACH_AHEAD]
    ahead = np.concatenate((ahead, np.ones(_REACH_AHEAD - ahead.size, np.float32)))
    line = np.concatenate((before, needed, ahead))
    if float(line.min()) >= 1.0:
        return samples
    windows = np.lib.stride_tricks.sliding_window_view(line, _BACK_HOPS + _AHEAD_HOPS + 1)
    # One smooth value a hop, from the hop before this portion to the hop after.
    gains = _interpolated(_smoothed(windows.min(axis=1)))[: samples.size]
    return samples * gains


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
    """Values at the middles of hops, as straight lines between them; the outer two are guides."""
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
