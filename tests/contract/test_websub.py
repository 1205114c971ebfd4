"""The WebSub hub is told of changed feeds after publishing, and cannot undo a publication."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from mujaz.pipeline.show_folder import publish_show
from mujaz.settings.values import Config, FetchConfig
from tests.shows import CONFIG, episode, publish


@contextmanager
def _hub(status: int) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """A hub that gives one answer; its address and what it was sent."""
    sent: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["content-length"])
            sent.append(parse_qs(self.rfile.read(size).decode()))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _config(hub: str, *allowed: str) -> Config:
    return Config(show=replace(CONFIG, hub=hub), fetch=FetchConfig(allow_hosts=allowed))


def _published(tmp_path: Path, config: Config) -> Path:
    publish(tmp_path / "show", episode(0), config=config.show)
    target = tmp_path / "target"
    target.mkdir()
    publish_show(str(target), tmp_path / "show", config)
    return target


def test_the_hub_is_told_of_each_changed_feed_once(tmp_path: Path) -> None:
    with _hub(204) as (address, sent):
        config = _config(address, "127.0.0.1")
        target = _published(tmp_path, config)
        assert sent == [
            {
                "hub.mode": ["publish"],
                "hub.url": ["https://news.example/audio/feed.xml"],
                "hub.topic": ["https://news.example/audio/feed.xml"],
            }
        ]
        publish_show(str(target), tmp_path / "show", config)
        assert len(sent) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_hub_that_refuses_costs_a_warning(
    tmp_path: Path, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with _hub(status) as (address, _), caplog.at_level(logging.WARNING):
        target = _published(tmp_path, _config(address, "127.0.0.1"))
    assert (target / "feed.xml").is_file()
    assert "the hub was not told of feed.xml" in caplog.text


def test_a_hub_with_a_private_address_is_not_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with _hub(204) as (address, sent), caplog.at_level(logging.WARNING):
        target = _published(tmp_path, _config(address))
    assert sent == []
    assert (target / "feed.xml").is_file()
    assert "the hub was not told" in caplog.text


def test_nobody_is_told_without_a_hub(tmp_path: Path) -> None:
    with _hub(204) as (_, sent):
        _published(tmp_path, _config("", "127.0.0.1"))
    assert sent == []
