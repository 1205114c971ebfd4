"""``mujaz show``: check, rebuild, or withdraw from a show folder."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mujaz.cli.messages import progress_shown, tell
from mujaz.cli.options import configuration

_FAILED = 1

_FOLDER = click.argument("folder", default="output", metavar="[DIR]")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def show() -> None:
    """Check, rebuild, or withdraw from a show folder.

    \b
    Example:
      mujaz show check output
    """


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
            click.echo(f"{problem.where}: {problem.what}")
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

    with progress_shown():
        state = rebuild_show(Path(folder), configuration(ctx))
    absent = [
        {"guid": s.episode.guid, "title": s.episode.title, "media": s.episode.media}
        for s in state.absent
    ]
    if as_json:
        data = {"episodes": len(state.episodes), "feeds": list(state.feeds), "left_out": absent}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        for name in state.feeds:
            click.echo(Path(folder) / name)
    for item in absent:
        tell(f"left out: {item['title']}: its audio file {item['media']} is not whole")
    tell(f"rebuilt: {len(state.episodes)} episodes")
    return _FAILED if absent else 0


@show.command()
@click.argument("guid")
@_FOLDER
@_JSON
@click.pass_context
def retract(ctx: click.Context, /, guid: str, folder: str, as_json: bool) -> None:
    """Withdraw an episode: remove it from the feed, delete its files, never make it again.

    \b
    Example:
      mujaz show retract urn:uuid:6f1d0c3e-0000-5000-8000-000000000000
    """
    from mujaz.pipeline.show_folder import retract_episode

    with progress_shown():
        stone = retract_episode(guid, Path(folder), configuration(ctx))
    if as_json:
        data = {"guid": stone.guid, "retracted": stone.retracted.isoformat()}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        click.echo(stone.guid)
    tell(f"retracted: {stone.guid}")
