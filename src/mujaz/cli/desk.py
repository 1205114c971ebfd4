"""``mujaz desk``: the editors' web application, its users and tokens."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mujaz.cli.messages import tell, translated, translated_to
from mujaz.cli.options import configuration
from mujaz.errors import MujazError, ServerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mujaz.desk.store.accounts import Accounts
    from mujaz.desk.values import TokenRow, UserRow

_DEFAULT_FOLDER = "output"
_FOLDER = click.argument("folder", default=_DEFAULT_FOLDER, metavar="[DIR]")
_ROLE = click.option(
    "--role",
    type=click.Choice(["editor", "chief"]),
    default="editor",
    show_default=True,
    help="Editors prepare; chiefs also approve, publish, withdraw and change settings.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")


class _Desk(click.Group):
    """A group that is a command itself: the first word may be a folder instead of a member."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``[DIR]`` unless the first word names a member."""
        if args and args[0] in self.commands:
            return super().parse_args(ctx, [_DEFAULT_FOLDER, *args])
        ctx.allow_interspersed_args = True
        return super().parse_args(ctx, args)


@click.group(cls=_Desk, invoke_without_command=True)
@_FOLDER
@click.option(
    "--host", default="127.0.0.1", metavar="H", help="Address to serve; default: only this machine."
)
@click.option(
    "--port",
    default=8010,
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Port; 0 takes a free one.",
)
@click.option("--open", "opened", is_flag=True, help="Open the desk in the browser.")
@click.option("--root-path", default="", metavar="PATH", help="Prefix that a proxy takes off.")
@click.pass_context
def desk(
    ctx: click.Context, /, folder: str, host: str, port: int, opened: bool, root_path: str
) -> None:
    """Open the desk of the show folder DIR (default: output) to editors.

    The first line is the address, printed once connections are accepted. Without users it holds a
    token that signs in once; other addresses than this machine's need users. The show is served
    below show/. Ctrl-C or SIGTERM stops it.

    \b
    Example:
      mujaz desk show --open
      mujaz desk user add layla --role chief
      mujaz desk token add cms --role editor
    """
    if ctx.invoked_subcommand is None:
        _serve(ctx, Path(folder), host, port, opened=opened, root_path=root_path)


def _serve(
    ctx: click.Context, root: Path, host: str, port: int, *, opened: bool, root_path: str
) -> None:
    from mujaz.desk.access.entering import OneTimeToken
    from mujaz.desk.access.guard import is_loopback, known_hosts
    from mujaz.desk.app import desk_app
    from mujaz.desk.desk import Desk
    from mujaz.pipeline.faults import fault_log
    from mujaz.publish.folder.layout import require_no_links
    from mujaz.server.running import address_of, bind, run

    config = configuration(ctx)
    if root_path and not (root_path.startswith("/") and not root_path.endswith("/")):
        raise click.UsageError("--root-path begins with / and does not end with it")
    root.mkdir(parents=True, exist_ok=True)
    require_no_links(root)
    made = Desk(root, config.path, translated_to)
    try:
        with_users = made.accounts.has_users()
        if not with_users and not is_loopback(host):
            raise ServerError(
                "without users the desk is open to this machine only",
                where=f"{host}:{port}",
                hint="add one first: mujaz desk user add NAME --role chief",
            )
        listener = bind(host, port)
        address = address_of(listener)
        bound_host, bound_port = listener.getsockname()[:2]
        token = None if with_users else OneTimeToken()
        hosts = known_hosts(bound_host, bound_port, [host, *config.desk.hosts])
        app = desk_app(made, hosts, token)
        first = address.rstrip("/") + root_path + (f"/enter?token={token.text}" if token else "/")

        def ready() -> None:
            click.echo(first)
            sys.stdout.flush()
            made.processes.start()
            if opened:
                click.launch(first)

        with fault_log(made.context.private):
            run(app, listener, ready, root_path=root_path, behind_proxy=True)
    finally:
        made.close()


def _accounts(folder: str) -> Accounts:
    """The accounts of the desk of a show folder."""
    from mujaz.desk.store.accounts import Accounts
    from mujaz.desk.store.database import FILE, Database
    from mujaz.publish.folder.workspace import PRIVATE

    return Accounts(Database(Path(folder) / PRIVATE / FILE))


def _print_accounts(rows: Sequence[UserRow | TokenRow], *, as_json: bool) -> None:
    """Print users or tokens, a line each or as a list of objects."""
    from mujaz.desk.values import TokenRow

    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        used = [row.used or "-"] if isinstance(row, TokenRow) else []
        click.echo("\t".join([row.name, row.role.value, row.created[:10], *used]))


@desk.group()
def user() -> None:
    """Add, list and remove the users of a desk.

    \b
    Example:
      mujaz desk user add layla --role chief
    """


@user.command(name="add")
@click.argument("name")
@_FOLDER
@_ROLE
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(name: str, folder: str, role: str, password_stdin: bool) -> None:
    """Add the user NAME, or set password and role of one; the password is asked for.

    \b
    Example:
      mujaz desk user add layla --role chief
    """
    from mujaz.desk.values import Role

    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""
    elif sys.stdin is not None and sys.stdin.isatty():
        password = click.prompt(
            translated("password"), hide_input=True, confirmation_prompt=True, err=True
        )
    else:
        raise MujazError("there is nobody to ask for the password", hint="add --password-stdin")
    _accounts(folder).add_user(name, password, Role(role))
    tell(f"the user {name} may use the desk")


@user.command(name="list")
@_FOLDER
@_JSON
def list_users(folder: str, as_json: bool) -> None:
    """List the users: name, role, and when they were added.

    \b
    Example:
      mujaz desk user list
    """
    _print_accounts(_accounts(folder).users(), as_json=as_json)


@user.command(name="remove")
@click.argument("name")
@_FOLDER
def remove_user(name: str, folder: str) -> None:
    """Remove the user NAME and end its sessions.

    \b
    Example:
      mujaz desk user remove layla
    """
    _accounts(folder).remove_user(name)
    tell(f"the user {name} is removed")


@desk.group()
def token() -> None:
    """Add, list and remove the tokens of programs that use the API.

    \b
    Example:
      mujaz desk token add cms --role editor
    """


@token.command(name="add")
@click.argument("name")
@_FOLDER
@_ROLE
def add_token(name: str, folder: str, role: str) -> None:
    """Make a token for the program NAME and print it; it is not shown again.

    \b
    Example:
      mujaz desk token add cms --role editor
    """
    from mujaz.desk.values import Role

    click.echo(_accounts(folder).add_token(name, Role(role)))
    tell("keep it safe: it is not shown again")


@token.command(name="list")
@_FOLDER
@_JSON
def list_tokens(folder: str, as_json: bool) -> None:
    """List the tokens: name, role, when they were made and last used.

    \b
    Example:
      mujaz desk token list
    """
    _print_accounts(_accounts(folder).tokens(), as_json=as_json)


@token.command(name="remove")
@click.argument("name")
@_FOLDER
def remove_token(name: str, folder: str) -> None:
    """Remove the token NAME; programs that send it are refused.

    \b
    Example:
      mujaz desk token remove cms
    """
    _accounts(folder).remove_token(name)
    tell(f"the token {name} is removed")
