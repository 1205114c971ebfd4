"""A show folder of known bytes behind the real server in a real process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import heed_interrupts

MEDIA = "media/2026-11-23-1a2b3c4d.mp3"
# No two windows of these bytes are alike, so that a shifted range is a wrong range.
AUDIO = b"".join(number.to_bytes(4, "big") for number in range(150_000))
PAGE = ("<!DOCTYPE html><html lang='ar' dir='rtl'><title>موجز</title>" + "خبر " * 600).encode()
SECRET = b"secret of the house"


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Site:
    """A running server."""

    host: str
    port: int
    show: Path

    def get(self, path: str, method: str = "GET", **fields: str) -> Answer:
        """Ask once; ``if_range`` stands for ``If-Range``."""
        return self.ask(path, {n.replace("_", "-"): v for n, v in fields.items()}, method)

    def ask(self, path: str, fields: dict[str, str], method: str = "GET") -> Answer:
        """Ask once over a connection of its own."""
        connection = HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, path, headers=fields)
            response: HTTPResponse = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()

    def raw(self, data: bytes, wait_s: float = 20) -> bytes:
        """What the server sends back for any bytes until it hangs up or is silent for long."""
        out = b""
        with socket.create_connection((self.host, self.port), timeout=wait_s) as stream:
            try:
                stream.sendall(data)
                while piece := stream.recv(65536):
                    out += piece
            except TimeoutError:
                if wait_s >= 1:
                    raise
            except ConnectionError:
                pass
        return out


def start(*arguments: object, cwd: Path | None = None) -> tuple[subprocess.Popen[bytes], str]:
    """Start ``mujaz serve`` on a free port; gives the process and the printed address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mujaz", "serve", *map(str, arguments), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, "MUJAZ_LANG": "en"},
        preexec_fn=heed_interrupts,
    )
    assert process.stdout is not None
    address = process.stdout.readline().decode().rstrip("\n")
    if not address:
        raise AssertionError(f"serve did not start: {process.communicate()[1].decode()}")
    return process, address


def stop(process: subprocess.Popen[bytes]) -> int:
    """Tell it to stop; gives its exit status."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    return process.returncode


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    outer = tmp_path_factory.mktemp("site")
    show = outer / "show"
    for name, data in {
        MEDIA: AUDIO,
        "media/empty-00000000.mp3": b"",
        "media/2026-11-23-1a2b3c4d.vtt": b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\nx\n\n" * 80,
        "media/2026-11-23-1a2b3c4d.json": b'{"version":"1.0.0","segments":[]}',
        "media/2026-11-23-1a2b3c4d.chapters.json": b'{"version":"1.2.0","chapters":[]}',
        "index.html": PAGE,
        "episodes/خبر/index.html": PAGE,
        "feed.xml": b"<?xml version='1.0'?><rss>" + b"<item/>" * 300 + b"</rss>",
        "style.css": b"a{color:red}",
        "player.js": b"'use strict';",
        "cover.png": b"\x89PNG",
        "unknown.bin": b"\x00",
        ".mujaz/lock": SECRET,
        ".env": SECRET,
    }.items():
        path = show / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (outer / "secret.txt").write_bytes(SECRET)
    (show / "link.txt").symlink_to(outer / "secret.txt")
    (show / "linked").symlink_to(outer)
    os.mkfifo(show / "pipe.mp3")
    process, address = start(show)
    parts = urlsplit(address)
    assert parts.hostname is not None
    assert parts.port is not None
    yield Site(parts.hostname, parts.port, show)
    assert stop(process) == 0
