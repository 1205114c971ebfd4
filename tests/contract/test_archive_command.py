"""``mujaz archive``: an episode an article, known again, corrected, never mistaken for another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mujaz.publish.folder.snapshot import read_snapshot
from tests.conftest import Mujaz, tree

_QUICK = {
    "MUJAZ_SPEECH_VOICE": "tone",
    "MUJAZ_TEXT_DIACRITIZER": "none",
    "MUJAZ_SHOW_BASE_URL": "https://news.example/audio/",
    "MUJAZ_SHOW_KEEP": "2",
    "MUJAZ_SHOW_KEEP_MEDIA_DAYS": "0",
    "MUJAZ_FETCH_INTERVAL_S": "0",
    # In one process: the tests of many articles use several.
    "MUJAZ_SPEECH_WORKERS": "1",
}


def _line(name: str, title: str, body: str, **fields: object) -> str:
    row = {"id": name, "title": title, "date": "2019-03-08", "paragraphs": [body], **fields}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _told(result: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


def _statuses(result: Any) -> list[str]:
    return [line["status"] for line in _told(result)]


def test_items_are_known_by_id_and_path_and_never_by_title(mujaz: Mujaz, tmp_path: Path) -> None:
    archive = partial(mujaz, "archive", "--json", "-o", tmp_path / "show", **_QUICK)
    lines = tmp_path / "a.jsonl"
    texts = [
        _line("1", "أسعار الذهب اليوم", "ارتفع سعر الذهب صباحا."),
        _line("2", "أسعار الذهب اليوم", "انخفض سعر المعدن مساء.", section="اقتصاد"),
        "{broken\n",
        _line("3", "خبر بلا حروف", "", paragraphs=[]),
    ]
    lines.write_text("".join(texts), encoding="utf-8")
    folder = tmp_path / "texts" / "a"
    folder.mkdir(parents=True)
    (folder / "1.txt").write_text("افتتاح جسر\n\nافتتحت البلدية الجسر أمس.\n", encoding="utf-8")

    first = archive(lines, tmp_path / "texts")
    assert first.returncode == 3
    assert sorted(_statuses(first)) == ["failed", "failed", "made", "made", "made"]
    assert "a.jsonl:3" in first.stderr.decode()
    episodes = read_snapshot(tmp_path / "show").episodes
    assert len({stored.episode.guid for stored in episodes}) == 3, "keep does not apply"
    gold = [s.episode for s in episodes if s.episode.title == "أسعار الذهب اليوم"]
    assert [e.published.date().isoformat() for e in gold] == ["2019-03-08"] * 2
    assert {story.section for e in gold for story in e.stories} == {"", "اقتصاد"}

    texts[1] = texts[1].replace("مساء", "ليلا")
    texts[2:] = [_line("3", "خبر صار له نص", "نص الخبر.")]
    lines.write_text("".join(texts), encoding="utf-8")
    second = archive(lines, tmp_path / "texts")
    assert second.returncode == 0, second.stderr.decode()
    assert _statuses(second) == ["corrected", "made"]
    assert _told(second)[0]["guid"] in {episode.guid for episode in gold}

    before = tree(tmp_path / "show")
    third = archive(lines, tmp_path / "texts")
    assert (third.returncode, third.stdout) == (0, b"")
    assert "4 articles known already" in third.stderr.decode()
    # The journal is a convenience: without it everything is read again and left as it is.
    for path in (tmp_path / "show" / ".mujaz").glob("archive.sqlite*"):
        path.unlink()
    assert archive(lines, tmp_path / "texts").stdout == b""
    assert mujaz("show", "rebuild", tmp_path / "show", **_QUICK).returncode == 0
    assert tree(tmp_path / "show") == before
    assert mujaz("show", "check", tmp_path / "show", **_QUICK).returncode == 0


def test_two_articles_of_one_path_are_not_one(mujaz: Mujaz, tmp_path: Path) -> None:
    for name, text in (
        ("a", "افتتاح جسر جديد في المدينة\n\nافتتحت البلدية الجسر أمس بعد عام.\n"),
        ("b", "زلزال\n\nهز زلزال جزيرة بعيدة.\n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text(text, encoding="utf-8")
    archive = partial(mujaz, "archive", "--json", "-o", tmp_path / "show", **_QUICK)
    assert _statuses(archive(tmp_path / "a", tmp_path / "b")) == ["failed", "made"]
    later = archive(tmp_path / "b")
    assert later.returncode == 1
    assert _statuses(later) == ["failed"]
    assert "other news has this id or path" in later.stderr.decode()
    (stored,) = read_snapshot(tmp_path / "show").episodes
    assert any("البلدية" in cue.sentence.text for cue in stored.episode.cues)


def test_other_commands_keep_an_archive_whole(mujaz: Mujaz, tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    texts = (_line(str(n), f"خبر رقم {n}", f"نص الخبر رقم {n}.") for n in range(3))
    lines.write_text("".join(texts), encoding="utf-8")
    show = tmp_path / "show"
    assert mujaz("archive", lines, "-o", show, **_QUICK).returncode == 0
    article = tmp_path / "new.txt"
    article.write_text("خبر جديد\n\nنص الخبر الجديد.\n", encoding="utf-8")
    assert mujaz("make", article, "-o", show, **_QUICK).returncode == 0
    assert len(read_snapshot(show).episodes) == 4, "show.keep is 2 and does not apply"
    guid = read_snapshot(show).episodes[-1].episode.guid
    assert mujaz("show", "retract", guid, show, **_QUICK).returncode == 0
    assert mujaz("archive", "--json", lines, "-o", show, **_QUICK).stdout == b""
    assert mujaz("show", "check", show, **_QUICK).returncode == 0
    assert len(read_snapshot(show).episodes) == 3


class _Site(BaseHTTPRequestHandler):
    """A site with a sitemap of sitemaps, a feed in two documents, and a robots.txt."""

    asked: list[str]
    pages: dict[str, bytes]
    busy: set[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = self.pages.get(self.path)
        if self.path in self.busy:
            self.busy.remove(self.path)
            self.send_response(503)
            body = None
        else:
            self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[tuple[str, type[_Site]]]:
    handler = type("Site", (_Site,), {"asked": [], "pages": {}, "busy": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler
    server.shutdown()
    thread.join()
    server.server_close()


def _page(title: str, text: str) -> bytes:
    html = (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>{text}</p></article></body></html>"
    )
    return html.encode()


def _rss(address: str, older: str, *names: str) -> bytes:
    link = f'<atom:link rel="prev-archive" href="{older}"/>' if older else ""
    items = "".join(
        f"<item><title>{name}</title><guid>{name}</guid><link>{address}/{name}</link></item>"
        for name in names
    )
    return (
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>t</title>'
        f"{link}{items}</channel></rss>"
    ).encode()


def _map(kind: str, *addresses: str) -> bytes:
    inner = {"urlset": "url", "sitemapindex": "sitemap"}[kind]
    entries = "".join(f"<{inner}><loc>{address}</loc></{inner}>" for address in addresses)
    return (
        f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'.encode()
    )


def _numbered_pages(count: int) -> dict[str, bytes]:
    """Articles at /1, /2 …, which differ in their number."""
    text = "افتتحت البلدية الجسر أمس بعد عام من العمل، وحضر الافتتاح رئيس المدينة وعدد من الناس."
    numbers = range(1, count + 1)
    return {f"/{n}": _page(f"خبر رقم {n}", f"{text} {n}.") for n in numbers}


def test_sitemaps_and_paged_feeds(
    mujaz: Mujaz, tmp_path: Path, site: tuple[str, type[_Site]]
) -> None:
    address, handler = site
    handler.pages |= _numbered_pages(5)
    handler.pages |= {
        "/robots.txt": b"User-agent: *\nDisallow: /4\n",
        "/sitemap.xml": _map("sitemapindex", f"{address}/map.xml", f"{address}/sitemap.xml"),
        "/map.xml": _map("urlset", f"{address}/1", f"{address}/4", f"{address}/gone"),
        "/feed.xml": _rss(address, f"{address}/older.xml", "1", "2"),
        "/older.xml": _rss(address, f"{address}/feed.xml", "3", "5"),
    }
    environment = {**_QUICK, "MUJAZ_FETCH_ALLOW_HOSTS": address.removeprefix("http://")}
    environment |= {"MUJAZ_FETCH_CACHE": str(tmp_path / "fetched"), "MUJAZ_FETCH_RETRIES": "0"}
    arguments = ("archive", "--json", f"{address}/sitemap.xml", f"{address}/feed.xml", "-o")
    result = mujaz(*arguments, tmp_path / "show", **environment)
    assert result.returncode == 3, result.stderr.decode()
    made = [line["source"] for line in _told(result) if line["status"] == "made"]
    assert made == [f"{address}/{n}" for n in (1, 2, 3, 5)]
    failed = [line["source"] for line in _told(result) if line["status"] == "failed"]
    assert sorted(failed) == [f"{address}/4", f"{address}/gone"]
    assert "/4" not in handler.asked, "robots.txt is obeyed"
    handler.asked.clear()
    again = mujaz(*arguments, tmp_path / "show", **environment)
    assert again.returncode == 3
    assert {"/1", "/2", "/3", "/5"}.isdisjoint(handler.asked), "what is known is not asked for"
    assert "/gone" in handler.asked, "what failed is tried again"


def test_sitemaps_and_feeds_that_fail_are_listed_once_more(
    mujaz: Mujaz, tmp_path: Path, site: tuple[str, type[_Site]]
) -> None:
    address, handler = site
    handler.pages |= _numbered_pages(4)
    handler.pages |= {
        "/sitemap.xml": _map("sitemapindex", f"{address}/map.xml", f"{address}/lost.xml"),
        "/map.xml": _map("urlset", f"{address}/1", f"{address}/3"),
        "/feed.xml": _rss(address, f"{address}/older.xml", "2", "3"),
        "/older.xml": _rss(address, "", "3", "4"),
        "/busy.xml": _map("urlset", f"{address}/2"),
    }
    # A part of a sitemap, a part of a feed, a source; an article.
    handler.busy |= {"/map.xml", "/older.xml", "/busy.xml", "/2"}
    environment = {**_QUICK, "MUJAZ_FETCH_ALLOW_HOSTS": address.removeprefix("http://")}
    environment |= {"MUJAZ_FETCH_CACHE": str(tmp_path / "fetched"), "MUJAZ_FETCH_RETRIES": "0"}
    sources = [f"{address}/{name}.xml" for name in ("sitemap", "feed", "busy")]
    result = mujaz("archive", "--json", *sources, "-o", tmp_path / "show", **environment)
    told = sorted((line["status"], line["source"]) for line in _told(result))
    made = [("made", f"{address}/{n}") for n in (1, 2, 3, 4)]
    # What fails for good is told once.
    assert told == [("failed", f"{address}/lost.xml"), *made], result.stderr.decode()
    assert handler.asked.count("/lost.xml") == 2
    assert handler.asked.count("/3") == 1, "what was made is not made again"
    # What a source names once more was made in this run, and is not known from before.
    assert "made, 0 articles known already" in result.stderr.decode()


def test_a_partial_episode_without_a_date_is_made_whole_by_the_next_run(
    mujaz: Mujaz, tmp_path: Path, site: tuple[str, type[_Site]]
) -> None:
    address, handler = site
    words = "افتتحت البلدية الجسر أمس بعد عام من العمل وحضر الافتتاح رئيس المدينة وعدد من الناس"
    handler.pages |= {
        "/map.xml": _map("urlset", f"{address}/1"),
        "/1": _page("خبر قصير", f"{words}. وانتهى العمل."),
    }
    environment = {**_QUICK, "MUJAZ_FETCH_ALLOW_HOSTS": address.removeprefix("http://")}
    environment |= {"MUJAZ_FETCH_CACHE": str(tmp_path / "fetched")}
    folder = tmp_path / "work" / "voices"
    folder.mkdir()
    (folder / "short.toml").write_text(
        'name = "short"\nengine = "raising"\nlanguage = "ar"\n[settings]\nlongest = 20\n', "utf-8"
    )
    archive = partial(mujaz, "archive", "--json", f"{address}/map.xml", "-o", tmp_path / "show")
    first = archive(**{**environment, "MUJAZ_SPEECH_VOICE": "short"})
    assert (first.returncode, _statuses(first)) == (3, ["partial"]), first.stderr.decode()
    again = archive(**environment)
    assert (again.returncode, _statuses(again)) == (0, ["corrected"]), again.stderr.decode()
    assert _statuses(archive(**environment)) == []
