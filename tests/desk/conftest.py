"""The desk of a show folder behind the real ``mujaz desk`` in a real process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import heed_interrupts

CHIEF, EDITOR = "layla", "karim"
PASSWORD = "a long and calm morning"
ARTICLE = {
    "title": "افتتاح جسر جديد في المدينة",
    "text": "أعلنت الوزارة أمس افتتاح جسر جديد بكلفة 12 مليون دولار.\n\n"
    "وقال الوزير دباس إن الجسر سيخدم 40 ألف مواطن.",
}
CONFIG = '[show]\ntitle = "موجز المكتب"\n[speech]\nvoice = "espeak-ar"\n{cache}'


@dataclass(frozen=True)
class Site:
    """A running desk.

    Attributes:
        process: Its server.
        first: The first line that it printed.
        base: Its address without a final slash.
        folder: Holds ``mujaz.toml`` and ``show``.
        tokens: Of the API, by role.
    """

    process: subprocess.Popen[bytes]
    first: str
    base: str
    folder: Path
    tokens: dict[str, str]

    def api(self, role: str = "chief") -> httpx.Client:
        """A client of the API with a token."""
        headers = {"authorization": f"Bearer {self.tokens[role]}"}
        return httpx.Client(base_url=f"{self.base}/api/v1", headers=headers, timeout=60)

    def browser(self, **headers: str) -> httpx.Client:
        """A client that sends what a browser sends with a form of the desk."""
        sent = {"origin": self.base, "sec-fetch-site": "same-origin", **headers}
        return httpx.Client(base_url=self.base, headers=sent, timeout=60)

    def article(self, **changed: str) -> str:
        """Make a draft of an article; gives its identifier."""
        with self.api() as api:
            answer = api.post("/articles", json={**ARTICLE, **changed})
            assert answer.status_code == 201, answer.text
            return str(answer.json()["draft"])

    def finished(self, job: str) -> dict[str, Any]:
        """Follow a job to its end; gives its last state."""
        until = time.monotonic() + 90
        with self.api() as api:
            while True:
                state: dict[str, Any] = api.get(f"/jobs/{job}").json()
                if state["state"] in ("done", "failed", "cancelled"):
                    return state
                assert time.monotonic() < until, state
                time.sleep(0.05)


def desk_command(folder: Path, *arguments: str, data: str = "") -> str:
    """Run ``mujaz desk`` with arguments; gives its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "mujaz", "desk", *arguments],
        cwd=folder,
        input=data,
        capture_output=True,
        text=True,
        env={**os.environ, "MUJAZ_LANG": "en"},
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


@contextmanager
def running(folder: Path, *arguments: str, users: bool = False) -> Iterator[Site]:
    """Run a desk; its folder is set up at the first time."""
    config = folder / "mujaz.toml"
    if not config.exists():
        config.write_text(CONFIG.format(cache=f'cache = "{folder / "cache"}"\n'), encoding="utf-8")
    from mujaz.desk.store.accounts import Accounts
    from mujaz.desk.store.database import FILE, Database
    from mujaz.desk.values import Role

    database = Database(folder / "show" / ".mujaz" / FILE)
    accounts = Accounts(database)
    tokens = {
        role.value: accounts.add_token(f"{role.value} {time.monotonic_ns()}", role) for role in Role
    }
    if users:
        accounts.add_user(CHIEF, PASSWORD, Role.CHIEF)
        accounts.add_user(EDITOR, PASSWORD, Role.EDITOR)
    database.close()
    process, first = start(folder, *arguments)
    base = first.partition("/enter")[0].rstrip("/")
    try:
        yield Site(process, first, base, folder, tokens)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def start(folder: Path, *arguments: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server of a desk on a free port; gives its process and first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mujaz", "desk", "show", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "MUJAZ_LANG": "en"},
        preexec_fn=heed_interrupts,
    )
    assert process.stdout is not None
    first = process.stdout.readline().decode().strip()
    if not first:
        raise AssertionError(f"the desk did not start: {process.communicate()[1].decode()}")
    return process, first


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk with a chief and an editor."""
    with running(tmp_path_factory.mktemp("desk"), users=True) as made:
        yield made
    assert made.process.returncode == 0
