"""``mujaz script``: write the script of an episode as a text that can be edited."""

from __future__ import annotations

from datetime import date

import click

from mujaz.cli.messages import Level, tell
from mujaz.cli.options import DateType, configuration

_INCOMPLETE = 3


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
    options = Options(title=title, day=day)
    planned = plan_episode(sources, configuration(ctx), options, report=report)
    click.echo(write_script(planned), nl=False)
    for warning in report.warnings:
        tell(f"warning: {warning}", Level.WARNING)
    failed = [story for story in report.stories if story.status == "failed"]
    for story in failed:
        tell(f"left out: {story.error}", Level.WARNING)
    return _INCOMPLETE if failed else 0
