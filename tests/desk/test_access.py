"""Attacks on the desk: each is refused, and the same request without its fault is not."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from mujaz.desk.access.entering import OneTimeToken, local_path
from mujaz.desk.access.guard import bare_host, known_hosts
from mujaz.desk.access.limits import BodyLimit
from mujaz.desk.store.accounts import (
    SESSION_IDLE_S,
    SESSION_LONGEST_S,
    Accounts,
    TooManyAttemptsError,
)
from mujaz.desk.store.database import FILE, Database
from mujaz.desk.values import Role
from tests.desk.conftest import CHIEF, EDITOR, PASSWORD, Site, running


@pytest.fixture(scope="module")
def chief(site: Site) -> Iterator[httpx.Client]:
    """A browser that the chief is signed in with."""
    with site.browser() as client:
        _sign_in(client, CHIEF)
        yield client


def _sign_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password, "next": "/"})


# Fields of a changing request that a browser sends for a page of another site, or that no browser
# sends; ``ORIGIN`` stands for the desk's own.
_FORGED = {
    "a form of another site": {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    "a site beside it": {"origin": "http://evil.desk.example", "sec-fetch-site": "same-site"},
    "an old browser on another site": {"origin": "https://evil.example", "sec-fetch-site": None},
    "a page without an address": {"origin": "null", "sec-fetch-site": "cross-site"},
    "a page without an address, old browser": {"origin": "null", "sec-fetch-site": None},
    "another port of this machine": {"origin": "http://127.0.0.1:1", "sec-fetch-site": None},
    "another scheme": {"origin": "file://HOST", "sec-fetch-site": None},
    "another site without an origin": {"origin": None, "sec-fetch-site": "cross-site"},
    "neither origin nor site": {"origin": None, "sec-fetch-site": None},
}


@pytest.mark.parametrize("fault", _FORGED)
def test_a_changing_request_of_another_site_is_refused(
    site: Site, chief: httpx.Client, fault: str
) -> None:
    draft = site.article()
    url = f"/api/v1/drafts/{draft}/stories/1/lines"
    answer = chief.build_request("POST", url, json={"text": "خبر"}, headers={"if-match": '"1"'})
    for name, value in _FORGED[fault].items():
        del answer.headers[name]
        if value is not None:
            answer.headers[name] = value.replace("HOST", site.base.partition("//")[2])
    assert chief.send(answer).status_code == 403
    honest = chief.post(url, json={"text": "خبر"}, headers={"if-match": '"1"'})
    assert honest.status_code == 200


def test_a_form_of_the_desk_without_an_origin_is_let_through(
    site: Site, chief: httpx.Client
) -> None:
    url = f"/api/v1/drafts/{site.article()}/stories/1/lines"
    fields = {"if-match": '"1"', "origin": "null", "sec-fetch-site": "same-origin"}
    assert chief.post(url, json={"text": "خبر"}, headers=fields).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:PORT", "127.0.0.1.evil.example", "localhost:1", ""]
)
def test_another_host_is_refused(site: Site, chief: httpx.Client, host: str) -> None:
    port = site.base.rpartition(":")[2]
    answer = chief.get("/", headers={"host": host.replace("PORT", port)})
    assert answer.status_code in (400, 421)
    assert chief.get("/").status_code == 200


def test_hosts_are_compared_without_case_and_by_port() -> None:
    hosts = known_hosts("127.0.0.1", 8010, ["desk.example"])
    assert {"127.0.0.1:8010", "localhost:8010", "[::1]:8010", "desk.example"} <= hosts
    assert [bare_host(h) for h in ("a:1", "[::1]:1", "a", "::1")] == ["a", "::1", "a", "::1"]


@pytest.mark.parametrize("path", ["/", "/drafts/x", "/log", "/settings", "/words"])
def test_screens_need_a_session(site: Site, path: str) -> None:
    with site.browser() as client:
        answer = client.get(path)
        assert answer.status_code == 303
        assert "/sign-in?next=" in answer.headers["location"]


@pytest.mark.parametrize("path", ["/drafts", "/jobs", "/lexicon", "/episodes", "/voices"])
def test_the_api_needs_a_token(site: Site, path: str) -> None:
    for headers in ({}, {"authorization": "Bearer mujaz_wrong"}, {"authorization": "Basic eDp5"}):
        answer = httpx.get(f"{site.base}/api/v1{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_opens_no_screens(site: Site) -> None:
    headers = {"authorization": f"Bearer {site.tokens['chief']}"}
    assert httpx.get(f"{site.base}/log", headers=headers).status_code == 303


def test_an_editor_neither_approves_nor_publishes_nor_withdraws(site: Site) -> None:
    draft = site.article()
    with site.api("editor") as api:
        fields = {"if-match": '"1"'}
        assert api.post(f"/drafts/{draft}/approve", headers=fields).status_code == 403
        assert api.post(f"/drafts/{draft}/publish", headers=fields).status_code == 403
        body = {"reason": "x"}
        assert api.post("/episodes/urn:x/withdraw", json=body).status_code == 403
        changed = api.patch(f"/drafts/{draft}/sentences/3", json={"pause_ms": 1}, headers=fields)
        assert changed.status_code == 200
    with site.browser() as client:
        _sign_in(client, EDITOR)
        answer = client.post("/settings", data={"show.title": "x"})
        assert answer.status_code == 403
    with site.api() as api:
        assert api.post(f"/drafts/{draft}/approve", headers={"if-match": '"2"'}).is_success


def test_passwords_and_tokens_are_stored_as_hashes(site: Site) -> None:
    with site.browser() as client:
        _sign_in(client, CHIEF)
        cookie = client.cookies["mujaz_desk"]
    path = site.folder / "show" / ".mujaz" / "desk.db"
    assert path.stat().st_mode & 0o077 == 0
    stored = sqlite3.connect(path)
    dump = "\n".join(stored.iterdump())
    stored.close()
    assert PASSWORD not in dump
    assert cookie not in dump
    assert not [token for token in site.tokens.values() if token in dump]
    assert "$argon2id$" in dump


def test_the_session_cookie_is_for_this_site_and_no_script(site: Site) -> None:
    with site.browser() as client:
        plain = _sign_in(client, CHIEF).headers["set-cookie"]
        secure = _sign_in(
            httpx.Client(
                base_url=site.base, headers={**client.headers, "x-forwarded-proto": "https"}
            ),
            CHIEF,
        ).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "samesite=strict" in plain.lower()
    assert "Secure" not in plain
    assert "Secure" in secure


def test_signing_out_ends_the_session(site: Site) -> None:
    with site.browser() as client:
        _sign_in(client, CHIEF)
        cookie = client.cookies["mujaz_desk"]
        assert client.get("/log").status_code == 200
        client.post("/sign-out")
        client.cookies.set("mujaz_desk", cookie)
        assert client.get("/log").status_code == 303


def test_answers_forbid_scripts_of_others_and_framing(site: Site, chief: httpx.Client) -> None:
    for path in ("/", "/sign-in", "/api/v1/health", "/api/v1/docs", "/nothing"):
        headers = chief.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/show/../mujaz.toml",
        "/show/%2e%2e/mujaz.toml",
        "/show/.mujaz/desk.db",
        "/show/%2emujaz/desk.db",
        "/show//etc/passwd",
        "/assets/../../../values.py",
        "/assets/%2e%2e/__init__.py",
        "/assets/..%2f..%2fvalues.py",
    ],
)
def test_no_path_leads_out_of_the_served_folders(site: Site, path: str) -> None:
    (site.folder / "show" / "index.html").touch()
    connection = httpx.Client(base_url=site.base)
    request = connection.build_request("GET", "/")
    request.url = httpx.URL(site.base).copy_with(raw_path=path.encode())
    answer = connection.send(request)
    assert answer.status_code in (303, 404), answer.text
    assert b"[speech]" not in answer.content
    assert b"SQLite" not in answer.content


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("/drafts/1", "/drafts/1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/x\r\nset-cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_to_the_desk_only(site: Site, given: str, used: str) -> None:
    assert local_path(given) == used
    with site.browser() as client:
        form = {"name": CHIEF, "password": PASSWORD, "next": given}
        answer = client.post("/sign-in", data=form)
    assert answer.headers["location"] == used
    assert "a=b" not in answer.headers.get("set-cookie", "")


def test_a_large_body_is_refused(site: Site) -> None:
    host = site.base.partition("//")[2]
    connection = HTTPConnection(host, timeout=20)
    connection.putrequest("POST", "/api/v1/articles")
    connection.putheader("authorization", f"Bearer {site.tokens['chief']}")
    connection.putheader("content-length", "99999999999")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_large_body_of_unstated_size_is_refused() -> None:
    async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass

    async def endless() -> Message:
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    limited = BodyLimit(reads_all, lambda scope: reads_all, most_bytes=5000)
    with pytest.raises(HTTPException) as caught:
        asyncio.run(limited({"type": "http", "headers": []}, endless, send))
    assert caught.value.status_code == 413


def test_errors_name_no_secret(site: Site) -> None:
    with site.api() as api:
        token = site.tokens["chief"]
        texts = [
            api.get("/nothing").text,
            api.post("/articles", json={"title": token}).text,
            api.get("/drafts/x").text,
        ]
    assert not any(token in text for text in texts)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, httpx.Cookies]]:
    """A desk whose database lacks two tables, and the cookies of one who is signed in."""
    with running(tmp_path_factory.mktemp("damaged")) as desk:
        with desk.browser() as client:
            client.get(desk.first.removeprefix(desk.base))
        with closing(sqlite3.connect(desk.folder / "show" / ".mujaz" / FILE)) as database:
            database.execute("ALTER TABLE jobs RENAME TO lost_jobs")
            database.execute("ALTER TABLE log RENAME TO lost_log")
        yield desk, client.cookies


@pytest.mark.parametrize("path", ["/api/v1/jobs", "/log"])
def test_an_unforeseen_fault_tells_nothing_of_itself(
    damaged: tuple[Site, httpx.Cookies], path: str
) -> None:
    desk, cookies = damaged
    # A connection of its own: the server ends one on which it failed.
    with desk.browser() as client:
        client.cookies = cookies
        answer = client.get(path)
    assert answer.status_code == 500
    assert "unexpected fault" in answer.text or "خلل" in answer.text
    assert "no such table" not in answer.text


class _Clock:
    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[tuple[Accounts, _Clock]]:
    clock, database = _Clock(), Database(tmp_path / "desk.db")
    made = Accounts(database, clock)
    made.add_user(CHIEF, PASSWORD, Role.CHIEF)
    yield made, clock
    database.close()


def test_guessing_a_password_is_slowed_down(accounts: tuple[Accounts, _Clock]) -> None:
    made, clock = accounts
    for _ in range(5):
        assert made.sign_in(CHIEF, "wrong", "192.0.2.1") is None
    with pytest.raises(TooManyAttemptsError) as caught:
        made.sign_in(CHIEF, PASSWORD, "192.0.2.1")
    assert made.sign_in(CHIEF, PASSWORD, "192.0.2.2")
    clock.at += caught.value.wait_s
    assert made.sign_in(CHIEF, PASSWORD, "192.0.2.1")


def test_sessions_end(accounts: tuple[Accounts, _Clock]) -> None:
    made, clock = accounts
    idle, used = made.open_session(CHIEF), made.open_session(CHIEF)
    for _ in range(int(SESSION_LONGEST_S // SESSION_IDLE_S) * 2):
        assert made.session(used) is not None
        clock.at += SESSION_IDLE_S / 2 - 1
    assert made.session(idle) is None
    clock.at += SESSION_IDLE_S / 2
    assert made.session(used) is None


def test_a_removed_user_and_a_new_password_end_sessions(accounts: tuple[Accounts, _Clock]) -> None:
    made, _ = accounts
    first = made.open_session(CHIEF)
    made.add_user(CHIEF, "another long password", Role.EDITOR)
    assert made.session(first) is None
    second = made.open_session(CHIEF)
    made.remove_user(CHIEF)
    assert made.session(second) is None


def test_the_first_user_ends_sessions_without_users(tmp_path: Path) -> None:
    made = Accounts(Database(tmp_path / "desk.db"))
    local = made.open_session("local", Role.CHIEF)
    assert made.session(local) is not None
    made.add_user(EDITOR, PASSWORD, Role.EDITOR)
    assert made.session(local) is None


def test_the_link_signs_in_once() -> None:
    token = OneTimeToken()
    assert not token.use("wrong")
    assert token.use(token.text)
    assert not token.use(token.text)


def test_without_users_the_link_is_the_first_line_and_other_addresses_are_refused(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as alone, alone.browser() as client:
        assert "/enter?token=" in alone.first
        assert client.get("/").status_code == 303
        entered = client.get(alone.first.removeprefix(alone.base))
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert client.get("/").status_code == 200
        with alone.browser() as other:
            again = other.get(alone.first.removeprefix(alone.base))
        assert again.status_code == 403
    with (
        pytest.raises(AssertionError, match="without users"),
        running(tmp_path, "--host", "0.0.0.0"),
    ):
        pass
