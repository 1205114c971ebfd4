"""Synthesize the station sounds that ship with the package.

An original motif of four notes (D A D F-sharp) on a plucked string with a bell above it. The
intro states it, the stinger is its last two notes, the outro turns it back to its root; the bed
is a soft pulse over three chords. Everything is computed: no samples, no other work.

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


def string(hertz: float, seconds: float) -> Wave:
    """A plucked string: harmonics that fade the faster the higher they are."""
    t = np.arange(round(seconds * RATE)) / RATE
    out = np.zeros(t.size)
    for number in range(1, 13):
        stretched = hertz * number * np.sqrt(1 + 0.0004 * number**2)
        if stretched < RATE / 2.5:
            strength = np.sin(np.pi * number * 0.23) / number
            out += strength * np.exp(-t * (1.6 + 0.9 * number)) * np.sin(2 * np.pi * stretched * t)
    return out * np.minimum(t / 0.004, 1)


def bell(hertz: float, seconds: float) -> Wave:
    """A soft bell by frequency modulation."""
    t = np.arange(round(seconds * RATE)) / RATE
    modulator = 1.8 * np.exp(-t * 5) * np.sin(2 * np.pi * hertz * 3.5 * t)
    return np.exp(-t * 2.2) * np.sin(2 * np.pi * hertz * t + modulator) * np.minimum(t / 0.003, 1)


def pad(chord: tuple[float, ...], seconds: float) -> Wave:
    """A held chord that swells and sinks."""
    t = np.arange(round(seconds * RATE)) / RATE
    out = np.zeros(t.size)
    for hertz in chord:
        for detune in (0.997, 1.0, 1.003):
            for number in (1, 2, 3):
                out += np.sin(2 * np.pi * hertz * detune * number * t + number) / number**2
    return out * np.sin(np.pi * t / seconds) ** 0.7 / 9


def placed(seconds: float, notes: list[tuple[float, float, Wave]]) -> Wave:
    """Notes on a line: (when in seconds, how strong, what)."""
    out = np.zeros(round(seconds * RATE))
    for when, strength, wave in notes:
        start = round(when * RATE)
        count = min(wave.size, out.size - start)
        out[start : start + count] += strength * wave[:count]
    return out


def with_room(dry: Wave, *, wrap: bool = False) -> Wave:
    """Add a room; with ``wrap`` its tail runs into the beginning, as a loop needs."""
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


def finished(wave: Wave, fade_out_s: float) -> npt.NDArray[np.float32]:
    count = round(fade_out_s * RATE)
    if count:
        wave[-count:] *= np.cos(np.linspace(0, np.pi / 2, count)) ** 2
    return (wave / np.abs(wave).max() * _PEAK).astype(np.float32)


def intro() -> npt.NDArray[np.float32]:
    step = _BEAT_S / 2
    notes = [(0.0, 0.8, string(D3, 3.5)), (0.0, 0.35, pad(_CHORDS[0], 4.2))]
    for number, hertz in enumerate(_MOTIF):
        notes += [(number * step, 1.0, string(hertz, 3.0)), (number * step, 0.25, bell(hertz, 2.5))]
    notes += [(4 * step, 0.8, string(D3, 3.0)), (4 * step, 0.4, bell(D5, 2.5))]
    return finished(with_room(placed(4.4, notes)), 1.2)


def outro() -> npt.NDArray[np.float32]:
    step = _BEAT_S / 2
    notes = [(0.0, 0.35, pad(_CHORDS[2], 1.4)), (4 * step, 0.4, pad(_CHORDS[0], 3.4))]
    for number, hertz in enumerate((FS5, D5, A4, A3, D4)):
        notes += [(number * step, 0.9, string(hertz, 3.0)), (number * step, 0.2, bell(hertz, 2.5))]
    notes.append((4 * step, 0.9, string(D3, 3.0)))
    return finished(with_room(placed(4.6, notes)), 1.6)


def stinger() -> npt.NDArray[np.float32]:
    notes = [(0.0, 1.0, string(D5, 1.2)), (0.16, 1.0, string(FS5, 1.2)), (0.16, 0.4, bell(D5, 1.2))]
    notes.append((0.0, 0.6, string(D4, 1.2)))
    return finished(with_room(placed(1.3, notes)), 0.6)


def bed() -> npt.NDArray[np.float32]:
    bar = 4 * _BEAT_S
    notes: list[tuple[float, float, Wave]] = []
    for number, chord in enumerate(_CHORDS):
        start = number * 2 * bar
        notes.append((start, 0.9, pad(chord, 2 * bar)))
        for pulse in range(16):
            strength = 0.35 if pulse % 4 == 0 else 0.18
            notes.append((start + pulse * _BEAT_S / 2, strength, string(chord[0] / 2, 0.5)))
    return finished(with_room(placed(8 * bar, notes), wrap=True), 0.0)


SOUNDS = {"intro": intro, "outro": outro, "stinger": stinger, "bed": bed}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for name, synthesize in SOUNDS.items():
        wave = synthesize()
        path = FOLDER / f"{name}.ogg"
        with soundfile.SoundFile(
            path, "w", RATE, 1, format="OGG", subtype="VORBIS", compression_level=_QUALITY
        ) as sound:
            # libsndfile's Vorbis writer wants small portions.
            for start in range(0, wave.size, RATE):
                sound.write(wave[start : start + RATE])
        print(f"{path.name}: {wave.size / RATE:.1f} s, {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
