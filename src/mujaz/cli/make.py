"""``mujaz make``: make an episode of articles."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mujaz.cli.messages import failure_text, progress_shown, tell, tell_warnings
from mujaz.cli.options import DateType, configuration, extras, with_cluster
from mujaz.cli.voice_hint import tell_better_voice
from mujaz.settings.values import Config

if TYPE_CHECKING:
    from mujaz.pipeline import Options
    from mujaz.report import Report

_INCOMPLETE = 3


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "-o", "--output", default="output", metavar="DIR", help="Show folder; default: output."
)
@click.option("--voice", default="", metavar="NAME", help="Voice; see `mujaz voices list`.")
@click.option("--title", default="", help="Title of the episode.")
@click.option("--date", "day", type=DateType(), metavar="YYYY-MM-DD", help="Date of the episode.")
@click.option("--replaces", default="", metavar="GUID", help="The episode that this one corrects.")
@click.option("--workers", type=click.IntRange(min=0), metavar="N", help="Parallel speech workers.")
@click.option("--image", default="", metavar="FILE", help="A picture for this episode.")
@click.option("--epub", is_flag=True, help="Write the episode as an EPUB book too.")
@click.option("--daisy", is_flag=True, help="Write the episode as a DAISY book too.")
@click.option(
    "--cluster", metavar="ADDRESS", help='Dask scheduler whose workers speak; "" for none.'
)
@click.option("--dry-run", is_flag=True, help="Print the script; speak and write nothing.")
@click.option("--keep-stages", metavar="DIR", help="Write what each stage made into DIR.")
@click.option("--json", "as_json", is_flag=True, help="Print one report object.")
@click.pass_context
def make(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    output: str,
    day: date | None,
    dry_run: bool,
    as_json: bool,
    keep_stages: str | None,
    cluster: str | None,
    **chosen: str | int | None,
) -> int:
    """Make one episode of one or more articles and publish it in a show folder.

    SOURCE is a text, Markdown or HTML file, a web address, a .script file that
    `mujaz script make` wrote, or - for standard input.

    \b
    Example:
      mujaz make article.txt -o show --title "نشرة الصباح"
    """
    from mujaz.pipeline import Options, make_episode
    from mujaz.report import Report

    report = Report()
    options = Options(
        voice=str(chosen["voice"] or ""),
        title=str(chosen["title"] or ""),
        day=day,
        replaces=str(chosen["replaces"] or ""),
        keep_stages=Path(keep_stages) if keep_stages else None,
        workers=None if chosen["workers"] is None else int(chosen["workers"]),
        limit_memory=True,
        any_sound=True,
        extras=extras(chosen),
    )
    try:
        config = with_cluster(configuration(ctx), cluster)
        if dry_run:
            _print_script(sources, config, options, report, as_json=as_json)
            return 0
        with progress_shown(lambda: report.stage):
            make_episode(sources, Path(output), config, options, report=report)
    except BaseException as error:
        if as_json:
            report.warnings.append(failure_text(error))
            click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        raise
    _print_result(report, as_json=as_json)
    if not as_json:
        tell_better_voice(config, options.voice)
    return 0 if report.complete else _INCOMPLETE


def _print_result(report: Report, *, as_json: bool) -> None:
    tell_warnings(report.warnings)
    for hint in dict.fromkeys(story.hint for story in report.stories if story.hint):
        tell(f"hint: {hint}")
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    if report.episode is not None:
        tell(f"made {report.episode.title} ({report.episode.duration_s / 60:.1f} min)")
    click.echo(report.media_path)


def _print_script(
    sources: tuple[str, ...], config: Config, options: Options, report: Report, *, as_json: bool
) -> None:
    from mujaz.pipeline import estimated_minutes, plan_episode

    script = plan_episode(sources, config, options, report=report)
    minutes = estimated_minutes(script)
    if as_json:
        click.echo(
            json.dumps({**report.as_dict(), "minutes": round(minutes, 1)}, ensure_ascii=False)
        )
        return
    for sentence in script.sentences:
        click.echo(f"[{sentence.kind.value}] {sentence.text}")
        click.echo(f"    {sentence.spoken}")
    tell(f"about {minutes:.1f} minutes")
