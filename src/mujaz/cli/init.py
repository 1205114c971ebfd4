"""``mujaz init``: a commented ``mujaz.toml`` and a first show folder."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import click

from mujaz.cli.messages import language, tell
from mujaz.cli.voice_hint import tell_suggested_voice
from mujaz.errors import ConfigError
from mujaz.settings.values import DEFAULT_FILE
from mujaz.tables import read_table

# A comment behind a setting, or a line that is neither a setting nor a table that is off.
_COMMENT = re.compile(r"((?:\s{2,}|^)# )(?!\w+ = |\[)(\S.*)$", re.MULTILINE)
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
        _write(target, _in_language((templates / DEFAULT_FILE).read_text("utf-8")))
    except OSError as error:
        raise ConfigError(
            f"cannot be written: {error.strerror}",
            where=str(error.filename or root),
            hint="check the permissions of the folder",
        ) from error
    tell(f"edit {target}; then see what would be said: mujaz bulletin --dry-run")
    tell_suggested_voice(root)
    click.echo(str(target))


def _in_language(text: str) -> str:
    """The configuration with its comments in the user's language."""
    if language() == "en":
        return text
    rows = read_table("mujaz.cli", "starter/comments.tsv")
    told = {row["english"]: row["arabic"] for row in rows}

    def comment(match: re.Match[str]) -> str:
        return match[1] + told.get(match[2], match[2])

    return _COMMENT.sub(comment, text)


def _write(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8")


def example_title() -> str:
    """Return the title of the example story."""
    text = (files("mujaz.cli") / "starter" / "example.txt").read_text(encoding="utf-8")
    return text.splitlines()[0]
