"""``mujaz doctor``: what is installed, what works, what is missing and how to get it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version

import click

from mujaz import __version__, plugins
from mujaz.cli.options import configuration
from mujaz.diacritizers import Guard
from mujaz.domain import Voice
from mujaz.errors import MissingPackageError, MujazError
from mujaz.voices.catalog import find_voice, is_installed, voices


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that works or not, and how to get it."""

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
        _check("configuration", lambda: str(configuration(ctx).path or "defaults")),
        *[
            _check(f"diacritizer {name}", partial(_diacritize, name))
            for name in plugins.names(plugins.DIACRITIZERS)
        ],
        _check("voice", lambda: _speak(ctx)),
        _check("mp3", _encode),
        _check("opus", _opus, optional=True),
        _check("coqui", _coqui, optional=True),
        _check("piper", _piper, optional=True),
        *_neural_voices(ctx),
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
            hint = f"; to get it: {check.hint}" if check.hint else ""
            click.echo(f"{check.name}: {state}: {check.detail}{hint}")
    return 0 if needed else 1


def _check(name: str, probe: Callable[[], str], *, optional: bool = False) -> Check:
    try:
        return Check(name, True, optional, probe(), "")
    except MissingPackageError as error:
        # What an extra brings is not broken while the extra is not installed.
        return Check(name, False, True, str(error), error.hint)
    except (MujazError, ImportError, OSError) as error:
        hint = getattr(error, "hint", "") or "reinstall mujaz"
        return Check(name, False, optional, str(error), hint)


def _opus() -> str:
    from mujaz.audio.codecs.opus import require_encoder

    require_encoder()
    return f"av {version('av')}"


def _coqui() -> str:
    from mujaz.engines.coqui.runtime import describe

    return describe()


def _piper() -> str:
    plugins.load_engine("piper")
    return f"piper-tts {version('piper-tts')}, onnxruntime {version('onnxruntime')}"


def _neural_voices(ctx: click.Context) -> list[Check]:
    """One check for each voice whose model is there: may it be used as it is?"""
    try:
        found = voices(configuration(ctx).home).values()
    except MujazError as error:
        return [Check("voices", False, False, str(error), error.hint)]
    return [
        _check(f"voice {voice.name}", partial(_ready, voice), optional=True)
        for voice in sorted(found, key=lambda voice: voice.name)
        if voice.engine in ("coqui", "piper") and is_installed(voice)
    ]


def _ready(voice: Voice) -> str:
    engine = plugins.load_engine(voice.engine)
    if isinstance(engine, plugins.Checking):
        engine.check(voice)
    return f"{voice.title}, {voice.licence or 'no licence stated'}"


def _diacritize(name: str) -> str:
    return Guard(plugins.load_diacritizer(name)).line("كتب الولد الدرس")


def _speak(ctx: click.Context) -> str:
    config = configuration(ctx)
    voice = find_voice(config.speech.voice, config.home)
    clip = plugins.load_engine(voice.engine).speak("صَبَاحُ الخَيْرِ.", voice)
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
