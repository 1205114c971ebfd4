"""The three browsers behind one interface: Chromium, Firefox and WebKit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.engine import Engine
from tests.browser.firefox import Firefox
from tests.browser.screens import screen
from tests.browser.webkit import WebKit


class Chromium(Engine):
    """A page in the Chromium of Playwright; a new one after it was closed.

    Args:
        browser: Of Playwright.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._faults: list[str] = []
        self._page: Any = None

    def navigate(self, address: str) -> None:
        """Open an address."""
        if self._page is None or self._page.is_closed():
            context = self._browser.new_context(viewport={"width": 1280, "height": 800})
            self._page = context.new_page()
            self._page.on("console", lambda m: m.type == "error" and self._faults.append(m.text))
            self._page.on("pageerror", lambda error: self._faults.append(str(error)))
        self._page.goto(address)

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self._page.evaluate(f"() => ({script})")

    def pause(self) -> None:
        """Wait a moment, in which Playwright hands on what the browser tells."""
        self._page.wait_for_timeout(50)

    def press(self, selector: str) -> None:
        """Press Enter on an element."""
        self._page.locator(selector).press("Enter")

    def faults(self) -> list[str]:
        """Errors in the console."""
        # Playwright hands on what the browser told only while it is called.
        self._page.evaluate("0")
        found, self._faults[:] = [*self._faults], []
        return found

    def picture(self) -> bytes:
        """What is seen of the page, as PNG."""
        return bytes(self._page.screenshot())

    def look(self, kind: str) -> None:
        """Ask pages to be ``light``, ``dark``, or in ``forced`` colours."""
        self._page.emulate_media(
            color_scheme="dark" if kind == "dark" else "light",
            forced_colors="active" if kind == "forced" else "none",
        )


@contextmanager
def firefox() -> Iterator[Firefox]:
    """A Firefox without a window."""
    browser = Firefox()
    try:
        yield browser
    finally:
        browser.quit()


@contextmanager
def webkit(folder: Path, *, dark: bool = False) -> Iterator[WebKit]:
    """A WebKit on a screen of its own."""
    with screen():
        browser = WebKit(folder, dark=dark)
        try:
            yield browser
        finally:
            browser.quit()
