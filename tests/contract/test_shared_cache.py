"""A clip cache that machines share: a clip of one is a clip of all, and no fault costs more."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mujaz.domain import Sentence
from mujaz.errors import ConfigError
from mujaz.speech import Cast, ClipCache, SpeechOptions, Utterance, speak_script
from mujaz.storage.content_cache import ContentCache, cache_key
from mujaz.storage.shared_cache import SharedCache
from mujaz.voices.catalog import find_voice
from tests.conftest import Mujaz, report_of
from tests.contract.test_cache import article, entry
from tests.web import s3_environment, s3_store

pytest.importorskip("fsspec", reason="the extra publish is not installed")

_LONG = bool(os.environ.get("MUJAZ_LONG"))
# Headers that a server sends for itself.
_OWN_HEADERS = ("content-length", "transfer-encoding", "connection", "date", "server")
_TEXTS = [f"وَصَلَ الوَفْدُ {word} إِلَى العَاصِمَةِ." for word in ("اليَوْمَ", "أَمْسِ", "صَبَاحًا")]


def machine(folder: Path, address: str, days: int = 0) -> ClipCache:
    """The cache of a machine with an empty folder of its own."""
    return ClipCache(ContentCache(folder, 100_000_000), SharedCache(address, days))


def found(cache: ClipCache, key: str) -> bool:
    cache.look_up(iter([key]))()
    return cache.get(key) == entry()


def written(cache: ClipCache) -> None:
    """Wait until the shared store has what was put into it."""
    assert cache.shared is not None
    cache.shared.finish()


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"file://{tmp_path}/shared"


def test_another_machine_finds_the_clip_and_keeps_it(tmp_path: Path, address: str) -> None:
    first, key = machine(tmp_path / "a", address), cache_key("text")
    first.put(key, entry())
    written(first)
    second = machine(tmp_path / "b", address)
    assert second.get(key) is None
    assert found(second, key)
    assert second.store.get("clip", key) is not None
    assert not found(second, cache_key("another"))


def test_a_damaged_object_is_made_again(tmp_path: Path, address: str) -> None:
    first, key = machine(tmp_path / "a", address), cache_key("text")
    first.put(key, entry())
    written(first)
    (path,) = (tmp_path / "shared").rglob("*.clip")
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole[:50], whole.replace(b"22050", b"22051"), b"[" * 5000):
        path.write_bytes(damaged)
        second = machine(tmp_path / f"b{len(damaged)}", address)
        assert not found(second, key)
        second.put(key, entry())
        written(second)
        assert path.read_bytes() == whole


def test_an_object_in_the_place_of_another_is_not_believed(tmp_path: Path, address: str) -> None:
    cache = machine(tmp_path / "a", address)
    cache.put(cache_key("one"), entry(1))
    written(cache)
    (path,) = (tmp_path / "shared").rglob("*.clip")
    other = cache_key("two")
    place = tmp_path / "shared" / other[:2] / f"{other[2:]}.clip"
    place.parent.mkdir(parents=True, exist_ok=True)
    path.rename(place)
    assert not found(machine(tmp_path / "b", address), other)


def test_many_writers_leave_whole_objects(tmp_path: Path, address: str) -> None:
    key = cache_key("text")
    caches = [machine(tmp_path / str(number), address) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda cache: [cache.put(key, entry()) for _ in range(10)], caches))
        list(pool.map(written, caches))
    assert found(machine(tmp_path / "reader", address), key)
    assert [path.suffix for path in (tmp_path / "shared").rglob("*") if path.is_file()] == [".clip"]


def test_old_objects_are_removed(tmp_path: Path, address: str) -> None:
    cache = machine(tmp_path / "a", address, days=30)
    keys = [cache_key(number) for number in range(4)]
    for key in keys:
        cache.put(key, entry())
    written(cache)
    for number, key in enumerate(keys):
        path = tmp_path / "shared" / key[:2] / f"{key[2:]}.clip"
        os.utime(path, (time.time() - (29 + number % 2 * 2) * 86_400,) * 2)
    shared = SharedCache(address, 30)
    assert shared.prune() == 2
    assert [found(machine(tmp_path / str(n), address), key) for n, key in enumerate(keys)] == [
        True, False, True, False,
    ]  # fmt: skip
    assert SharedCache(address, 0).prune() == 0


def test_a_store_that_fails_is_given_up_and_costs_no_sentence(tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("a file where a folder should be")
    cache = machine(tmp_path / "a", f"file://{tmp_path}/shared")
    sentences = [Sentence(text, text) for text in _TEXTS * 4]
    cast = Cast(find_voice("tone", Path()), {})
    items = list(speak_script(sentences, cast, SpeechOptions(cache, workers=1)))
    assert all(isinstance(item, Utterance) for item in items)
    assert [item.sentence for item in items] == sentences
    written(cache)
    assert cache.shared is not None
    assert cache.shared.trouble


def test_what_is_no_address_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no address of a shared cache"):
        SharedCache("nowhere://user:secret@host/x")


def test_make_shares_its_clips(mujaz: Mujaz, tmp_path: Path) -> None:
    source = article(tmp_path / "a.txt", sentences=4)
    made = []
    for number in range(2):
        report = report_of(
            mujaz(
                "make", source, "-o", tmp_path / f"show{number}", "--voice", "tone", "--json",
                "--date", "2026-11-23", MUJAZ_SPEECH_CACHE=f"file://{tmp_path}/shared",
                XDG_CACHE_HOME=str(tmp_path / f"machine{number}"),
                MUJAZ_TEXT_DIACRITIZER="none",
            )
        )  # fmt: skip
        made.append((report["clips"]["made"], Path(report["episode"]["media"]).read_bytes()))
    assert made[0][0] > 4
    assert made[1] == (0, made[0][1])


class _FaultyProxy(BaseHTTPRequestHandler):
    """Passes requests on, but answers some with 500, cuts some, and holds some back."""

    protocol_version = "HTTP/1.1"
    target = ""
    faults: dict[str, float] = {}  # noqa: RUF012
    chance = random.Random(7)
    lock = threading.Lock()

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        with self.lock:
            draw = self.chance.random()
        if draw < self.faults["error"]:
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if draw < self.faults["error"] + self.faults["slow"]:
            time.sleep(0.5)
        there = urlsplit(self.target)
        upstream = HTTPConnection(str(there.hostname), there.port, timeout=60)
        upstream.request(self.command, self.path, body, dict(self.headers))
        answer = upstream.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in (
                "content-length",
                "transfer-encoding",
                "connection",
                "date",
                "server",
            ):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.headers.get("Content-Length") or str(len(data)))
        self.end_headers()
        if draw > 1 - self.faults["cut"]:
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _pass_on  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Write no log."""


@pytest.fixture
def faulty_s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket behind a proxy: of a hundred requests two fail, one is cut, one is slow."""
    with s3_store("clips") as server:
        faults = {"error": 0.02, "cut": 0.01, "slow": 0.01}
        handler = type("Proxy", (_FaultyProxy,), {"target": server, "faults": faults})
        proxy = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{proxy.server_port}"
        for name, value in s3_environment(address).items():
            monkeypatch.setenv(name, value)
        yield "s3://clips/newsroom"
        proxy.shutdown()


@pytest.mark.slow
def test_clips_by_the_thousand_through_faults(tmp_path: Path, faulty_s3: str) -> None:
    """A thousand clips, ten thousand in the long run; none comes back damaged, few are missing."""
    count = 10_000 if _LONG else 1000
    keys = [cache_key("clip", number) for number in range(count)]
    writer = machine(tmp_path / "writer", faulty_s3)
    for start in range(0, count, 50):
        for number, key in enumerate(keys[start : start + 50], start):
            writer.put(key, entry(number % 251))
        written(writer)
    reader = machine(tmp_path / "reader", faulty_s3)
    right = 0
    for start in range(0, count, 16):
        batch = list(enumerate(keys[start : start + 16], start))
        for wait in [reader.look_up(iter([key])) for _, key in batch]:
            wait()
        for number, key in batch:
            clip = reader.get(key)
            assert clip in (None, entry(number % 251))
            right += clip is not None
    assert writer.shared is not None
    assert reader.shared is not None
    assert not writer.shared.trouble
    assert not reader.shared.trouble
    assert right >= 0.85 * count


@pytest.mark.slow
def test_a_store_that_holds_everything_back_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(600)

        def log_message(self, format: str, *args: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in s3_environment(f"http://127.0.0.1:{server.server_port}").items():
        monkeypatch.setenv(name, value)
    shared = SharedCache("s3://clips/newsroom", request_s=1.0)
    cache = ClipCache(ContentCache(tmp_path / "a", 100_000_000), shared)
    sentences = [Sentence(text, text) for text in _TEXTS * 4]
    cast = Cast(find_voice("tone", Path()), {})
    items = list(speak_script(sentences, cast, SpeechOptions(cache, workers=1)))
    assert all(isinstance(item, Utterance) for item in items)
    assert shared.trouble
    server.shutdown()
