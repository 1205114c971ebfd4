"""The screens' texts, colours and addresses, without a server."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from mujaz.desk.screens import accent, wording
from mujaz.desk.screens.draft_routes import _HELPERS
from mujaz.desk.screens.forms import future, pause_ms
from mujaz.desk.screens.pages import render
from mujaz.desk.screens.routes import _own_path
from mujaz.desk.services.context import Context
from mujaz.desk.services.settings import Settings
from mujaz.desk.values import Actor, DoubtView, DraftView, Role, SentenceView, StoryView

_TEMPLATES = files("mujaz.desk.screens") / "templates"
_PLACES = re.compile(r"\{(\w+)\}")


def templates() -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in _TEMPLATES.iterdir()}


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    arabic, english = wording.words("ar"), wording.words("en")
    assert arabic.keys() == english.keys()
    for key in english:
        assert arabic[key].strip(), key
        assert english[key].strip(), key
        assert sorted(_PLACES.findall(arabic[key])) == sorted(_PLACES.findall(english[key])), key


def test_every_key_of_the_templates_has_a_text() -> None:
    known = wording.words("en")
    for name, source in templates().items():
        for key in re.findall(r'\bt\("([\w-]+)"[,)]', source):
            assert key in known, f"{key} in {name}"


def test_every_setting_has_its_meaning(tmp_path: Path) -> None:
    context = Context(tmp_path / "show", None)
    try:
        keys = [field.key for field in Settings(context).form()]
    finally:
        context.close()
    for language in wording.LANGUAGES:
        assert sorted(wording._meanings(language)) == sorted(keys), "add to settings.tsv"
        assert all(wording.meaning(key, language).strip() for key in keys)
    assert not [key for key in keys if not re.search("[\u0621-\u064a]", wording.meaning(key, "ar"))]


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("state_", ["preparing", "approved", "publishing", "published"]),
        ("job_", ["gather", "voice", "publish", "correct", "withdraw", "install"]),
        ("job_is_", ["queued", "running", "done", "failed", "cancelled"]),
        ("said_job_", ["done", "failed", "cancelled"]),
        ("doubt_", ["latin", "unread", "spelling", "unknown", "disagree"]),
        ("change_", ["new", "gone", "shown", "spoken", "moved"]),
        ("episode_", ["published", "corrected", "withdrawn"]),
        ("action_", ["new", "corrected", "unchanged"]),
    ],
)
def test_every_state_has_a_text(prefix: str, values: list[str]) -> None:
    assert not [value for value in values if not wording.has(prefix + value)]


def test_counts_agree_with_their_nouns() -> None:
    assert wording.counted(2, "story", "ar") == "خبران"
    assert wording.counted(103, "story", "ar") == "103 أخبار"
    assert wording.counted(111, "story", "ar") == "111 خبرا"
    assert wording.counted(200, "story", "ar") == "200 خبر"
    assert wording.counted(1, "minute", "en") == "1 minute"
    assert wording.counted(0, "doubt", "en") == "no doubtful words"


def test_a_value_is_not_searched_for_names() -> None:
    assert "{total}" in wording.text("story_named", "en", title="{total}")


def test_pages_have_no_inline_code() -> None:
    """The content security policy refuses it."""
    for name, source in templates().items():
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", source), name
        assert "|safe" not in source, name
        assert not re.search(r'(?:src|href)="(?:https?:)?//', source), name


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_colour_is_moved_until_it_can_be_read(colour: accent.Colour) -> None:
    for paper in (accent.LIGHT_PAPER, accent.DARK_PAPER, (255, 255, 255)):
        assert accent.contrast(accent.readable(colour, paper), paper) >= 7


def test_the_accent_keeps_the_hue_of_the_cover() -> None:
    red, green, blue = accent.readable((243, 182, 63), accent.LIGHT_PAPER)
    assert red > green > blue


def test_a_picture_that_cannot_be_read_gives_the_usual_accent() -> None:
    assert "--accent: #0c2745" in accent.theme(b"no picture")


@pytest.mark.parametrize(
    ("back", "path"),
    [
        ("/drafts/1?in=4", "/drafts/1?in=4"),
        ("/prefix/words", "/words"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/a\r\nSet-Cookie: b", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_leads_to_the_desk_only(back: str, path: str) -> None:
    request = Request({"type": "http", "root_path": "/prefix", "headers": []})
    assert _own_path(request, back) == path


def test_a_long_bulletin_fits_into_the_size_of_a_page() -> None:
    """20 stories and 360 sentences, with style, scripts and fonts, in 400 kB."""
    shown = "وقالت وزيرة النقل إن خطوطا جديدة ستصل إلى البلدة قبل نهاية العام."
    spoken = "وَقَالَتْ وَزِيرَةُ النَّقْلِ إِنَّ خُطُوطًا جَدِيدَةً سَتَصِلُ إِلَى الْبَلْدَةِ قَبْلَ نِهَايَةِ الْعَام."
    doubt = DoubtView(0, 5, 0, "وقالت", "unknown", "وَقَالَتْ")
    stories = tuple(
        StoryView(
            story,
            "مجلس الوزراء يقر موازنة النقل",
            3.0,
            tuple(
                SentenceView(story * 18 + n, shown, spoken, "body", 350, doubts=(doubt,) * (n % 2))
                for n in range(18)
            ),
        )
        for story in range(1, 21)
    )
    draft = DraftView(
        "d", "نشرة", "bulletin", "2026-11-28", 1, "preparing", "", "", False, 60, 60.0,
        stories, (), 180, True, {},
    )  # fmt: skip
    state = {"actor": Actor("layla", Role.CHIEF)}
    request = Request({"type": "http", "path": "/", "query_string": b"", "headers": [],
                       "method": "GET", "root_path": "", "state": state})  # fmt: skip
    page = render(request, "draft.html", {**_HELPERS, "draft": draft, "state": None})
    assets = files("mujaz.desk.screens") / "assets"
    loaded = sum(
        len(file.read_bytes())
        for file in assets.iterdir()
        if file.name.endswith((".css", ".js", ".woff2"))
    )
    assert page.body.count(b'class="s"') == 360
    assert len(page.body) + loaded <= 400_000


def test_pauses_and_times_that_cannot_be() -> None:
    assert [pause_ms(text) for text in ("0", "350", "10000", "10001", "-1", "x", "")] == [
        0,
        350,
        10000,
        None,
        None,
        None,
        None,
    ]
    assert future("2001-01-01T08:00") is None
    assert future("soon") is None
    assert future("2999-01-01T08:00") is not None
