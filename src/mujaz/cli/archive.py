"""``mujaz archive``: an episode for each article of whole archives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from mujaz.cli.messages import Level, progress_shown, tell, translated
from mujaz.cli.options import configuration, with_cluster

if TYPE_CHECKING:
    from mujaz.archive.run import Line

_FAILED, _INCOMPLETE = 1, 3


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "-o", "--output", default="output", metavar="DIR", help="Show folder; default: output."
)
@click.option("--voice", default="", metavar="NAME", help="Voice; see `mujaz voices list`.")
@click.option("--workers", type=click.IntRange(min=0), metavar="N", help="Articles made at once.")
@click.option(
    "--cluster", metavar="ADDRESS", help='Dask scheduler whose workers speak; "" for none.'
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an episode.")
@click.pass_context
def archive(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    output: str,
    voice: str,
    workers: int | None,
    cluster: str | None,
    as_json: bool,
) -> int:
    """Make an episode of each article of whole archives.

    SOURCE is a folder, a JSON-lines file (.jsonl), or the address of a sitemap, a feed or a page.
    A run that was stopped is continued by the same command; what failed is tried again. No
    episode ever leaves the show, whatever show.keep says.

    \b
    Example:
      mujaz archive articles.jsonl https://news.example/sitemap.xml -o show
    """
    from mujaz.archive.run import make_archive
    from mujaz.pipeline import Options

    def told(line: Line) -> None:
        _print(line, as_json=as_json)

    options = Options(voice=voice, workers=workers)
    config = with_cluster(configuration(ctx), cluster)
    with progress_shown():
        summary = make_archive(sources, output, config, options, tell=told)
    tell(
        f"{summary.made} episodes made, {summary.known} articles known already, "
        f"{summary.failed} failed or incomplete"
    )
    if summary.failed:
        tell("the same command tries again what failed")
    if not summary.failed:
        return 0
    return _INCOMPLETE if summary.made or summary.known else _FAILED


def _print(line: Line, *, as_json: bool) -> None:
    """Print a line of the report: status, MP3, source, and what is wrong."""
    if as_json:
        from dataclasses import asdict

        click.echo(json.dumps(asdict(line), ensure_ascii=False))
    else:
        error = translated(line.error) if line.error else line.title
        click.echo("\t".join((line.status, line.media or "-", line.source, error)))
    if line.error:
        tell(f"{line.status}: {line.source}: {line.error}", Level.WARNING)
        if line.hint:
            tell(f"hint: {line.hint}", Level.WARNING)
