"""The text that a feed holds, when the page behind it is missing, walled, or shorter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mujaz.bulletin.listing import Candidate, list_source, load
from mujaz.bulletin.selection import too_early
from mujaz.errors import SourceError
from mujaz.ingest.fetch import Fetcher
from mujaz.settings.values import FetchConfig, SourceConfig
from mujaz.text.cleaning.article import clean

_TITLE = "بدء العمل في توسعة ميناء الشمال"
_WHOLE = (
    "قال مدير الميناء سالم الحداد إن العمل في الرصيف الجديد سيبدأ مطلع الشهر المقبل.",
    "وأضاف الحداد أن الكلفة تبلغ نحو أربعين مليون دينار، وأن الشركة تعهدت بإنجازه.",
    "ويخدم الميناء ثلاث محافظات في شمال البلاد، ويعمل فيه أكثر من ألف عامل.",
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _page(*paragraphs: str) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<!doctype html><html><body><article><h1>{_TITLE}</h1>{body}</article></body></html>"


def _load(folder: Path, page: str, feed: str, content: str = "auto") -> tuple[str, str]:
    """Return the text and the warning of a feed's only story."""
    if page:
        (folder / "story.html").write_text(page, encoding="utf-8")
    with _site(folder) as host:
        (folder / "feed.xml").write_text(
            f"<rss version='2.0'><channel><title>وكالة</title><item><title>{_TITLE}</title>"
            f"<link>http://{host}/story.html</link><description><![CDATA[{feed}]]></description>"
            "</item></channel></rss>",
            encoding="utf-8",
        )
        source = SourceConfig(url=f"http://{host}/feed.xml", content=content)
        with Fetcher(replace(FetchConfig(), allow_hosts=(host,)), "mujaz/test", None) as fetcher:
            (candidate,) = list_source(source, 0, folder, fetcher).candidates
            loaded = load(candidate, fetcher)
    return "\n".join(clean(loaded).paragraphs), loaded.warning


_FEED = "".join(f"<p>{paragraph}</p>" for paragraph in _WHOLE)


@pytest.mark.parametrize("content", ["auto", "page"])
@pytest.mark.parametrize("page", ["", "<!doctype html><html><body><nav>Menu</nav></body></html>"])
def test_the_feed_stands_in_for_a_page_that_cannot_be_read(
    tmp_path: Path, page: str, content: str
) -> None:
    text, warning = _load(tmp_path, page, _FEED, content)
    assert text == "\n".join(_WHOLE)
    assert "the page cannot be read" in warning


def test_the_feed_stands_in_for_a_page_with_less_text(tmp_path: Path) -> None:
    text, warning = _load(tmp_path, _page(_WHOLE[0]), _FEED)
    assert text == "\n".join(_WHOLE)
    assert "less text than the feed" in warning


def test_a_page_with_more_text_is_told(tmp_path: Path) -> None:
    text, warning = _load(tmp_path, _page(*_WHOLE), f"<p>{_WHOLE[0]}</p>")
    assert (text, warning) == ("\n".join(_WHOLE), "")
    # content = "page" asks for the page, even if it is shorter.
    text, warning = _load(tmp_path, _page(_WHOLE[0]), _FEED, "page")
    assert (text, warning) == (_WHOLE[0], "")


def test_a_summary_of_a_few_words_does_not_stand_in_for_a_page(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="404"):
        _load(tmp_path, "", "<p>بدء العمل في توسعة الميناء.</p>")


def test_a_story_dated_in_the_future_waits() -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert "it waits" in too_early(now + timedelta(hours=1), now)
    assert not too_early(now + timedelta(minutes=5), now)
    assert not too_early(now, now)
    assert not too_early(None, now)


def test_a_candidate_without_a_feed_is_loaded_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("\n".join((_TITLE, *_WHOLE)), encoding="utf-8")
    with Fetcher(FetchConfig(), "mujaz/test", None) as fetcher:
        page = load(Candidate(SourceConfig(path=str(path)), 0, 0, str(path)), fetcher)
    assert clean(page).paragraphs == _WHOLE


_WALLS = {
    "schema.org": '<script type="application/ld+json">{"@type": "NewsArticle", '
    '"isAccessibleForFree": false}</script>',
    "tier": '<meta property="article:content_tier" content="locked">',
    "element": '<div class="paywall-box"><p>اشترك لمتابعة القراءة</p></div>',
}


def _behind(wall: str, *paragraphs: str) -> str:
    return _page(*paragraphs).replace("</article>", f"{wall}</article>")


@pytest.mark.parametrize("wall", _WALLS.values(), ids=_WALLS)
def test_a_story_told_by_its_teaser_only_is_said_to_be_one(tmp_path: Path, wall: str) -> None:
    text, warning = _load(tmp_path, _behind(wall, *_WHOLE[:2]), "")
    assert text == "\n".join(_WHOLE[:2])
    assert "only the beginning" in warning


def test_a_whole_article_and_a_short_free_one_are_no_teasers(tmp_path: Path) -> None:
    many = tuple(f"{line} وهذا في اليوم رقم {day}." for day in range(4) for line in _WHOLE)
    assert _load(tmp_path, _behind(_WALLS["element"], *many), "")[1] == ""
    assert _load(tmp_path, _page(*_WHOLE[:2]), "")[1] == ""
