"""``mujaz serve``: serve the show folder over HTTP."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mujaz.cli.messages import tell
from mujaz.cli.options import configuration
from mujaz.errors import PublishError
from mujaz.settings.values import Config

if TYPE_CHECKING:
    from starlette.types import ASGIApp


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
@click.option("--live", is_flag=True, help="Offer /live/: hear an episode while it is made.")
@click.pass_context
def serve(ctx: click.Context, /, folder: str, host: str, port: int, *, live: bool) -> None:
    """Serve the show folder DIR (default: output) to browsers and podcast apps.

    The address is printed once connections are accepted. Ctrl-C or SIGTERM stops it.

    With --live, an episode that `mujaz make -o DIR` is voicing can be heard at /live/ from its
    first sentence on.

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
    with ExitStack() as stack:
        app = _live_app(root, configuration(ctx), stack) if live else show_app(root)
        run(app, listener, lambda: click.echo(address))


def _live_app(root: Path, config: Config, stack: ExitStack) -> ASGIApp:
    from mujaz.live.broadcast import Station
    from mujaz.live.encoder import intro
    from mujaz.live.spool import listening
    from mujaz.publish.folder.state import State, show_of
    from mujaz.publish.html.pages import show_page, static_files
    from mujaz.server.app import show_app
    from mujaz.server.live import LiveDesk

    audio = config.audio
    sound = intro(audio, config.home)
    station = Station(sound, audio.bitrate_kbps, audio.loudness_lufs)
    show = show_of(config.show, State(root))
    desk = LiveDesk(root, show, station)
    stack.callback(desk.close)
    stack.enter_context(listening(root))
    # While a show's first episode is made, the folder has no page or player script yet.
    spare = {**static_files(show), "index.html": show_page(show, []).encode("utf-8")}
    return show_app(root, desk.routes(), spare)
