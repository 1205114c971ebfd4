"""Sources become a script: the stages before any sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from mujaz.arabic.letters import has_arabic
from mujaz.config import Config
from mujaz.diacritizers import guard_for
from mujaz.domain import Article, Script
from mujaz.errors import SourceError
from mujaz.ingest import read_source
from mujaz.pipeline.run import Run, keep_stage
from mujaz.report import StoryReport
from mujaz.text.article import clean
from mujaz.text.script import Reading, build_script

DISCLOSURE = "يُقرأ هذا الخبرُ بصوتٍ اصطناعيّ."


def read_script(sources: Sequence[str], run: Run) -> Script:
    """Ingest, clean and vocalize: the stages before any sound."""
    report = run.report
    articles: list[Article] = []
    for source in sources:
        try:
            with report.timed("ingest"):
                article = _article(source, run)
        except SourceError as error:
            report.stories.append(StoryReport("", source, status="failed", error=str(error)))
            if len(sources) == 1:
                raise
            run.say(f"left out: {error}")
            continue
        articles.append(article)
        report.stories.append(StoryReport(article.title, source))
    if not articles:
        raise SourceError("none of the sources could be read", hint="see the report: --json")
    with report.timed("diacritize"):
        script = build_script(
            articles,
            reading(run.config),
            disclosure=DISCLOSURE,
            title=run.options.title,
            day=run.options.day,
        )
    good = [story for story in report.stories if story.status != "failed"]
    for index, story in enumerate(good):
        story.index = index
        story.sentences = sum(1 for s in script.sentences if s.story == index)
    keep_stage(run, "script.json", [asdict(sentence) for sentence in script.sentences])
    return script


def estimated_minutes(script: Script, words_per_minute: int = 150) -> float:
    """How long a script will take to read, pauses included."""
    words = sum(len(sentence.spoken.split()) for sentence in script.sentences)
    pauses_ms = sum(sentence.pause_ms for sentence in script.sentences)
    return words / words_per_minute + pauses_ms / 60_000


def reading(config: Config) -> Reading:
    """How the configuration reads text: its diacritizer, lexicon and pausal forms."""
    guard = guard_for(config)

    def diacritize(line: str) -> str:
        marked = guard.line(line)
        return guard.lexicon.respell(marked) if guard.lexicon else marked

    pausal = config.text.pausal
    return Reading(diacritize, config.text.months, bool(pausal), pausal == "commas")


def _article(source: str, run: Run) -> Article:
    page = read_source(source)
    article = clean(page)
    where = "standard input" if source == "-" else source
    if not article.paragraphs and not article.title:
        raise SourceError(
            "no article found in this text", where=where, hint="try `mujaz text clean`"
        )
    if not any(has_arabic(text) for text in (article.title, *article.paragraphs)):
        raise SourceError("no Arabic text found", where=where, hint="mujaz reads Arabic articles")
    if not article.title:
        first = article.paragraphs[0]
        title = first[:80].rsplit(" ", 1)[0] + "…" if len(first) > 80 else first
        run.report.warnings.append(f"{where}: no headline found; the first words stand for it")
        article = replace(article, title=title)
    keep_stage(run, f"{len(run.report.stories):02d}.article.json", _fields(article))
    return article


def _fields(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in article.__slots__}
