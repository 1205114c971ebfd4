"""Run the newsroom's own commands after an episode was published, corrected or withdrawn.

A command gets the report as one JSON object on standard input and the event's name in
``MUJAZ_EVENT``. It runs after everything is written, for at most ``timeout_s``; whatever it does, a
publication stands.
"""

from __future__ import annotations

import json
import logging
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from mujaz.pipeline.faults import fault_reason
from mujaz.report import Report
from mujaz.settings.values import Config

_log = logging.getLogger(__name__)
# Time that a command gets to end after SIGTERM, in seconds.
_GRACE_S = 2.0
_SHOWN_CHARS = 200


def run_hook(event: str, config: Config, data: Mapping[str, Any], report: Report) -> None:
    """Run the command of an event, if one is configured.

    Args:
        event: ``published``, ``corrected``, ``withdrawn`` or ``failed``.
        config: Its ``[hooks]`` table.
        data: What the command reads; the event's name is added.
        report: Gets a warning if the command fails or takes too long.
    """
    command = _words(getattr(config.hooks, event))
    if not command:
        return
    text = json.dumps({"event": event, **data}, ensure_ascii=False) + "\n"
    fault = _run(command, text.encode("utf-8", "backslashreplace"), event, config)
    if fault:
        report.warnings.append(f"the {event} hook {command[0]}: {fault}")
        _log.warning("the %s hook %s: %s", event, command[0], fault)


@contextmanager
def failure_told(config: Config, report: Report) -> Iterator[None]:
    """Run the ``failed`` hook if the run within ends with an error."""
    try:
        yield
    except Exception as error:
        run_hook("failed", config, {**report.as_dict(), "error": fault_reason(error)}, report)
        raise


def _words(command: Sequence[str]) -> list[str]:
    """A command as its words; a single text is split as a shell would."""
    words = list(command)
    return shlex.split(words[0]) if len(words) == 1 and " " in words[0].strip() else words


def _run(command: Sequence[str], data: bytes, event: str, config: Config) -> str:
    """Run a command in the folder of the configuration; returns what went wrong, or nothing."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=config.home,
            env={**os.environ, "MUJAZ_EVENT": event},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return f"cannot be started: {error}"
    try:
        _, errors = process.communicate(data, timeout=config.hooks.timeout_s)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"took more than {config.hooks.timeout_s:g} s and was ended"
    except BaseException:
        _end(process)
        raise
    if process.returncode == 0:
        return ""
    last = errors.decode("utf-8", "replace").strip().splitlines()[-1:]
    said = f": {last[0][:_SHOWN_CHARS]}" if last else ""
    return f"ended with status {process.returncode}{said}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and its children."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except OSError:
            break
        try:
            process.communicate(timeout=_GRACE_S)
        except subprocess.TimeoutExpired:
            continue
        break
