"""Does a clip say a phrase twice running that was written once?

Each frame of the clip is compared with the frame one lag later, for every lag from 0.3 to 3 s
(self-similarity: J. Foote, "Visualizing music and audio using self-similarity", 1999). Frames
stand 40 ms apart, so a loop seldom falls on them; where a stretch comes near the threshold, its
echo is sought again between the frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from mujaz.speech.quality.phone_count import phone_count
from mujaz.speech.quality.scan import Floats
from mujaz.speech.quality.spectrum import (
    FRAME,
    HOP_S,
    Spectrum,
    log_bands,
    power_of,
)

_LAGS_S = (0.3, 3.0)
# What repeats for less than this is an ordinary syllable.
_LEAST_S = 0.6
_SUSPECT = 0.6
_LOOP = 0.95  # between the frames: good clips to 0.94 (سبعة وسبعين), loops from 0.97
# How finely the lag of an echo is sought, in parts of a hop, and what a loop is like itself at
# least so far from its lag: 0.79 at 7 ms, 0.88 at 5, 0.92 at 2.5, of 315 loops exact, noisy and
# stretched.
_STEPS = ((3, 0.0), (3, 0.76), (6, 0.86), (12, 0.92), (24, 0.0))
# Words that share so many of their letters sound alike.
_ALIKE = 0.75
# Tones and buzzes are like themselves at every lag: only what has formants, and changes in several
# ways, can be said to loop. Flatness of speech: from 3e-3, of tones: to 2e-7; richness of speech:
# from 1.8, of a buzz: 1.2.
_TONAL = 1e-4
_RICH = 1.7
# The loudest echo between frames need not be the loudest on them.
_CANDIDATES = 3
# Frames whose products are taken at once: so few that BLAS keeps to one thread (2**18 products);
# for so little work its threads cost more than they save.
_BLOCK = 96
# Bands are rounded to this step (0.14 dB of energy) for the search: below 16 in magnitude, they
# have then nine bits, and a sum of sixteen products fits the 24 bits of single precision. So the
# matrix product is exact, and equal on every processor, in whatever order BLAS adds.
_BAND_STEP = np.float32(1 / 32)


@dataclass(frozen=True, slots=True)
class _Echo:
    """A stretch that is much like what follows it, in frames."""

    likeness: float
    start: int
    lag: int
    width: int


def loops(spectrum: Spectrum, text: str, active_s: float) -> bool:
    """Whether a phrase of a clip comes again at once.

    Args:
        spectrum: Of the clip.
        text: What it was to say: what is written twice may be said twice.
        active_s: Seconds of it that sound.
    """
    bands = spectrum.bands()
    mean = bands.mean(axis=0)
    bands -= mean
    if _richness(bands) < _RICH or spectrum.flatness < _TONAL:
        return False
    return any(
        _refined(spectrum, bands, mean, echo) >= _LOOP
        and not _said_twice(text, echo.lag * HOP_S, active_s)
        for echo in _echoes(bands)
        if echo.likeness >= _SUSPECT
    )


def _refined(spectrum: Spectrum, bands: Floats, mean: Floats, echo: _Echo) -> float:
    """Likeness of a stretch and its echo at the best lag near by.

    Sought in steps of a third of a hop, a sixth and so on, each from the best place so far, and
    given up where no peak within reach can be a loop's.

    Args:
        spectrum: Of the clip.
        bands: Its bands, without their mean.
        mean: What was taken from them.
        echo: Where to look.
    """
    hop = spectrum.hop
    views = sliding_window_view(spectrum.low, FRAME)
    places = (echo.start + echo.lag + np.arange(echo.width)) * hop
    here = bands[echo.start : echo.start + echo.width]
    later = echo.start + echo.lag
    found = {0: _likeness(here, bands[later : later + echo.width])}
    best = 0
    for parts, least in _STEPS:
        step = round(hop / parts)
        for shift in (best - step, best + step):
            if shift in found or abs(shift) > hop or places[-1] + shift >= len(views):
                continue
            there = log_bands(power_of(views[places + shift]), spectrum.loudest) - mean
            found[shift] = _likeness(here, there)
        best = max(found, key=found.__getitem__)
        if found[best] < least:
            break
    return found[best]


def _likeness(one: Floats, other: Floats) -> float:
    """Normalized correlation; 0 if one of them does not vary."""
    norm = math.sqrt(_product(one, one) * _product(other, other))
    return _product(one, other) / norm if norm > 0 else 0.0


def _product(one: Floats, other: Floats) -> float:
    return float(np.einsum("tb,tb->", one, other))


def _richness(bands: Floats) -> float:
    """In how many ways a spectrum changes: the participation ratio of its bands' covariance."""
    covariance = np.einsum("ti,tj->ij", bands, bands).astype(np.float64)
    total = float(np.square(covariance).sum())
    return float(np.trace(covariance) ** 2 / total) if total > 0 else 0.0


def _echoes(bands: Floats) -> list[_Echo]:
    """The best normalized correlations of a stretch with what follows it one lag later.

    A stretch is as long as its lag, and 0.6 s at least. Steady sound is like itself at any lag:
    a stretch that varies less than a third of what the clip does counts for less.
    """
    bands = np.rint(bands / _BAND_STEP) * _BAND_STEP
    count = len(bands)
    lags = np.arange(round(_LAGS_S[0] / HOP_S), round(_LAGS_S[1] / HOP_S) + 1)
    widths = np.maximum(lags, round(_LEAST_S / HOP_S))
    fits = lags + widths <= count
    lags, widths = lags[fits], widths[fits]
    if not lags.size:
        return []
    energy = np.zeros(count + 2 * int(widths[-1]) + 1, np.float32)
    np.cumsum(np.einsum("tb,tb->t", bands, bands), out=energy[1 : count + 1])
    energy[count + 1 :] = energy[count]
    if energy[count] <= 0:
        return []
    last = count - lags - widths
    starts = int(last.max()) + 1
    here = _stretches(energy, widths, starts) - energy[:starts]
    later = _stretches(energy, lags + widths, starts) - _stretches(energy, lags, starts)
    products = _cumulated_products(bands, lags)
    heads = np.arange(lags.size) * products.shape[1]
    together = _stretches(products.ravel(), heads + widths, starts) - products[:, :starts]
    norm = np.sqrt(np.maximum(here * later, np.float32(0)))
    least = np.float32(0.3 / count) * energy[count] * widths[:, None].astype(np.float32)
    likeness = together / np.maximum(norm, least)
    likeness[np.arange(starts) > last[:, None]] = 0.0
    places = likeness.argmax(axis=1)
    best = likeness[np.arange(lags.size), places]
    return [
        _Echo(float(best[row]), int(places[row]), int(lags[row]), int(widths[row]))
        for row in np.argsort(-best)[:_CANDIDATES]
    ]


def _stretches(values: Floats, offsets: npt.NDArray[np.intp], size: int) -> Floats:
    """``out[i, j] = values[offsets[i] + j]``."""
    stretches: Floats = sliding_window_view(values, size)[offsets]
    return stretches


def _cumulated_products(bands: Floats, lags: npt.NDArray[np.intp]) -> Floats:
    """``out[i, t]``: over the frames before t, the sum of the products with those a lag later.

    Beyond the last frame there are zeros, as many as the longest lag.
    """
    count, width = bands.shape
    shortest, longest = int(lags[0]), int(lags[-1])
    padded = np.concatenate([bands, np.zeros((longest, width), np.float32)])
    out = np.zeros((lags.size, count + longest + 1), np.float32)
    for at in range(0, count, _BLOCK):
        block = bands[at : at + _BLOCK]
        size = len(block)
        each = block @ padded[at + shortest : at + size + longest].T
        row, item = each.strides
        # Its diagonals: of each frame the products with those from the shortest lag on.
        out[:, at + 1 : at + size + 1] = as_strided(each, (lags.size, size), (item, row + item))
    until = out[:, : count + 1]
    np.cumsum(until, axis=1, out=until)
    return out


def _said_twice(text: str, lag_s: float, active_s: float) -> bool:
    """Whether the text itself says much the same twice running, in words that take about so long.

    Case endings and commas do not make a repetition another word, nor does an article.
    """
    words = _bare(text).split()
    times = [phone_count(word) for word in words]
    pace = active_s / max(sum(times), 1.0)
    for count in range(1, len(words) // 2 + 1):
        for at in range(len(words) - 2 * count + 1):
            if not 0.6 < sum(times[at : at + count]) * pace / lag_s < 1.6:
                continue
            first, second = (" ".join(words[i : i + count]) for i in (at, at + count))
            if SequenceMatcher(None, first, second, autojunk=False).ratio() > _ALIKE:
                return True
    return False


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha() or sign.isspace())
