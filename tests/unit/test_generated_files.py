"""Details of feeds, pages, transcripts and checks that listeners would notice if they broke."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from mujaz.domain import Chapter, Cue, Kind, Script, Sentence, Story
from mujaz.pipeline.chapters import chapters
from mujaz.publish.checks import check_show
from mujaz.publish.folder import manifest
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.state import ShowState
from mujaz.publish.html.bidi_markup import mark_latin_runs
from mujaz.publish.html.chapters import chapters_json
from mujaz.publish.html.parts import parts_of
from mujaz.publish.html.plain import file_name, printable
from mujaz.publish.html.transcripts import transcript_json, vtt
from mujaz.publish.html.wording import counted
from mujaz.publish.rss.feed import Document, feed_xml
from mujaz.publish.rss.notes import description_html
from mujaz.publish.rss.paging import documents
from mujaz.publish.rss.xml import qualified
from mujaz.publish.show import published_show
from tests.shows import CONFIG, FIRST, caption_lines, cues, embedded_text, episode, publish


def _cue(start: float, end: float, text: str = "جملة", **fields: object) -> Cue:
    return Cue(Sentence(text, text, **fields), start, end)  # type: ignore[arg-type]


def test_chapters_never_start_after_the_audio_has_ended() -> None:
    late = (Chapter("أول", 3.0), Chapter("ثان", 99.0))
    made = replace(episode(0), chapters=late, duration_s=30.0)
    items = json.loads(chapters_json(made, "موجز"))["chapters"]
    assert [(item["startTime"], item["endTime"]) for item in items] == [(0.0, 30.0), (30.0, 30.0)]


def test_times_of_the_transcripts_rise_even_if_cues_overlap() -> None:
    cues = (_cue(0, 2), _cue(0, 1), _cue(0.5, 0.2), _cue(1, 4))
    made = replace(episode(0), cues=cues, duration_s=3.0)
    segments = json.loads(transcript_json(made))["segments"]
    starts = [segment["startTime"] for segment in segments]
    assert starts == sorted(set(starts))
    assert all(segment["endTime"] > segment["startTime"] for segment in segments)
    times = re.findall(r"(\S+) --> (\S+)", vtt(made, "ar"))
    assert all(start < end for start, end in times)
    assert times == sorted(times)


def test_opening_headlines_are_one_list_and_stories_keep_their_own() -> None:
    stories = (Story("أ"), Story("ب"))
    cues = (
        _cue(0, 1, "مقدمة", kind=Kind.STATION),
        _cue(1, 2, "أ", kind=Kind.HEADLINE, story=0),
        _cue(2, 3, "ب", kind=Kind.HEADLINE, story=1),
        _cue(3, 4, "أ", kind=Kind.HEADLINE, story=0),
        _cue(4, 5, "متن", story=0, paragraph=0),
        _cue(5, 6, "ب", kind=Kind.HEADLINE, story=1),
        _cue(6, 7, "متن", story=1, paragraph=0),
    )
    parts = parts_of(stories, cues)
    assert [part.kind for part in parts] == ["station", "headlines", "story", "story"]
    assert [len(part.paragraphs) for part in parts] == [1, 2, 1, 1]
    assert [cue.start for part in parts[2:] for cue in part.heading] == [3, 5]


@pytest.mark.parametrize(
    ("text", "language", "marked"),
    [
        ("شركة Google أعلنت", "ar", "شركة <bdi>Google</bdi> أعلنت"),
        ("هاتف Galaxy S25 جديد", "ar", '<bdi lang="en" dir="ltr">Galaxy S25</bdi>'),
        ("رخصة CC BY 4.0.", "ar", '<bdi lang="en" dir="ltr">CC BY 4.0</bdi>.'),
        ("قال <5>", "ar", "قال &lt;5&gt;"),
        ("Google أعلنت", "en", "Google أعلنت"),
    ],
)
def test_latin_runs_are_marked_in_arabic(text: str, language: str, marked: str) -> None:
    assert marked in str(mark_latin_runs(text, language))


def test_archive_pages_are_linked_in_order_and_months_are_numbered_from_their_oldest() -> None:
    show = published_show(replace(CONFIG, page=2), ShowState())
    first = datetime(2026, 1, 30, tzinfo=UTC)
    stored = [
        StoredEpisode(replace(episode(n), published=first + timedelta(days=n)), f"f{n}")
        for n in range(9)
    ]
    pages = documents(show, stored[::-1])
    names = [page.name for page in pages]
    assert names == ["feed-2026-02-3.xml", "feed-2026-02-2.xml", "feed-2026-02.xml",
                     "feed-2026-01.xml", "feed.xml"]  # fmt: skip
    assert [[s.folder for s in page.episodes] for page in pages] == [
        ["f6"], ["f5", "f4"], ["f3", "f2"], ["f1", "f0"], ["f8", "f7"]]  # fmt: skip
    assert [page.older for page in pages] == [*names[1:4], "", names[0]]
    assert [page.newer for page in pages] == ["", *names[:3], ""]
    assert [page.current for page in pages] == ["feed.xml"] * 4 + [""]


def test_the_mp3_is_the_default_of_the_alternate_enclosures() -> None:
    show = published_show(CONFIG, ShowState())
    made = replace(episode(0), media="2026-01-01-0123abcd.mp3", size=1000, sha256="ab" * 32)
    root = etree.fromstring(feed_xml(show, Document("feed.xml", (StoredEpisode(made, "f"),))))
    found = root.findall(f".//{qualified('podcast:alternateEnclosure')}")
    assert [(item.get("type"), item.get("default")) for item in found] == [("audio/mpeg", "true")]


def test_a_random_guid_gives_way_once_when_the_show_gets_an_address() -> None:
    placeholder = str(uuid.uuid4())
    without = replace(CONFIG, base_url="")
    assert published_show(without, ShowState(guid=placeholder)).guid == placeholder
    final = published_show(CONFIG, ShowState(guid=placeholder)).guid
    assert uuid.UUID(final).version == 5
    moved = replace(CONFIG, base_url="https://moved.example/")
    assert published_show(moved, ShowState(guid=final)).guid == final
    assert uuid.UUID(published_show(without, ShowState()).guid).version == 4
    assert published_show(CONFIG, ShowState(guid="no uuid")).guid == "no uuid"


def test_a_published_show_has_every_setting_of_the_configuration() -> None:
    show = published_show(replace(CONFIG, base_url="https://news.example/a"), ShowState(guid="g"))
    assert show.base_url == "https://news.example/a/"
    assert (show.guid, show.image, show.image_width) == ("g", "", 0)
    for name in ("title", "link", "keep", "keep_media_days", "copyright", "sections", "timezone"):
        assert getattr(show, name) == getattr(CONFIG, name)
    image = "https://news.example/cover.jpg"
    assert published_show(replace(CONFIG, image=image), ShowState()).image == image
    assert published_show(replace(CONFIG, image="cover.jpg"), ShowState()).image == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "خبر واحد"), (2, "خبران"), (10, "10 أخبار"), (11, "11 خبرا"), (103, "103 أخبار")],
)
def test_counted_nouns_agree(number: int, text: str) -> None:
    assert counted(number, "stories", "ar") == text


def test_a_chapter_starts_in_the_pause_and_not_within_the_sentence_before() -> None:
    headlines = [Sentence(name, name, Kind.HEADLINE, -1, story) for story, name in enumerate("أب")]
    bodies = [Sentence("متن", "متن", Kind.BODY, 0, story) for story in range(2)]
    order = (headlines[0], bodies[0], headlines[1], bodies[1])
    script = Script("عنوان", (Story("أ"), Story("ب")), order)
    times = ((0.0, 1.0), (1.2, 4.0), (4.1, 5.0), (6.0, 7.0))
    cues = [Cue(one, start, end) for one, (start, end) in zip(order, times, strict=True)]
    assert [(c.title, c.start) for c in chapters(script, cues)] == [("أ", 0.0), ("ب", 4.05)]


def test_text_that_xml_cannot_hold_is_removed() -> None:
    assert printable("a\x00\x08b\tc\nd\x7f\x85\ud800\ufffe\u202ee\u2066f") == "ab\tc\ndef"
    assert printable("نص عادي") == "نص عادي"


def test_a_wrong_checksum_of_a_sentence_is_found(tmp_path: Path) -> None:
    cues = tuple(replace(cue, checksum=f"{n}") for n, cue in enumerate(episode(0).cues))
    publish(tmp_path, episode(0, cues=cues))

    def wrong_at(number: int) -> list[str]:
        sums = [f"{n}" if n != number else "other" for n in range(len(cues))]
        result = check_show(tmp_path, CONFIG, lambda path, stretches: sums)
        return [p.what for p in result.problems if "not what was recorded" in p.what]

    assert not wrong_at(-1)
    assert wrong_at(2) == [
        f"the audio of sentence 3 is not what was recorded: {cues[2].sentence.text[:40]}"
    ]


def test_a_chapter_time_rounded_down_lies_in_the_pause() -> None:
    order = tuple(Sentence(f"{n}", f"{n}", Kind.BODY, 0, n) for n in range(60))
    script = Script("عنوان", tuple(Story(f"{n}") for n in range(60)), order)
    cues = [Cue(one, n * 7.33, n * 7.33 + 6.13) for n, one in enumerate(order)]
    for chapter, before, first in zip(chapters(script, cues)[1:], cues, cues[1:], strict=False):
        assert before.end < int(chapter.start) <= chapter.start < first.start


def test_captions_that_begin_with_latin_letters_or_figures_run_from_right_to_left() -> None:
    texts = ["Reuters قالت إن العمل بدأ.", "17 قتيلا في الحادث.", "«Meta» تعلن.", "عاد الوفد."]
    item = episode(0, cues=cues(texts))
    shown = caption_lines(vtt(item, "ar"))
    assert [line.startswith("\u200f") for line in shown] == [True, True, True, False]
    assert [embedded_text(line) for line in shown] == texts
    assert caption_lines(vtt(item, "en")) == texts


def test_captions_that_are_published_stay_as_they_are() -> None:
    texts = ["Reuters قالت إن العمل بدأ.", "عاد الوفد."]
    new = episode(0, cues=cues(texts), media="2026-01-01-0123456789abcdef.mp3")
    written = json.loads(manifest.to_json(new))
    # Manifests of earlier versions do not have it.
    assert written.pop("files_version") == 2
    old = manifest.read(json.dumps(written))
    assert caption_lines(vtt(old, "ar")) == ["\u200fReuters قالت إن العمل بدأ.", "عاد الوفد."]
    assert "files_version" not in json.loads(manifest.to_json(old))
    again = manifest.read(manifest.to_json(new))
    assert vtt(again, "ar") == vtt(new, "ar") != vtt(old, "ar")


@pytest.mark.parametrize("control", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2067"])
def test_an_article_adds_no_embedding_to_a_caption(control: str) -> None:
    text = f"{control}قال{control} الوزير{control}"
    item = episode(
        0, cues=cues([text, text]), voice=f"صوت{control}", voices={"a": "أ", "b": control}
    )
    assert [embedded_text(line) for line in caption_lines(vtt(item, "ar"))] == ["قال الوزير"] * 2


def test_a_note_without_its_tags_still_has_lines() -> None:
    note = description_html(episode(0), "https://news.example/p/", "ar")
    lines = [line for line in re.sub("<[^>]+>", "", note).splitlines() if line.strip()]
    assert len(lines) == 5, lines
    assert all(one in note for one in ('<p dir="rtl">', '<ul dir="rtl">'))
    assert '<p dir="ltr">' in description_html(episode(0), "https://news.example/p/", "en")


def test_the_list_of_episodes_is_in_the_order_of_the_dates_it_shows(tmp_path: Path) -> None:
    late = episode(0, guid="urn:late", published=FIRST + timedelta(days=9))
    publish(tmp_path, late, episode(4), episode(8))
    page = (tmp_path / "index.html").read_text("utf-8")
    days = re.findall(r'<time datetime="([^"]+)"', page)
    assert len(days) == 3
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("bad", ["/", "\\", ":", "?", "\n", '"', "\u202e", "%"])
def test_a_download_has_a_name_that_every_system_accepts(bad: str) -> None:
    name = file_name(f"موجز{bad}نشرة" + " طويلة" * 200, FIRST.date())
    assert bad not in name
    assert name.startswith("موجز")
    assert name.endswith(" 2026-01-01")
    assert len(f"{name}.mp3".encode()) < 255


def test_the_list_of_episodes_cuts_no_word(tmp_path: Path) -> None:
    words = [f"المستشفيات{number}" for number in range(60)]
    publish(tmp_path, episode(summary=" ".join(words)))
    page = (tmp_path / "index.html").read_text("utf-8")
    shown = re.search(r'<p class="?about"?>(.*?)</p>', page)
    assert shown is not None
    assert shown[1].endswith("…")
    assert set(shown[1].removesuffix("…").split()) < set(words)
