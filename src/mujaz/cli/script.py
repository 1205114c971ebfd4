"""``mujaz script``: write the script of an episode as a text that can be edited."""

from __future__ import annotations

import json
from datetime import date

import click

from mujaz.cli.messages import Level, tell, translated
from mujaz.cli.options import DateType, configuration

_DISAGREES, _INCOMPLETE = 1, 3


@click.group()
def script() -> None:
    """Write the script of an episode, to be corrected and then voiced.

    \b
    Example:
      mujaz script make article.txt > news.script
      mujaz make news.script
    """


@script.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--title", default="", help="Title of the episode.")
@click.option("--date", "day", type=DateType(), metavar="YYYY-MM-DD", help="Date of the episode.")
@click.pass_context
def make(ctx: click.Context, /, sources: tuple[str, ...], title: str, day: date | None) -> int:
    """Write the script of one or more articles to standard output.

    \b
    Example:
      mujaz script make article.txt > news.script
    """
    from mujaz.pipeline import Options, plan_episode
    from mujaz.report import Report
    from mujaz.text.script_file import write_script

    report = Report()
    options = Options(title=title, day=day, any_sound=True)
    planned = plan_episode(sources, configuration(ctx), options, report=report)
    click.echo(write_script(planned), nl=False)
    for warning in report.warnings:
        tell(f"warning: {warning}", Level.WARNING)
    failed = [story for story in report.stories if story.status == "failed"]
    for story in failed:
        tell(f"left out: {story.error}", Level.WARNING)
    return _INCOMPLETE if failed else 0


@script.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def check(ctx: click.Context, /, file: str, as_json: bool) -> int:
    """Tell what an editor should look at before a script airs.

    Figures, negations, names and other words that are said otherwise than shown; doubtful words
    with their readings; the length. Exit status 1 if something is said otherwise than shown.

    \b
    Example:
      mujaz script check news.script
    """
    from dataclasses import asdict

    from mujaz.pipeline.script_check import check_script

    result = check_script(file, configuration(ctx), any_sound=True)
    if as_json:
        data = {**asdict(result), "agrees": result.agrees}
        click.echo(json.dumps(data, ensure_ascii=False))
        return 0 if result.agrees else _DISAGREES
    for note in result.notes:
        click.echo(f"{file}:{note.line}: {translated(note.message)}")
    for doubt in result.doubts:
        readings = " / ".join(doubt.readings) or "-"
        click.echo(f"{translated('doubtful')}: {doubt.word}: {readings}: {doubt.context}")
    for warning in result.warnings:
        tell(f"warning: {warning}", Level.WARNING)
    tell(f"about {result.minutes:.1f} minutes, {result.stories} stories")
    if not result.notes:
        tell("what is said agrees with what is shown")
    return 0 if result.agrees else _DISAGREES
