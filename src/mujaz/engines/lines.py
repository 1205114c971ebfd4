"""Functions shared by the neural engines: splitting long lines, seeds, and cache keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from mujaz.arabic.clauses import split_clauses
from mujaz.arabic.letters import has_arabic
from mujaz.domain import Clip, Voice
from mujaz.engines.weights import prints

# Pause between the pieces of a line that exceeds the limit; as long as at a comma.
_PIECE_PAUSE_S = 0.12
_SEED_BITS = 31  # the smallest range among the libraries, onnxruntime's


def speak_pieces(
    text: str, max_chars: int, sample_rate: int, say: Callable[[str, int], bytes]
) -> Clip:
    """Speak a line of any length, clause by clause if it exceeds the limit.

    Args:
        text: The exact string that is counted, marks included.
        max_chars: Of one piece, with the stop that it may be given.
        sample_rate: In Hz.
        say: Gives the s16 samples of a piece, from its text and number.
    """
    gap = bytes(2 * round(_PIECE_PAUSE_S * sample_rate))
    pieces = [piece for piece in split_clauses(text, max_chars - 1) if has_arabic(piece)]
    return Clip(gap.join(say(piece, number) for number, piece in enumerate(pieces)), sample_rate)


def sentence_seed(line: str, voice: Voice, attempt: int, piece: int) -> int:
    """Derive a seed from the sentence, so that its sound does not depend on what came before."""
    told = "\n".join([line, voice.name, str(attempt), str(piece)])
    digest = hashlib.sha256(told.encode()).digest()
    return int.from_bytes(digest[:4], "big") & ((1 << _SEED_BITS) - 1)


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
        *(f"{package} {version_of(package)}" for package in packages),
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
