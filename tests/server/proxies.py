"""Debian's nginx and Caddy, each with a configuration of a test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def nginx(folder: Path, port: int, served: str) -> Iterator[None]:
    """Run nginx with the contents of its ``http`` block until the end of the ``with`` block."""
    folders = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.getuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; {user} pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{ access_log off; {folders}\n{served} }}\n",
        encoding="utf-8",
    )
    with _running(folder, port, ["nginx", "-c", str(config), "-e", str(folder / "error.log")]):
        yield


@contextmanager
def caddy(folder: Path, port: int, served: str) -> Iterator[None]:
    """Run Caddy with a configuration that fetches no certificate."""
    config = folder / "Caddyfile"
    options = "{\n admin off\n auto_https disable_redirects\n}\n"
    config.write_text(options + served, encoding="utf-8")
    with _running(folder, port, ["caddy", "run", "--config", str(config), "--adapter=caddyfile"]):
        yield


@contextmanager
def _running(folder: Path, port: int, command: list[str]) -> Iterator[None]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed (Debian: {command[0]})")
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(folder))
    log = (folder / "proxy.log").open("wb")
    with log, subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | homes) as process:
        try:
            _wait_for(port, process, folder)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail(f"the server does not start: {(folder / 'proxy.log').read_text('utf-8')}")
