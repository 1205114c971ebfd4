"""``mujaz voices compare`` and ``mujaz voices listening-test``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mujaz.cli.messages import tell
from mujaz.cli.options import configuration
from mujaz.cli.samples import sample
from mujaz.errors import AudioError, SourceError


@click.command()
@click.argument("first")
@click.argument("second")
@click.argument("text", default="")
@click.option("-o", "--output", default=".", metavar="DIR", help="Folder of the files; default: .")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def compare(
    ctx: click.Context, first: str, second: str, text: str, output: str, as_json: bool
) -> int:
    """Speak the same with two voices, into DIR/FIRST.wav and DIR/SECOND.wav.

    Without TEXT it is a pangram and a sentence of news.

    \b
    Example:
      mujaz voices compare ziad espeak-anchor-male -o heard
    """
    from mujaz.pipeline.say import say
    from mujaz.storage.atomic import replace_file
    from mujaz.voices.catalog import find_voice

    config = configuration(ctx)
    names = [find_voice(name, config.home).name for name in (first, second)]
    if names[0] == names[1]:
        raise click.UsageError("name two different voices")
    text = text or f"{sample('pangram')} {sample('news')}"
    paths = []
    for name in names:
        path = Path(output) / f"{name}.wav"
        data = say(text, config, voice=name)
        try:
            replace_file(path, data)
        except OSError as error:
            raise AudioError(f"cannot be written: {error.strerror}", where=str(path)) from error
        paths.append(str(path))
    if as_json:
        row = {"voices": names, "paths": paths, "text": text}
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo("\n".join(paths))
    return 0


@click.command(name="listening-test")
@click.argument("folder", metavar="DIR")
@click.option(
    "--voice", "voices", multiple=True, metavar="V", help="A voice; name two or more of them."
)
@click.option("--sentences", metavar="FILE", help="Sentences to be spoken, one a line.")
@click.option(
    "--results", multiple=True, metavar="FILE", help="Sum up a result file of the test in DIR."
)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def listening_test(
    ctx: click.Context,
    folder: str,
    voices: tuple[str, ...],
    sentences: str | None,
    results: tuple[str, ...],
    as_json: bool,
) -> int:
    """Write a page in DIR on which people compare voices without knowing which is which.

    Open DIR/index.html, or put DIR on a server. Listeners grade each clip and save their answers
    as a file. DIR.key.json tells which clip is whose; --results sums up the files with it. Without
    --voice the best installed anchors are compared.

    \b
    Example:
      mujaz voices listening-test test --voice ziad --voice espeak-anchor-male
    """
    from mujaz.pipeline.listening_test import test_sentences, write_test
    from mujaz.voices.defaults import ready_anchors

    if results:
        return _sum_up(Path(folder), results, as_json=as_json)
    config = configuration(ctx)
    chosen = voices or ready_anchors(config.home, commercial=config.show.commercial)
    lines = _lines(Path(sentences)) if sentences else test_sentences()
    page = write_test(Path(folder), chosen, lines, config, tell)
    tell("keep the key file to yourself until the test is over")
    if as_json:
        row = {"page": str(page), "voices": list(chosen), "sentences": len(lines)}
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo(str(page))
    return 0


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"the sentences cannot be read: {error}", where=str(path)) from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise SourceError("the file is empty", where=str(path), hint="write one sentence a line")
    return lines


def _sum_up(folder: Path, results: tuple[str, ...], *, as_json: bool) -> int:
    from dataclasses import asdict
    from math import isnan

    from mujaz.pipeline.listening_test import opinions

    found = opinions(folder, [Path(name) for name in results])
    if as_json:
        rows = [
            {**asdict(row), "margin": None if isnan(row.margin) else row.margin} for row in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in found:
        margin = "" if isnan(row.margin) else f" ± {row.margin:.2f}"
        counts = f"{row.grades} grades, best {row.best} times"
        click.echo(f"{row.voice}: {row.mean:.2f}{margin} of 5, {counts}")
    return 0
