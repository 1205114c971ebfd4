"""Recognizes the family of a checkpoint and loads its weights; unpickles nothing but tensors.

The library's own loader is not used: it prompts, downloads, takes any path that contains
"fairseq" for an MMS model, keeps the discriminator (47 million parameters that never speak), and
rewrites an original XTTS checkpoint on disk, whose hash then no longer holds.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mujaz.arabic.letters import SHORT_VOWELS
from mujaz.domain import Voice
from mujaz.engines.alphabet import Knows
from mujaz.engines.coqui.runtime import quiet
from mujaz.engines.weights import named_file
from mujaz.errors import VoiceError

Wave = npt.NDArray[np.float32]
Settings = dict[str, float | str | bool | None]

# Exceptions that a damaged or foreign model causes in the libraries.
MODEL_FAULTS = (
    RuntimeError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError,
    ArithmeticError, OSError, EOFError, ImportError, MemoryError, pickle.UnpicklingError,
)  # fmt: skip


class Family(StrEnum):
    """The supported kinds of models."""

    VITS = "vits"
    MMS = "mms"
    XTTS = "xtts"


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a model and its family."""

    checkpoint: Path
    config: Path
    family: Family


class Model(Protocol):
    """A loaded model of one family."""

    sample_rate: int

    def knows(self, voice: Voice) -> Knows:
        """Whether the model was trained on a character."""
        ...

    def check(self, voice: Voice) -> None:
        """Raise VoiceError if the model lacks the voice's speaker or language."""
        ...

    def say(self, line: str, voice: Voice, settings: Settings, seed: Callable[[], None]) -> Wave:
        """Speak a line of known characters; calls ``seed`` just before random numbers are drawn."""
        ...


def find_files(voice: Voice) -> Files:
    """Find the model's files; ``model_path`` may be a folder with checkpoint and ``config.json``.

    Raises:
        VoiceError: If one is missing, or the configuration is of an unsupported family.
    """
    path = voice.home / voice.model_path
    if voice.model_path and path.is_dir():
        checkpoint = _checkpoint_in(path.absolute(), voice)
    else:
        checkpoint = named_file(voice, voice.model_path, "model_path")
    if voice.config_path:
        config = named_file(voice, voice.config_path, "config_path")
    else:
        config = checkpoint.parent / "config.json"
        if not config.is_file():
            raise VoiceError(
                f"no configuration beside the checkpoint: {config}",
                where=f"voice {voice.name}",
                hint="copy the config.json of the model there, or set config_path",
            )
    return Files(checkpoint, config, _family(config, checkpoint))


def _checkpoint_in(folder: Path, voice: Voice) -> Path:
    found = sorted(folder.glob("model.pth")) or sorted(folder.glob("*.pth"))
    found = [path for path in found if not path.name.startswith(("speakers", "optimizer"))]
    if len(found) == 1:
        return found[0]
    what = "several checkpoints" if found else "no checkpoint (*.pth)"
    raise VoiceError(
        f"{what} in {folder}", where=f"voice {voice.name}", hint="name the file in model_path"
    )


def _family(config: Path, checkpoint: Path) -> Family:
    table = read_json(config)
    name = table.get("model")
    if isinstance(name, str) and name in (Family.VITS, Family.XTTS):
        return Family(name)
    # fairseq's configuration of an MMS model: "model" is a table there.
    if isinstance(name, dict) and "data" in table and (checkpoint.parent / "vocab.txt").is_file():
        return Family.MMS
    told = f"a {name!r} model" if isinstance(name, str) else "no model that is known here"
    raise VoiceError(
        f"this configuration is of {told}",
        where=str(config),
        hint="mujaz speaks with VITS, MMS (with vocab.txt) and XTTS models",
    )


def lacks_vowel_signs(voice: Voice) -> bool:
    """Whether a voice's files are those of an MMS model whose vocabulary has no vowel signs."""
    vocabulary = (voice.home / voice.model_path).parent / "vocab.txt"
    try:
        characters = vocabulary.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return not set(characters) & set(SHORT_VOWELS)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file.

    Raises:
        VoiceError: If the file cannot be read or is no JSON object.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VoiceError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except ValueError as error:
        raise VoiceError(f"is not JSON: {error}", where=str(path)) from error
    if not isinstance(table, dict):
        raise VoiceError("holds no JSON object", where=str(path))
    return table


def load_config(files: Files) -> Any:
    """Build the library's configuration object.

    Raises:
        VoiceError: If it does not fit the library's version.
    """
    from TTS.config import load_config as load

    try:
        return load(files.config)
    except MODEL_FAULTS as error:
        raise VoiceError(
            f"this configuration does not fit coqui-tts: {first_line(error)}",
            where=str(files.config),
        ) from error


def load_weights(torch: Any, path: Path) -> dict[str, Any]:
    """Load the tensors of a checkpoint by name, without executing code in it.

    Raises:
        VoiceError: If the file is damaged, or holds more than weights.
    """
    try:
        with quiet():
            checkpoint = _unpickled(torch, path)
    except pickle.UnpicklingError as error:
        raise VoiceError(
            "the checkpoint is damaged, or holds code beside its weights and is not run",
            where=str(path),
            hint="get it again from where it was made, or save its weights alone",
        ) from error
    except MODEL_FAULTS as error:
        raise VoiceError(
            f"the checkpoint cannot be read: {first_line(error)}",
            where=str(path),
            hint="the file is damaged or cut short: copy or install it again",
        ) from error
    weights = checkpoint.get("model") if isinstance(checkpoint, dict) else None
    if not isinstance(weights, dict):
        raise VoiceError("the checkpoint holds no weights under 'model'", where=str(path))
    return weights


def _unpickled(torch: Any, path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError:
        # Early XTTS checkpoints contain their configuration as a pickled object: only these few
        # classes are allowed. The file is not rewritten.
        with torch.serialization.safe_globals(_configurations()):
            return torch.load(path, map_location="cpu", weights_only=True)
    except RuntimeError as error:
        if "mmap" not in str(error):
            raise
        # Saved in the format of torch before 1.6, which cannot be mapped.
        return torch.load(path, map_location="cpu", weights_only=True)


def _configurations() -> list[Any]:
    """Return the data classes of XTTS under their present and former names in the library."""
    from TTS.config.shared_configs import BaseDatasetConfig
    from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig

    before = "TTS.tts.models.xtts"
    moved = [(kind, f"{before}.{kind.__name__}") for kind in (XttsArgs, XttsAudioConfig)]
    return [XttsConfig, XttsArgs, XttsAudioConfig, BaseDatasetConfig, *moved]


def fill(model: Any, weights: dict[str, Any], files: Files) -> None:
    """Load weights into a model.

    Raises:
        VoiceError: If they belong to another configuration.
    """
    try:
        model.load_state_dict(weights, strict=True)
    except MODEL_FAULTS as error:
        raise VoiceError(
            "the checkpoint does not belong to this configuration",
            where=str(files.config),
            hint=f"use the config.json that came with {files.checkpoint.name}",
        ) from error


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its class."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
