"""Station sounds: load intro, outro, stinger and music bed before any speech is made.

Files may have any format that libsndfile reads, any sample rate and any number of channels. They
are converted to mono at the recording's rate, with short fades. Their loudness is set later,
relative to the speech.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mujaz.audio.codecs.mp3 import SAMPLE_RATE
from mujaz.audio.codecs.pcm import Floats, Samples, to_floats
from mujaz.audio.loudness.meter import LoudnessMeter, round_to_step
from mujaz.audio.mix.segments import as_floats, as_segment
from mujaz.audio.mix.sound_files import FORMATS, read_mono
from mujaz.errors import AudioError
from mujaz.settings.values import AudioConfig

# Prefix of the sounds that come with the package, as in ``intro = "mujaz:intro"``.
BUILT_IN = "mujaz:"
_LONGEST_S = {"intro": 60, "outro": 60, "stinger": 15, "bed": 180}
_FADE_IN_MS = 5
_FADE_OUT_MS = 60
_LOOP_FADE_MS = 1500


@dataclass(frozen=True, slots=True)
class Bed:
    """Music under speech, as a seamless loop.

    Attributes:
        loop: Samples at the recording's rate.
        lufs: Integrated loudness in LUFS.
    """

    loop: Samples
    lufs: float


@dataclass(frozen=True, slots=True)
class StationSounds:
    """The station's sounds at the recording's rate; None for those that are not configured.

    Attributes:
        intro, outro, stinger: Samples, full scale ±1.
        bed: The music bed.
        digest: SHA-256 of each file; part of an episode's fingerprint.
    """

    intro: Floats | None = None
    outro: Floats | None = None
    stinger: Floats | None = None
    bed: Bed | None = None
    digest: str = ""


def load_station_sounds(config: AudioConfig, home: Path) -> StationSounds:
    """Load the configured sounds.

    Args:
        config: Names a file, or a sound of the package (``mujaz:intro``), for each.
        home: Folder that relative paths start from.

    Raises:
        AudioError: If a file is missing, empty, silent, too long, or not audio.
    """
    names = {key: getattr(config, key) for key in _LONGEST_S if getattr(config, key)}
    read = {key: _load(key, name, home) for key, name in names.items()}
    short = {key: _faded(samples) for key, (samples, _) in read.items() if key != "bed"}
    return StationSounds(
        intro=short.get("intro"),
        outro=short.get("outro"),
        stinger=short.get("stinger"),
        bed=_bed(read["bed"][0], names["bed"]) if "bed" in read else None,
        digest=" ".join(f"{key}:{digest}" for key, (_, digest) in read.items()),
    )


def _load(key: str, name: str, home: Path) -> tuple[Samples, str]:
    path = _path(key, name, home)
    try:
        if not path.is_file():
            raise _refused(key, path, "there is no such file")
        if path.stat().st_size == 0:
            raise _refused(key, path, "this file is empty")
        with path.open("rb") as stream:
            samples = _mono(key, path, stream)
            stream.seek(0)
            return samples, hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _refused(key, path, f"cannot be read: {error.strerror or error}") from error


def _path(key: str, name: str, home: Path) -> Path:
    if not name.startswith(BUILT_IN):
        return home / name
    folder = Path(str(files("mujaz.audio") / "sounds"))
    path = folder / f"{name.removeprefix(BUILT_IN)}.ogg"
    known = sorted(BUILT_IN + sound.stem for sound in folder.glob("*.ogg"))
    if f"{BUILT_IN}{path.stem}" not in known or path.parent != folder:
        raise AudioError(
            f"mujaz has no sound {name!r}", where=f"audio.{key}", hint="one of " + ", ".join(known)
        )
    return path


def _mono(key: str, path: Path, stream: BinaryIO) -> Samples:
    samples, _ = read_mono(stream, _LONGEST_S[key], partial(_refused, key, path))
    peak = max(float(np.abs(samples).max()), 1.0)
    whole: Samples = np.rint(samples * np.float32(32767 / peak)).astype(np.int16)
    return whole


def _faded(samples: Samples) -> Floats:
    segment = as_segment(samples, SAMPLE_RATE)
    out_ms = min(_FADE_OUT_MS, len(segment) // 2)
    return as_floats(segment.fade_in(min(_FADE_IN_MS, len(segment))).fade_out(out_ms))


def _bed(samples: Samples, name: str) -> Bed:
    """Make a loop by a crossfade of end and beginning; built-in music is a loop already."""
    segment = as_segment(samples, SAMPLE_RATE)
    fade = 0 if name.startswith(BUILT_IN) else min(_LOOP_FADE_MS, len(segment) // 3)
    if fade > 0:
        segment = segment[fade:].append(segment[:fade], crossfade=fade)
    loop = np.frombuffer(segment.raw_data, np.int16)
    meter = LoudnessMeter(SAMPLE_RATE)
    meter.push(to_floats(loop))
    # Rounded: the last bits depend on the processor, and the mixed samples on this value.
    return Bed(loop, round_to_step(meter.integrated_lufs(), 0.01))


def _refused(key: str, path: Path, why: str) -> AudioError:
    most = _LONGEST_S[key]
    return AudioError(
        f"audio.{key} cannot be played: {why}",
        where=str(path),
        hint=f"give a {FORMATS} file of at most {most} seconds, or leave audio.{key} empty",
    )
