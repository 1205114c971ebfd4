"""Debian's Firefox, driven through Marionette."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.engine import Engine
from tests.browser.screens import at_spi_screen
from tests.web import free_port

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox") or ""
driver = pytest.importorskip("marionette_driver.marionette", reason="marionette_driver is missing")
needs_firefox = pytest.mark.skipif(
    not FIREFOX, reason="Firefox is not installed (Debian: firefox-esr)"
)
_PREFERENCES = {
    "media.autoplay.default": 0,
    "media.volume_scale": "0.0",
    "media.cubeb.backend": "alsa",
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "extensions.getAddons.cache.enabled": False,
}

# Of a picture that a page had not loaded yet when it was left.
_LEFT = "intercepted the request and encountered an unexpected error"

# A sound card into nothing, so that sound is played on machines without one.
_SILENT_CARD = "pcm.!default { type null }\nctl.!default { type null }\n"


class Firefox(Engine):
    """A Firefox, without a window if ``headless``."""

    def __init__(self, *, headless: bool = True) -> None:
        folder = Path(tempfile.mkdtemp(prefix="firefox-"))
        card, log = folder / "asound.conf", folder / "gecko.log"
        card.write_text(_SILENT_CARD, encoding="utf-8")
        os.environ["ALSA_CONFIG_PATH"] = str(card)
        self.marionette = driver.Marionette(
            # A port of its own: two runs at once would get the same Firefox.
            port=free_port(),
            bin=FIREFOX,
            headless=headless,
            prefs=_PREFERENCES,
            gecko_log=str(log),
        )
        self.marionette.start_session()

    def navigate(self, address: str) -> None:
        """Open an address."""
        self.marionette.navigate(address)
        # The card takes a minute's sound in seconds; muted, Firefox goes by the clock.
        self.run("document.querySelectorAll('audio').forEach((one) => { one.muted = true; })")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.marionette.execute_script(f"return ({script})", sandbox=None)

    def press(self, selector: str) -> None:
        """Press Enter on an element."""
        self.run(f"document.querySelector({selector!r}).focus()")
        keys = self.marionette.actions.sequence("key", "keyboard")
        keys.key_down(driver.Keys.RETURN).key_up(driver.Keys.RETURN).perform()

    def faults(self) -> list[str]:
        """Errors of scripts since this was last asked for, from the console."""
        with self.marionette.using_context("chrome"):
            found = self.marionette.execute_script(
                """
                const messages = Services.console.getMessageArray();
                // It keeps 250 messages at most.
                Services.console.reset();
                return messages.filter((one) => one instanceof Ci.nsIScriptError
                  && !(one.flags & Ci.nsIScriptError.warningFlag)
                  && one.sourceName.startsWith("http")).map(String);
                """
            )
        return [str(one) for one in found if _LEFT not in str(one)]

    def look(self, kind: str) -> None:
        """Ask pages to be ``light``, ``dark``, or in ``forced`` colours."""
        scheme, colours = {"light": (1, 1), "dark": (0, 1), "forced": (1, 2)}[kind]
        with self.marionette.using_context("chrome"):
            self.marionette.execute_script(
                f"""
                const {{prefs}} = Services;
                prefs.setIntPref("layout.css.prefers-color-scheme.content-override", {scheme});
                prefs.setIntPref("browser.display.document_color_use", {colours});
                """
            )

    def picture(self) -> bytes:
        """What is seen of the page, as PNG."""
        return base64.b64decode(self.marionette.screenshot(full=False))

    def quit(self) -> None:
        """End the browser."""
        self.marionette.quit(in_app=False)

    def set_offline(self, offline: bool) -> None:
        """Take the network away, or give it back."""
        with self.marionette.using_context("chrome"):
            self.marionette.execute_script(f"Services.io.offline = {str(offline).lower()}")


@pytest.fixture(scope="module", name="firefox")
def spoken_firefox() -> Iterator[Firefox]:
    """A Firefox with a window, on a screen and a message bus of its own."""
    with at_spi_screen():
        browser = Firefox(headless=False)
        try:
            yield browser
        finally:
            browser.quit()
