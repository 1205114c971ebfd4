"""``mujaz doctor``: what is installed, what works, what is missing and how to get it."""

from __future__ import annotations

import importlib.util
import json
import shlex
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click

from mujaz import __version__, plugins
from mujaz.arabic.marks import strip_marks
from mujaz.cli.messages import translated
from mujaz.cli.options import configuration
from mujaz.cli.samples import sample
from mujaz.cli.voice_hint import tell_better_voice
from mujaz.domain import Voice
from mujaz.errors import DiacritizerError, MissingPackageError, MujazError
from mujaz.voices.catalog import find_voice, is_installed, voices
from mujaz.voices.defaults import default_voice


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check, and how to get what is missing."""

    name: str
    ok: bool
    optional: bool
    detail: str
    hint: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> int:
    """Tell what is installed, what works, and how to get what is missing.

    \b
    Example:
      mujaz doctor
    """
    checks = [
        _check("python", lambda: sys.version.split()[0]),
        _check("mujaz", lambda: __version__),
        _check("compiled modules", _compiled, optional=True),
        _check("configuration", lambda: str(configuration(ctx).path or "defaults")),
        *[
            _check(f"diacritizer {name}", partial(_diacritize, name))
            for name in plugins.names(plugins.DIACRITIZERS)
        ],
        *[
            _check(f"engine {name}", partial(_describe, name))
            for name in plugins.names(plugins.ENGINES)
        ],
        _check("voice", lambda: _speak(ctx)),
        _check("mp3", _encode),
        _check("opus", _opus, optional=True),
        *_checked_voices(ctx),
    ]
    needed = all(check.ok for check in checks if not check.optional)
    if as_json:
        click.echo(
            json.dumps(
                {"ok": needed, "checks": [asdict(c) for c in checks]}, ensure_ascii=False, indent=1
            )
        )
    else:
        for check in checks:
            state = "ok" if check.ok else "missing" if check.optional else "BROKEN"
            hint = translated(f"; to get it: {check.hint}") if check.hint else ""
            told = ": ".join(map(translated, (check.name, state, check.detail)))
            click.echo(f"{told}{hint}")
        _tell_better_voice(ctx)
    return 0 if needed else 1


def _tell_better_voice(ctx: click.Context) -> None:
    # A configuration that cannot be read has been told as a check that failed.
    with suppress(MujazError):
        tell_better_voice(configuration(ctx))


def _check(name: str, probe: Callable[[], str], *, optional: bool = False) -> Check:
    """Run one check; whatever it raises is its result."""
    try:
        return Check(name, True, optional, probe(), "")
    except MissingPackageError as error:
        # A package of an extra is not broken while the extra is not installed.
        return Check(name, False, True, str(error), error.hint)
    except MujazError as error:
        return Check(name, False, optional, str(error), error.hint)
    except Exception as error:  # noqa: BLE001 - the other checks are still to be printed
        return Check(name, False, optional, f"{type(error).__name__}: {error}", "reinstall mujaz")


def _compiled() -> str:
    """Tell whether Python keeps compiled modules; a second's work for each command if not.

    Raises:
        MissingPackageError: If it does not: the folder is read-only, or the environment forbids it.
    """
    kept = importlib.util.cache_from_source(__file__)
    if not Path(kept).exists():
        folders = dict.fromkeys((sysconfig.get_path("purelib"), str(Path(__file__).parents[1])))
        raise MissingPackageError(
            "they are not kept, so every command compiles them again",
            hint=shlex.join([sys.executable, "-m", "compileall", "-q", *folders]),
        )
    return "kept"


def _opus() -> str:
    from mujaz.audio.codecs.opus import require_encoder

    require_encoder()
    return f"av {version('av')}"


def _describe(engine: str) -> str:
    return plugins.load_engine(engine).describe()


def _checked_voices(ctx: click.Context) -> list[Check]:
    """One check for each installed voice whose engine can check it."""
    try:
        found = sorted(voices(configuration(ctx).home).values(), key=lambda voice: voice.name)
    except MujazError as error:
        return [Check("voices", False, False, str(error), error.hint)]
    known = plugins.names(plugins.ENGINES)
    checks = [
        _check(f"voice {voice.name}", partial(_ready, voice), optional=True)
        for voice in found
        if voice.engine in known and is_installed(voice)
    ]
    return [check for check in checks if check.detail]


def _ready(voice: Voice) -> str:
    """The voice's title and licence; empty if its engine cannot check voices."""
    engine = plugins.load_engine(voice.engine)
    if not engine.can_check:
        return ""
    engine.check(voice)
    about = (voice.title, voice.licence or "no licence stated", plugins.voice_notice(voice))
    return ", ".join(part for part in about if part)


def _diacritize(name: str) -> str:
    """Diacritize a plain sentence, and check that its letters are unchanged.

    Raises:
        DiacritizerError: If it changes letters or words.
    """
    line = sample("bare")
    words = line.split()
    answer = plugins.load_diacritizer(name).diacritize(words)
    if [strip_marks(word) for word in answer] != words:
        raise DiacritizerError(f"it made {' '.join(answer)!r} of {line!r}", where=name)
    return " ".join(answer) if answer != words else "adds no marks"


def _speak(ctx: click.Context) -> str:
    config = configuration(ctx)
    default = default_voice(config.home, commercial=config.show.commercial)
    voice = find_voice(config.speech.voice or default, config.home)
    clip = plugins.load_engine(voice.engine).speak(sample("greeting"), voice)
    return f"{voice.name} spoke {clip.duration_s:.1f} s"


def _encode() -> str:
    import io

    import numpy as np

    from mujaz.audio.codecs.mp3 import Mp3Writer

    stream = io.BytesIO()
    writer = Mp3Writer(stream, 96)
    writer.write(np.zeros(44100, np.float32))
    writer.close()
    return f"encoder works ({len(stream.getvalue())} bytes a second)"
