"""Every exchange ends at its deadline, whatever a server sends drop by drop, for ever."""

from __future__ import annotations

import itertools
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from mujaz.errors import FetchError
from mujaz.ingest.fetch import Fetcher
from mujaz.settings.values import FetchConfig

# Nothing here should take longer than a few seconds; what takes this long would take for ever.
_NEVER_S = 60.0
_PAUSE_S = 0.05

Talk = Callable[[socket.socket], None]


@contextmanager
def _server(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Address of a server that talks to each connection in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"

        def serve(connection: socket.socket) -> None:
            with closing(connection), suppress(OSError):
                talk(context.wrap_socket(connection, server_side=True) if context else connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield host
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _sending(pieces: Callable[[], Iterable[bytes]], pause_s: float = _PAUSE_S) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        for piece in pieces():
            connection.sendall(piece)
            time.sleep(pause_s)

    return talk


def _fetch(host: str, scheme: str = "http", proxy: str = "") -> str:
    """Fetch an address with a time limit of a second; returns the message of the error."""
    rules = FetchConfig(
        timeout_s=1, total_s=20, retries=0, robots=False, allow_hosts=(host, "news.example")
    )

    def fetch() -> str:
        with Fetcher(rules, "mujaz/test") as fetcher, pytest.raises(FetchError) as caught:
            fetcher.fetch(f"{scheme}://{host}/")
        return caught.value.message

    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(fetch).result(timeout=_NEVER_S)
    finally:
        pool.shutdown(wait=False)


# The start of a TLS record that announces 16 kB of handshake.
_HANDSHAKE = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"
_HEAD = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def _endless(*pieces: bytes) -> Callable[[], Iterable[bytes]]:
    """Send some pieces, the last one again and again."""
    return lambda: itertools.chain(pieces, itertools.repeat(pieces[-1]))


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(
            _endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), id="early hints"
        ),
        pytest.param(_endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="continue"),
        pytest.param(_endless(b"", b"H"), id="no status line"),
        pytest.param(_endless(_HEAD, b"X: y\r\n"), id="headers"),
        pytest.param(_endless(_HEAD + b"X: ", b"y"), id="one header"),
        pytest.param(_endless(_HEAD + b"Content-Length: 99999\r\n\r\n", b"x"), id="body"),
        pytest.param(_endless(_HEAD + b"\r\n", b"x"), id="body of unknown length"),
        pytest.param(_endless(_CHUNKED, b"1\r\nx\r\n"), id="chunks"),
        pytest.param(_endless(_CHUNKED + b"1;e=", b"x"), id="a chunk's extension"),
        pytest.param(_endless(_CHUNKED + b"0\r\n", b"T: x\r\n"), id="trailers"),
        pytest.param(_endless(b"", b""), id="silence"),
    ],
)
def test_an_answer_that_never_ends_is_given_up(pieces: Callable[[], Iterable[bytes]]) -> None:
    with _server(_sending(pieces)) as host:
        assert "in time" in _fetch(host) or "connection failed" in _fetch(host)


def test_early_hints_without_pause_are_given_up() -> None:
    # More at once than the client parses until the next come: no read ever has to wait.
    hints = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000
    with _server(_sending(_endless(b"", hints), pause_s=0)) as host:
        assert "in time" in _fetch(host)


def test_a_name_service_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: time.sleep(_NEVER_S) or [])
    assert "not resolved in time" in _fetch("news.example")


def test_a_handshake_that_does_not_end_is_given_up() -> None:
    with _server(_sending(_endless(_HANDSHAKE, b"\0"))) as host:
        assert _fetch(host, "https")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(_endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), id="its answer"),
        pytest.param(
            _endless(b"HTTP/1.1 200 OK\r\n\r\n", _HANDSHAKE, b"\0"),
            id="the handshake through it",
        ),
    ],
)
def test_a_proxy_that_never_ends_is_given_up(
    scheme: str,
    pieces: Callable[[], Iterable[bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = _certified(tmp_path, monkeypatch) if scheme == "https" else None
    with _server(_sending(pieces), context) as proxy:
        monkeypatch.setenv("https_proxy", f"{scheme}://{proxy}")
        monkeypatch.setenv("no_proxy", "")
        assert _fetch("news.example", "https")


def _certified(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Context of a server whose certificate the client trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
