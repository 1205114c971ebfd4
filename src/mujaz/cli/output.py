"""Keeps standard output free of everything but the results of a command.

Programs read it, so text that libraries and plug-ins print must not get into it. Descriptor 1 is
made a copy of standard error, for C libraries and child processes, and commands write to a
duplicate of the original. Text that a plug-in prints in Python goes to standard error as well.
"""

from __future__ import annotations

import io
import os
import sys


class _CommandOutput(io.TextIOWrapper):
    """The original standard output; text that a plug-in prints goes to standard error instead."""

    def write(self, text: str, /) -> int:
        """Write to standard output, or to standard error while a plug-in is running."""
        # Not imported here: `mujaz --help` needs no plug-ins.
        plugins = sys.modules.get("mujaz.plugins")
        if plugins is not None and plugins.is_plugin_running():
            return sys.stderr.write(text) if sys.stderr else len(text)
        return super().write(text)


def reserve_stdout() -> None:
    """Keep standard output for the command, and set both streams to UTF-8.

    Characters that UTF-8 cannot encode are written as backslash escapes.
    """
    if sys.stderr is not None:
        _as_utf8(sys.stderr)
    if sys.stdout is None:
        return
    _as_utf8(sys.stdout)
    try:
        sys.stdout.flush()
        original = os.dup(sys.stdout.fileno())
        os.dup2(2 if sys.stderr is not None else os.open(os.devnull, os.O_WRONLY), 1)
    except (OSError, ValueError):
        return
    sys.stdout = _CommandOutput(
        os.fdopen(original, "wb"),
        encoding="utf-8",
        errors="backslashreplace",
        newline="\n",
        line_buffering=os.isatty(original),
    )


def _as_utf8(stream: object) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
