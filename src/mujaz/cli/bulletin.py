"""``mujaz bulletin``: the configured daily bulletin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mujaz.cli.messages import Level, failure_text, progress_shown, tell, tell_warnings, translated
from mujaz.cli.options import DateType, configuration, extras, with_cluster

if TYPE_CHECKING:
    from mujaz.bulletin import Plan
    from mujaz.report import Report, StoryReport
    from mujaz.settings.values import Config

_INCOMPLETE = 3
# Failures of one reason that are told in one line, and details of a reason that are named.
_FEWEST_ALIKE, _MOST_DETAILS = 3, 3


@click.command()
@click.option(
    "-o", "--output", default="output", metavar="DIR", help="Show folder; default: output."
)
@click.option("--date", "day", type=DateType(), metavar="YYYY-MM-DD", help="Day; default: today.")
@click.option("--edition", default="", metavar="NAME", help="A table of [bulletin.editions].")
@click.option(
    "--draft", metavar="FILE", help="Write the bulletin as a script; speak and publish nothing."
)
@click.option(
    "--first", multiple=True, metavar="STORY", help="Put a story first: number, address or title."
)
@click.option(
    "--drop", multiple=True, metavar="STORY", help="Leave a story out: number, address or title."
)
@click.option("--replaces", default="", metavar="GUID", help="The episode that this one replaces.")
@click.option("--image", default="", metavar="FILE", help="A picture for this episode.")
@click.option("--epub", is_flag=True, help="Write the episode as an EPUB book too.")
@click.option("--daisy", is_flag=True, help="Write the episode as a DAISY book too.")
@click.option(
    "--cluster", metavar="ADDRESS", help='Dask scheduler whose workers speak; "" for none.'
)
@click.option("--dry-run", is_flag=True, help="Print what would be read; speak and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one report object.")
@click.pass_context
def bulletin(
    ctx: click.Context,
    /,
    output: str,
    day: date | None,
    dry_run: bool,
    as_json: bool,
    draft: str | None,
    **chosen: Any,
) -> int:
    """Make the bulletin of the day from the sources in mujaz.toml, and publish it.

    A second run on the same day corrects it if its stories have changed, and else does nothing.
    STORY is its number in the rundown, its address, or words of its title.

    \b
    Example:
      mujaz bulletin -o show
      mujaz bulletin --draft today.script; mujaz make today.script
    """
    from mujaz.bulletin import Wishes, make_bulletin, plan_bulletin, record_failure
    from mujaz.publish.folder.workspace import PRIVATE
    from mujaz.report import Report

    report = Report()
    edition: str = chosen["edition"]
    wishes = Wishes(chosen["first"], chosen["drop"], chosen["replaces"])
    planned = dry_run or draft is not None
    try:
        try:
            config = with_cluster(configuration(ctx), chosen["cluster"])
        except Exception as error:
            if not planned and Path(output).is_dir():
                record_failure(Path(output) / PRIVATE, report, error)
            raise
        if planned:
            with progress_shown(lambda: report.stage):
                plan = plan_bulletin(
                    config, output, day=day, edition=edition, wishes=wishes, report=report
                )
            if draft is not None:
                _write_draft(Path(draft), plan, report, as_json=as_json)
            else:
                _print_plan(plan, report, as_json=as_json)
                _advise(config, plan)
            return 0 if report.complete else _INCOMPLETE
        with progress_shown(lambda: report.stage):
            make_bulletin(
                config,
                output,
                day=day,
                edition=edition,
                wishes=wishes,
                report=report,
                limit_memory=True,
                extras=extras(chosen),
            )
    except BaseException as error:
        if as_json:
            report.warnings.append(failure_text(error))
            click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            _summarize(report, error)
        raise
    _summarize(report)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    elif report.media_path:
        click.echo(report.media_path)
    return 0 if report.complete else _INCOMPLETE


def _write_draft(path: Path, plan: Plan, report: Report, *, as_json: bool) -> None:
    """Write the script of a bulletin; a file of that name is kept beside it.

    Raises:
        PublishError: If it cannot be written.
    """
    from mujaz.errors import PublishError
    from mujaz.storage.atomic import replace_file
    from mujaz.text.script_file import write_script

    _summarize(report)
    if plan.script is None:
        return
    try:
        if path.exists():
            kept = path.with_name(path.name + ".bak")
            replace_file(kept, path.read_bytes())
            tell(f"the earlier {path} is kept as {kept}")
        replace_file(path, write_script(plan.script))
    except OSError as error:
        raise PublishError(
            f"the draft cannot be written: {error.strerror}",
            where=str(path),
            hint="name a file in a folder that you may write to",
        ) from error
    tell(f"about {plan.minutes:.1f} minutes, {len(plan.script.stories)} stories")
    tell(f"correct {path}; then publish it: mujaz make {path} -o DIR")
    if as_json:
        data = {**report.as_dict(), "minutes": round(plan.minutes, 1), "draft": str(path)}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        click.echo(str(path))


def _summarize(report: Report, error: BaseException | None = None) -> None:
    """Tell the state of every story, and the reasons for which stories were left out.

    Args:
        report: Report of the run.
        error: The error that ended it, which is told with its hint afterwards.
    """
    tell_warnings(report.warnings)
    _tell_failures([s for s in report.stories if s.status in ("failed", "partial")])
    told = getattr(error, "hint", "")
    for hint in dict.fromkeys(story.hint for story in report.stories if story.hint):
        if hint != told:
            tell(f"hint: {hint}", Level.WARNING)
    for line in _skipped(report):
        tell(line)
    if report.episode is not None:
        minutes = report.episode.duration_s / 60
        spoken = sum(1 for story in report.stories if story.status == "spoken")
        tell(f"the bulletin is {report.episode.title} ({minutes:.1f} min)")
        tell(f"{spoken} of {len(report.stories)} stories told")


def _tell_failures(stories: Sequence[StoryReport]) -> None:
    """Tell each failure; many of one reason in one line."""
    reasons: dict[tuple[str, str], list[StoryReport]] = {}
    for story in stories:
        reasons.setdefault((story.status, _without_place(story.error)), []).append(story)
    for (status, reason), alike in reasons.items():
        first = alike[0].title or alike[0].source
        if len(alike) >= _FEWEST_ALIKE:
            line = f"{status}: {len(alike)} for the same reason: {reason}; the first is {first}"
            tell(line, Level.WARNING)
            continue
        for story in alike:
            line = f"{status}: {story.title or story.source}: {story.error}"
            tell(line, Level.WARNING)


def _without_place(error: str) -> str:
    """An error without the address that it begins with."""
    return error.partition(": ")[2] if "://" in error[:8] else error


def _skipped(report: Report) -> Iterator[str]:
    """Lines that count the stories that were not wanted, by reason; the report names each."""
    details: dict[str, list[str]] = {}
    for story in report.stories:
        if story.status == "skipped" and story.index < 0:
            head, _, detail = _without_place(story.error).partition(": ")
            details.setdefault(head, []).append(detail)
    for head, found in sorted(details.items(), key=lambda item: -len(item[1])):
        named = list(dict.fromkeys(filter(None, found)))
        if named:
            shown = " / ".join(map(translated, named[:_MOST_DETAILS]))
            head = f"{head}: {shown}{' / …' if len(named) > _MOST_DETAILS else ''}"
        yield f"skipped {len(found)}: {head}"


def _print_plan(plan: Plan, report: Report, *, as_json: bool) -> None:
    script = plan.script
    if script is None:
        _summarize(report)
        if as_json:
            click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    if as_json:
        rundown = [
            {"kind": s.kind.value, "story": s.story, "text": s.text, "voice": voice}
            for s, voice in zip(script.sentences, plan.voices, strict=True)
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
        click.echo(f"[{sentence.kind.value}] {sentence.text}")
    _summarize(report)
    tell(f"about {plan.minutes:.1f} minutes, {len(script.stories)} stories")


def _advise(config: Config, plan: Plan) -> None:
    """Tell settings that a new user has not made yet, each with its line in the file."""
    from mujaz.cli.init import example_title

    where = config.path or "mujaz.toml"
    stories = plan.script.stories if plan.script is not None else ()
    if any(story.title == example_title() for story in stories):
        tell(f"edit {where}: name your feeds under [[bulletin.sources]]; this is the example story")
    if not config.show.base_url:
        tell(f"edit {where}: set show.base_url to the address that the show will be served at")
    if not config.show.email:
        tell(f"edit {where}: set show.email and show.author, which podcast directories ask for")
