"""Detect a phrase that a clip says twice in a row but the text contains once.

Each frame of the clip is compared with the frame one lag later, for every lag from 0.3 to 3 s
(self-similarity: J. Foote, "Visualizing music and audio using self-similarity", 1999). Frames are
40 ms apart, so the lag of a loop is seldom a whole number of frames: where the similarity of a
stretch and its echo comes near the threshold, the lag is refined between the frames.
"""

from __future__ import annotations

import math
import re
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
# A shorter repetition is an ordinary syllable.
_LEAST_S = 0.6
_SUSPECT = 0.6
_LOOP = 0.965  # between the frames: good clips to 0.962 (ثم... ثم), loops from 0.97
# Refinement steps: (subdivisions per hop, similarity needed to try the next step). Measured minimum
# of 315 loops (exact, noisy and stretched): 0.79 at 7 ms from the exact lag, 0.88 at 5 ms, 0.92 at
# 2.5 ms.
_STEPS = ((3, 0.0), (3, 0.76), (6, 0.86), (12, 0.92), (24, 0.0))
# Similarity of spelling from which two phrases count as the same.
_ALIKE = 0.75
# Signs behind which a voice pauses, and for how long at most: «ثم... ثم».
_STOP = re.compile(r"[.،؛:!?؟…]+[»\"”’')\]]*$")
_PAUSE_S = 0.7
# Tones and buzzes are similar to themselves at every lag, so they are not checked. Flatness of
# speech: from 3e-3, of tones: up to 2e-7; richness of speech: from 1.8, of a buzz: 1.2.
_TONAL = 1e-4
_RICH = 1.7
# Echoes refined: the best one at whole frames need not be the best after refinement.
_CANDIDATES = 3
# Frames multiplied at once, few enough for OpenBLAS to use one thread (2**18 multiplications); for
# so little work more threads take longer.
_BLOCK = 96
# Bands are rounded to this step (0.14 dB of energy) for the search: below 16 in magnitude, they
# have then nine bits, and a sum of sixteen products fits the 24 bits of single precision. So the
# matrix product is exact, and equal on every processor, in whatever order BLAS adds.
_BAND_STEP = np.float32(1 / 32)


@dataclass(frozen=True, slots=True)
class _Echo:
    """A stretch that is similar to the one a lag later; all lengths in frames."""

    likeness: float
    start: int
    lag: int
    width: int


def loops(spectrum: Spectrum, text: str, active_s: float) -> bool:
    """Whether a clip repeats a phrase that the text does not repeat.

    Args:
        spectrum: Spectrum of the clip.
        text: The text.
        active_s: Length of the clip's sound without silence, in seconds.
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
    """Return the similarity of a stretch and its echo at the best lag within one hop.

    The lag is changed in ever smaller steps from the best one so far. The search stops when the
    similarity is too low for a loop (see ``_STEPS``).

    Args:
        spectrum: Spectrum of the clip.
        bands: Its bands, without their mean.
        mean: The mean that was subtracted.
        echo: Stretch and lag to start from.
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
    """Return the normalized correlation; 0 if one of the stretches is constant."""
    norm = math.sqrt(_product(one, one) * _product(other, other))
    return _product(one, other) / norm if norm > 0 else 0.0


def _product(one: Floats, other: Floats) -> float:
    return float(np.einsum("tb,tb->", one, other))


def _richness(bands: Floats) -> float:
    """Return the effective number of independent changes in a spectrum.

    It is the participation ratio of the eigenvalues of the bands' covariance.
    """
    covariance = np.einsum("ti,tj->ij", bands, bands).astype(np.float64)
    total = float(np.square(covariance).sum())
    return float(np.trace(covariance) ** 2 / total) if total > 0 else 0.0


def _echoes(bands: Floats) -> list[_Echo]:
    """Return the stretches with the highest normalized correlation to the stretch a lag later.

    A stretch is as long as its lag, but at least 0.6 s. Steady sound is similar to itself at any
    lag, so the similarity of a stretch with less than 30 % of the clip's variance is reduced.
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
    """Return cumulated scalar products of frames with the frames a lag later.

    ``out[i, t]`` is the sum over the frames before ``t``, for ``lags[i]``. Frames after the last
    count as zeros.
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
        # The diagonals are the products of each frame with the frames from the shortest lag on.
        out[:, at + 1 : at + size + 1] = as_strided(each, (lags.size, size), (item, row + item))
    until = out[:, : count + 1]
    np.cumsum(until, axis=1, out=until)
    return out


def _said_twice(text: str, lag_s: float, active_s: float) -> bool:
    """Whether the text contains about the same words twice in a row, of about the lag's duration.

    Differences in case endings, commas or an article are ignored.
    """
    tokens = [token for token in text.split() if _bare(token)]
    words = [_bare(token) for token in tokens]
    pauses = [_PAUSE_S if _STOP.search(token) else 0.0 for token in tokens]
    times = [phone_count(word) for word in words]
    pace = active_s / max(sum(times), 1.0)
    for count in range(1, len(words) // 2 + 1):
        for at in range(len(words) - 2 * count + 1):
            spoken_s = sum(times[at : at + count]) * pace
            longest_s = spoken_s / 0.6 + sum(pauses[at : at + count])
            if not spoken_s / 1.6 < lag_s < longest_s:
                continue
            first, second = (" ".join(words[i : i + count]) for i in (at, at + count))
            if SequenceMatcher(None, first, second, autojunk=False).ratio() > _ALIKE:
                return True
    return False


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())
