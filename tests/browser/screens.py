"""A screen and a message bus of their own, for browsers that need a window."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
# Debian's, for which python3-pyatspi is.
PYTHON = "/usr/bin/python3"


def missing_screen() -> str:
    """Why no screen can be started; nothing if one can."""
    if shutil.which("Xvfb") is None or shutil.which("dbus-daemon") is None:
        return "Xvfb or D-Bus is not installed (Debian: xvfb, dbus)"
    return ""


def missing_at_spi() -> str:
    """Why nothing can be read through AT-SPI; nothing if it can."""
    if missing := missing_screen():
        return missing
    if not Path(_LAUNCHER).exists() or not Path(PYTHON).exists():
        return "AT-SPI is not installed (Debian: at-spi2-core)"
    if subprocess.run([PYTHON, "-c", "import pyatspi"], capture_output=True).returncode:
        return "pyatspi is not installed (Debian: python3-pyatspi)"
    return ""


@contextmanager
def screen() -> Iterator[None]:
    """An empty screen and a message bus, in the environment of what is started meanwhile."""
    before = dict(os.environ)
    with (
        _started("Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24") as display,
        _started("dbus-daemon", "--session", "--print-address", "--nofork") as bus,
    ):
        os.environ.update(DISPLAY=f":{display}", DBUS_SESSION_BUS_ADDRESS=bus)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def at_spi_screen() -> Iterator[None]:
    """A screen whose programs tell AT-SPI what they show."""
    with screen():
        os.environ.update(GNOME_ACCESSIBILITY="1", GTK_MODULES="gail:atk-bridge")
        launcher = subprocess.Popen([_LAUNCHER, "--launch-immediately"], stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            launcher.terminate()
            launcher.wait(timeout=30)


@contextmanager
def _started(*command: str) -> Iterator[str]:
    """A process that prints where it listens; gives that line."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)
