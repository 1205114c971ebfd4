"""Articles that a content system sends, as scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from html import escape

from mujaz.desk.values import InvalidError
from mujaz.domain import Dropped, Page, Script
from mujaz.ingest.html import page_from_html
from mujaz.pipeline.read import article_of, page_rules
from mujaz.pipeline.wording import words
from mujaz.report import Report
from mujaz.settings.values import Config
from mujaz.text.script import Reading, script_of, story_sentences, with_pauses


@dataclass(frozen=True, slots=True)
class ArticleIn:
    """An article; either ``html`` or ``text`` holds its body."""

    title: str
    html: str = ""
    text: str = ""
    url: str = ""
    day: date | None = None
    section: str = ""
    author: str = ""


def script_of_article(
    article: ArticleIn, config: Config, reading: Reading
) -> tuple[Script, tuple[Dropped, ...]]:
    """Clean an article and make its script.

    Returns:
        The script, and the lines that were left out with reasons.

    Raises:
        NoArticleError: If it holds no Arabic text.
        InvalidError: If it has neither or both of ``html`` and ``text``.
    """
    if bool(article.html) == bool(article.text):
        raise InvalidError("give either html or text", where="html", hint="send one of the two")
    cleaned = article_of(_page(article, config), Report())
    cleaned = replace(
        cleaned,
        title=article.title or cleaned.title,
        url=article.url or cleaned.url,
        day=article.day or cleaned.day,
        author=article.author or cleaned.author,
        # No file: else articles without an address would count as versions of one another.
        source="",
    )
    sentences = story_sentences(cleaned, 0, reading, article.day)
    script = script_of(
        [(cleaned, sentences)], reading, disclosure=words()["disclosure"], day=article.day
    )
    pauses = asdict(config.pauses)
    stories = tuple(replace(story, section=article.section) for story in script.stories)
    paused = tuple(with_pauses(script.sentences, pauses))
    return replace(script, sentences=paused, stories=stories), cleaned.dropped


def _page(article: ArticleIn, config: Config) -> Page:
    where = article.url or "article"
    if article.text:
        text = f"{article.title}\n\n{article.text}"
        return Page(text, where, article.url, article.title, plain_title=True)
    html = article.html
    if "<html" not in html[:2000].lower():
        # A content system sends the body alone.
        html = (
            f"<html><body><article><h1>{escape(article.title)}</h1>{html}</article></body></html>"
        )
    data = html.encode("utf-8", "replace")
    rules = page_rules(config)
    return page_from_html(data, where, url=article.url, declared="utf-8", rules=rules)
