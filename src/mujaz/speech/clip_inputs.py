"""Everything about a voice that can change a sample of its clips."""

from __future__ import annotations

from pathlib import Path

from mujaz.domain import Voice
from mujaz.plugins import shared_engine
from mujaz.storage.hashing import cached_sha256_of


def clip_inputs(voice: Voice) -> tuple[object, ...]:
    """Return everything about a voice that can change a sample of its clips.

    It is the same on every machine that would make the same clips: files count by their content.
    """
    engine = shared_engine(voice.engine)
    settings = {k: v for k, v in voice.settings.items() if k not in engine.silent_settings}
    files = tuple(
        _file_identity(voice.home / part)
        for part in (voice.model_path, voice.config_path, voice.speaker_wav)
        if part
    )
    return (
        (engine.name, engine.version, engine.fingerprint(voice)),
        (voice.name, voice.language, voice.sha256, voice.speaker),
        (voice.sample_rate, voice.rate_wpm, settings),
        files,
    )


def _file_identity(path: Path) -> object:
    """Hash of a file, or those of the files in a folder."""
    try:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.is_file())
            return [(f.relative_to(path).as_posix(), cached_sha256_of(f.absolute())) for f in found]
        return cached_sha256_of(path.absolute())
    except OSError:
        return "missing"
