"""Links of the pages to other hosts: their form; whether they answer, where there is a network."""

from __future__ import annotations

import os
import re
from functools import cache
from urllib.parse import urlsplit

import httpx
import pytest
from tools.docsite.reference import table

from tests.commands import ROOT
from tests.doc_pages import documents, prose

_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`|)\]}،؛»…]+")
_LINK = re.compile(r"\]\((https?://[^)\s]+)\)")
# Examples, this machine, and links that are not followed: patterns.
_EXAMPLE = re.compile(r"(^|\.)example$|^127\.0\.0\.1$|^localhost$|^0\.0\.0\.0$")


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


@cache
def _addresses() -> dict[str, str]:
    """Every address of another host, with the first page that has it."""
    out: dict[str, str] = {}
    for page in documents():
        for address in _ADDRESS.findall(page.read_text(encoding="utf-8")):
            if not _EXAMPLE.search(_host(address)):
                out.setdefault(address.rstrip(".,:;"), str(page.relative_to(ROOT)))
    return out


@cache
def _links() -> tuple[str, ...]:
    found = {link for page in documents() for link in _LINK.findall(prose(page))}
    return tuple(sorted(link for link in found if not _EXAMPLE.search(_host(link))))


def _faults(address: str, known: set[str]) -> list[str]:
    parts = urlsplit(address)
    out = [] if parts.scheme == "https" else ["not https"]
    if _host(address) not in known:
        out.append("a host that tools/docsite/hosts.tsv does not list")
    if parts.query.startswith("utm_") or "@" in parts.netloc:
        out.append("tracking, or a password")
    return out


def test_every_address_of_another_host_has_the_right_form() -> None:
    known = {row["host"] for row in table("hosts.tsv")}
    assert _links()
    faults = [
        f"{page}: {address}: {fault}"
        for address, page in _addresses().items()
        for fault in _faults(address, known)
    ]
    assert faults == []


def test_faults_of_addresses_are_found() -> None:
    known = {"docs.python.org"}
    assert _faults("https://docs.python.org/3/", known) == []
    assert _faults("http://docs.python.org/3/", known) == ["not https"]
    assert len(_faults("https://docs.pyhton.org/3/", known)) == 1


@pytest.mark.skipif(
    "MUJAZ_LINKS" not in os.environ,
    reason="links to other hosts need the network: the hosted CI runs `.ci/run links`",
)
@pytest.mark.parametrize("link", _links())
def test_a_link_to_another_host_leads_somewhere(link: str) -> None:
    with httpx.Client(follow_redirects=True, timeout=30) as client:
        answer = client.get(link, headers={"User-Agent": "mujaz-documentation"})
    # Some refuse programs; the page is there all the same.
    assert answer.status_code < 400 or answer.status_code in (403, 429)
