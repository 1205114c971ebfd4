"""Types, caching, compression, security headers, and files that are not served."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mujaz.server.file_response import accepts_gzip
from tests.conftest import Mujaz
from tests.server.conftest import AUDIO, MEDIA, PAGE, SECRET, Site, start, stop


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/style.css", "text/css; charset=utf-8", "no-cache"),
        ("/player.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/feed.xml", "application/rss+xml; charset=utf-8", "public, max-age=60, must-revalidate"),
        ("/" + MEDIA, "audio/mpeg", "public, max-age=31536000, immutable"),
        (
            "/media/2026-11-23-1a2b3c4d.vtt",
            "text/vtt; charset=utf-8",
            "public, max-age=300, must-revalidate",
        ),
        (
            "/media/2026-11-23-1a2b3c4d.chapters.json",
            "application/json+chapters; charset=utf-8",
            "public, max-age=300, must-revalidate",
        ),
        (
            "/media/2026-11-23-1a2b3c4d.json",
            "application/json; charset=utf-8",
            "public, max-age=300, must-revalidate",
        ),
        ("/cover.png", "image/png", "no-cache"),
        ("/unknown.bin", "application/octet-stream", "no-cache"),
    ],
)
def test_types_and_caching(site: Site, path: str, kind: str, cache: str) -> None:
    headers = site.get(path).headers

    assert headers["content-type"] == kind
    assert headers["cache-control"] == cache


@pytest.mark.parametrize("path", ["/", "/" + MEDIA, "/nothing", "/feed.xml"])
def test_security_fields_on_every_answer(site: Site, path: str) -> None:
    headers = site.get(path).headers

    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "server" not in headers


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        ("", "'self' *"),
        ("[show]\nembed_on = []\n", "'self'"),
        (
            '[show]\nembed_on = ["https://a.example", "https://*.b.example:8443"]\n',
            "'self' https://a.example https://*.b.example:8443",
        ),
    ],
)
def test_who_may_frame_the_player(tmp_path: Path, setting: str, allowed: str) -> None:
    show = tmp_path / "show"
    for name in ("index.html", "embed/x/index.html"):
        (show / name).parent.mkdir(parents=True, exist_ok=True)
        (show / name).write_bytes(PAGE)
    (tmp_path / "mujaz.toml").write_text(setting, encoding="utf-8")
    process, address = start(show, cwd=tmp_path)
    try:
        site = Site("127.0.0.1", int(address.rsplit(":", 1)[1].strip("/")), show)
        policies = {
            path: site.get(path).headers["content-security-policy"].split("; ")
            for path in ("/embed/x/", "/embed/x/index.html", "/embed/none", "/", "/other")
        }
    finally:
        stop(process)
    for path, policy in policies.items():
        whom = allowed if path.startswith("/embed/") else "'self'"
        assert f"frame-ancestors {whom}" in policy, path
        assert policy[:-1] == policies["/"][:-1]


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("/feed.xml", True),
        ("/" + MEDIA, True),
        ("/media/2026-11-23-1a2b3c4d.vtt", True),
        ("/", False),
    ],
)
def test_who_may_read_across_sites(site: Site, path: str, shared: bool) -> None:
    for fields in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=99999999-"}):
        headers = site.ask(path, {"Origin": "https://app.example", **fields}).headers
        assert (headers.get("access-control-allow-origin") == "*") == shared


def test_preflight(site: Site) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    answer = site.ask("/" + MEDIA, asked, "OPTIONS")

    assert answer.status == 204
    assert "Range" in answer.headers["access-control-allow-headers"]


def test_text_is_compressed_and_media_are_not(site: Site) -> None:
    plain = site.get("/")
    zipped = site.get("/", Accept_Encoding="br, gzip;q=0.8")

    assert plain.body == PAGE
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == PAGE
    assert zipped.headers["content-length"] == str(len(zipped.body))
    assert zipped.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    # Two codings are two sequences of bytes: a strong tag must tell them apart (8.8.3.3).
    assert zipped.headers["etag"] != plain.headers["etag"]
    for tag in (zipped.headers["etag"], plain.headers["etag"]):
        assert site.get("/", Accept_Encoding="gzip", If_None_Match=tag).status == 304
    assert "content-encoding" not in site.get("/" + MEDIA, Accept_Encoding="gzip").headers
    part = site.get("/", Accept_Encoding="gzip", Range="bytes=0-9")
    assert (part.status, part.body) == (206, PAGE[:10])
    assert "content-encoding" not in part.headers


@pytest.mark.parametrize(
    ("field", "allowed"),
    [("gzip", True), ("gzip;q=0", False), ("*;q=0.1", True), ("*, gzip;q=0", False), ("", False),
     ("GZIP", True), ("identity", False), ("gzip;q=x", False), ("br;q=1.0, gzip; q=0.2", True)],
)  # fmt: skip
def test_accept_encoding(field: str, allowed: bool) -> None:
    assert accepts_gzip(field) is allowed


def test_folders_are_not_listed(site: Site) -> None:
    for path in ("/media/", "/episodes/"):
        assert site.get(path).status == 404
    answer = site.get("/episodes/%D8%AE%D8%A8%D8%B1")
    assert answer.status == 308
    assert answer.headers["location"] == "./%D8%AE%D8%A8%D8%B1/"
    assert site.get("/episodes/%D8%AE%D8%A8%D8%B1/").body == PAGE


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/media/../../secret.txt",
        "/media/%2e%2e/%2e%2e/secret.txt", "/..%5csecret.txt", "//secret.txt", "/./../secret.txt",
        "/.env", "/.mujaz/lock", "/%2eenv", "/media/../.env", "/link.txt", "/linked/secret.txt",
        "/linked/show/index.html", "/pipe.mp3", "/%00", "/index.html%00.mp3", "/index.html/",
        "/index.html/x", "/" + "a" * 300, "/%ff%fe", "/%ed%a0%80", "/media", "/~root", "/C:/x",
        "/episodes/%D8%AE%D8%A8%D8%B1/..%2f..%2f..%2fsecret.txt", "/%250a", "/%0a",
    ],
)  # fmt: skip
def test_nothing_else_is_reached(site: Site, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = site.get(path, method)
        assert answer.status in {308, 400, 404}
        assert SECRET not in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_only_reading(site: Site, method: str) -> None:
    answer = site.get("/index.html", method)

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


_NAMES = st.sampled_from(
    ["..", ".", "%2e%2e", "%2f", "\\", "media", "secret.txt", ".env", ".mujaz", "lock", "linked",
     "link.txt", "index.html", "episodes", "خبر", "%00", "%", "", "~", "a" * 260, "feed.xml", "?",
     "#"]
)  # fmt: skip
_FIELDS = st.sampled_from(
    ["Range", "If-Range", "If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since",
     "Accept-Encoding", "Connection", "Expect", "Upgrade", "Content-Length", "Transfer-Encoding"]
)  # fmt: skip
_VALUES = st.one_of(
    st.text(st.characters(codec="latin-1"), max_size=60),
    st.from_regex(r"bytes=[-0-9, a]{0,30}", fullmatch=True),
    st.from_regex(r'(W/)?"[^"\n]{0,8}"(, ?"[a-f0-9-]{0,8}")*', fullmatch=True),
)
_FUZZ = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_FUZZ
@given(
    names=st.lists(st.one_of(_NAMES, st.text(max_size=12)), max_size=6),
    fields=st.lists(st.tuples(_FIELDS, _VALUES), max_size=3),
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "POST"]),
)
def test_any_request(
    site: Site, names: list[str], fields: list[tuple[str, str]], method: str
) -> None:
    """Never a 500 and never a byte from outside the folder, and the server goes on."""
    line = f"{method} /{'/'.join(names)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    data = line.encode("utf-8", "surrogatepass")
    for name, value in fields:
        data += f"{name}: {value}\r\n".encode("latin-1", "replace")
    answer = site.raw(data + b"\r\n")

    assert SECRET not in answer
    status = answer[9:12]
    assert status in {b"", b"100", b"200", b"204", b"206", b"304", b"308",
                      b"400", b"404", b"405", b"412", b"416"}  # fmt: skip


@_FUZZ
@given(data=st.binary(max_size=300))
def test_any_bytes(site: Site, data: bytes) -> None:
    """What is not HTTP is refused; the next listener is served."""
    answer = site.raw(data, wait_s=0.02)

    assert not answer.startswith(b"HTTP/1.1 5")
    assert SECRET not in answer


def test_still_serving(site: Site) -> None:
    assert site.get("/" + MEDIA).body == AUDIO


def test_a_replacement_during_a_download_changes_nothing(site: Site) -> None:
    """The file that was opened is sent to its end, whatever takes its name."""
    path = site.show / "media" / "big-aaaaaaaa.mp3"
    path.write_bytes(b"\x01" * 30_000_000)
    connection = HTTPConnection(site.host, site.port, timeout=20)
    connection.request("GET", "/media/big-aaaaaaaa.mp3")
    response = connection.getresponse()
    first = response.read(1000)
    other = site.show / "other.mp3"
    other.write_bytes(b"\x02" * 10)
    other.replace(path)

    assert first + response.read() == b"\x01" * 30_000_000
    connection.close()
    path.unlink()


def test_stops_when_told_and_lets_a_download_end(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    data = b"\x01" * 20_000_000
    (tmp_path / "media" / "a-aaaaaaaa.mp3").write_bytes(data)
    process, address = start(tmp_path)
    port = int(address.rstrip("/").rsplit(":", 1)[1])
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/media/a-aaaaaaaa.mp3")
    response = connection.getresponse()
    first = response.read(1000)
    process.send_signal(signal.SIGTERM)

    assert len(first + response.read()) == len(data)
    assert process.wait(timeout=20) == 0
    connection.close()
    process.communicate()


def test_interrupt(tmp_path: Path) -> None:
    process, _ = start(tmp_path)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)

    assert process.returncode == 130


def test_prints_its_address_and_nothing_else(tmp_path: Path) -> None:
    process, address = start(tmp_path, "--host", "127.0.0.1")
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)

    assert process.returncode == 0
    assert out == b""
    assert b"no feed in this folder yet" in err


def test_a_taken_port(tmp_path: Path, mujaz: Mujaz) -> None:
    process, address = start(tmp_path)
    port = address.rstrip("/").rsplit(":", 1)[1]
    second = mujaz("serve", tmp_path, "--port", port)
    stop(process)

    assert second.returncode == 1
    assert b"Error: " in second.stderr
    assert b"--port" in second.stderr
    assert b"Traceback" not in second.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", ""])
def test_not_an_address_of_this_machine(tmp_path: Path, mujaz: Mujaz, host: str) -> None:
    result = mujaz("serve", tmp_path, "--host", host, "--port", "0")

    assert result.returncode == 1
    assert b"Error: " in result.stderr
    assert b"Traceback" not in result.stderr


def test_no_such_folder(tmp_path: Path, mujaz: Mujaz) -> None:
    result = mujaz("serve", tmp_path / "nothing")

    assert result.returncode == 1
    assert b"mujaz make" in result.stderr


def test_the_folder_is_never_written(site: Site) -> None:
    before = {p: p.lstat().st_mtime_ns for p in site.show.rglob("*")}
    for path in ("/", "/" + MEDIA, "/feed.xml", "/nothing"):
        site.get(path, Accept_Encoding="gzip")

    assert {p: p.lstat().st_mtime_ns for p in site.show.rglob("*")} == before


def test_help_imports_no_server() -> None:
    code = (
        "import sys\nfrom mujaz.cli.serve import serve\n"
        "assert not {'starlette', 'uvicorn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
