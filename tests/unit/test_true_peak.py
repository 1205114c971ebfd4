"""Peaks between samples are found also where samples alone stay below what was found before."""

from __future__ import annotations

import numpy as np
import pytest

from mujaz.audio.loudness.true_peak import TruePeakMeter


def test_a_peak_between_samples_after_a_higher_sample() -> None:
    """A sine at a quarter of the rate, sampled beside its crests: 3 dB more than its samples."""
    place = np.arange(4800)
    low = (0.75 * np.sin(2 * np.pi * place / 480)).astype(np.float32)
    high = np.sin(np.pi / 2 * place + np.pi / 4).astype(np.float32)
    # Faded in, so that no edge rings above the crests.
    high *= np.minimum(1, place / 2400).astype(np.float32)
    assert np.abs(high).max() < np.abs(low).max()
    meter = TruePeakMeter()
    meter.push(low)
    meter.push(high)
    assert meter.dbtp() == pytest.approx(0.0, abs=0.2)
