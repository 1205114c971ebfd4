"""Functions shared by the engines: splitting long lines, seeds, and cache keys."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from mujaz.arabic.clauses import split_clauses
from mujaz.arabic.letters import COMMAS, has_arabic
from mujaz.domain import Clip, Voice
from mujaz.engines.weights import prints
from mujaz.storage.content_cache import code_version

# Pause between the pieces of a line that exceeds the limit; as long as at a comma.
PIECE_PAUSE_S = 0.12
_COMMA, _COLON, _STOP = "comma", "colon", "stop"
_COLONS, _DASHES = frozenset("؛;:"), frozenset("-–—―")
# Signs before a space, a closing mark or the end of the text; dashes between spaces.
_SIGNS = re.compile(r"[،,؛;:.!?؟…]+(?=[\s»\"”’')\]]|$)|\s[-–—―]+\s")
# Samples below this share of the loudest are silence.
_SILENT_SHARE = 0.02
_MARGIN_S = 0.02
_SEED_BITS = 31  # the smallest range among the libraries, onnxruntime's


def speak_pieces(
    text: str,
    max_chars: int,
    sample_rate: int,
    say: Callable[[str, int], bytes],
    pauses: Mapping[str, float] | None = None,
) -> Clip:
    """Speak a line of any length, clause by clause if it exceeds the limit.

    Args:
        text: The exact string that is counted, marks included.
        max_chars: Of one piece, with the stop that it may be given.
        sample_rate: In Hz.
        say: Gives the s16 samples of a piece, from its text and number.
        pauses: For a model that knows no punctuation: seconds of silence after each kind of sign,
            from :func:`pauses_of`. The text is then cut at all of them.
    """
    pieces: list[tuple[str, float]] = []
    for clause, pause_s in _clauses(text, pauses) if pauses else [(text, 0.0)]:
        parts = [part for part in split_clauses(clause, max_chars - 1) if has_arabic(part)]
        pieces += [(part, PIECE_PAUSE_S) for part in parts[:-1]]
        pieces += [(part, pause_s) for part in parts[-1:]]
    samples: list[bytes] = []
    for number, (piece, pause_s) in enumerate(pieces):
        spoken = say(piece, number)
        samples.append(without_silent_ends(spoken, sample_rate) if pauses else spoken)
        if number + 1 < len(pieces):
            samples.append(bytes(2 * round(pause_s * sample_rate)))
    return Clip(b"".join(samples), sample_rate)


def pauses_of(settings: Mapping[str, float | str | bool | None]) -> dict[str, float]:
    """Return the silences of a voice's settings in seconds, by kind of sign."""
    kinds = (_COMMA, _COLON, _STOP)
    return {kind: float(settings[f"pause_{kind}_ms"] or 0) / 1000 for kind in kinds}


def without_silent_ends(samples: bytes, sample_rate: int) -> bytes:
    """Cut the silence at both ends of s16 samples, except for 20 ms, so that pauses are exact."""
    import numpy as np

    wave = np.abs(np.frombuffer(samples, np.int16).astype(np.int32))
    loud = np.flatnonzero(wave > _SILENT_SHARE * wave.max(initial=0))
    if not loud.size:
        return samples
    margin = round(_MARGIN_S * sample_rate)
    first, last = max(0, int(loud[0]) - margin), int(loud[-1]) + margin + 1
    return samples[2 * first : 2 * last]


def _clauses(text: str, pauses: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Cut a text after its punctuation; give each part with the pause after it in seconds."""
    start = 0
    for signs in _SIGNS.finditer(text):
        kinds = [_kind(sign) for sign in signs[0] if not sign.isspace()]
        yield text[start : signs.end()], max(pauses[kind] for kind in kinds)
        start = signs.end()
    yield text[start:], pauses[_STOP]


def _kind(sign: str) -> str:
    if sign in COMMAS or sign in _DASHES:
        return _COMMA
    return _COLON if sign in _COLONS else _STOP


def sentence_seed(line: str, voice: Voice, attempt: int, piece: int) -> int:
    """Derive a seed from the sentence, so that its sound does not depend on what came before."""
    told = "\n".join([line, voice.name, str(attempt), str(piece)])
    digest = hashlib.sha256(told.encode()).digest()
    return int.from_bytes(digest[:4], "big") & ((1 << _SEED_BITS) - 1)


def embedded_version(version: str) -> str:
    """Version of an engine of ours that needs no model: of its code, tables and phonemes.

    Args:
        version: As the engine states it.
    """
    return " ".join([version, code_version("mujaz.engines"), code_version("mujaz.arabic")])


def fingerprint(
    engine_version: str, packages: Iterable[str], voice: Voice, settings: Mapping[str, object]
) -> str:
    """Hash everything besides text and seed that changes how a sentence sounds.

    Args:
        engine_version: Of our engine.
        packages: Distributions whose versions matter.
        voice: Its name counts too: seeds are made of it.
        settings: As read, defaults included.
    """
    parts = [
        engine_version,
        # Without the local part, in which torch states for which processors it was built: a
        # cluster's workers may have others than this machine.
        *(f"{package} {version_of(package).partition('+')[0]}" for package in packages),
        *prints(voice),
        voice.name,
        voice.speaker,
        voice.language,
        json.dumps(dict(settings), sort_keys=True),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def version_of(package: str) -> str:
    """Return the version of an installed distribution, or empty."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
