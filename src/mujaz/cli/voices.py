"""``mujaz voices``: what can be spoken with."""

from __future__ import annotations

import json

import click

from mujaz.cli.options import configuration


@click.group()
def voices() -> None:
    """List voices.

    \b
    Example:
      mujaz voices list
    """


@voices.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> int:
    """List voices with their licence and state.

    \b
    Example:
      mujaz voices list --json
    """
    from mujaz.catalog import is_installed
    from mujaz.catalog import voices as all_voices

    found = sorted(all_voices(configuration(ctx).home).values(), key=lambda voice: voice.name)
    if as_json:
        rows = [
            {
                "name": voice.name,
                "title": voice.title,
                "engine": voice.engine,
                "language": voice.language,
                "gender": voice.gender,
                "licence": voice.licence,
                "commercial": voice.commercial,
                "installed": is_installed(voice),
                "path": str(voice.home / f"{voice.name}.toml"),
            }
            for voice in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for voice in found:
        state = "installed" if is_installed(voice) else "not installed"
        use = {True: "commercial use allowed", False: "non-commercial only", None: "see licence"}
        click.echo(
            f"{voice.name}: {voice.title}, {voice.engine}, {voice.licence} "
            f"({use[voice.commercial]}), {state}"
        )
    return 0
