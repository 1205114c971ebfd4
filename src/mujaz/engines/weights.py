"""Finds the files of a model and compares them with their recorded hashes.

A torch checkpoint is a pickle. It is loaded weights-only, but a newsroom still decides which
weights it uses: the voice file must have its hash (``mujaz voices install`` asks and records it)
or say ``trust_unpinned = true``.
"""

from __future__ import annotations

from pathlib import Path

from mujaz.domain import Voice
from mujaz.errors import VoiceError
from mujaz.storage.hashing import cached_sha256_of


def named_file(voice: Voice, path: str, what: str) -> Path:
    """Return the absolute path of a file that a voice names.

    Raises:
        VoiceError: If the voice names none, or it is not there.
    """
    if not path:
        raise VoiceError(f"the voice {voice.name!r} names no {what}", where=_where(voice))
    found = (voice.home / path).absolute()
    if not found.is_file():
        raise VoiceError(
            f"{what} not found: {found}",
            where=_where(voice),
            hint=f"run `mujaz voices install {voice.name}`",
        )
    return found


def require_pin(voice: Voice) -> None:
    """Check that the hash of a checkpoint is recorded.

    Raises:
        VoiceError: If the voice file has no hash and no ``trust_unpinned = true``.
    """
    if voice.sha256 or voice.settings.get("trust_unpinned") is True:
        return
    raise VoiceError(
        f"nobody has confirmed the checkpoint of voice {voice.name!r}: its sha256 is not recorded",
        where=_where(voice),
        hint=f"run `mujaz voices install {voice.name}`, which shows it, asks, and records it",
    )


def verify(voice: Voice, path: Path, expected: str) -> None:
    """Compare a file with its recorded hash; an empty hash passes.

    Raises:
        VoiceError: If they differ, or the file cannot be read.
    """
    if not expected:
        return
    try:
        found = cached_sha256_of(path)
    except OSError as error:
        raise VoiceError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if found != expected.lower():
        raise VoiceError(
            f"not the file that was recorded for voice {voice.name!r}: its sha256 is {found[:12]}…",
            where=str(path),
            hint=f"run `mujaz voices remove {voice.name}`, then `mujaz voices install {voice.name}`"
            if voice.url
            else "put the recorded file back, or record this one by emptying sha256 and running "
            f"`mujaz voices install {voice.name}`",
        )


def verify_companions(voice: Voice) -> None:
    """Compare the other files of a voice with their recorded hashes.

    Raises:
        VoiceError: As :func:`verify`, or if one is missing.
    """
    for file in voice.files:
        verify(voice, named_file(voice, file.path, "file"), file.sha256)


def prints(voice: Voice) -> list[str]:
    """Return hashes of all files of a voice, for cache keys.

    For the checkpoint, the recorded hash if there is one: the file is large, and compared with it
    before it is loaded. A missing file gives an empty string: the clip may still be cached.
    """
    parts = [voice.sha256 or _print(voice, voice.model_path)]
    parts += [_print(voice, path) for path in (voice.config_path, voice.speaker_wav) if path]
    parts += [file.sha256 or _print(voice, file.path) for file in voice.files]
    return parts


def _print(voice: Voice, path: str) -> str:
    file = voice.home / path
    return cached_sha256_of(file.absolute()) if path and file.is_file() else ""


def _where(voice: Voice) -> str:
    return f"voice {voice.name}"
