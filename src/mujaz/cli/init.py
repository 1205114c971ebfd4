"""``mujaz init``: a commented ``mujaz.toml`` and a first show folder."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import click

from mujaz.cli.messages import tell
from mujaz.errors import ConfigError
from mujaz.settings.values import DEFAULT_FILE

SCHEMA_FILE = "mujaz.schema.json"


@click.command()
@click.argument("folder", default=".", metavar="[DIR]")
def init(folder: str) -> None:
    """Write a commented mujaz.toml, an example story and an empty show folder into DIR.

    Existing files are not changed.

    \b
    Example:
      mujaz init && mujaz bulletin --dry-run
    """
    from mujaz.settings.schema import json_schema

    root = Path(folder)
    target = root / DEFAULT_FILE
    templates = files("mujaz.cli") / "starter"
    schema = json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"
    if target.exists():
        raise ConfigError(
            "there is a configuration already",
            where=str(target),
            hint="edit it, or name another DIR",
        )
    try:
        (root / "stories").mkdir(parents=True, exist_ok=True)
        (root / "output").mkdir(exist_ok=True)
        _write(root / "stories" / "example.txt", (templates / "example.txt").read_text("utf-8"))
        _write(root / SCHEMA_FILE, schema)
        _write(target, (templates / DEFAULT_FILE).read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot be written: {error.strerror}",
            where=str(error.filename or root),
            hint="check the permissions of the folder",
        ) from error
    tell(f"edit {target}; then see what would be said: mujaz bulletin --dry-run")
    click.echo(str(target))


def _write(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8")


def example_title() -> str:
    """Return the title of the example story."""
    text = (files("mujaz.cli") / "starter" / "example.txt").read_text(encoding="utf-8")
    return text.splitlines()[0]
