"""Labels become smooth tracks of parameters: how long, which spectrum, which pitch, frame by frame.

Maximum likelihood parameter generation: the track is the most likely one under the Gaussians of
values and of their changes (K. Tokuda et al., "Speech parameter generation algorithms for HMM-based
speech synthesis", ICASSP 2000), then spread to the global variance of natural speech (T. Toda and
K. Tokuda, IEICE Trans. 2007; here by scaling, as HTS_engine starts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mujaz.engines.hts.trees import Answers
from mujaz.engines.hts.voice_file import HtsVoice, Stream

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

_MOST_SPREAD = 3.0


@dataclass(frozen=True, slots=True)
class Tracks:
    """Acoustic parameters of a line, one row a frame.

    Attributes:
        frames: Frames of each label.
        spectrum: Mel-cepstrum.
        log_pitch: Natural logarithm of F0 in Hz; meaningless where not voiced.
        voiced: Whether a frame has a pitch.
        mix: Taps of the filter that pulses pass; None if a frame is either pulses or noise.
    """

    frames: Counts
    spectrum: Array
    log_pitch: Array
    voiced: Flags
    mix: Array | None


def tracks(voice: HtsVoice, labels: Sequence[str]) -> Tracks:
    """The tracks of an utterance.

    Args:
        voice: As read.
        labels: At least one.
    """
    answers = [Answers(label) for label in labels]
    length = state_frames(voice, answers)
    of_state = length.reshape(-1)
    spread = np.ones(len(labels), dtype=np.bool_)
    if voice.without_variance is not None:
        spread = np.array([not known.yes(voice.without_variance) for known in answers])
    by_frame = np.repeat(spread, length.sum(axis=1))
    spectrum, _ = _track(voice.spectrum, answers, of_state, by_frame)
    pitch, voiced = _track(voice.pitch, answers, of_state, by_frame)
    mix = _track(voice.mix, answers, of_state, by_frame)[0] if voice.mix else None
    return Tracks(length.sum(axis=1), spectrum, pitch[:, 0], voiced, mix)


def state_frames(voice: HtsVoice, answers: Sequence[Answers]) -> Counts:
    """Frames of each state of each label, as the voice was trained: their mean, at least one."""
    leaves = [voice.duration_tree.leaf(known) for known in answers]
    means = voice.durations.mean[leaves].astype(np.float64)
    return np.maximum(1, np.floor(means + 0.5)).astype(np.int64)


def _track(
    stream: Stream, answers: Sequence[Answers], of_state: Counts, spread: Flags
) -> tuple[Array, Flags]:
    """A stream's track, and where it has values.

    Args:
        stream: One of the voice's.
        answers: Of each label.
        of_state: Frames of each state of each label in turn.
        spread: Frames that count for the global variance.
    """
    means, variances, weights = [], [], []
    for known in answers:
        for tree, state in zip(stream.trees, stream.states, strict=True):
            leaf = tree.leaf(known)
            means.append(state.mean[leaf])
            variances.append(state.variance[leaf])
            weights.append(1.0 if state.voicing is None else float(state.voicing[leaf]))
    with_value = np.repeat(np.array(weights) > 0.5, of_state)
    rows = np.repeat(np.arange(of_state.size), of_state)[with_value]
    track = np.zeros((with_value.size, stream.size))
    if rows.size == 0:
        return track, with_value
    mean = np.array(means, dtype=np.float64)[rows]
    if len(stream.windows) == 1:
        track[with_value] = mean
        return track, with_value
    precision = 1.0 / np.array(variances, dtype=np.float64)[rows]
    # A change is known only where the frames before and after have values too.
    padded = np.concatenate([[False], with_value, [False]])
    inside = (padded[:-2] & padded[2:])[with_value]
    values = most_likely(mean, precision, stream.windows, inside)
    if stream.variance_tree is not None and stream.variances is not None:
        target = stream.variances.mean[stream.variance_tree.leaf(answers[0])].astype(np.float64)
        values = _spread(values, target, spread[with_value])
    track[with_value] = values
    return track, with_value


def most_likely(
    mean: Array, precision: Array, windows: Sequence[Sequence[float]], inside: Flags
) -> Array:
    """The most likely track for Gaussians of values and changes.

    Args:
        mean, precision: A row a frame; the windows' columns side by side.
        windows: The static one, then three numbers each.
        inside: Frames whose changes count.
    """
    size = mean.shape[1] // len(windows)
    here = precision[:, :size].copy()
    target = here * mean[:, :size]
    next_one, next_two = np.zeros_like(here), np.zeros_like(here)
    for number, (a, b, c) in enumerate(windows[1:], 1):
        columns = slice(number * size, (number + 1) * size)
        weight = precision[:, columns] * inside[:, None]
        pull = weight * mean[:, columns]
        here[:-1] += a * a * weight[1:]
        here += b * b * weight
        here[1:] += c * c * weight[:-1]
        next_one[:-1] += a * b * weight[1:] + b * c * weight[:-1]
        next_two[:-2] += a * c * weight[1:-1]
        target[:-1] += a * pull[1:]
        target += b * pull
        target[1:] += c * pull[:-1]
    return _solve(here, next_one, next_two, target)


def _solve(diagonal: Array, first: Array, second: Array, right: Array) -> Array:
    """Solve symmetric systems with two bands beside the diagonal, one a column (LDL').

    ``first[t]`` stands between the rows t and t + 1, ``second[t]`` between t and t + 2. The
    arguments are written over.
    """
    count = len(diagonal)
    for t in range(count):
        pivot = diagonal[t]
        if t + 1 < count:
            factor = first[t] / pivot
            diagonal[t + 1] -= factor * first[t]
            right[t + 1] -= factor * right[t]
            if t + 2 < count:
                first[t + 1] -= factor * second[t]
                factor_two = second[t] / pivot
                diagonal[t + 2] -= factor_two * second[t]
                right[t + 2] -= factor_two * right[t]
                second[t] = factor_two
            first[t] = factor
        right[t] /= pivot
    for t in range(count - 2, -1, -1):
        right[t] -= first[t] * right[t + 1]
        if t + 2 < count:
            right[t] -= second[t] * right[t + 2]
    return right


def _spread(values: Array, target: Array, counted: Flags) -> Array:
    """Scale each column about its mean so that the counted frames have the target variance."""
    if counted.sum() < 2:
        return values
    speech = values[counted]
    middle = speech.mean(axis=0)
    scale = np.sqrt(target / np.maximum(speech.var(axis=0), 1e-12))
    values[counted] = middle + (speech - middle) * np.minimum(scale, _MOST_SPREAD)
    return values
