"""``mujaz publish``: to a folder, to a real S3-compatible server, and with the renames of SFTP."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree

from mujaz.errors import PublishError
from mujaz.publish.remote.address import TargetAddress
from mujaz.publish.remote.folder_target import FolderTarget
from mujaz.publish.remote.store_target import StoreTarget
from mujaz.publish.remote.upload import publish_folder
from mujaz.storage.locks import exclusive_lock
from tests.conftest import ROOT, Mujaz, tree
from tests.shows import CONFIG, episode, publish
from tests.web import SIGNED, s3_environment, s3_store

_BUCKET = "podcasts"


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """A running S3-compatible server."""
    with s3_store(_BUCKET) as address:
        yield address


def _names(address: str, prefix: str) -> dict[str, int]:
    """What the bucket holds under a prefix."""
    url = f"{address}/{_BUCKET}?list-type=2&prefix={prefix}/"
    with urllib.request.urlopen(url, timeout=10) as answer:
        root = etree.fromstring(answer.read())
    return {
        item.findtext("{*}Key")[len(prefix) + 1 :]: int(item.findtext("{*}Size"))
        for item in root.iterfind("{*}Contents")
        if "/.mujaz/" not in item.findtext("{*}Key")
    }


def _put(address: str, name: str, data: bytes) -> None:
    """Replace an object without mujaz."""
    url = f"{address}/{_BUCKET}/{name}"
    headers = {**SIGNED, "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data=data, headers=headers, method="PUT")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def _get(address: str, prefix: str, name: str) -> Any:
    url = f"{address}/{_BUCKET}/{prefix}/{name}"
    return urllib.request.urlopen(urllib.request.Request(url, headers=SIGNED), timeout=10)


def test_a_folder_receives_the_show_and_then_only_what_changed(
    tmp_path: Path, mujaz: Mujaz
) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    first = mujaz("publish", target, show)
    assert first.returncode == 0, first.stderr.decode()
    assert tree(target) == tree(show)
    order = first.stdout.decode().splitlines()
    assert order[0].endswith(".mp3")
    assert order[-1] == "feed.xml"
    assert order.index("index.html") > max(i for i, n in enumerate(order) if n.startswith("media/"))
    assert mujaz("publish", target, show).stdout == b""

    publish(show, episode(1))
    second = mujaz("publish", target, show).stdout.decode().splitlines()
    assert not any("2026-01-01-" in name and name.endswith(".mp3") for name in second[1:])
    assert second[-1] == "feed.xml"
    assert tree(target) == tree(show)


def test_what_others_put_there_stays_and_what_is_withdrawn_goes(
    tmp_path: Path, mujaz: Mujaz
) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0), episode(1))
    mujaz("publish", target, show)
    (target / "robots.txt").write_text("User-agent: *\n", encoding="utf-8")
    (target / "media" / "jingle.mp3").write_bytes(b"x")
    mujaz("show", "retract", episode(0).guid, show, MUJAZ_SHOW_BASE_URL=CONFIG.base_url)
    mujaz("publish", target, show)
    published = tree(target)
    assert published.pop("robots.txt")
    assert published.pop("media/jingle.mp3")
    assert published == tree(show)


def test_a_damaged_file_at_the_target_is_replaced(tmp_path: Path, mujaz: Mujaz) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    mujaz("publish", target, show)
    media = next(target.glob("media/*.mp3"))
    media.write_bytes(media.read_bytes()[::-1])
    assert mujaz("publish", target, show).stdout.decode().splitlines() == [f"media/{media.name}"]
    assert tree(target) == tree(show)


def test_another_show_or_a_broken_one_is_not_published(tmp_path: Path, mujaz: Mujaz) -> None:
    publish(tmp_path / "a", episode(0))
    publish(tmp_path / "b", episode(1), config=replace(CONFIG, base_url="https://b.example/"))
    mujaz("publish", tmp_path / "www", tmp_path / "a")
    before = tree(tmp_path / "www")
    result = mujaz("publish", tmp_path / "www", tmp_path / "b")
    assert result.returncode == 1
    assert "another show" in result.stderr.decode()
    next((tmp_path / "a").glob("media/*.mp3")).unlink()
    result = mujaz("publish", tmp_path / "www", tmp_path / "a")
    assert result.returncode == 1
    assert "nothing was published" in result.stderr.decode()
    assert tree(tmp_path / "www") == before


def test_a_show_that_got_its_address_is_known_again(tmp_path: Path, mujaz: Mujaz) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0), config=replace(CONFIG, base_url=""))
    mujaz("publish", target, show)
    mujaz("show", "rebuild", show, MUJAZ_SHOW_BASE_URL="https://news.example/")
    assert mujaz("publish", target, show).returncode == 0
    assert tree(target) == tree(show)


def test_an_object_store_receives_types_and_times_to_keep(
    tmp_path: Path, mujaz: Mujaz, store: str
) -> None:
    show = tmp_path / "show"
    publish(show, episode(0), episode(1))
    access = s3_environment(store)
    result = mujaz("publish", f"s3://{_BUCKET}/one", show, **access)
    assert result.returncode == 0, result.stderr.decode()
    assert _names(store, "one") == {name: len(data) for name, data in tree(show).items()}
    media = next(show.glob("media/*.mp3")).name
    stem = media.removesuffix(".mp3")
    forever, minutes = "public, max-age=31536000, immutable", "public, max-age=300, must-revalidate"
    for name, kind, keep in (
        ("feed.xml", "application/rss+xml; charset=utf-8", "public, max-age=60, must-revalidate"),
        (f"media/{media}", "audio/mpeg", forever),
        (f"media/{stem}.vtt", "text/vtt; charset=utf-8", minutes),
        (f"media/{stem}.json", "application/json; charset=utf-8", minutes),
        (f"media/{stem}.chapters.json", "application/json+chapters; charset=utf-8", minutes),
        ("index.html", "text/html; charset=utf-8", "no-cache"),
    ):
        with _get(store, "one", name) as answer:
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["Cache-Control"] == keep
            assert answer.read() == (show / name).read_bytes()

    assert mujaz("publish", f"s3://{_BUCKET}/one", show, **access).stdout == b""
    mujaz("show", "retract", episode(0).guid, show, MUJAZ_SHOW_BASE_URL=CONFIG.base_url)
    again = mujaz("publish", f"s3://{_BUCKET}/one", show, **access).stdout.decode().splitlines()
    assert again[-1] == "feed.xml"
    assert not any(name.endswith(".mp3") for name in again)
    assert _names(store, "one") == {name: len(data) for name, data in tree(show).items()}


def test_an_interrupted_upload_goes_on_where_it_was(
    tmp_path: Path, mujaz: Mujaz, store: str
) -> None:
    show = tmp_path / "show"
    publish(show, episode(0))
    access = s3_environment(store)
    mujaz("publish", f"s3://{_BUCKET}/two", show, **access)
    journal = next((show / ".mujaz").glob("published-*.jsonl"))
    # A line that a kill left unfinished, and one file that never arrived.
    lines = journal.read_text("utf-8").splitlines()
    lost = json.loads(lines[-2])[0]
    journal.write_text("\n".join([*lines[:-2], lines[-1], lines[-2][:10]]), encoding="utf-8")
    again = mujaz("publish", f"s3://{_BUCKET}/two", show, **access).stdout.decode().splitlines()
    assert again == [lost]
    # Without any memory media are still known, by name and size.
    journal.unlink()
    again = mujaz("publish", f"s3://{_BUCKET}/two", show, **access).stdout.decode().splitlines()
    assert not any(name.endswith(".mp3") for name in again)


def test_a_store_that_refuses_is_told(tmp_path: Path, mujaz: Mujaz, store: str) -> None:
    show = tmp_path / "show"
    publish(show, episode(0))
    for address in ("s3://no-such-bucket/x", "nowhere://x/y"):
        result = mujaz("publish", address, show, **s3_environment(store))
        error = result.stderr.decode()
        assert result.returncode == 1
        assert "Hint" in error
        assert "unexpected" not in error


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[tuple[int, str, str]]:
    """A running SFTP server over ``www``: its port, its line of known_hosts, its fingerprint."""
    paramiko = pytest.importorskip(
        "paramiko", reason="paramiko is not installed: pip install '.[publish]'"
    )
    (tmp_path / "www").mkdir()
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "sftp_server.py"), str(tmp_path / "www")],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        transport = paramiko.Transport(("127.0.0.1", port))
        try:
            transport.start_client(timeout=30)
            key = transport.get_remote_server_key()
        finally:
            transport.close()
        line = f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n"
        digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
        yield port, line, f"SHA256:{digest}"
    finally:
        server.terminate()
        server.communicate(timeout=20)


def _home(folder: Path, known_hosts: str) -> str:
    (folder / ".ssh").mkdir(parents=True)
    (folder / ".ssh" / "known_hosts").write_text(known_hosts, encoding="ascii")
    return str(folder)


def test_an_sftp_server_receives_the_show(
    tmp_path: Path, mujaz: Mujaz, sftp: tuple[int, str, str]
) -> None:
    port, line, _ = sftp
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    address, home = f"sftp://desk:secret@127.0.0.1:{port}/web/audio", _home(tmp_path / "me", line)
    first = mujaz("publish", address, show, HOME=home)
    assert first.returncode == 0, first.stderr.decode()
    assert tree(target / "web" / "audio") == tree(show)
    assert mujaz("publish", address, show, HOME=home).stdout == b""
    mujaz("show", "retract", episode(0).guid, show, MUJAZ_SHOW_BASE_URL=CONFIG.base_url)
    mujaz("publish", address, show, HOME=home)
    assert tree(target / "web" / "audio") == tree(show)
    assert b"secret" not in first.stderr


def test_an_sftp_host_whose_key_is_unknown_or_has_changed_gets_no_password(
    tmp_path: Path, mujaz: Mujaz, sftp: tuple[int, str, str]
) -> None:
    import paramiko

    port, _, fingerprint = sftp
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    address = f"sftp://desk:secret@127.0.0.1:{port}/audio"
    other = paramiko.RSAKey.generate(2048)
    changed = f"[127.0.0.1]:{port} {other.get_name()} {other.get_base64()}\n"
    for home, word in (
        (_home(tmp_path / "new", ""), "unknown"),
        (_home(tmp_path / "changed", changed), "has changed"),
    ):
        refused = mujaz("publish", address, show, HOME=home)
        message = refused.stderr.decode()
        assert refused.returncode == 1
        assert word in message
        assert fingerprint in message
        assert "known_hosts" in message or "ssh-keygen -R" in message
        assert "secret" not in message
    wrong = mujaz("publish", address, show, MUJAZ_PUBLISH_SFTP_HOST_KEYS="SHA256:other")
    assert b"not one of" in wrong.stderr
    assert not list(target.iterdir())
    assert not (target / "logins").exists()
    right = mujaz("publish", address, show, MUJAZ_PUBLISH_SFTP_HOST_KEYS=fingerprint)
    assert right.returncode == 0, right.stderr.decode()
    assert tree(target / "audio") == tree(show)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sftp://desk:SECRET@news.example/x", "sftp://desk:***@news.example/x"),
        ("sftp://u:SEC@RET@news.example/x", "sftp://u:***@news.example/x"),
        ("sftp://u:SEC/RET@news.example/x", "sftp://u:***@news.example/x"),
        ("sftp://u:SEC/R@ET@news.example/x", "sftp://u:***@news.example/x"),
        ("sftp://u:SEC%2FRET@news.example/x", "sftp://u:***@news.example/x"),
        ("s3://KEY:SECRET@bucket/x", "s3://KEY:***@bucket/x"),
        ("s3://KEY:SEC+RET=@bucket", "s3://KEY:***@bucket"),
        ("sftp://desk@news.example:22/x", "sftp://desk@news.example:22/x"),
        ("s3://bucket/x", "s3://bucket/x"),
        ("/srv/a:b@c", "/srv/a:b@c"),
    ],
)
def test_no_message_shows_a_password(address: str, shown: str) -> None:
    parsed = TargetAddress(address)
    assert parsed.shown == shown
    pieces = re.findall("SEC[+]RET=|SECRET|SEC|RET", address)
    told = parsed.redact(f"cannot parse {address!r} ({unquote(address)}): no {pieces} there")
    assert "cannot parse" in told
    assert not re.search("SEC|RET", told)


@pytest.mark.parametrize(
    "address",
    ["sftp://u:SEC@RET@127.0.0.1:9/x", "sftp://u:SEC/RET@127.0.0.1:9/x", "s3://KEY:SECRET@b/x",
     "nowhere://u:SECRET@h/x", "ftp://u:SECRET@127.0.0.1:9/x", "sftp://u:SEC RET@[::1/x"],
)  # fmt: skip
def test_no_error_of_a_store_shows_a_password(
    tmp_path: Path, mujaz: Mujaz, store: str, address: str
) -> None:
    publish(tmp_path / "show", episode(0))
    result = mujaz("publish", address, tmp_path / "show", **s3_environment(store))
    message = result.stderr.decode() + result.stdout.decode()
    assert result.returncode == 1
    assert "Hint" in message
    assert "SEC" not in message
    assert "RET" not in message
    for path in (tmp_path / "show").rglob("*"):
        assert not path.is_file() or b"SECRET" not in path.read_bytes()


@pytest.mark.parametrize("memory", [True, False])
def test_a_stale_copy_does_not_replace_a_newer_target(
    tmp_path: Path, mujaz: Mujaz, memory: bool
) -> None:
    show, copy, target = tmp_path / "show", tmp_path / "copy", tmp_path / "www"
    publish(show, episode(0))
    assert mujaz("publish", target, show).returncode == 0
    shutil.copytree(show, copy)
    if not memory:
        shutil.rmtree(copy / ".mujaz")
    assert mujaz("publish", target, copy).returncode == 0
    assert mujaz("publish", target, show).returncode == 1
    publish(show, episode(1))
    assert mujaz("publish", target, show, "--force").returncode == 0
    before = tree(target)
    if not memory:
        shutil.rmtree(copy / ".mujaz", ignore_errors=True)
    refused = mujaz("publish", target, copy)
    message = refused.stderr.decode()
    assert refused.returncode == 1
    assert "the target is newer than this folder" in message
    assert str(target) in message
    assert "--force" in message
    assert tree(target) == before
    assert mujaz("publish", target, copy, "--force").returncode == 0
    assert tree(target) == tree(copy)


def test_a_target_from_before_the_serial_is_not_taken_for_newer(
    tmp_path: Path, mujaz: Mujaz
) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    mujaz("publish", target, show)
    shutil.rmtree(target / ".mujaz")
    shutil.rmtree(show / ".mujaz")
    publish(show, episode(1))
    assert mujaz("publish", target, show).returncode == 0
    assert tree(target) == tree(show)


def test_a_store_that_another_publisher_writes_is_refused(
    tmp_path: Path, mujaz: Mujaz, store: str
) -> None:
    show, copy = tmp_path / "show", tmp_path / "copy"
    publish(show, episode(0))
    address, access = f"s3://{_BUCKET}/three", s3_environment(store)
    assert mujaz("publish", address, show, **access).returncode == 0
    shutil.copytree(show, copy)
    # A run from the copy that has begun and not ended.
    now = datetime.now(UTC)
    for age_s, status, word in ((0, 1, b"is at work there"), (7200, 1, b"is newer"), (0, 0, b"")):
        record = {
            "serial": 9,
            "token": f"other{age_s}",
            "since": (now - timedelta(seconds=age_s)).isoformat(),
            "by": "desk2, process 7",
            "finished": False,
        }
        _put(store, "three/.mujaz/publication.json", json.dumps(record).encode())
        result = mujaz("publish", address, show, *(["--force"] if not status else []), **access)
        assert result.returncode == status, result.stderr.decode()
        assert word in result.stderr
        if status:
            assert b"desk2, process 7" in result.stderr
            assert address.encode() in result.stderr


@pytest.mark.parametrize("first", [True, False])
def test_of_two_publishers_that_begin_at_once_one_claims_the_store(
    first: bool, tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the same record, or none; the store takes the first claim only."""
    show, copy = tmp_path / "show", tmp_path / "copy"
    address = f"s3://{_BUCKET}/at-once-{first}"
    for name, value in s3_environment(store).items():
        monkeypatch.setenv(name, value)

    def send(root: Path, target: type[StoreTarget] = StoreTarget) -> None:
        publish_folder(root, target(address, root / ".mujaz"), lambda line: None)

    publish(show, episode(0))
    if not first:
        send(show)
    shutil.copytree(show, copy)
    publish(show, episode(1))
    publish(copy, episode(2))

    class Late(StoreTarget):
        """The other publisher publishes between this one's reading and its claim."""

        def put_if(self, name: str, source: Path, version: str) -> None:
            if not other:
                other.append(True)
                send(show)
            super().put_if(name, source, version)

    other: list[bool] = []
    with pytest.raises(PublishError, match="another publisher"):
        send(copy, Late)
    published = {name: len(data) for name, data in tree(show).items()}
    prefix = address.rpartition("/")[2]
    assert _names(store, prefix) == published
    with pytest.raises(PublishError, match="newer"):
        send(copy)
    assert _names(store, prefix) == published


def test_a_store_without_conditional_writes_is_published_to(
    tmp_path: Path, mujaz: Mujaz, store: str
) -> None:
    show = tmp_path / "show"
    refused: list[str] = []

    class Old(BaseHTTPRequestHandler):
        """Pass requests on, but answer 501 to conditions, as older stores do."""

        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, data = 501, {}, b"<Error><Code>NotImplemented</Code></Error>"
            if "If-Match" in self.headers or "If-None-Match" in self.headers:
                refused.append(self.path)
            else:
                connection = HTTPConnection(store.partition("//")[2])
                del self.headers["Expect"]
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                status, headers, data = answer.status, dict(answer.getheaders()), answer.read()
            self.send_response(status)
            for name in ("ETag", "Last-Modified", "Content-Type"):
                if name in headers:
                    self.send_header(name, headers[name])
            length = headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = forward  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Old) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        access = s3_environment(f"http://127.0.0.1:{server.server_port}")
        publish(show, episode(0))
        result = mujaz("publish", f"s3://{_BUCKET}/old", show, **access)
        server.shutdown()
    assert result.returncode == 0, result.stderr.decode()
    assert refused
    assert _names(store, "old") == {name: len(data) for name, data in tree(show).items()}


def test_a_publisher_that_is_overtaken_leaves_the_feed(tmp_path: Path) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    place = StoreTarget(f"local://{target}", show / ".mujaz")
    publish_folder(show, place, lambda line: None)
    feed = (target / "feed.xml").read_bytes()
    publish(show, episode(1))

    def overtake(line: str) -> None:
        record = json.loads((target / ".mujaz/publication.json").read_bytes())
        text = json.dumps({**record, "token": "other", "by": "desk2"})
        (target / ".mujaz/publication.json").write_text(text, encoding="utf-8")

    place = StoreTarget(f"local://{target}", show / ".mujaz")
    with pytest.raises(PublishError, match="desk2") as caught:
        publish_folder(show, place, overtake)
    assert str(target) in str(caught.value)
    assert (target / "feed.xml").read_bytes() == feed


def test_two_publishers_of_one_folder_take_turns(tmp_path: Path, mujaz: Mujaz) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    waiting = threading.Event()
    place = FolderTarget(target, show / ".mujaz")
    with ThreadPoolExecutor(1) as pool:
        with exclusive_lock(target / ".mujaz" / "publish.lock"):
            (target / ".mujaz-unfinished-1").write_bytes(b"of the other")

            def say(line: str) -> None:
                if str(target) in line:
                    waiting.set()

            second = pool.submit(publish_folder, show, place, say)
            assert waiting.wait(60)
            assert (target / ".mujaz-unfinished-1").exists()
            assert not second.done()
        assert second.result(timeout=60).put[-1] == "feed.xml"
    assert not (target / ".mujaz-unfinished-1").exists()


def test_verify_finds_a_damaged_file_of_the_right_size_and_time(
    tmp_path: Path, mujaz: Mujaz, store: str
) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    access = s3_environment(store)
    media = next(show.glob("media/*.mp3"))
    name, damaged = f"media/{media.name}", media.read_bytes()[::-1]
    for address in (str(target), f"s3://{_BUCKET}/four"):
        mujaz("publish", address, show, **access)
        if address == str(target):
            status = (target / name).stat()
            (target / name).write_bytes(damaged)
            os.utime(target / name, ns=(status.st_atime_ns, status.st_mtime_ns))
        else:
            _put(store, f"four/{name}", damaged)
        assert mujaz("publish", address, show, **access).stdout == b""
        result = mujaz("publish", address, show, "--verify", **access)
        assert result.returncode == 0, result.stderr.decode()
        assert result.stdout.decode().splitlines() == [name]
        assert f"{name} is damaged at {address}" in result.stderr.decode()
        assert mujaz("publish", address, show, "--verify", **access).stdout == b""
    assert tree(target) == tree(show)
    with _get(store, "four", name) as answer:
        assert answer.read() == media.read_bytes()


@pytest.mark.parametrize("name", ["media", "episodes", "feed.xml"])
def test_a_show_that_is_partly_a_link_is_not_published(
    tmp_path: Path, mujaz: Mujaz, name: str
) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    (show / name).rename(tmp_path / "elsewhere")
    (show / name).symlink_to(tmp_path / "elsewhere")
    result = mujaz("publish", target, show)
    assert result.returncode == 1
    assert "link" in result.stderr.decode()
    assert tree(target) == {}


def test_elsewhere_files_are_written_aside_and_renamed(tmp_path: Path) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    # fsspec's own local file system goes the way of SFTP and FTP: put, then rename.
    (target / "media").mkdir(parents=True)
    left, fresh = target / "media/.mujaz-unfinished-0123", target / ".mujaz-unfinished-9-1"
    left.write_bytes(b"left by a kill long ago")
    os.utime(left, (0, 0))
    fresh.write_bytes(b"of another publisher, perhaps")
    place = StoreTarget(f"local://{target}", show / ".mujaz")
    sent = publish_folder(show, place, lambda line: None)
    assert sent.put[-1] == "feed.xml"
    assert fresh.exists()
    fresh.unlink()
    assert tree(target) == tree(show)
    assert not publish_folder(show, place, lambda line: None).put
