"""``mujaz publish``: to a folder, to a real S3-compatible server, over SFTP's way of renaming."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mujaz.publish.remote.targets import StoreTarget
from mujaz.publish.remote.upload import publish_folder
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
    }


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


def test_an_sftp_server_receives_the_show_and_no_password_is_shown(
    tmp_path: Path, mujaz: Mujaz
) -> None:
    pytest.importorskip(
        "paramiko", reason="paramiko is not installed: pip install 'mujaz[publish]'"
    )
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    target.mkdir()
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "sftp_server.py"), str(target)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        address = f"sftp://desk:secret@127.0.0.1:{server.stdout.readline().strip()}/web/audio"
        first = mujaz("publish", address, show)
        assert first.returncode == 0, first.stderr.decode()
        assert tree(target / "web" / "audio") == tree(show)
        assert mujaz("publish", address, show).stdout == b""
        mujaz("show", "retract", episode(0).guid, show, MUJAZ_SHOW_BASE_URL=CONFIG.base_url)
        mujaz("publish", address, show)
        assert tree(target / "web" / "audio") == tree(show)
    finally:
        server.terminate()
        server.communicate(timeout=20)
    refused = mujaz("publish", address, show)
    assert refused.returncode == 1
    assert b"secret" not in refused.stderr + first.stderr


def test_elsewhere_files_are_written_aside_and_renamed(tmp_path: Path) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    # fsspec's own local file system goes the way of SFTP and FTP: put, then rename.
    (target / "media").mkdir(parents=True)
    (target / "media" / ".mujaz-unfinished-0123").write_bytes(b"left by a kill")
    place = StoreTarget(f"local://{target}", show / ".mujaz")
    sent = publish_folder(show, place, lambda line: None)
    assert sent.put[-1] == "feed.xml"
    assert tree(target) == tree(show)
    assert not publish_folder(show, place, lambda line: None).put
