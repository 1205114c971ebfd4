"""``mujaz cache``: the clips that earlier runs have made."""

from __future__ import annotations

import json

import click

from mujaz.cli.options import configuration


@click.group()
def cache() -> None:
    """Clips of earlier runs: a sentence that has not changed is not spoken again.

    \b
    Example:
      mujaz cache show
    """


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Show where the clips lie and how much room they take.

    \b
    Example:
      mujaz cache show --json
    """
    from mujaz.pipeline.speaking import clip_cache

    clips = clip_cache(configuration(ctx))
    usage = clips.usage()
    if as_json:
        data = {
            "path": str(clips.folder),
            "clips": usage.entries,
            "bytes": usage.bytes,
            "limit_bytes": clips.limit_bytes,
        }
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    click.echo(clips.folder)
    click.echo(_amount(usage.entries, usage.bytes) + f" of {clips.limit_bytes / 1e6:.0f} MB")


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def clear(ctx: click.Context, as_json: bool) -> None:
    """Remove all clips; episodes are not touched.

    \b
    Example:
      mujaz cache clear
    """
    from mujaz.pipeline.speaking import clip_cache

    removed = clip_cache(configuration(ctx)).clear()
    if as_json:
        click.echo(json.dumps({"clips": removed.entries, "bytes": removed.bytes}))
        return
    click.echo("removed " + _amount(removed.entries, removed.bytes))


def _amount(entries: int, size: int) -> str:
    return f"{entries} clips, {size / 1e6:.1f} MB"
