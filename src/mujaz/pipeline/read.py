"""Sources become a script: the stages before any sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from mujaz.arabic.letters import has_arabic
from mujaz.diacritizers import guard_for
from mujaz.domain import Article, Page, Script
from mujaz.errors import NoArticleError, SourceError, TextError
from mujaz.ingest import is_url, read_source
from mujaz.pipeline.diacritics_cache import remembering
from mujaz.pipeline.run import Run, keep_stage
from mujaz.report import StoryReport
from mujaz.settings.values import Config
from mujaz.text.cleaning.article import clean
from mujaz.text.script import Reading, build_script

if TYPE_CHECKING:
    from mujaz.ingest.fetch import Fetcher

SCRIPT_SUFFIX = ".script"
DISCLOSURE = "يُقرأ هذا الخبرُ بصوتٍ اصطناعيّ."


def read_script(sources: Sequence[str], run: Run, *, keep: bool = True) -> Script:
    """Ingest, clean and vocalize: the stages before any sound; a script file is taken as it is.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        run: Its companions.
        keep: Whether the next run shall remember the lines; else nothing is written.

    Raises:
        SourceError: If none of the sources could be read.
        TextError: If a script file is damaged, or stands among other sources.
    """
    report = run.report
    if any(source.endswith(SCRIPT_SUFFIX) for source in sources):
        return _script_file(sources, run, keep=keep)
    articles: list[Article] = []
    for source in sources:
        try:
            with report.timed("ingest"), _fetcher(source, run) as fetcher:
                article = article_of(read_source(source, fetcher), run)
            keep_stage(run, f"{len(report.stories):02d}.article.json", _fields(article))
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
    with report.timed("diacritize"), reading_again(run.config, keep=keep) as how:
        script = build_script(
            articles,
            how,
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
    return _reading(config, _diacritizing(config))


@contextmanager
def reading_again(config: Config, *, keep: bool = True) -> Iterator[Reading]:
    """The same, with a memory of what was read before.

    Args:
        config: See :mod:`mujaz.settings.values`.
        keep: Whether the next run shall remember what is read; else nothing is written.

    Raises:
        DiacritizerError: If there is no diacritizer of the configured name.
    """

    @cache
    def diacritizing() -> Callable[[str], str]:
        # Its models are loaded when a line is new.
        return _diacritizing(config)

    with remembering(config, lambda line: diacritizing()(line), keep=keep) as remembered:
        yield _reading(config, remembered)


def _reading(config: Config, diacritize: Callable[[str], str]) -> Reading:
    pausal = config.text.pausal
    return Reading(diacritize, config.text.months, bool(pausal), pausal == "commas")


def _diacritizing(config: Config) -> Callable[[str], str]:
    guard = guard_for(config)

    def diacritize(line: str) -> str:
        marked = guard.line(line)
        return guard.lexicon.respell(marked) if guard.lexicon else marked

    return diacritize


def _script_file(sources: Sequence[str], run: Run, *, keep: bool) -> Script:
    from mujaz.ingest.decode import decode
    from mujaz.ingest.source import read_bytes
    from mujaz.text.script_file import is_script, read_script_file

    source = next(source for source in sources if source.endswith(SCRIPT_SUFFIX))
    if len(sources) > 1:
        raise TextError("a script is an episode of its own", where=source, hint="give it alone")
    with run.report.timed("ingest"):
        text = decode(read_bytes(source), where=source)
    if not is_script(text):
        raise TextError(
            "this is not a script", where=source, hint="write one: mujaz script make SOURCE"
        )
    with run.report.timed("diacritize"), reading_again(run.config, keep=keep) as how:
        script, warnings = read_script_file(text, source, how)
    run.report.warnings += warnings
    for index, story in enumerate(script.stories):
        count = sum(1 for s in script.sentences if s.story == index)
        run.report.stories.append(StoryReport(story.title, source, count, index=index))
    title, day = run.options.title or script.title, run.options.day or script.day
    return replace(script, title=title, day=day)


@contextmanager
def _fetcher(source: str, run: Run) -> Iterator[Fetcher | None]:
    """What fetches a source, if it is an address."""
    if not is_url(source):
        yield None
        return
    from mujaz.ingest.fetch import Fetcher, agent, cache_folder

    with Fetcher(run.config.fetch, agent(run.config), cache_folder(run.config)) as fetcher:
        yield fetcher


def article_of(page: Page, run: Run) -> Article:
    """The article in a page; its first words stand for a headline that it lacks.

    Raises:
        NoArticleError: If there is none, or none in Arabic script.
    """
    article = clean(page)
    where = "standard input" if page.source == "-" else page.source
    if not article.paragraphs and not article.title:
        raise NoArticleError(
            "no article found in this text", where=where, hint="try `mujaz text clean`"
        )
    if not any(has_arabic(text) for text in (article.title, *article.paragraphs)):
        raise NoArticleError(
            "no Arabic text found", where=where, hint="mujaz reads Arabic articles"
        )
    if not article.title:
        first = article.paragraphs[0]
        title = first[:80].rsplit(" ", 1)[0] + "…" if len(first) > 80 else first
        run.report.warnings.append(f"{where}: no headline found; the first words stand for it")
        article = replace(article, title=title)
    return article


def _fields(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in article.__slots__}
