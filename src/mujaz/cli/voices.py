"""``mujaz voices``: what can be spoken with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mujaz.cli.options import configuration
from mujaz.errors import AudioError

# A statement with pauses and a question: what a listener judges a newsreader by.
_SAMPLE = "أَعْلَنَتِ الحُكُومَةُ الْيَوْمَ، بَعْدَ اجْتِمَاعٍ طَوِيلٍ، خُطَّةً جَدِيدَةً لِدَعْمِ الِاقْتِصَادِ. فَهَلْ تَنْجَحُ هَذِهِ الخُطَّةُ؟"


@click.group()
def voices() -> None:
    """List voices and try them.

    \b
    Example:
      mujaz voices try espeak-anchor-female
    """


@voices.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> int:
    """List voices with their licence and state.

    \b
    Example:
      mujaz voices list --json
    """
    from mujaz.catalog import is_installed
    from mujaz.catalog import voices as all_voices

    found = sorted(all_voices(configuration(ctx).home).values(), key=lambda voice: voice.name)
    if as_json:
        rows = [
            {
                "name": voice.name,
                "title": voice.title,
                "engine": voice.engine,
                "language": voice.language,
                "gender": voice.gender,
                "licence": voice.licence,
                "commercial": voice.commercial,
                "installed": is_installed(voice),
                "path": str(voice.home / f"{voice.name}.toml"),
            }
            for voice in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for voice in found:
        state = "installed" if is_installed(voice) else "not installed"
        use = {True: "commercial use allowed", False: "non-commercial only", None: "see licence"}
        click.echo(
            f"{voice.name}: {voice.title}, {voice.engine}, {voice.licence} "
            f"({use[voice.commercial]}), {state}"
        )
    return 0


@voices.command(name="try")
@click.argument("name")
@click.argument("text", default="")
@click.option("-o", "--output", metavar="FILE", help="FILE.wav or FILE.mp3; default: NAME.wav.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def try_(ctx: click.Context, name: str, text: str, output: str | None, as_json: bool) -> int:
    """Speak TEXT, or a sentence of news, with the voice NAME into a file.

    \b
    Example:
      mujaz voices try espeak-correspondent-male "صباح الخير" -o hello.mp3
    """
    from mujaz.catalog import find_voice
    from mujaz.cli.messages import tell
    from mujaz.pipeline import speak_text

    config = configuration(ctx)
    voice = find_voice(name, config.home)
    target = Path(output or f"{voice.name}.wav")
    suffix = target.suffix.lower()
    if suffix not in (".wav", ".mp3"):
        raise click.UsageError("the file name must end in .wav or .mp3")
    data = speak_text(text or _SAMPLE, config, voice=name, mp3=suffix == ".mp3")
    try:
        target.write_bytes(data)
    except OSError as error:
        raise AudioError(f"cannot be written: {error.strerror}", where=str(target)) from error
    tell(f"{voice.title}: {voice.rate_wpm or '?'} words a minute")
    if as_json:
        row = {"name": voice.name, "path": str(target), "bytes": len(data), "text": text or _SAMPLE}
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo(target)
    return 0
