"""A desk of its own: a feed server, a show folder, users, and the process of ``mujaz desk``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.newsroom.articles import invent
from tests.newsroom.server import NewsSite, serving
from tests.server.conftest import heed_interrupts, stop

PASSWORD = "a long and calm morning"
_CONFIG = """
[show]
title = "موجز الضفة"
[fetch]
allow_hosts = ["{host}"]
[bulletin]
max_stories = 3
max_minutes = 20
[[bulletin.sources]]
url = "{origin}/politics.rss"
section = "سياسة"
[[bulletin.sources]]
url = "{origin}/economy.atom"
section = "اقتصاد"
[[bulletin.sources]]
url = "{origin}/culture.rss"
section = "ثقافة"
"""


@dataclass(frozen=True, slots=True)
class DeskSite:
    """A running desk.

    Attributes:
        address: Without a final slash.
        show: The show folder.
        news: The site that its sources are on.
    """

    address: str
    show: Path
    news: NewsSite

    def token(self, name: str, role: str) -> str:
        """Make a token of the API."""
        arguments = ("desk", "token", "add", name, str(self.show), "--role", role)
        return _mujaz(self.show.parent / "mujaz.toml", *arguments).strip()


@contextmanager
def desk_site(folder: Path) -> Iterator[DeskSite]:
    """Run a desk with the chief ``layla`` and the editor ``karim``."""
    folder.mkdir(parents=True, exist_ok=True)
    show, config = folder / "show", folder / "mujaz.toml"
    site = NewsSite(invent(3, 40), faults=False)
    with serving(site) as origin:
        config.write_text(
            _CONFIG.format(host=origin.removeprefix("http://"), origin=origin), encoding="utf-8"
        )
        for name, role in (("layla", "chief"), ("karim", "editor")):
            add = ("desk", "user", "add", name, str(show), "--role", role, "--password-stdin")
            _mujaz(config, *add, given=PASSWORD)
        process = subprocess.Popen(
            [*_command(config), "desk", str(show), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=(folder / "desk.log").open("wb"),
            # A cache of its own: clips that another test made would not be made here.
            env={**os.environ, "MUJAZ_LANG": "en", "XDG_CACHE_HOME": str(folder / "cache")},
            preexec_fn=heed_interrupts,
        )
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip().rstrip("/")
        try:
            assert address, "the desk did not start"
            yield DeskSite(address, show, site)
        finally:
            assert stop(process) == 0


def _command(config: Path) -> list[str]:
    return [sys.executable, "-m", "mujaz", "--config", str(config)]


def _mujaz(config: Path, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [*_command(config), *arguments], input=given.encode(), check=True, capture_output=True
    )
    return done.stdout.decode()
