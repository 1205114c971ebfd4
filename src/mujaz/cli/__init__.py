"""The command line: the only package that prints.

Each command lives in a module of its own, which is imported when the command is called, so
that ``mujaz --help`` loads nothing heavy.
"""

from mujaz.cli.main import main

__all__ = ["main"]
