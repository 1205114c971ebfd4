"""``mujaz publish``: copy a show folder to the place that serves it."""

from __future__ import annotations

from pathlib import Path

import click

from mujaz.cli.messages import progress_shown, tell
from mujaz.cli.options import configuration


@click.command()
@click.argument("target")
@click.argument("folder", default="output", metavar="[DIR]")
@click.option("--force", is_flag=True, help="Publish even if the target is newer than DIR.")
@click.option("--verify", is_flag=True, help="Read every file back and compare it.")
@click.pass_context
def publish(ctx: click.Context, /, target: str, folder: str, force: bool, verify: bool) -> None:
    """Copy a show folder to a web root or an object store, media before feed.

    TARGET is a folder, or an address like s3://bucket/path or sftp://user@host/path (these need the
    extra `publish`: `pip install '.[publish]'` in mujaz's source folder). Only what changed is
    sent; after an interruption, run it again. A target that was published from another copy of DIR
    since is refused. Access is set up as fsspec and the store's own tools have it:
    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, FSSPEC_SFTP_KEY_FILENAME and so on.

    \b
    Example:
      mujaz publish s3://news-audio/podcast output
    """
    from mujaz.pipeline.show_folder import publish_show

    with progress_shown():
        sent = publish_show(target, Path(folder), configuration(ctx), force=force, verify=verify)
    for name in sent.put:
        click.echo(name)
    tell(
        f"published: {len(sent.put)} sent, {sent.unchanged} unchanged, {len(sent.removed)} removed"
    )
