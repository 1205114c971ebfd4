"""``mujaz cache``: the size of the clip cache, and emptying it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from mujaz.cli.messages import tell, translated
from mujaz.cli.options import configuration

if TYPE_CHECKING:
    from mujaz.storage.content_cache import ContentCache, Usage


@click.group()
def cache() -> None:
    """Show or empty the cache that saves speaking an unchanged sentence again.

    \b
    Example:
      mujaz cache show
    """


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Show the folder of the cache and how much space it takes.

    \b
    Example:
      mujaz cache show --json
    """
    from mujaz.pipeline.cache import is_shared

    store, clips, whole = _usage(ctx)
    if as_json:
        data = {
            "path": str(store.folder),
            "clips": clips,
            "bytes": whole.bytes,
            "limit_bytes": store.limit_bytes,
        }
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    click.echo(store.folder)
    limit = f"{store.limit_bytes / 1e6:.0f}"
    click.echo(translated(f"{_amount(clips, whole)} of {limit} MB"))
    if is_shared(configuration(ctx)):
        tell("behind it lies the shared cache of speech.cache")


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def clear(ctx: click.Context, as_json: bool) -> None:
    """Empty the cache; episodes are not touched.

    \b
    Example:
      mujaz cache clear
    """
    store, clips, whole = _usage(ctx)
    store.clear()
    if as_json:
        click.echo(json.dumps({"clips": clips, "bytes": whole.bytes}))
        return
    click.echo(translated(f"removed {_amount(clips, whole)}"))


def _usage(ctx: click.Context) -> tuple[ContentCache, int, Usage]:
    """Return the cache, the number of clips in it, and its size."""
    from mujaz.pipeline.cache import cache_for
    from mujaz.speech.clip_cache import CLIP

    store = cache_for(configuration(ctx))
    return store, store.usage(CLIP).entries, store.usage()


def _amount(clips: int, whole: Usage) -> str:
    return f"{clips} clips, {whole.bytes / 1e6:.1f} MB"
