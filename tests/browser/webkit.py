"""Debian's WebKit (WebKitGTK's MiniBrowser), driven through the W3C WebDriver protocol."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.engine import Engine
from tests.browser.screens import missing_screen
from tests.web import free_port

DRIVER = shutil.which("WebKitWebDriver") or ""
# The driver presses no keys in the older of two.
_MINI_BROWSER = max(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), default=None)


def _missing() -> str:
    if not DRIVER or _MINI_BROWSER is None:
        return "WebKit's driver is not installed (Debian: webkit2gtk-driver)"
    return missing_screen()


needs_webkit = pytest.mark.skipif(bool(_missing()), reason=_missing() or "there")
# No display card, no sandbox (tests run as root in containers), no accessibility bus.
_ENVIRONMENT = {
    "GDK_BACKEND": "x11",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    "NO_AT_BRIDGE": "1",
    "GSETTINGS_BACKEND": "memory",
}
# WebDriver has no command for the console, and MiniBrowser writes it nowhere in automation: errors
# are heard in the page, from the moment that it is loaded.
_LISTENING = """
window.wrong = performance.getEntriesByType('resource')
  .filter((one) => one.responseStatus >= 400).map((one) => one.name);
addEventListener('error', (event) => wrong.push(
  String(event.message ?? event.target.src ?? event.target.href)), true);
addEventListener('unhandledrejection', (event) => wrong.push(String(event.reason)));
"""
_ENTER = "\ue007"


class WebKit(Engine):
    """A WebKit with a window; every command has a limit of 40 seconds.

    Args:
        folder: Holds what the browser keeps, and its log.
        dark: Whether pages are asked to be dark.
    """

    def __init__(self, folder: Path, *, dark: bool = False) -> None:
        self.log = folder / "webkit.log"
        self._dark = dark
        port = free_port()
        environment = {**os.environ, **_ENVIRONMENT}
        environment["GTK_THEME"] = "Adwaita:dark" if dark else "Adwaita"
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
            environment[name] = str(folder)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [DRIVER, f"--port={port}", "--host=127.0.0.1"],
                env=environment,
                stdout=log,
                stderr=log,
            )
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=40)
        options = {"binary": str(_MINI_BROWSER), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = ""
        self._faults: list[str] = []
        try:
            self._wait_for_driver()
            self._session = f"/session/{self._ask('/session', asked)['sessionId']}"
        except BaseException:
            self.quit()
            raise

    def _wait_for_driver(self) -> None:
        limit = time.monotonic() + 20
        while True:
            try:
                self._client.get("/status")
                return
            except httpx.TransportError:
                assert time.monotonic() < limit, "WebKitWebDriver does not answer"
                time.sleep(0.05)

    def _ask(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._client.post(self._session + path, json=body)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def navigate(self, address: str) -> None:
        """Open an address."""
        self._faults += self._heard()
        self._ask("/url", {"url": address})
        self._ask("/execute/sync", {"script": _LISTENING, "args": []})

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self._ask("/execute/sync", {"script": f"return ({script})", "args": []})

    def press(self, selector: str) -> None:
        """Press Enter on an element."""
        self.run(f"document.querySelector({selector!r}).focus()")
        actions = [{"type": kind, "value": _ENTER} for kind in ("keyDown", "keyUp")]
        self._ask("/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def faults(self) -> list[str]:
        """Errors of scripts and missing files since this was last asked for."""
        found = self._faults + self._heard()
        self._faults = []
        return found

    def look(self, kind: str) -> None:
        """Whether pages are light or dark is the theme's, with which the browser was started."""
        assert kind == ("dark" if self._dark else "light")

    def picture(self) -> bytes:
        """What is seen of the page, as PNG."""
        answer = self._client.get(f"{self._session}/screenshot")
        assert answer.status_code == 200, answer.text
        return base64.b64decode(answer.json()["value"])

    def _heard(self) -> list[str]:
        return list(self.run("(window.wrong ?? []).splice(0)"))

    def quit(self) -> None:
        """End the browser and its driver."""
        try:
            if self._session:
                self._client.delete(self._session, timeout=10)
        except httpx.TransportError:
            pass
        finally:
            self._client.close()
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
