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
    from mujaz.publish.folder.layout import require_no_links
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
    require_no_links(root)
    listener = bind(host, port)
    address = address_of(listener)
    with ExitStack() as stack:
        config = configuration(ctx)
        embed_on = config.show.embed_on
        app = _live_app(root, config, stack) if live else show_app(root, embed_on=embed_on)
        run(app, listener, lambda: click.echo(address))


def _live_app(root: Path, config: Config, stack: ExitStack) -> ASGIApp:
    from mujaz.live.broadcast import StreamSettings
    from mujaz.live.encoder import load_intro
    from mujaz.live.episodes import LiveEpisodes
    from mujaz.live.server_sign import live_server_sign
    from mujaz.publish.folder.state import read_state
    from mujaz.publish.html.pages import show_page, static_files
    from mujaz.publish.show import published_show
    from mujaz.server.app import show_app
    from mujaz.server.live import LiveRoutes

    audio = config.audio
    intro = load_intro(audio, config.home)
    settings = StreamSettings(intro, audio.bitrate_kbps, audio.loudness_lufs)
    show = published_show(config.show, read_state(root))
    episodes = LiveEpisodes(root, settings)
    stack.callback(episodes.close)
    stack.enter_context(live_server_sign(root))
    # The first episode can be heard before the folder has any page or script.
    fallback_files = {**static_files(show), "index.html": show_page(show, []).encode("utf-8")}
    routes = LiveRoutes(episodes, show)
    return show_app(root, routes.routes(), fallback_files, routes.links, show.embed_on)
