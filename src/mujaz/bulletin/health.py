"""The state of the bulletin for monitoring: ``DIR/.mujaz/health.json``.

::

    {"version": 1, "status": "ok" | "incomplete" | "failed", "last_run": "…Z",
     "last_success": "…Z" | null, "failures_in_a_row": 0, "error": "",
     "episode": {"guid": …, "title": …, "url": …} | null,
     "stories": {"spoken": 9, "partial": 0, "failed": 1, "skipped": 14}}

``last_success`` is the last time that an episode was made or found up to date, even if stories
failed. Monitor its age; that works whatever the exit status of the runs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mujaz.pipeline.faults import fault_reason
from mujaz.report import Report
from mujaz.storage.atomic import replace_file
from mujaz.storage.locks import LockTimeoutError, exclusive_lock

NAME = "health.json"
# Not the bulletin's lock: a run that could not have that one is recorded too.
_LOCK = "health.lock"
_LOCK_WAIT_S = 10.0


@contextmanager
def recorded_health(private: Path, report: Report) -> Iterator[None]:
    """Record how the run within ends, whatever ends it.

    Args:
        private: The show folder's ``.mujaz``; made if missing.
        report: Report of the run; gets a warning if the file cannot be written, which does not undo
            a bulletin.
    """
    try:
        yield
    except Exception as error:
        record_failure(private, report, error)
        raise
    except BaseException:
        _record(private, report, "interrupted")
        raise
    _record(private, report)


def record_failure(private: Path, report: Report, error: Exception) -> None:
    """Record that nothing was made, and why; see :func:`recorded_health`."""
    _record(private, report, fault_reason(error))


def _record(private: Path, report: Report, error: str = "") -> None:
    """Write the file; ``error`` is empty if there is an episode."""
    try:
        with exclusive_lock(private / _LOCK, wait_s=_LOCK_WAIT_S):
            _write(private, report, error)
    except OSError as refused:
        report.warnings.append(f"the health file cannot be written: {refused.strerror}")
    except LockTimeoutError as refused:
        report.warnings.append(f"the health file cannot be written: {refused}")


def _write(private: Path, report: Report, error: str) -> None:
    private.mkdir(parents=True, exist_ok=True)
    path = private / NAME
    before = read_health(path)
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    status = "failed" if error else "ok" if report.complete else "incomplete"
    episode = report.episode
    data = {
        "version": 1,
        "status": status,
        "last_run": now,
        "last_success": before.get("last_success") if error else now,
        "failures_in_a_row": _count(before) + 1 if error else 0,
        "error": error,
        "episode": {"guid": episode.guid, "title": episode.title, "url": episode.url}
        if episode
        else None,
        "stories": {
            status: Counter(story.status for story in report.stories)[status]
            for status in ("spoken", "partial", "failed", "skipped")
        },
    }
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    replace_file(path, text, locked_prefix=".health-")


def read_health(path: Path) -> dict[str, Any]:
    """Read the file; empty if it is missing or damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _count(before: dict[str, Any]) -> int:
    count = before.get("failures_in_a_row", 0)
    return count if isinstance(count, int) else 0
