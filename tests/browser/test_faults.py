"""A page with one fault fails the check of its kind: the checks can fail."""

from __future__ import annotations

import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.browser.checks import CHECKS
from tests.browser.conftest import Visit, planted
from tests.browser.faults import FAULTS, Fault

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_fault_is_found(visit: Visit, fault: Fault) -> None:
    faulty = planted(visit, f"faulty-{fault.kind}", fault.file, fault.old, fault.new)

    with pytest.raises(AssertionError):
        CHECKS[fault.check](faulty)


def test_a_server_without_ranges_is_found(visit: Visit, tmp_path: Path) -> None:
    folder = visit.folder.parent
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().decode().split(" port ")[1].split()[0])
        HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")
        base = visit.home.removesuffix("good/index.html")
        there = Visit(
            visit.browser, "", visit.episode.replace(base, f"http://127.0.0.1:{port}/"), folder, 10
        )
        with pytest.raises(AssertionError):
            CHECKS["parts_of_the_audio"](there)
    finally:
        server.kill()
        server.communicate()


def test_every_check_has_a_fault() -> None:
    assert {fault.check for fault in FAULTS} | {"parts_of_the_audio"} == set(CHECKS)
