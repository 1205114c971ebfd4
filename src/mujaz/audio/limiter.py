"""A look-ahead limiter on true peaks.

Gains are decided for short hops: the least gain any sample of the hop needs, spread over the
neighbouring hops, smoothed, and interpolated. Because the spread is two hops wider than the
smoothing (one for the interpolation, one for the peak filter's lag), no sample ever gets more
gain than it can bear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from mujaz.audio.loudness import PEAK_FILTER_TAPS, oversampled_peaks
from mujaz.audio.pcm import Floats

_HOP = 32
_SMOOTH_HOPS = 10
_SPREAD_HOPS = _SMOOTH_HOPS + 2
# Hops that a gain depends on, on either side, and one more to interpolate towards.
_REACH_HOPS = _SPREAD_HOPS + _SMOOTH_HOPS + 1


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
    ceiling = np.float32(10 ** (ceiling_dbtp / 20))
    held = _Portion(np.zeros(0, np.float32), np.ones(0, np.float32))
    before = np.ones(_REACH_HOPS, np.float32)
    tail = np.zeros(PEAK_FILTER_TAPS - 1, np.float32)
    for samples in _regular(blocks):
        amplified = samples * gain
        needed, tail = _needed(tail, amplified, ceiling)
        current = _Portion(amplified, needed)
        if held.samples.size:
            yield _apply(held, before, current.needed)
            before = np.concatenate((before, held.needed))[-_REACH_HOPS:]
        held = current
    if held.samples.size:
        # The filter's lag: peaks in the last samples show after them.
        needed, _ = _needed(tail, np.zeros(_HOP, np.float32), ceiling)
        held.needed[-1] = min(held.needed[-1], needed[0])
        yield _apply(held, before, np.ones(0, np.float32))


class _Portion:
    """Amplified samples and the gain that each of their hops needs."""

    __slots__ = ("needed", "samples")

    def __init__(self, samples: Floats, needed: Floats) -> None:
        self.samples = samples
        self.needed = needed


def _regular(blocks: Iterable[Floats], size: int = _HOP * 1024) -> Iterator[Floats]:
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


def _needed(tail: Floats, samples: Floats, ceiling: np.float32) -> tuple[Floats, Floats]:
    """Gain each hop needs, and the history for the next call."""
    joined = np.concatenate((tail, samples))
    hops = -(-samples.size // _HOP)
    needed = np.ones(hops, np.float32)
    # Interpolated peaks exceed sample peaks by 3 dB at most for band-limited speech.
    if float(np.max(np.abs(joined))) * 1.42 > ceiling:
        peaks = oversampled_peaks(joined, samples.size)
        if peaks.size < hops * _HOP:
            peaks = np.concatenate((peaks, np.zeros(hops * _HOP - peaks.size, np.float32)))
        highest = peaks.reshape(hops, _HOP).max(axis=1)
        needed = np.minimum(1.0, ceiling / np.maximum(highest, 1e-9)).astype(np.float32)
    return needed, joined[-(PEAK_FILTER_TAPS - 1) :]


def _apply(portion: _Portion, before: Floats, after: Floats) -> Floats:
    """Gain over a portion, from the needs of its hops and of those on both sides.

    Peaks are known half a filter late, that is within the next hop: the spread covers it.
    """
    needed = portion.needed
    ahead = after[:_REACH_HOPS]
    ahead = np.concatenate((ahead, np.ones(_REACH_HOPS - ahead.size, np.float32)))
    if float(min(needed.min(), before.min(), ahead.min())) >= 1.0:
        return portion.samples
    line = np.concatenate((before, needed, ahead))
    spread = np.lib.stride_tricks.sliding_window_view(line, 2 * _SPREAD_HOPS + 1).min(axis=1)
    smooth = np.convolve(spread, _window(), mode="valid")
    # One smooth value a hop, from the hop before this portion to the hop after.
    centres = (np.arange(needed.size + 2) - 0.5) * _HOP
    gains = np.interp(np.arange(portion.samples.size), centres, smooth)
    return portion.samples * gains.astype(np.float32)


def _window() -> npt.NDArray[np.float32]:
    taps = np.hanning(2 * _SMOOTH_HOPS + 3)[1:-1].astype(np.float32)
    out: npt.NDArray[np.float32] = taps / taps.sum()
    return out
