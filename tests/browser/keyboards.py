"""The keyboard and the page of a browser, as one interface for Chromium and for Firefox."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from tests.browser.firefox import Firefox, driver


class Keyboard(Protocol):
    """A page in a browser; keys are all that is sent to it."""

    def open(self, address: str) -> None:
        """Open an address."""

    def press(self, key: str, modifier: str = "") -> None:
        """Press a key by its name in the UI Events standard, alone or with Control or Shift."""

    def type(self, text: str) -> None:
        """Type a text."""

    def value(self, expression: str) -> Any:
        """The value of an expression in the page; None while the page gives way to another."""

    def faults(self) -> list[str]:
        """Errors of scripts since the page was opened."""


class ChromiumKeyboard:
    """The keyboard of Chromium.

    Args:
        browser: Of Playwright.
    """

    def __init__(self, browser: Any) -> None:
        context = browser.new_context(locale="ar", viewport={"width": 1280, "height": 800})
        self._page = context.new_page()
        self._faults: list[str] = []
        self._page.on("pageerror", lambda error: self._faults.append(str(error)))

    def open(self, address: str) -> None:
        """Open an address."""
        self._page.goto(address)

    def press(self, key: str, modifier: str = "") -> None:
        """Press a key."""
        self._page.keyboard.press(f"{modifier}+{key}" if modifier else key)

    def type(self, text: str) -> None:
        """Type a text."""
        self._page.keyboard.type(text)

    def value(self, expression: str) -> Any:
        """The value of an expression."""
        try:
            return self._page.evaluate(expression)
        except Exception as error:
            if "context was destroyed" not in str(error):
                raise
            return None

    def faults(self) -> list[str]:
        """Errors of scripts."""
        return self._faults


class FirefoxKeyboard:
    """The keyboard of Firefox.

    Args:
        firefox: The browser.
    """

    def __init__(self, firefox: Firefox) -> None:
        self._marionette = firefox.marionette
        self._run: Callable[[str], Any] = firefox.run
        self._faults: Callable[[], list[str]] = firefox.faults

    def open(self, address: str) -> None:
        """Open an address."""
        self._marionette.navigate(address)

    def press(self, key: str, modifier: str = "") -> None:
        """Press a key."""
        names = {"ArrowDown": "ARROW_DOWN", "Enter": "RETURN", "Escape": "ESCAPE", "Tab": "TAB"}
        code = getattr(driver.Keys, names[key]) if key in names else key.lower()
        keys = [getattr(driver.Keys, modifier.upper()), code] if modifier else [code]
        actions = self._marionette.actions.sequence("key", "keyboard")
        for one in keys:
            actions = actions.key_down(one)
        for one in reversed(keys):
            actions = actions.key_up(one)
        actions.perform()

    def type(self, text: str) -> None:
        """Type a text."""
        self._marionette.actions.sequence("key", "keyboard").send_keys(text).perform()

    def value(self, expression: str) -> Any:
        """The value of an expression."""
        try:
            return self._run(expression)
        except driver.errors.MarionetteException:
            time.sleep(0.1)
            return self._run(expression)

    def faults(self) -> list[str]:
        """Errors of the desk's scripts, from the browser's console."""
        return self._faults()
