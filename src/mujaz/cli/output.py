"""The standard streams of the commands.

Standard output holds the results of a command and nothing else, since programs read it.
Descriptor 1 is made a copy of standard error, for C libraries and child processes, and commands
write to a duplicate of the original. Text that a plug-in prints in Python goes to standard error as
well.

Control characters are shown as escapes on standard error, and on standard output if it is a
terminal: titles and voice files come from strangers, and a terminal obeys some of them.

A stream that cannot be written (a full disk, a reader that has gone) never ends the work: what
cannot be written is dropped, and :func:`output_failure` says so afterwards.
"""

from __future__ import annotations

import io
import os
import re
import sys

# C0, DEL and C1 without tab and line feed.
_CONTROLS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]")


class _Stream(io.TextIOWrapper):
    """A text stream that drops what cannot be written and keeps the first error."""

    failure: OSError | None = None
    used = False

    def __init__(self, descriptor: int, *, escapes: bool) -> None:
        self._escapes = escapes
        # Unbuffered: text that could not be written does not come up again when the stream ends.
        super().__init__(
            io.FileIO(descriptor, "wb", closefd=False),
            encoding="utf-8",
            errors="backslashreplace",
            newline="\n",
            write_through=True,
        )

    def write(self, text: str, /) -> int:
        """Write text in full, or drop it."""
        shown = _CONTROLS.sub(_escaped, text) if self._escapes else text
        self.write_bytes(shown.encode("utf-8", "backslashreplace"))
        return len(text)

    def write_bytes(self, data: bytes) -> None:
        """Write bytes in full, or drop the rest."""
        rest = memoryview(data)
        self.used = self.used or bool(data)
        try:
            while rest and not isinstance(self.failure, BrokenPipeError):
                rest = rest[os.write(self.fileno(), rest) :]
        except OSError as error:
            self.failure = self.failure or error

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""


def _escaped(match: re.Match[str]) -> str:
    return f"\\x{ord(match.group()):02x}"


class _CommandOutput(_Stream):
    """The original standard output; text that a plug-in prints goes to standard error instead."""

    def write(self, text: str, /) -> int:
        """Write to standard output, or to standard error while a plug-in is running."""
        # Not imported here: `mujaz --help` needs no plug-ins.
        plugins = sys.modules.get("mujaz.plugins")
        if plugins is not None and plugins.is_plugin_running():
            return sys.stderr.write(text) if sys.stderr else len(text)
        return super().write(text)


def set_up_streams() -> None:
    """Replace ``sys.stdout`` and ``sys.stderr`` by streams that never raise.

    Characters that UTF-8 cannot encode are written as backslash escapes. A descriptor that was
    closed is opened on the null device, or the next file that is opened would get its number.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is not None:
        sys.stderr = _Stream(2, escapes=True)
    if sys.stdout is not None:
        original = os.dup(1)
        os.dup2(2, 1)
        sys.stdout = _CommandOutput(original, escapes=os.isatty(original))


def write_output(data: bytes) -> None:
    """Write bytes to standard output, such as the audio of ``mujaz say -o -``."""
    if isinstance(sys.stdout, _Stream):
        sys.stdout.write_bytes(data)
    elif sys.stdout is not None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def is_output_used() -> bool:
    """Whether anything was written to standard output."""
    return not isinstance(sys.stdout, _Stream) or sys.stdout.used


def output_failure() -> OSError | None:
    """The error for which a part of standard output was dropped.

    None for a reader that has gone (``mujaz … | head``): it had what it wanted.
    """
    failure = sys.stdout.failure if isinstance(sys.stdout, _Stream) else None
    return None if isinstance(failure, BrokenPipeError) else failure
