"""The feed: what it says, what it must never say, and how it is judged."""

from __future__ import annotations

import html.parser
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mujaz.domain import Chapter, Episode, Story
from mujaz.publish.folder.layout import folder_name
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.state import ShowState
from mujaz.publish.html.chapters import chapters_json
from mujaz.publish.html.pages import episode_page
from mujaz.publish.html.plain import one_line, printable, web_address
from mujaz.publish.html.transcripts import transcript_html, transcript_json, vtt
from mujaz.publish.rss import validation
from mujaz.publish.rss.feed import Document, feed_xml
from mujaz.publish.rss.names import podcast_guid
from mujaz.publish.rss.notes import MOST_BYTES, description_html
from mujaz.publish.show import Show, published_show
from tests.shows import CONFIG, FIRST, caption_lines, cues, embedded_text, episode

_ALLOWED = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em"}
_NASTY = (
    "]]>", "<script>alert(1)</script>", "&", "&amp;", "\x00", "\x0b", "\x1b[31m", "\u202e",
    "\u2066", "\u200f",
    "../../etc/passwd", "\r\nX-Header: 1", "\n\n00:00:01.000 --> 00:00:02.000\n", "-->", '"', "'",
    "\ud800", "\ufffe", "<!--", "javascript:alert(1)", "{{ 7 * 7 }}", "%s", "ب\u064e\u0651",
)  # fmt: skip
_TEXT = st.lists(st.one_of(st.sampled_from(_NASTY), st.text(max_size=12)), max_size=8).map("".join)
_LINK = st.one_of(_TEXT, _TEXT.map("https://news.example/".__add__))


def _show(**changes: object) -> Show:
    return replace(published_show(CONFIG, ShowState()), **changes)  # type: ignore[arg-type]


def _complete(item: Episode) -> Episode:
    return replace(item, media=f"{item.day}-0123456789abcdef.mp3", size=1000, sha256="ab" * 32)


def _feed(show: Show, *episodes: Episode) -> bytes:
    stored = tuple(
        StoredEpisode(_complete(item), folder_name(item.day, item.guid)) for item in episodes
    )
    return feed_xml(show, Document("feed.xml", stored))


def _problems(data: bytes) -> list[str]:
    return validation.problems(data, lambda name: 1000)


def test_the_guid_follows_the_namespace_rule() -> None:
    # Test vectors of the podcast namespace's guid document.
    assert podcast_guid("https://podnews.net/rss/") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    vector = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert podcast_guid("http://mp3s.nashownotes.com/pc20rss.xml") == vector


def test_the_feed_says_what_directories_ask_for() -> None:
    show = _show(
        image="https://news.example/cover-0123abcd.jpg",
        image_alt="موجة صوت",
        image_width=3000,
        copyright="غرفة الأخبار",
        license="CC-BY-4.0",
        hub="https://hub.example/",
        new_feed_url="https://moved.example/feed.xml",
        update_frequency="FREQ=DAILY;BYHOUR=6,18",
    )
    data = _feed(show, episode())
    assert _problems(data) == []
    namespaces = {"podcast": "https://podcastindex.org/namespace/1.0", "atom": "http://www.w3.org/2005/Atom",
                  "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd"}  # fmt: skip
    root = etree.fromstring(data)

    def values(path: str) -> list[str]:
        return [str(value) for value in root.xpath(path, namespaces=namespaces)]

    assert values("channel/atom:link/@rel") == ["self", "hub"]
    assert values("channel/*[1]/@href") == ["https://news.example/audio/feed.xml"]
    assert values("channel/itunes:owner/itunes:email/text()") == ["desk@news.example"]
    assert values("channel/itunes:category/itunes:category/@text") == ["Daily News"]
    assert values("channel/itunes:new-feed-url/text()") == ["https://moved.example/feed.xml"]
    assert values("channel/podcast:image/@alt") == ["موجة صوت"]
    assert values("channel/podcast:image/@aspect-ratio") == ["1/1"]
    assert values("channel/podcast:image/@width") == ["3000"]
    assert values("//podcast:license/text()") == ["cc-by-4.0", "cc-by-4.0"]
    assert values("channel/podcast:updateFrequency/@rrule") == ["FREQ=DAILY;BYHOUR=6,18"]
    assert values("channel/podcast:locked/@owner") == ["desk@news.example"]
    assert values("//podcast:txt/@purpose") == ["ai-content", "ai-content"]
    assert values("//item/podcast:transcript/@type") == [
        "text/html",
        "text/vtt",
        "application/json",
    ]
    assert values("//item/podcast:chapters/@type") == ["application/json+chapters"]
    assert values("//podcast:source/@uri") == values("//enclosure/@url")
    integrity = "sha256-" + "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="
    assert values("//podcast:integrity/@value") == [integrity]
    assert values("//item/podcast:person/@role") == ["narrator"]
    assert values("//item/itunes:duration/text()") == ["32"]


def test_equal_episodes_give_equal_bytes() -> None:
    assert _feed(_show(), episode(1), episode(0)) == _feed(_show(), episode(1), episode(0))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'version="2.0"', b'version="0.9"', "RSS 2.0"),
        (b"</rss>", b"", "well-formed"),
        (b'isPermaLink="false"', b"", "isPermaLink"),
        (b'length="1000"', b'length="999"', "bytes"),
        (b'type="audio/mpeg"/>\n      <itunes', b'type="audio/mp3"/>\n      <itunes', "audio/mpeg"),
        (b"<itunes:explicit>false", b"<itunes:explicit>no", "explicit"),
        (b"+0000</pubDate>\n      <desc", b"</pubDate>\n      <desc", "pubDate"),
        (b"<itunes:duration>32", b"<itunes:duration>0:32", "duration"),
        (b"<language>ar", b"<language>Arabic", "language"),
        (b'rel="self"', b'rel="hub"', "own address"),
        (b'type="text/vtt"', b'type="text/srt"', "transcript"),
        (b"application/json+chapters", b"application/json", "chapters"),
        (b'text="News"', b'text="news"', "category"),
        (b"<podcast:locked owner=\"desk@news.example\">yes", b"<podcast:locked>true", "locked"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found(old: bytes, new: bytes, told: str) -> None:
    data = _feed(_show(), episode())
    assert old in data
    assert any(told in problem for problem in _problems(data.replace(old, new)))


def test_repeated_guids_enclosures_and_a_wrong_order_are_found() -> None:
    twice = " ".join(_problems(_feed(_show(), episode(), episode())))
    assert "same guid" in twice
    assert "same enclosure" in twice
    assert "after an older" in " ".join(_problems(_feed(_show(), episode(0), episode(9))))


def test_entities_of_a_hostile_feed_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words", encoding="utf-8")
    data = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]><rss version="2.0"><channel><title>&x;</title></channel></rss>'  # noqa: E501
    assert "secret words" not in " ".join(_problems(data.encode()))


class _Reader(html.parser.HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href", "dir"}
        assert tag not in ("p", "ul") or ("dir", "rtl") in attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(markup: str) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


def test_the_note_lists_stories_with_times_sources_and_disclosure() -> None:
    item = replace(
        episode(),
        chapters=(
            Chapter("تنويه", 0.0),
            Chapter("خبر أول", 5.9, "https://news.example/خبر"),
            Chapter("ثان", 3671.2),
        ),
    )
    note = _read(description_html(item, "https://news.example/audio/episodes/x/", "ar"))
    for text in ("00:00:00 تنويه", "00:00:05 خبر أول", "01:01:11 ثان", item.disclosure):
        assert text in note.text
    assert "https://news.example/%D8%AE%D8%A8%D8%B1" in note.links
    assert note.tags <= _ALLOWED


@pytest.mark.parametrize("stories", [1, 12, 80, 600])
@pytest.mark.parametrize("letters", [10, 200, 50_000])
def test_the_note_keeps_its_limit_and_what_matters(stories: int, letters: int) -> None:
    chapters = tuple(
        Chapter("خ" * letters, 3.0 * n, "https://news.example/" + "خبر" * 60)
        for n in range(stories)
    )
    item = replace(episode(), summary="ملخص " * letters, chapters=chapters)
    note = description_html(item, "https://news.example/page/", "ar")
    assert len(note.encode()) <= MOST_BYTES
    assert item.disclosure in note
    assert "https://news.example/page/" in _read(note).links
    assert "00:00:00" in note


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(_TEXT, _TEXT, _TEXT, _LINK, _TEXT)
def test_hostile_text_breaks_nothing(
    title: str, summary: str, body: str, link: str, author: str
) -> None:
    base = episode()
    item = _complete(
        replace(
            base,
            title=title,
            summary=summary,
            voice=author,
            stories=(Story(title, link, author=author),),
            chapters=(Chapter(title, 0.0, link), Chapter(body, 2.0, link)),
            cues=cues([title, body, summary]),
            updated=FIRST + timedelta(days=1),
        )
    )
    show = _show(title=f"ن{title}", description=f"و{summary}", author=f"غ{author}", image_alt=body)
    data = _feed(show, item)
    assert _problems(data) == []
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    assert len(parsed.entries) == 1

    note = _read(description_html(item, "https://news.example/p/", "ar"))
    assert note.tags <= _ALLOWED
    assert all(address.startswith(("http://", "https://")) for address in note.links)

    for text in (
        data.decode(),
        *map(embedded_text, caption_lines(vtt(item, "ar"))),
        transcript_html(item, "ar"),
        transcript_json(item),
    ):
        # What is written is Unicode, without controls or overrides.
        text.encode()
        assert text == printable(text)
    captions = vtt(item, "ar")
    assert "<" not in captions
    assert captions.count("-->") == sum(" --> " in line for line in captions.splitlines())
    assert "<script" not in transcript_html(item, "ar").lower()
    assert "<script>alert" not in episode_page(show, item)
    segments = json.loads(transcript_json(item))["segments"]
    assert all(segment["body"].strip() for segment in segments)
    for chapter in json.loads(chapters_json(item, show.title))["chapters"]:
        assert chapter.get("url", "https://").startswith(("http://", "https://"))
    assert "/" not in folder_name(item.day, item.guid)


def test_a_title_of_a_hundred_kilobytes_is_cut() -> None:
    item = replace(episode(), title="خبر طويل " * 10_000, summary="س" * 100_000)
    data = _feed(_show(), item)
    assert _problems(data) == []
    assert len(data) < 20_000


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://news.example/خبر?س=1&b=2#ج", "https://news.example/%D8%AE%D8%A8%D8%B1?%D8%B3=1&b=2#%D8%AC"),
        ("https://مثال.example/a", "https://xn--mgbh0fb.example/a"),
        ("HTTP://news.example:8080/a%20b", "http://news.example:8080/a%20b"),
        ("javascript:alert(1)", ""),
        ("https://news.example/a b", ""),
        ("https://news.example/\u202egnp", ""),
        ("https://", ""),
        ("https://news.example:port/", ""),
        ("news.example", ""),
        ('https://news.example/"onclick=x', "https://news.example/%22onclick=x"),
    ],
)  # fmt: skip
def test_an_address_is_made_ascii_or_refused(text: str, address: str) -> None:
    assert web_address(text) == address


def test_texts_are_one_line_and_printable() -> None:
    assert one_line("  عنوان\r\nثان\u202e\x00  ") == "عنوان ثان"
    assert one_line("أ" * 300, 255) == "أ" * 254 + "…"
    assert printable("ب\u064e\u0651\u200f\n") == "ب\u064e\u0651\u200f\n"


def test_words_that_the_engine_timed_stand_in_the_json_transcript() -> None:
    segments = json.loads(transcript_json(episode()))["segments"]
    words = segments[1]["words"]
    assert [word["body"] for word in words] == segments[1]["body"].split()[:15]
    starts = [word["startTime"] for word in words]
    assert starts == sorted(starts)
    assert words[-1]["endTime"] == segments[1]["endTime"]
    assert all(word["endTime"] >= word["startTime"] for word in words)


def test_captions_are_short_and_hold_the_whole_text() -> None:
    item = episode()
    lines = [embedded_text(line) for line in caption_lines(vtt(item, "ar"))]
    assert all(len(line) <= 65 for line in lines)
    assert " ".join(lines) == " ".join(cue.sentence.text for cue in item.cues)
