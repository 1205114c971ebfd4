"""Requests of every kind that the API's document allows, and of kinds that it does not.

MUJAZ_FUZZ_CASES is their number in all: 20000 for a release, a fraction of them by default.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mujaz.desk.store.database import FILE, Database
from tests.desk.conftest import ARTICLE, Site, running

pytestmark = pytest.mark.slow

_CASES = int(os.environ.get("MUJAZ_FUZZ_CASES", "600"))


def test_no_request_of_any_kind_meets_an_unforeseen_fault(
    tmp_path: Path, record_property: Any
) -> None:
    import schemathesis

    with running(tmp_path, users=True) as site:
        schema = schemathesis.openapi.from_url(f"{site.base}/api/v1/openapi.json")
        operations = [one.ok() for one in schema.get_all_operations()]
        # A stream of events ends with its job only.
        operations = [one for one in operations if not one.path.endswith("/events")]
        known = _Known(site)
        met: Counter[int] = Counter()
        for operation in operations:
            _fuzz(operation, known, -(-_CASES // len(operations)), met)
        database = Database(site.folder / "show" / ".mujaz" / FILE)
        faults = database.rows("SELECT error FROM jobs WHERE error LIKE '%unexpected fault%'")
        database.close()
        assert not [row["error"] for row in faults]
    record_property("answers", dict(met))
    assert met.total() >= _CASES
    # The requests go beyond the first check.
    assert met.keys() >= {200, 201, 202, 204, 404, 409, 422, 428}


class _Known:
    """Drafts, jobs and episodes that there are; every other request names some of them.

    Args:
        site: The running desk.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.api() as api:
            fields = {"if-match": '"1"'}
            started = api.post(f"/drafts/{site.article()}/publish", headers=fields)
            self._job = started.json()["job"]
        self._guid = site.finished(self._job)["guid"]
        self._draft = site.article()
        self._turns = count()

    def put_in(self, case: Any) -> None:
        """Let a request name what there is, in three of four cases its newest revision too."""
        turn = next(self._turns)
        if turn % 2:
            return
        path = case.path_parameters
        if case.operation.path.endswith("/articles") and isinstance(case.body, dict):
            case.body.update(ARTICLE)
        for name, value in (("job", self._job), ("guid", self._guid)):
            if name in path:
                path[name] = value
        if "draft" in path:
            path["draft"] = self._draft
            revision = self._revision()
            if turn % 8:
                case.headers["If-Match"] = f'"{revision}"'
        for name in ("n", "k"):
            if name in path and turn % 4:
                path[name] = turn % 5

    def _revision(self) -> int:
        """Of the draft; another one is made if it was deleted or is being published."""
        with self.site.api() as api:
            read = api.get(f"/drafts/{self._draft}")
            if read.status_code == 404 or read.json()["state"] == "publishing":
                self._draft = self.site.article()
                return 1
            return int(read.json()["revision"])


def _fuzz(operation: Any, known: _Known, least: int, met: Counter[int]) -> None:
    """Send requests for one operation; each answer must be documented and no fault.

    Args:
        operation: Of the document.
        known: What there is.
        least: Number of requests.
        met: Counts the answers by status.
    """
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
    ]
    sent = 0

    @settings(
        max_examples=least,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        nonlocal sent
        known.put_in(case)
        fields = {"authorization": f"Bearer {known.site.tokens['chief']}"}
        answer = case.call_and_validate(headers=fields, checks=checks, timeout=60)
        met[answer.status_code] += 1
        sent += 1

    # Operations without parameters have a single case.
    while sent < least:
        send()
