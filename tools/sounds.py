"""Synthesize the station sounds that ship with the package.

An original motif of four notes (D A D F-sharp) on a plucked string and a bell. The intro plays it,
the stinger is its last two notes, the outro descends to its root; the bed is a soft pulse over
three chords. Everything is computed; no recordings and no other works are used.

    python tools/sounds.py                 # writes src/mujaz/audio/sounds/*.ogg
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Wave = npt.NDArray[np.float64]

RATE = 44100
FOLDER = Path(__file__).resolve().parents[1] / "src" / "mujaz" / "audio" / "sounds"
_PEAK = 0.7
_REVERB_S = 1.1
_QUALITY = 0.4  # libsndfile's scale: 0 is the best, 1 the smallest
_BEAT_S = 0.625  # 96 beats a minute
D3, A3, BB3, C4, D4, E4, F4, FS4, G4, A4, D5, FS5 = (
    146.83, 220.0, 233.08, 261.63, 293.66, 329.63, 349.23, 369.99, 392.0, 440.0, 587.33, 739.99,
)  # fmt: skip
_MOTIF = (D4, A4, D5, FS5)
_CHORDS = ((D4, FS4, A4), (BB3, D4, F4), (C4, E4, G4), (D4, FS4, A4))


def plucked_string(hertz: float, seconds: float) -> Wave:
    """Synthesize a plucked string: higher harmonics fade faster."""
    t = np.arange(round(seconds * RATE)) / RATE
    out = np.zeros(t.size)
    for number in range(1, 13):
        stretched = hertz * number * np.sqrt(1 + 0.0004 * number**2)
        if stretched < RATE / 2.5:
            strength = np.sin(np.pi * number * 0.23) / number
            out += strength * np.exp(-t * (1.6 + 0.9 * number)) * np.sin(2 * np.pi * stretched * t)
    return out * np.minimum(t / 0.004, 1)


def fm_bell(hertz: float, seconds: float) -> Wave:
    """Synthesize a soft bell by frequency modulation."""
    t = np.arange(round(seconds * RATE)) / RATE
    modulator = 1.8 * np.exp(-t * 5) * np.sin(2 * np.pi * hertz * 3.5 * t)
    return np.exp(-t * 2.2) * np.sin(2 * np.pi * hertz * t + modulator) * np.minimum(t / 0.003, 1)


def chord_pad(chord: tuple[float, ...], seconds: float) -> Wave:
    """Synthesize a held chord that swells and fades."""
    t = np.arange(round(seconds * RATE)) / RATE
    out = np.zeros(t.size)
    for hertz in chord:
        for detune in (0.997, 1.0, 1.003):
            for number in (1, 2, 3):
                out += np.sin(2 * np.pi * hertz * detune * number * t + number) / number**2
    return out * np.sin(np.pi * t / seconds) ** 0.7 / 9


def mix_notes(seconds: float, notes: list[tuple[float, float, Wave]]) -> Wave:
    """Mix notes, each given as (start in seconds, amplitude, samples)."""
    out = np.zeros(round(seconds * RATE))
    for when, strength, wave in notes:
        start = round(when * RATE)
        count = min(wave.size, out.size - start)
        out[start : start + count] += strength * wave[:count]
    return out


def add_reverb(dry: Wave, *, wrap: bool = False) -> Wave:
    """Add reverberation; with ``wrap`` its tail is added to the beginning, for a loop."""
    count = round(_REVERB_S * RATE)
    t = np.arange(count) / RATE
    room = np.random.default_rng(20260101).standard_normal(count) * np.exp(-t * 5)
    room *= 0.25 / np.sqrt(np.sum(room**2))
    size = 1 << (dry.size + count).bit_length()
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(room, size), size)
    out = dry + wet[: dry.size]
    if wrap:
        out[:count] += wet[dry.size : dry.size + count]
    return out


def faded_and_scaled(wave: Wave, fade_out_s: float) -> npt.NDArray[np.float32]:
    """Fade the end out and scale the highest sample to ``_PEAK``."""
    count = round(fade_out_s * RATE)
    if count:
        wave[-count:] *= np.cos(np.linspace(0, np.pi / 2, count)) ** 2
    return (wave / np.abs(wave).max() * _PEAK).astype(np.float32)


def intro() -> npt.NDArray[np.float32]:
    step = _BEAT_S / 2
    notes = [(0.0, 0.8, plucked_string(D3, 3.5)), (0.0, 0.35, chord_pad(_CHORDS[0], 4.2))]
    for number, hertz in enumerate(_MOTIF):
        notes += [
            (number * step, 1.0, plucked_string(hertz, 3.0)),
            (number * step, 0.25, fm_bell(hertz, 2.5)),
        ]
    notes += [(4 * step, 0.8, plucked_string(D3, 3.0)), (4 * step, 0.4, fm_bell(D5, 2.5))]
    return faded_and_scaled(add_reverb(mix_notes(4.4, notes)), 1.2)


def outro() -> npt.NDArray[np.float32]:
    step = _BEAT_S / 2
    notes = [(0.0, 0.35, chord_pad(_CHORDS[2], 1.4)), (4 * step, 0.4, chord_pad(_CHORDS[0], 3.4))]
    for number, hertz in enumerate((FS5, D5, A4, A3, D4)):
        notes += [
            (number * step, 0.9, plucked_string(hertz, 3.0)),
            (number * step, 0.2, fm_bell(hertz, 2.5)),
        ]
    notes.append((4 * step, 0.9, plucked_string(D3, 3.0)))
    return faded_and_scaled(add_reverb(mix_notes(4.6, notes)), 1.6)


def stinger() -> npt.NDArray[np.float32]:
    notes = [
        (0.0, 1.0, plucked_string(D5, 1.2)),
        (0.16, 1.0, plucked_string(FS5, 1.2)),
        (0.16, 0.4, fm_bell(D5, 1.2)),
    ]
    notes.append((0.0, 0.6, plucked_string(D4, 1.2)))
    return faded_and_scaled(add_reverb(mix_notes(1.3, notes)), 0.6)


def bed() -> npt.NDArray[np.float32]:
    bar = 4 * _BEAT_S
    notes: list[tuple[float, float, Wave]] = []
    for number, chord in enumerate(_CHORDS):
        start = number * 2 * bar
        notes.append((start, 0.9, chord_pad(chord, 2 * bar)))
        for pulse in range(16):
            strength = 0.35 if pulse % 4 == 0 else 0.18
            notes.append((start + pulse * _BEAT_S / 2, strength, plucked_string(chord[0] / 2, 0.5)))
    return faded_and_scaled(add_reverb(mix_notes(8 * bar, notes), wrap=True), 0.0)


SOUNDS = {"intro": intro, "outro": outro, "stinger": stinger, "bed": bed}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for name, synthesize in SOUNDS.items():
        wave = synthesize()
        path = FOLDER / f"{name}.ogg"
        with soundfile.SoundFile(
            path, "w", RATE, 1, format="OGG", subtype="VORBIS", compression_level=_QUALITY
        ) as sound:
            # libsndfile's Vorbis encoder needs short portions.
            for start in range(0, wave.size, RATE):
                sound.write(wave[start : start + RATE])
        print(f"{path.name}: {wave.size / RATE:.1f} s, {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
