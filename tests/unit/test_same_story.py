"""Articles at the edges: just long enough, and copied under another headline."""

from __future__ import annotations

from mujaz.bulletin.selection import unfit
from mujaz.bulletin.similarity import imprint, tell_the_same
from mujaz.domain import Article
from tests.newsroom.articles import invent


def test_a_story_of_just_enough_words_is_told() -> None:
    article = invent(1, 40)[0]
    words = len(" ".join(article.paragraphs).split())
    told = Article(article.title, article.paragraphs)
    assert unfit(told, words) == ""
    assert "too short" in unfit(told, words + 1)


def test_a_copy_under_another_headline_is_the_same_story() -> None:
    first, other = invent(2, 60)
    copied = imprint("عنوان لا يشبه الأول في شيء", first.paragraphs)
    assert tell_the_same(imprint(first.title, first.paragraphs), copied)
    assert not tell_the_same(imprint(other.title, other.paragraphs), copied)
