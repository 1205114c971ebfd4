"""Sentences of a site beside its news, learnt from several of its pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mujaz.bulletin.boilerplate import (
    REASON,
    SiteSentences,
    read_site_sentences,
    write_site_sentences,
)
from mujaz.domain import Article

_OWN = "نحن نصنع هذه الزاوية كل صباح بأقلام شابة من أنحاء البلاد."
_TITLES = ("افتتاح جسر النهر", "إضراب عمال المناجم", "عودة القطار الليلي", "موسم التمور يبدأ")


def _articles(repeated: str, host: str = "news.example", place: int = 2) -> list[Article]:
    articles = []
    for number, title in enumerate(_TITLES):
        paragraphs = [f"وقال المصدر رقم {number} إن {title} مهم.", f"وأضاف {number} أن الأمر يسير."]
        paragraphs.insert(place, repeated)
        articles.append(Article(title, tuple(paragraphs), url=f"https://{host}/{number}"))
    return articles


def test_a_sentence_at_the_edge_of_most_pages_is_the_sites_own() -> None:
    for place in (0, 2):
        articles = _articles(_OWN, place=place)
        known = SiteSentences()
        known.learn(articles)
        for article in articles:
            cleaned = known.without(article)
            assert cleaned.paragraphs == tuple(p for p in article.paragraphs if p != _OWN)
            assert [(one.line, one.reason) for one in cleaned.dropped] == [(_OWN, REASON)]


def test_background_with_a_word_of_the_headlines_is_news() -> None:
    articles = [
        Article(f"{title} بعد الزلزال", article.paragraphs, url=article.url)
        for title, article in zip(_TITLES, _articles("ضرب الزلزال البلاد يوم الأحد."), strict=True)
    ]
    known = SiteSentences()
    known.learn(articles)
    assert not known.hosts


def test_what_two_pages_share_and_what_stands_within_the_text_is_news() -> None:
    for articles in (_articles(_OWN)[:2], _articles(_OWN, host="")):
        known = SiteSentences()
        known.learn(articles)
        assert not known.hosts
    within = [
        replace(article, paragraphs=(article.paragraphs[0], _OWN, f"أولا {n}.", f"ثانيا {n}."))
        for n, article in enumerate(_articles(_OWN))
    ]
    known = SiteSentences()
    known.learn(within)
    assert not known.hosts


def test_an_only_paragraph_stays() -> None:
    known = SiteSentences()
    known.learn(_articles(_OWN))
    alone = Article("خبر قصير", (_OWN,), url="https://news.example/9")
    assert known.without(alone) is alone


def test_what_was_learnt_is_known_to_the_next_run(tmp_path: Path) -> None:
    known = SiteSentences()
    known.learn(_articles(_OWN))
    write_site_sentences(tmp_path, known)
    assert read_site_sentences(tmp_path).hosts == known.hosts
    (tmp_path / ".mujaz" / "site-sentences.json").write_text("[1]", encoding="utf-8")
    assert read_site_sentences(tmp_path).hosts == {}
