"""A run killed at any moment leaves a show that is whole, and the next run completes it.

Random moments over make, correct, retract, bulletin, rebuild, publish and ``serve --live``;
MUJAZ_KILLS is their number in all (300 for a release, a tenth by default). Since the dangerous
moments are short, also before each single step that changes the disk. The processes are forked
from one that has everything imported, so that the moments fall into the work and not into the
loading of libraries.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import re
import shutil
import signal
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from mujaz.publish.rss.xml import qualified
from tests.commands import FORKS
from tests.conftest import tree
from tests.shows import CONFIG, episode, publish
from tests.web import SIGNED, s3_environment, s3_store

_STEPS = frozenset({"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"})
_KINDS = 7
_MOMENTS = -(-int(os.environ.get("MUJAZ_KILLS", "30")) // _KINDS)
_SEED = 9
_SHOW = {
    "MUJAZ_SHOW_BASE_URL": CONFIG.base_url,
    "MUJAZ_SHOW_TITLE": CONFIG.title,
    "MUJAZ_SHOW_LINK": CONFIG.link,
    "MUJAZ_SHOW_AUTHOR": CONFIG.author,
    "MUJAZ_SHOW_EMAIL": CONFIG.email,
}
QUICK = {**_SHOW, "MUJAZ_SPEECH_VOICE": "tone", "MUJAZ_TEXT_DIACRITIZER": "none"}

Read = Callable[[str], bytes]


def _die_before(step: int, root: str) -> None:
    """Kill this process before its n-th change of the disk under a folder."""
    steps = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        if event not in _STEPS or (event == "open" and "w" not in str(arguments[1])):
            return
        paths = [str(part) for part in arguments[:2]]
        if any(root in path and "/.mujaz/" not in path for path in paths):
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _command(
    arguments: list[str],
    environment: Mapping[str, str],
    begun: Connection,
    step: int = 0,
    root: str = "",
) -> None:
    from mujaz.cli.main import _run

    os.environ.update(environment)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    begun.send_bytes(b"now")
    if step:
        _die_before(step, root)
    os._exit(_run(arguments))


@dataclass(frozen=True)
class Run:
    """A command that is run to its end, or killed on its way."""

    arguments: list[str]
    environment: Mapping[str, str]

    def to_the_end(self) -> tuple[int | None, float]:
        """Exit status, and how long it took."""
        process, start = self.begin()
        process.join(120)
        return process.exitcode, time.monotonic() - start

    def killed_after(self, seconds: float) -> None:
        process, start = self.begin()
        with suppress(ValueError):
            time.sleep(start + seconds - time.monotonic())
        process.kill()
        process.join(60)

    def killed_before(self, step: int, root: Path) -> bool:
        """Whether there was such a step; if not, the run came to its end."""
        process, _ = self.begin(step, str(root))
        process.join(120)
        return process.exitcode == -signal.SIGKILL

    def begin(self, step: int = 0, root: str = "") -> tuple[BaseProcess, float]:
        here, there = FORKS.Pipe(duplex=False)
        process = FORKS.Process(
            target=_command, args=(self.arguments, self.environment, there, step, root)
        )
        process.start()
        there.close()
        here.recv_bytes()
        return process, time.monotonic()


def moments_of(run: Run, kind: str) -> list[float]:
    """Random moments within the time that the run takes when nobody kills it."""
    status, seconds = run.to_the_end()
    assert status == 0
    # The same moments in every run of the tests; they are shares of a time that is measured.
    chance = random.Random(f"{_SEED} {kind}")
    return [seconds * chance.uniform(0, 1.05) for _ in range(_MOMENTS)]


def assert_whole(read: Read) -> set[str]:
    """Every feed parses, and each enclosure has the stated length and checksum; gives guids."""
    guids: set[str] = set()
    feeds = ["feed.xml"]
    for name in feeds:
        channel = etree.fromstring(read(name)).find("channel")
        assert channel is not None
        links = channel.iterfind(qualified("atom:link"))
        older = [link.get("href", "") for link in links if link.get("rel") == "prev-archive"]
        feeds += [address.rsplit("/", 1)[1] for address in older]
        for item in channel.iterfind("item"):
            guids.add(item.findtext("guid") or "")
            enclosure = item.find("enclosure")
            assert enclosure is not None
            media = read(_path(enclosure.get("url", "")))
            assert len(media) == int(enclosure.get("length", ""))
            integrity = item.find(f".//{qualified('podcast:integrity')}")
            assert integrity is not None
            digest = base64.b64encode(hashlib.sha256(media).digest()).decode()
            assert integrity.get("value") == f"sha256-{digest}"
            for tag in ("podcast:transcript", "podcast:chapters"):
                for element in item.iterfind(qualified(tag)):
                    assert read(_path(element.get("url", "")))
    return guids


def _path(url: str) -> str:
    return urlsplit(url).path.removeprefix(urlsplit(CONFIG.base_url).path)


def reader(root: Path) -> Read:
    return lambda name: (root / name).read_bytes()


def assert_tidy(root: Path) -> None:
    """Nothing unfinished is left, and no media file that no episode names."""
    assert not list(root.glob(".mujaz/work-*"))
    assert not [path for path in root.rglob("*") if path.suffix in (".part", ".tmp", ".new")]
    manifests = "".join(path.read_text("utf-8") for path in root.glob("episodes/*/episode.json"))
    media = [path.name for path in root.glob("media/*")]
    assert not [name for name in media if name.split(".")[0] not in manifests]


def kinds_of_files(root: Path) -> Counter[str]:
    """Count files by folder and name, without hashes, identifiers and times."""
    names = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return Counter(re.sub(r"[0-9a-f-]{8,}", "#", name) for name in names)


def copy_tree(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _aged(root: Path, count: int = 9) -> None:
    """A show in which a rebuild has everything to do: rewrite, page, drop, delete."""
    config = replace(CONFIG, page=60, keep=60)
    publish(root, *(episode(n, sentences=4) for n in range(count)), config=config)
    last = episode(count - 1, sentences=4)
    fixed = replace(last, title="خبر مصحح", updated=episode(count).published)
    publish(root, fixed, config=config)


@pytest.mark.slow
def test_rebuild(tmp_path: Path) -> None:
    before, show, after = tmp_path / "before", tmp_path / "show", tmp_path / "after"
    _aged(before)
    environment = {
        **_SHOW,
        "MUJAZ_SHOW_TITLE": "اسم جديد",
        "MUJAZ_SHOW_PAGE": "2",
        "MUJAZ_SHOW_KEEP": "6",
        "MUJAZ_SHOW_KEEP_MEDIA_DAYS": "0",
    }
    rebuild = Run(["show", "rebuild", str(show)], environment)
    copy_tree(before, show)
    moments = moments_of(rebuild, "rebuild")
    copy_tree(show, after)
    for moment in moments:
        copy_tree(before, show)
        rebuild.killed_after(moment)
        assert len(assert_whole(reader(show))) in (6, 9)
        assert rebuild.to_the_end()[0] == 0
        assert tree(show) == tree(after)
        assert_whole(reader(show))
        assert_tidy(show)


@pytest.mark.slow
def test_retract(tmp_path: Path) -> None:
    before, show = tmp_path / "before", tmp_path / "show"
    _aged(before)
    guid = episode(8).guid
    retract = Run(["show", "retract", guid, str(show)], {**_SHOW, "MUJAZ_SHOW_PAGE": "3"})
    copy_tree(before, show)
    for moment in moments_of(retract, "retract"):
        copy_tree(before, show)
        retract.killed_after(moment)
        left = assert_whole(reader(show))
        assert len(left) == (9 if guid in left else 8)
        assert retract.to_the_end()[0] == 0
        assert guid not in assert_whole(reader(show))
        # Nothing of it is left, not even of its earlier version.
        assert len(list(show.glob("media/*.mp3"))) == 8
        assert_tidy(show)


def _changed(root: Path, count: int = 9) -> tuple[Path, Path]:
    """A show as it was published, and as it is now: corrected, withdrawn, paged anew."""
    old, new = root / "old", root / "new"
    _aged(old, count)
    copy_tree(old, new)
    config = replace(CONFIG, page=2, keep=count - 2, keep_media_days=0, title="اسم جديد")
    publish(new, episode(10, sentences=4), config=config)
    return old, new


@pytest.mark.slow
def test_publish_to_a_folder(tmp_path: Path) -> None:
    old, new = _changed(tmp_path)
    before, target = tmp_path / "before", tmp_path / "www"
    copy_tree(old, before)
    shutil.rmtree(before / ".mujaz")
    run = Run(["publish", str(target), str(new)], _SHOW)
    copy_tree(before, target)
    for moment in moments_of(run, "publish"):
        copy_tree(before, target)
        run.killed_after(moment)
        assert_whole(reader(target))
        assert run.to_the_end()[0] == 0
        assert_whole(reader(target))
        assert tree(target) == tree(new)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["make", "rebuild", "retract", "publish"])
def test_before_each_step(command: str, tmp_path: Path, short_article: Path) -> None:
    old, new = _changed(tmp_path, count=4)
    before, show = tmp_path / "before", tmp_path / "show"
    cache = str(tmp_path / "clips")
    environment = {
        **QUICK,
        "MUJAZ_SPEECH_CACHE": cache,
        "MUJAZ_SHOW_KEEP_MEDIA_DAYS": "0",
        "MUJAZ_SHOW_TITLE": "اسم جديد",
        "MUJAZ_SHOW_PAGE": "1",
        "MUJAZ_SHOW_KEEP": "3",
    }
    arguments = {
        "make": ["make", str(short_article), "-o", str(show)],
        "rebuild": ["show", "rebuild", str(show)],
        "retract": ["show", "retract", episode(3).guid, str(show)],
        "publish": ["publish", str(show), str(new)],
    }[command]
    run = Run(arguments, environment)
    copy_tree(old, before)
    shutil.rmtree(before / ".mujaz")
    for step in range(1, 500):
        copy_tree(before, show)
        killed = run.killed_before(step, show)
        assert_whole(reader(show))
        if not killed:
            break
        if step % 8 == 0:
            assert run.to_the_end()[0] == 0
            assert_whole(reader(show))
            assert_tidy(show)
    assert 10 < step < 499


@pytest.mark.slow
def test_publish_to_an_object_store(tmp_path: Path) -> None:
    old, new = _changed(tmp_path)
    with s3_store("kill") as address:
        environment = {**_SHOW, **s3_environment(address)}

        def read(name: str) -> bytes:
            request = urllib.request.Request(f"{address}/kill/show/{name}", headers=SIGNED)
            with urllib.request.urlopen(request, timeout=20) as answer:
                return bytes(answer.read())

        def run(root: Path, *options: str) -> Run:
            return Run(["publish", *options, "s3://kill/show", str(root)], environment)

        assert run(old).to_the_end()[0] == 0
        resumed = 0
        moments = moments_of(run(new), "store")
        # If none of these falls into the copying, evenly spaced ones follow until one does.
        spaced = [max(moments) * part / 24 for part in range(1, 24)]
        for count, moment in enumerate([*moments, *spaced]):
            if resumed and count >= len(moments):
                break
            # Two folders take turns at the target: each is a copy that the other went on from.
            assert run(old, "--force").to_the_end()[0] == 0
            run(new, "--force").killed_after(moment)
            assert_whole(read)
            if not json.loads(read(".mujaz/publication.json"))["finished"]:
                assert run(new).to_the_end()[0] == 0  # it goes on with what it had begun
                resumed += 1
            assert run(new, "--force").to_the_end()[0] == 0
            assert_whole(read)
            for name, data in tree(new).items():
                assert read(name) == data
        assert resumed


def test_the_check_of_the_feed_notices_a_damaged_file(tmp_path: Path) -> None:
    """``assert_whole`` fails if a file that the feed names is not as the feed states it."""
    publish(tmp_path, episode(0))
    next(tmp_path.glob("media/*.mp3")).write_bytes(b"half")
    with pytest.raises(AssertionError):
        assert_whole(reader(tmp_path))
