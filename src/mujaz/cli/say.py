"""``mujaz say``: speak a text."""

from __future__ import annotations

from pathlib import Path

import click

from mujaz.cli.options import configuration
from mujaz.cli.output import write_output
from mujaz.errors import AudioError
from mujaz.settings.values import Config

_DEFAULT_FILE = "say.wav"


@click.command()
@click.argument("text", default="-")
@click.option("--voice", default="", metavar="NAME", help="Voice; see `mujaz voices list`.")
@click.option(
    "-o",
    "--output",
    default=_DEFAULT_FILE,
    metavar="FILE",
    help="FILE.wav or FILE.mp3; - for stdout.",
)
@click.pass_context
def say(ctx: click.Context, text: str, voice: str, output: str) -> int:
    """Speak TEXT, or standard input if it is - or missing.

    \b
    Example:
      mujaz say "صباح الخير" -o hello.mp3
    """
    from mujaz.cli.options import read_input

    config = configuration(ctx)
    return speak_to(output, read_input("-") if text == "-" else text, config, voice)


def speak_to(output: str, text: str, config: Config, voice: str = "") -> int:
    """Speak a text to a file, whose path is printed, or to standard output if it is ``-``.

    Raises:
        MujazError: If the text cannot be spoken, or the file cannot be written.
    """
    from mujaz.pipeline.say import say as speak

    suffix = Path(output).suffix.lower()
    if output != "-" and suffix not in (".wav", ".mp3"):
        raise click.UsageError("the file name must end in .wav or .mp3")
    data = speak(text, config, voice=voice, mp3=suffix == ".mp3")
    if output == "-":
        write_output(data)
        return 0
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise AudioError(f"cannot be written: {error.strerror}", where=output) from error
    click.echo(output)
    return 0
