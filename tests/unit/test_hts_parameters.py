"""Parameter generation and the vocoder, held against plain linear algebra and known filters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mujaz.engines.hts.parameters import Tracks, most_likely
from mujaz.engines.hts.vocoder import Tuning, play, shifted_alpha

_WINDOWS = ((1.0,), (-0.5, 0.0, 0.5), (1.0, -2.0, 1.0))
_RATE = 16000


def test_the_track_is_the_solution_of_the_whole_system() -> None:
    draw = np.random.default_rng(3)
    frames, size = 40, 3
    mean = draw.normal(size=(frames, size * 3))
    precision = draw.uniform(0.1, 9.0, size=(frames, size * 3))
    inside = draw.uniform(size=frames) > 0.2
    inside[[0, -1]] = False
    got = most_likely(mean, precision, _WINDOWS, inside)
    for column in range(size):
        rows, weights, wanted = [], [], []
        for frame in range(frames):
            for number, window in enumerate(_WINDOWS):
                if number and not inside[frame]:
                    continue
                row = np.zeros(frames)
                row[frame - len(window) // 2 : frame + len(window) // 2 + 1] = window
                rows.append(row)
                weights.append(precision[frame, number * size + column])
                wanted.append(mean[frame, number * size + column])
        w, d = np.array(rows), np.array(weights)
        expected = np.linalg.solve(w.T @ (d[:, None] * w), w.T @ (d * np.array(wanted)))
        np.testing.assert_allclose(got[:, column], expected, atol=1e-9)


def sound(
    cepstrum: list[float], *, frames: int = 200, hertz: float = 125.0, alpha: float = 0.0,
    half_tones: float = 0.0, voiced: bool = True, seed: int = 1,
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:  # fmt: skip
    tracks = Tracks(
        np.array([frames]),
        np.tile(cepstrum, (frames, 1)),
        np.full(frames, math.log(hertz)),
        np.full(frames, voiced),
        None,
    )
    return play(tracks, Tuning(_RATE, 80, alpha, half_tones, seed))


def test_pulses_stand_at_the_pitch_and_have_its_power() -> None:
    wave = sound([0.0, 0.0])
    at = np.flatnonzero(np.abs(wave) > 1)
    assert set(np.diff(at)) == {128}
    assert wave[at[5:-5]] == pytest.approx(math.sqrt(128), rel=1e-3)


def test_half_tones_move_the_pitch() -> None:
    at = np.flatnonzero(np.abs(sound([0.0, 0.0], half_tones=12)) > 1)
    assert set(np.diff(at)) == {64}


def test_the_filter_is_the_exponential_of_its_cepstrum() -> None:
    wave = sound([0.5, 0.7])
    first = np.flatnonzero(np.abs(wave) > 5)[6]
    expected = [math.exp(0.5) * 0.7**n / math.factorial(n) for n in range(8)]
    response = wave[first : first + 8] / math.sqrt(128)
    np.testing.assert_allclose(response, expected, atol=2e-3)


def test_the_frequency_axis_is_warped_by_the_all_pass() -> None:
    alpha = 0.42
    wave = sound([0.0, 0.9], alpha=alpha, frames=400)[3200:28800]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(wave.size)))
    for harmonic in (2, 16, 40):
        w = 2 * math.pi * harmonic * 125 / _RATE
        warped = w + 2 * math.atan2(alpha * math.sin(w), 1 - alpha * math.cos(w))
        near = round(harmonic * 125 * wave.size / _RATE)
        base = round(125 * wave.size / _RATE)
        w1 = 2 * math.pi * 125 / _RATE
        warped1 = w1 + 2 * math.atan2(alpha * math.sin(w1), 1 - alpha * math.cos(w1))
        ratio = spectrum[near - 3 : near + 4].max() / spectrum[base - 3 : base + 4].max()
        assert ratio == pytest.approx(math.exp(0.9 * (math.cos(warped) - math.cos(warped1))), 0.02)


def test_noise_has_power_one_and_is_that_of_its_seed() -> None:
    wave = sound([0.0, 0.0], voiced=False, frames=2000)
    # Neighbouring frames overlap with weights that sum to one in amplitude: equal filters add up.
    assert np.std(wave) == pytest.approx(1.0, rel=0.02)
    again = sound([0.0, 0.0], voiced=False, frames=2000)
    other = sound([0.0, 0.0], voiced=False, frames=2000, seed=2)
    assert wave.tobytes() == again.tobytes() != other.tobytes()


def test_a_mad_cepstrum_stays_finite() -> None:
    assert np.isfinite(sound([500.0, 300.0])).all()


def test_formants_move_by_the_factor() -> None:
    alpha = 0.55
    for factor in (0.85, 1.0, 1.15):
        moved = shifted_alpha(alpha, factor)
        slope = (1 + alpha) / (1 - alpha) / ((1 + moved) / (1 - moved))
        assert slope == pytest.approx(factor)
    assert shifted_alpha(alpha, 1.15) == pytest.approx(0.4995, abs=1e-3)
