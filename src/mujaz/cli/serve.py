"""``mujaz serve``: the show folder over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from mujaz.cli.messages import tell
from mujaz.errors import PublishError


@click.command()
@click.argument("folder", default="output", metavar="[DIR]")
@click.option(
    "--host", default="127.0.0.1", metavar="H", help="Address to serve; default: only this machine."
)
@click.option(
    "--port",
    default=8000,
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Port; 0 takes a free one.",
)
def serve(folder: str, host: str, port: int) -> None:
    """Serve the show folder DIR (default: output) to browsers and podcast apps.

    The address is printed once connections are accepted. Ctrl-C or SIGTERM stops it.

    \b
    Example:
      mujaz serve show --port 8080
    """
    from mujaz.server.app import show_app
    from mujaz.server.running import address_of, bind, run

    root = Path(folder)
    if not root.is_dir():
        raise PublishError(
            "no such show folder",
            where=folder,
            hint="make an episode first: mujaz make ARTICLE -o DIR",
        )
    if not (root / "feed.xml").is_file():
        tell(f"warning: {folder}: there is no feed in this folder yet")
    listener = bind(host, port)
    address = address_of(listener)
    run(show_app(root), listener, lambda: click.echo(address))
