"""``mujaz show``: check, rebuild, or withdraw from a show folder."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import click

from mujaz.cli.messages import progress_shown, tell, tell_warnings, translated
from mujaz.cli.options import configuration

_FAILED, _INCOMPLETE = 1, 3

_FOLDER = click.argument("folder", default="output", metavar="[DIR]")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def show() -> None:
    """Check, rebuild, or withdraw from a show folder.

    \b
    Example:
      mujaz show check output
    """


@show.command(name="list")
@_FOLDER
@_JSON
def list_(folder: str, as_json: bool) -> None:
    """List the episodes: guid, date, title, length, state. The newest comes first.

    \b
    Example:
      mujaz show list output
    """
    from dataclasses import asdict

    from mujaz.pipeline.show_folder import list_episodes

    episodes = list_episodes(Path(folder))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in episodes], ensure_ascii=False))
        return
    for one in episodes:
        minutes, seconds = divmod(round(one.duration_s), 60)
        state = translated(one.state)
        title = one.title or translated("its title was not kept")
        about = f"{title} ({one.reason})" if one.reason else title
        click.echo(f"{one.guid}\t{one.date}\t{minutes}:{seconds:02d}\t{state}\t{about}")
    if not episodes:
        tell("there is no episode yet")


@show.command()
@_FOLDER
@_JSON
@click.pass_context
def check(ctx: click.Context, /, folder: str, as_json: bool) -> int:
    """Check that a show folder is complete: feed, media, transcripts, every sentence.

    Reads everything and writes nothing. Exit status 1 if anything is wrong.

    \b
    Example:
      mujaz show check output
    """
    from mujaz.pipeline.show_folder import check_folder

    result = check_folder(Path(folder), configuration(ctx))
    if as_json:
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False))
    else:
        for problem in result.problems:
            click.echo(f"{problem.where}: {translated(problem.what)}")
        tell(f"{result.episodes} episodes, {result.sentences} sentences checked")
        if result.problems:
            tell(f"{len(result.problems)} problems; `mujaz show rebuild` repairs what it can")
        else:
            tell("the show is whole")
    return _FAILED if result.problems else 0


@show.command()
@_FOLDER
@_JSON
@click.pass_context
def rebuild(ctx: click.Context, /, folder: str, as_json: bool) -> int:
    """Rebuild feed, pages and transcripts from the episode manifests.

    \b
    Example:
      mujaz show rebuild output
    """
    from mujaz.pipeline.show_folder import rebuild_show

    # A show is a million objects that stay: by default the collector walks them again and again,
    # a quarter of a rebuild's time.
    gc.set_threshold(200_000, 20, 20)
    with progress_shown():
        state = rebuild_show(Path(folder), configuration(ctx))
    absent = [
        {"guid": s.episode.guid, "title": s.episode.title, "media": s.episode.media}
        for s in state.absent
    ]
    if as_json:
        data = {"episodes": state.count, "feeds": list(state.feeds), "left_out": absent}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        for name in state.feeds:
            click.echo(Path(folder) / name)
    for item in absent:
        tell(f"left out: {item['title']}: its audio file {item['media']} is not whole")
    tell(f"rebuilt: {state.count} episodes")
    return _FAILED if absent else 0


@show.command()
@click.argument("guid", metavar="GUID|today|latest")
@_FOLDER
@click.option(
    "--story", metavar="STORY", help="Withdraw only this story: number, address or title."
)
@click.option("--reason", default="", metavar="TEXT", help="Why; kept with the withdrawal.")
@_JSON
@click.pass_context
def retract(
    ctx: click.Context, /, guid: str, folder: str, story: str | None, reason: str, as_json: bool
) -> int:
    """Withdraw an episode: remove it from the feed, delete its files, never make it again.

    With --story, only that story is withdrawn, and the episode is corrected. `today` is the
    newest bulletin of this day, `latest` the newest episode.

    \b
    Example:
      mujaz show retract today --story 3
    """
    if story is not None:
        return _retract_story(ctx, guid, folder, story, reason, as_json=as_json)
    from mujaz.pipeline.show_folder import retract_episode

    with progress_shown():
        stone = retract_episode(guid, Path(folder), configuration(ctx), reason=reason)
    if as_json:
        data = {"guid": stone.guid, "retracted": stone.retracted.isoformat()}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        click.echo(stone.guid)
    tell(f"retracted: {stone.guid}")
    if stone.key:
        tell(f"for a new bulletin: mujaz bulletin --replaces {stone.guid} -o {folder}")
    return 0


def _retract_story(
    ctx: click.Context, guid: str, folder: str, story: str, reason: str, *, as_json: bool
) -> int:
    from mujaz.bulletin.withdrawing import retract_story
    from mujaz.report import Report

    report = Report()
    with progress_shown(lambda: report.stage):
        retract_story(guid, story, Path(folder), configuration(ctx), report, reason=reason)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        click.echo(report.media_path)
    tell_warnings(report.warnings)
    tell("the story is withdrawn, and the episode is corrected")
    return 0 if report.complete else _INCOMPLETE
