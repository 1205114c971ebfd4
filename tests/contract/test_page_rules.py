"""The newsroom's own rules for pages of a host, and ``mujaz text clean --explain``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mujaz.errors import ConfigError
from mujaz.ingest.page_rules import read_page_rules
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean
from tests.conftest import Mujaz
from tests.contract.test_feed_text import _site

_TITLE = "بدء العمل في توسعة ميناء الشمال"
_PARAGRAPHS = (
    "قال مدير الميناء سالم الحداد إن العمل في الرصيف الجديد سيبدأ مطلع الشهر المقبل.",
    "وأضاف الحداد أن الكلفة تبلغ نحو أربعين مليون دينار، وأن الشركة تعهدت بإنجازه.",
)
_NOTE = "هذه الزاوية يكتبها محررو الموقع كل صباح ويعيدون نشرها في المساء."
_BOX = "جمعية الصيادين تعلن موعد انتخاباتها السنوية في مقرها الجديد قرب الميناء."
_PAGE = (
    '<!doctype html><html><head><title>الموقع</title></head><body><div class="x1">'
    f'<div class="x2">{_TITLE}</div><div class="x3">حرر في ٥ أيار ٢٠٢٤</div><div class="x4">'
    f'<p>{_PARAGRAPHS[0]}</p><p class="note">{_NOTE}</p><p>{_PARAGRAPHS[1]}</p></div>'
    f'<div class="x5"><p>{_BOX}</p></div></div></body></html>'
)
_RULES = """
["news.example"]
title = ".x2"
body = ".x4 p"
date = ".x3"
drop = ["p.note"]
"""


def _rules(folder: Path, text: str = _RULES) -> Path:
    path = folder / "page-rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("host", ["news.example", "www.news.example"])
def test_rules_select_title_text_and_date(tmp_path: Path, host: str) -> None:
    rules = read_page_rules(_rules(tmp_path))
    article = clean(page_from_bytes(_PAGE.encode(), "-", url=f"https://{host}/1", rules=rules))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)
    assert str(article.day) == "2024-05-05"
    reasons = {dropped.line: dropped.reason for dropped in article.dropped}
    assert reasons[_NOTE] == "page rules: drop"
    assert reasons[_BOX] == "page rules: not in the body"


def test_other_hosts_are_read_without_the_rules(tmp_path: Path) -> None:
    rules = read_page_rules(_rules(tmp_path))
    page = page_from_bytes(_PAGE.encode(), "-", url="https://notnews.example/1", rules=rules)
    assert _NOTE in clean(page).paragraphs


def test_rules_that_select_nothing_are_named_and_the_page_is_read(tmp_path: Path) -> None:
    rules = read_page_rules(_rules(tmp_path, '["news.example"]\nbody = ".gone"\n'))
    page = page_from_bytes(_PAGE.encode(), "-", url="https://news.example/1", rules=rules)
    assert "news.example select no text" in page.warning
    assert set(_PARAGRAPHS) <= set(clean(page).paragraphs)


@pytest.mark.parametrize("times", [True, False])
def test_entries_of_a_live_page_begin_with_their_times_if_set(
    tmp_path: Path, *, times: bool
) -> None:
    news = ("وصلت العاصفة إلى الساحل", "أغلقت المدارس أبوابها", "عادت الكهرباء إلى الأحياء")
    entries = "".join(
        f'<div><time datetime="2026-01-27T{hour:02d}:05:00Z">{hour + 2}:05</time>'
        f"<p>{news[number]} صباح الثلاثاء، بحسب ما أعلنه الدفاع المدني في المدينة.</p></div>"
        for number, hour in ((2, 9), (1, 8), (0, 7))
    )
    html = f"<!doctype html><html><body><main><h1>{_TITLE}</h1>{entries}</main></body></html>"
    rules = read_page_rules(_rules(tmp_path, f'["*"]\nlive_times = {str(times).lower()}\n'))
    told = clean(page_from_bytes(html.encode(), "-", rules=rules)).paragraphs
    begins = [f"{hour + 2}:05: " if times else "" for hour in (7, 8, 9)]
    assert len(told) == len(news)
    for line, begin, text in zip(told, begins, news, strict=True):
        assert line.startswith(begin + text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('["news.example"]\nbodi = "p"\n', "unknown key"),
        ('["news.example"]\nbody = "p["\n', "no CSS selector"),
        ('["news.example"]\nbody = 3\n', "no CSS selector"),
        ('body = "p"\n', "table of their host"),
        ('["*"]\nlive_times = 1\n', "true or false"),
        ("[[", "cannot be read"),
    ],
)
def test_mistakes_in_the_rules_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_page_rules(_rules(tmp_path, text))


def test_explain_shows_the_lines_of_a_page_with_their_fate(mujaz: Mujaz, tmp_path: Path) -> None:
    (tmp_path / "story.html").write_text(_PAGE, encoding="utf-8")
    _rules(tmp_path, _RULES.replace("news.example", "127.0.0.1"))
    with _site(tmp_path) as host:
        config = tmp_path / "mujaz.toml"
        config.write_text(
            f'[fetch]\nallow_hosts = ["{host}"]\npage_rules = "page-rules.toml"\n', encoding="utf-8"
        )
        address = f"http://{host}/story.html"
        explained = mujaz("--config", config, "text", "clean", "--explain", address)
        cleaned = mujaz("--config", config, "text", "clean", address)
    lines = [line.split("\t") for line in explained.stdout.decode().splitlines()]
    assert lines == [
        ["title", _TITLE],
        ["dateline", "حرر في ٥ أيار ٢٠٢٤"],
        ["text", _PARAGRAPHS[0]],
        ["page rules: drop", _NOTE],
        ["text", _PARAGRAPHS[1]],
        ["page rules: not in the body", _BOX],
    ]
    assert json.loads(cleaned.stdout)["paragraphs"] == list(_PARAGRAPHS)


def test_explain_shows_the_lines_of_a_text(mujaz: Mujaz) -> None:
    text = "\n".join((_TITLE, "5 أيار 2024", *_PARAGRAPHS, "شارك المقال"))
    result = mujaz("text", "clean", "--explain", data=text.encode())
    fates = [line.split("\t")[0] for line in result.stdout.decode().splitlines()]
    assert fates == ["title", "dateline", "text", "text", "boilerplate"]
