"""Find the voices of a run and load their engines, before any other work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mujaz.domain import Kind, Voice
from mujaz.errors import VoiceError
from mujaz.parallel.malloc import give_back_large_blocks
from mujaz.plugins import LoadedEngine, shared_engine
from mujaz.settings.values import Config
from mujaz.speech import Cast
from mujaz.voices.catalog import find_voice, is_installed


@dataclass(frozen=True, slots=True)
class LoadedVoices:
    """The voices that read an episode, and their engines by name."""

    cast: Cast
    engines: Mapping[str, LoadedEngine]


def load_voices(
    config: Config,
    others: Mapping[Kind, str] | None = None,
    *,
    body: str = "",
    limit_memory: bool = False,
) -> LoadedVoices:
    """Find the voices of an episode and load their engines.

    Args:
        config: See :mod:`mujaz.settings.values`.
        others: Names of the voices for some kinds of sentences.
        body: Name of the voice for the other kinds; the configured one if empty.
        limit_memory: See :class:`mujaz.pipeline.options.Options`.

    Raises:
        VoiceError: If a voice is unknown, not installed, or may not be used by this show.
    """
    speech = config.speech
    cast = Cast(
        _voice(body or speech.voice, config),
        {kind: _voice(name, config) for kind, name in (others or {}).items()},
        _voice(speech.fallback, config) if speech.fallback else None,
    )
    # Engines before files: without the engine's package, installed files are of no use.
    engines = {voice.engine: shared_engine(voice.engine) for voice in cast.all()}
    for voice in cast.all():
        _require_ready(voice, engines[voice.engine])
    # Not for neural networks, which reuse their large buffers: it would take 40 % longer.
    if limit_memory and all(engines[v.engine].memory_mb(v) is None for v in cast.all()):
        give_back_large_blocks()
    return LoadedVoices(cast, engines)


def _voice(name: str, config: Config) -> Voice:
    voice = find_voice(name, config.home)
    if config.show.commercial and voice.commercial is False:
        raise VoiceError(
            f"the licence of voice {voice.name!r} forbids commercial use",
            hint="choose another voice, or set show.commercial = false",
        )
    return voice


def _require_ready(voice: Voice, engine: LoadedEngine) -> None:
    if not is_installed(voice):
        raise VoiceError(
            f"voice {voice.name!r} is not installed",
            hint=f"run `mujaz voices install {voice.name}`",
        )
    engine.check(voice)
