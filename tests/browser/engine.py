"""A page in a browser, whichever it is."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any


class Engine(ABC):
    """A page in a browser.

    Attributes:
        patience_s: How long what should come is waited for. It ends a test that would hang, and is
            made shorter where a fault is to be found.
    """

    patience_s = 30.0

    @abstractmethod
    def navigate(self, address: str) -> None:
        """Open an address."""

    @abstractmethod
    def run(self, script: str) -> Any:
        """The value of an expression in the page."""

    @abstractmethod
    def press(self, selector: str) -> None:
        """Press Enter on an element."""

    @abstractmethod
    def faults(self) -> list[str]:
        """Errors in the console since this was last asked for."""

    @abstractmethod
    def picture(self) -> bytes:
        """What is seen of the page, as PNG."""

    @abstractmethod
    def look(self, kind: str) -> None:
        """Ask pages to be ``light``, ``dark``, or in ``forced`` colours."""

    def open(self, address: str) -> None:
        """Open an address, with nothing remembered from earlier."""
        self.navigate(address)
        self.run("localStorage.clear()")
        self.navigate(address)

    def until(self, condition: str, seconds: float = 0) -> None:
        """Wait until an expression holds, with patience or for longer."""
        seconds = max(seconds, self.patience_s)
        limit = time.monotonic() + seconds
        while not self.run(condition):
            assert time.monotonic() < limit, f"not within {seconds} s: {condition}"
            self.pause()

    def pause(self) -> None:
        """Wait a moment."""
        time.sleep(0.05)
