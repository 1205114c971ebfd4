"""Does a clip say a phrase twice running that was written once?

Each frame of the clip is compared with the frame one lag later, for every lag from 0.3 to 3 s
(self-similarity: J. Foote, "Visualizing music and audio using self-similarity", 1999). Frames
stand 40 ms apart, so a loop seldom falls on them; where a stretch comes near the threshold, its
echo is sought again between the frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from mujaz.speech.sounds import sounds
from mujaz.speech.spectrum import (
    FRAME,
    HOP_S,
    Floats,
    Spectrum,
    flatness,
    log_bands,
    power_of,
)

_LAGS_S = (0.3, 3.0)
# What repeats for less than this is an ordinary syllable.
_LEAST_S = 0.6
_SUSPECT = 0.6
_LOOP = 0.95  # between the frames: good clips to 0.94 (سبعة وسبعين), loops from 0.97
_FINER = 8
# Words that share so many of their letters sound alike.
_ALIKE = 0.75
# Tones and buzzes are like themselves at every lag: only what has formants, and changes in several
# ways, can be said to loop. Flatness of speech: from 3e-3, of tones: to 2e-7; richness of speech:
# from 1.8, of a buzz: 1.2.
_TONAL = 1e-4
_RICH = 1.7
# The loudest echo between frames need not be the loudest on them.
_CANDIDATES = 3


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
    if _richness(bands) < _RICH or flatness(spectrum) < _TONAL:
        return False
    return any(
        _refined(spectrum, mean, echo) >= _LOOP
        and not _said_twice(text, echo.lag * HOP_S, active_s)
        for echo in _echoes(bands)
        if echo.likeness >= _SUSPECT
    )


def _refined(spectrum: Spectrum, mean: Floats, echo: _Echo) -> float:
    """Likeness of a stretch and its echo at the best lag near by, to an eighth of a frame."""
    hop = spectrum.hop
    views = sliding_window_view(spectrum.low, FRAME)
    starts = (echo.start + np.arange(echo.width)) * hop
    here = log_bands(power_of(views[starts]), spectrum.loudest) - mean
    best = 0.0
    for shift in range(-hop, hop + 1, max(1, hop // _FINER)):
        places = starts + echo.lag * hop + shift
        if places[-1] >= len(views):
            break
        there = log_bands(power_of(views[places]), spectrum.loudest) - mean
        norm = float(np.sqrt(np.square(here).sum() * np.square(there).sum()))
        best = max(best, float((here * there).sum()) / norm if norm > 0 else 0.0)
    return best


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
    count = len(bands)
    lags = np.arange(round(_LAGS_S[0] / HOP_S), round(_LAGS_S[1] / HOP_S) + 1)
    widths = np.maximum(lags, round(_LEAST_S / HOP_S))
    fits = lags + widths <= count
    lags, widths = lags[fits], widths[fits]
    if not lags.size:
        return []
    energy = np.concatenate([[0.0], np.cumsum(np.square(bands).sum(axis=1), dtype=np.float64)])
    if energy[-1] <= 0:
        return []
    products = _cumulated_products(bands, int(lags[-1]))[lags]
    starts = np.arange(count - int((lags + widths).min()) + 1)
    valid = starts + (lags + widths)[:, None] <= count
    ends = np.where(valid, starts + widths[:, None], 0)
    rows = np.arange(lags.size)[:, None]
    together = products[rows, ends] - products[rows, np.where(valid, starts, 0)]
    here = energy[ends] - energy[starts]
    later = energy[np.where(valid, ends + lags[:, None], 0)]
    later -= energy[np.where(valid, starts + lags[:, None], 0)]
    norm = np.sqrt(np.maximum(here * later, 0.0))
    least = 0.3 * energy[-1] / count * widths[:, None]
    likeness = np.where(valid, together / np.maximum(norm, least), 0.0)
    places = likeness.argmax(axis=1)
    best = likeness[np.arange(lags.size), places]
    return [
        _Echo(float(best[row]), int(places[row]), int(lags[row]), int(widths[row]))
        for row in np.argsort(-best)[:_CANDIDATES]
    ]


def _cumulated_products(bands: Floats, longest: int) -> npt.NDArray[np.float64]:
    """``out[lag, t]``: over the frames before t, the sum of the products with the lagged ones."""
    count, width = bands.shape
    padded = np.concatenate([bands, np.zeros((longest, width), np.float32)])
    row, item = padded.strides
    lagged = as_strided(padded, (longest + 1, count, width), (row, row, item))
    out = np.zeros((longest + 1, count + 1))
    # Not a matrix product: for so little work its threads cost more than they save.
    products = np.einsum("ltb,tb->lt", lagged, bands)
    np.cumsum(products, axis=1, dtype=np.float64, out=out[:, 1:])
    return out


def _said_twice(text: str, lag_s: float, active_s: float) -> bool:
    """Whether the text itself says much the same twice running, in words that take about so long.

    Case endings and commas do not make a repetition another word, nor does an article.
    """
    words = _bare(text).split()
    times = [sounds(word) for word in words]
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
