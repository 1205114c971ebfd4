"""A run's companions: what every stage of the pipeline may need and reports to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import platformdirs

from mujaz.domain import Kind, Unspoken, Voice
from mujaz.errors import MujazError, VoiceError
from mujaz.parallel.malloc import give_back_large_blocks
from mujaz.plugins import LoadedEngine, shared_engine
from mujaz.report import Report
from mujaz.settings.values import Config, timezone
from mujaz.speech import Cast
from mujaz.storage.content_cache import Store
from mujaz.voices.catalog import find_voice, is_installed


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to the configuration; empty values leave it as it is."""

    voice: str = ""
    title: str = ""
    day: date | None = None
    replaces: str = ""
    keep_stages: Path | None = None
    workers: int | None = None


@dataclass(slots=True)
class Run:
    """One run's companions: what every stage may need and report to."""

    config: Config
    options: Options
    report: Report
    say: Callable[[str], None]
    cast: Cast
    engines: dict[str, LoadedEngine]
    unspoken: list[Unspoken] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def begin(
    config: Config,
    options: Options,
    report: Report,
    say: Callable[[str], None],
    others: Mapping[Kind, str] | None = None,
) -> Run:
    """Find the voices and load their engines: what must be known before any work is done.

    Args:
        config: See :mod:`mujaz.settings.values`.
        options: What overrides it.
        report: Filled in as the run goes.
        say: Told one human line at a time.
        others: Names of the voices of some kinds of sentences; the configured one reads the rest.

    Raises:
        VoiceError: If a voice is unknown, not installed, or may not be used by this show.
        ConfigError: If the time zone is unknown.
    """
    speech = config.speech
    cast = Cast(
        _voice(options.voice or speech.voice, config),
        {kind: _voice(name, config) for kind, name in (others or {}).items()},
        _voice(speech.fallback, config) if speech.fallback else None,
    )
    timezone(config)
    # The package first: without it, installed files are of no use.
    engines = {voice.engine: shared_engine(voice.engine) for voice in cast.all()}
    for voice in cast.all():
        _require_ready(voice, engines[voice.engine])
    # A network's blocks are large too and soon used again: it would take 40 % longer.
    if all(engines[voice.engine].memory_mb(voice) is None for voice in cast.all()):
        give_back_large_blocks()
    return Run(config, options, report, say, cast, engines)


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


def store_for(config: Config) -> Store:
    """What earlier runs have made: where the configuration says, else what all shows share."""
    speech = config.speech
    named = config.home / speech.cache if speech.cache else None
    folder = named or Path(platformdirs.user_cache_dir("mujaz")) / "clips"
    return Store(folder, speech.cache_mb * 1_000_000)


def keep_stage(run: Run, name: str, data: Any) -> None:
    """Write a stage's result for a curious user."""
    folder = run.options.keep_stages
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, ensure_ascii=False, indent=1, default=_plain)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise MujazError(
            f"the stages cannot be kept: {error.strerror}",
            where=str(folder),
            hint="check --keep-stages",
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__slots__}
