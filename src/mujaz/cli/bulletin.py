"""``mujaz bulletin``: the configured daily bulletin."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import click

from mujaz.cli.messages import Level, progress_shown, tell
from mujaz.cli.options import DateType, configuration
from mujaz.domain import Kind

if TYPE_CHECKING:
    from mujaz.bulletin import Plan
    from mujaz.report import Report
    from mujaz.settings.values import Config

_INCOMPLETE = 3


@click.command()
@click.option(
    "-o", "--output", default="output", metavar="DIR", help="Show folder; default: output."
)
@click.option("--date", "day", type=DateType(), metavar="YYYY-MM-DD", help="Day; default: today.")
@click.option("--dry-run", is_flag=True, help="Print the rundown; speak and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one report object.")
@click.pass_context
def bulletin(
    ctx: click.Context, /, output: str, day: date | None, dry_run: bool, as_json: bool
) -> int:
    """Make the bulletin of the day from the sources in mujaz.toml, and publish it.

    A second run on the same day corrects it if its stories have changed, and else does nothing.

    \b
    Example:
      mujaz bulletin -o show
    """
    from mujaz.bulletin import make_bulletin, plan_bulletin
    from mujaz.report import Report

    report = Report()
    try:
        config = configuration(ctx)
        if dry_run:
            with progress_shown():
                plan = plan_bulletin(config, output, day=day, report=report)
            _print_plan(plan, report, as_json=as_json)
            _advise(config, plan)
            return 0
        with progress_shown():
            make_bulletin(config, output, day=day, report=report, limit_memory=True)
    except (Exception, SystemExit) as error:
        if as_json:
            report.warnings.append(str(error) or type(error).__name__)
            click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            _summarize(report)
        raise
    _summarize(report)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        click.echo(report.media_path)
    return 0 if report.complete else _INCOMPLETE


def _summarize(report: Report) -> None:
    """Tell the state of every story, and the reasons for which stories were left out."""
    for warning in report.warnings:
        tell(f"warning: {warning}", Level.WARNING)
    for story in report.stories:
        if story.status in ("failed", "partial"):
            tell(f"{story.status}: {story.title or story.source}: {story.error}", Level.WARNING)
    for reason, count in _reasons(report).most_common():
        tell(f"skipped {count}: {reason}")
    if report.episode is not None:
        minutes = report.episode.duration_s / 60
        spoken = sum(1 for story in report.stories if story.status == "spoken")
        tell(f"the bulletin is {report.episode.title} ({minutes:.1f} min)")
        tell(f"{spoken} of {len(report.stories)} stories told")


def _reasons(report: Report) -> Counter[str]:
    """Count each reason; details that differ from story to story stand only in ``--json``."""
    return Counter(
        story.error.partition(": ")[0] if "://" not in story.error[:8] else story.error
        for story in report.stories
        if story.status == "skipped" and story.index < 0
    )


def _print_plan(plan: Plan, report: Report, *, as_json: bool) -> None:
    script = plan.script
    if as_json:
        rundown = [
            {"kind": s.kind.value, "story": s.story, "text": s.text} for s in script.sentences
        ]
        data = {**report.as_dict(), "minutes": round(plan.minutes, 1), "rundown": rundown}
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    click.echo(script.title)
    told = -1
    for sentence in script.sentences:
        if sentence.story > told:
            told = sentence.story
            story = script.stories[told]
            click.echo("")
            origin = " | ".join(filter(None, (story.section, story.url or story.publisher)))
            click.echo(f"{told + 1}. {origin}".rstrip())
        if sentence.kind is not Kind.BODY or sentence.paragraph == 0:
            click.echo(f"[{sentence.kind.value}] {sentence.text}")
    _summarize(report)
    tell(f"about {plan.minutes:.1f} minutes, {len(script.stories)} stories")


def _advise(config: Config, plan: Plan) -> None:
    """Tell settings that a new user has not made yet, each with its line in the file."""
    from mujaz.cli.init import example_title

    where = config.path or "mujaz.toml"
    if any(story.title == example_title() for story in plan.script.stories):
        tell(f"edit {where}: name your feeds under [[bulletin.sources]]; this is the example story")
    if not config.show.base_url:
        tell(f"edit {where}: set show.base_url to the address that the show will be served at")
    if not config.show.email:
        tell(f"edit {where}: set show.email and show.author, which podcast directories ask for")
