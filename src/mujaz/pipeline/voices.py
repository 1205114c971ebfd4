"""Find the voices of a run and load their engines, before any other work is done."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mujaz.domain import PART_OF_KIND, Kind, Script, Voice
from mujaz.errors import VoiceError
from mujaz.parallel.cluster.address import require_safe_address
from mujaz.parallel.malloc import give_back_large_blocks
from mujaz.plugins import LoadedEngine, shared_engine, voice_notice
from mujaz.settings.values import Config
from mujaz.speech import Cast
from mujaz.speech.quality.ear import PACKAGED, require
from mujaz.voices.catalog import find_voice, is_installed
from mujaz.voices.defaults import default_voice

_log = logging.getLogger(__name__)


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
    named: Iterable[str] = (),
    limit_memory: bool = False,
) -> LoadedVoices:
    """Find the voices of an episode and load their engines.

    Args:
        config: See :mod:`mujaz.settings.values`.
        others: Names of the voices for some kinds of sentences.
        body: Name of the voice for the other kinds; the configured one if empty, and without
            one the best that is installed.
        named: Names of voices that read single sentences.
        limit_memory: See :class:`mujaz.pipeline.options.Options`.

    Raises:
        VoiceError: If a voice is unknown, not installed, or may not be used by this show.
        ConfigError: If the address of the cluster may not be connected to.
    """
    speech = config.speech
    if speech.cluster:
        require_safe_address(config)
    body = body or speech.voice or default_voice(config.home, commercial=config.show.commercial)
    cast = Cast(
        _voice(body, config),
        {kind: _voice(name, config) for kind, name in (others or {}).items()},
        _voice(speech.fallback, config) if speech.fallback else None,
        {name: _voice(name, config) for name in named},
    )
    # Engines before files: without the engine's package, installed files are of no use.
    engines = {voice.engine: shared_engine(voice.engine) for voice in cast.all()}
    for voice in cast.all():
        _require_ready(voice, engines[voice.engine])
    if speech.ear and any(engine.neural for engine in engines.values()):
        require(ear_of(config))
    # Not for neural networks, which reuse their large buffers: it would take 40 % longer.
    if limit_memory and all(engines[v.engine].memory_mb(v) is None for v in cast.all()):
        give_back_large_blocks()
    return LoadedVoices(cast, engines)


def voices_of_script(script: Script, config: Config, *, limit_memory: bool = False) -> LoadedVoices:
    """Find the voices that a script names for its parts and sentences.

    Raises:
        VoiceError: As :func:`load_voices`.
    """
    parts = script.voices
    others = {kind: parts[part] for kind, part in PART_OF_KIND.items() if part in parts}
    return load_voices(
        config,
        others,
        body=parts.get("body", ""),
        named=dict.fromkeys(s.voice for s in script.sentences if s.voice),
        limit_memory=limit_memory,
    )


def ear_of(config: Config) -> str:
    """Return the recogniser of ``[speech] ear``; a folder is relative to the configuration."""
    named = config.speech.ear
    return named if named in ("", PACKAGED) else str(config.home / named)


def _voice(name: str, config: Config) -> Voice:
    voice = find_voice(name, config.home)
    if config.show.commercial and voice.commercial is False:
        raise VoiceError(
            f"the licence of voice {voice.name!r} forbids commercial use",
            hint="choose another voice, or set show.commercial = false",
        )
    rate = config.speech.rate_wpm
    if rate and not (voice.rate_wpm or shared_engine(voice.engine).any_rate):
        raise VoiceError(
            f"voice {voice.name!r} cannot change its rate",
            where="speech.rate_wpm",
            hint="take the setting away, or choose a voice whose file states rate_wpm",
        )
    return replace(voice, rate_wpm=rate) if rate else voice


def _require_ready(voice: Voice, engine: LoadedEngine) -> None:
    if not is_installed(voice):
        raise VoiceError(
            f"voice {voice.name!r} is not installed",
            hint=f"run `mujaz voices install {voice.name}`",
        )
    engine.check(voice)
    if notice := voice_notice(voice):
        _log.info("voice %s: %s", voice.name, notice)
