"""Imports Coqui and torch on first use, with settings that limit their memory.

Measured (coqui-tts 0.28, torch 2.13, CPU): without the cache settings below, oneDNN keeps a
kernel for every new sentence length, and a bulletin grows by hundreds of megabytes
(idiap/coqui-ai-TTS issue 298). They only work if they are set before torch is imported.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from mujaz.engines.lines import version_of
from mujaz.errors import MissingPackageError, VoiceError, installing
from mujaz.privacy import disable_telemetry

_INSTALL = installing("coqui")

# Module -> distribution. coqui-tts does not declare torch, torchaudio, torchcodec and six, and
# fails at import without any of them.
PACKAGES = {
    "TTS": "coqui-tts",
    "torch": "torch",
    "torchaudio": "torchaudio",
    "torchcodec": "torchcodec",
    "transformers": "transformers",
    "six": "six",
}
_FORERUNNER = "TTS"

_ENVIRONMENT = {
    # Kernel caches, which hold an entry for each sentence length: torch's, and oneDNN's two names.
    "LRU_CACHE_CAPACITY": "16",
    "DNNL_PRIMITIVE_CACHE_CAPACITY": "16",
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "16",
    # Waiting threads sleep instead of spinning: XTTS is four times faster on a busy machine.
    "OMP_WAIT_POLICY": "PASSIVE",
    # Operations that an Apple GPU lacks are done by the CPU.
    "PYTORCH_ENABLE_MPS_FALLBACK": "1",
    # No downloads while an episode is made, and no notices on the terminal.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}


def require_installed() -> None:
    """Check that the extra is installed, without importing any of it.

    Raises:
        MissingPackageError: With the line that installs it.
    """
    if version_of(_FORERUNNER) and not version_of("coqui-tts"):
        raise MissingPackageError(
            "the abandoned package 'TTS' is installed in the place of 'coqui-tts'",
            hint=f"run pip uninstall TTS, then {_INSTALL}",
        )
    missing = [package for module, package in PACKAGES.items() if find_spec(module) is None]
    if not missing:
        return
    told = f"the package {missing[0]!r} is not installed"
    if missing[0] != "coqui-tts" and len(missing) > 1:
        told = "the packages " + ", ".join(map(repr, missing)) + " are not installed"
    raise MissingPackageError(told, hint=f"run {_INSTALL}")


def describe() -> str:
    """Import the packages and return their versions and the device that would be used.

    Raises:
        MissingPackageError: As :func:`load_torch`.
    """
    torch = load_torch()
    told = [f"{package} {version_of(package)}" for package in PACKAGES.values()]
    return ", ".join([*told, f"device {choose_device(torch, 'auto')}"])


def load_torch() -> Any:
    """Import torch and Coqui, and return torch.

    Raises:
        MissingPackageError: If a package is missing or does not fit the others.
    """
    require_installed()
    disable_telemetry()
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        with quiet():
            torch = importlib.import_module("torch")
            _load_torchaudio()
            importlib.import_module("TTS")
    except (ImportError, OSError, AttributeError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise MissingPackageError(
            f"Coqui TTS is installed but cannot be imported: {reason}",
            hint=f"run {_INSTALL} again; `mujaz doctor` lists the versions",
        ) from error
    return torch


@contextmanager
def quiet() -> Iterator[None]:
    """Suppress the libraries' warnings and notices, which are for developers."""
    loggers = [logging.getLogger(name) for name in ("TTS", "trainer", "transformers")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def choose_device(torch: Any, wanted: str) -> str:
    """Return ``cpu``, ``cuda`` or ``mps``; for ``auto``, the fastest that this machine has.

    Raises:
        VoiceError: If the wanted device is not available.
    """
    has = {
        "cuda": torch.cuda.is_available,
        "mps": lambda: torch.backends.mps.is_available(),
        "cpu": lambda: True,
    }
    if wanted == "auto":
        return next(device for device, is_there in has.items() if is_there())
    if not has[wanted]():
        raise VoiceError(
            f"torch sees no {wanted} device on this machine",
            hint='set device = "auto" or "cpu" in the [settings] of the voice file',
        )
    return wanted


def _load_torchaudio() -> None:
    """Import torchaudio, without its compiled part if that cannot be loaded.

    The torchaudio of the package index is linked against CUDA and cannot load beside a torch for
    CPUs. Coqui uses only what is written in Python there (mel spectrograms, resampling), so a
    stand-in for the compiled part's module is enough.
    """
    try:
        importlib.import_module("torchaudio")
    except OSError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
            del sys.modules[name]
        sys.modules["torchaudio._extension"] = _no_extension()
        importlib.import_module("torchaudio")


def _no_extension() -> types.ModuleType:
    module: Any = types.ModuleType("torchaudio._extension")
    module._IS_TORCHAUDIO_EXT_AVAILABLE = False
    module._IS_ALIGN_AVAILABLE = False
    module._check_cuda_version = lambda: None
    module.fail_if_no_align = lambda function: function
    stand_in: types.ModuleType = module
    return stand_in
