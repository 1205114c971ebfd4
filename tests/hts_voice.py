"""A tiny HTS voice, written byte by byte: one question, constant parameters, about 3 kB.

Every sound lasts ``PHONE_FRAMES`` frames and every pause ``PAUSE_FRAMES``, at ``PITCH_HZ``; vowels
and pauses are told apart by one question each, so that the trees have inner nodes.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

SAMPLE_RATE = 16000
FRAME_PERIOD = 80
STATES = 5
ORDER = 4
TAPS = 5
PHONE_FRAMES = 20
PAUSE_FRAMES = 10
PITCH_HZ = 120.0
_QUESTION = 'QS C-pau { "*-pau+*" }\n'
_WINDOWS = ("1 1.0\n", "3 -0.5 0.0 0.5\n", "3 1.0 -2.0 1.0\n")

VOICE_TOML = """
name = "tiny"
engine = "hts"
model_path = "tiny.htsvoice"
sample_rate = 16000
licence = "free"
commercial = true
[settings]
natural_wpm = 98.5
"""


def tiny_voice(*, mix: bool = True, variance: bool = True) -> bytes:
    """The bytes of the voice.

    Args:
        mix: Whether it has the third stream, LPF.
        variance: Whether it has global variances.
    """
    sound, pause = [PHONE_FRAMES / STATES] * STATES, [PAUSE_FRAMES / STATES] * STATES
    parts = {
        "DURATION_PDF": struct.pack("<I", 2) + _gaussian(pause) + _gaussian(sound),
        "DURATION_TREE": (_QUESTION + _tree(2, "dur")).encode(),
    }
    loud, quiet = [8.0, 0.8, 0.2, 0.1], [0.0, 0.0, 0.0, 0.0]
    low = float(np.log(PITCH_HZ))
    parts |= _stream("MCP", quiet, loud, variance=[0.2] * ORDER if variance else None)
    parts |= _stream("LF0", [low], [low], weights=(0.0, 1.0), variance=[0.01] if variance else None)
    if mix:
        parts |= _stream("LPF", [0.0] * TAPS, [0.05, 0.2, 0.5, 0.2, 0.05], windows=1)
    return _file(parts, mix=mix, variance=variance)


def write_tiny_voice(folder: Path, *, toml: str = VOICE_TOML) -> Path:
    """Put the voice and its TOML file into a folder; gives the TOML's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.htsvoice").write_bytes(tiny_voice())
    path = folder / "tiny.toml"
    path.write_text(toml, encoding="utf-8")
    return path


def _gaussian(mean: list[float], weight: float | None = None) -> bytes:
    numbers = [*mean, *[0.01] * len(mean)]
    if weight is not None:
        numbers.append(weight)
    return np.array(numbers, "<f4").tobytes()


def _tree(state: int, name: str) -> str:
    return f'{{*}}[{state}]\n{{\n 0 C-pau "{name}_s{state}_2" "{name}_s{state}_1"\n}}\n\n'


def _stream(
    kind: str,
    pause: list[float],
    sound: list[float],
    *,
    windows: int = 3,
    weights: tuple[float | None, float | None] = (None, None),
    variance: list[float] | None = None,
) -> dict[str, bytes]:
    zeros = [0.0] * (len(pause) * (windows - 1))
    leaves = _gaussian(pause + zeros, weights[0]) + _gaussian(sound + zeros, weights[1])
    parts = {f"STREAM_WIN[{kind}]{n}": _WINDOWS[n].encode() for n in range(windows)}
    parts[f"STREAM_PDF[{kind}]"] = struct.pack(f"<{STATES}I", *[2] * STATES) + leaves * STATES
    trees = "".join(_tree(state, kind.lower()) for state in range(2, 2 + STATES))
    parts[f"STREAM_TREE[{kind}]"] = (_QUESTION + trees).encode()
    if variance is not None:
        parts[f"GV_PDF[{kind}]"] = struct.pack("<I", 1) + _gaussian(variance)
        parts[f"GV_TREE[{kind}]"] = b'{*}[2]\n   "gv_1"\n'
    return parts


def _file(parts: dict[str, bytes], *, mix: bool, variance: bool) -> bytes:
    places: dict[str, str] = {}
    at = 0
    for name, part in parts.items():
        key = name.rstrip("0123456789") if name.startswith("STREAM_WIN") else name
        place = f"{at}-{at + len(part) - 1}"
        places[key] = f"{places[key]},{place}" if key in places else place
        at += len(part)
    kinds = ["MCP", "LF0", *(["LPF"] if mix else [])]
    sizes = {"MCP": ORDER, "LF0": 1, "LPF": TAPS}
    header = [
        "[GLOBAL]", "HTS_VOICE_VERSION:1.0", f"SAMPLING_FREQUENCY:{SAMPLE_RATE}",
        f"FRAME_PERIOD:{FRAME_PERIOD}", f"NUM_STATES:{STATES}", f"NUM_STREAMS:{len(kinds)}",
        f"STREAM_TYPE:{','.join(kinds)}", "FULLCONTEXT_FORMAT:HTS_TTS_ENG",
        "FULLCONTEXT_VERSION:1.0", 'GV_OFF_CONTEXT:"*-pau+*","*-h#+*"', "COMMENT:", "[STREAM]",
    ]  # fmt: skip
    for kind in kinds:
        header += [
            f"VECTOR_LENGTH[{kind}]:{sizes[kind]}", f"IS_MSD[{kind}]:{int(kind == 'LF0')}",
            f"NUM_WINDOWS[{kind}]:{1 if kind == 'LPF' else 3}",
            f"USE_GV[{kind}]:{int(variance and kind != 'LPF')}",
            f"OPTION[{kind}]:{'ALPHA=0.42' if kind == 'MCP' else ''}",
        ]  # fmt: skip
    header += ["[POSITION]", *(f"{name}:{place}" for name, place in places.items()), "[DATA]", ""]
    return "\n".join(header).encode() + b"".join(parts.values())
