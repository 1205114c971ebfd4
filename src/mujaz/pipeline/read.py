"""Make a script of sources: the stages before speech."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mujaz.arabic.language import NAMES, language_of
from mujaz.arabic.letters import has_arabic
from mujaz.diacritizers import WITHOUT_MARKS, guard_for
from mujaz.diacritizers.morphology import morphology
from mujaz.domain import Article, Page, Script, Sentence
from mujaz.errors import MujazError, NoArticleError, SourceError, TextError
from mujaz.ingest import is_url, read_source
from mujaz.ingest.page_rules import PageRules, read_page_rules
from mujaz.pipeline.diacritics_cache import cached_diacritics
from mujaz.pipeline.faults import FAULT_LOG, StoryBoundary
from mujaz.pipeline.options import Options
from mujaz.pipeline.recording_lines import announcer, with_announced_recordings
from mujaz.pipeline.recordings import (
    checked_quotes,
    script_folders,
    with_checked_sounds,
    without_text,
)
from mujaz.pipeline.stages import keep_stage
from mujaz.pipeline.wording import disclosure_of, words
from mujaz.report import Report, StoryReport
from mujaz.settings.values import Config
from mujaz.text.cleaning.article import clean
from mujaz.text.normalize.dictionary import nouns, participles, people, verbs
from mujaz.text.script import Reading, opening_lines, script_of, story_sentences, with_pauses
from mujaz.text.unspoken import unread_warnings

if TYPE_CHECKING:
    from mujaz.ingest.fetch import Fetcher

_log = logging.getLogger(__name__)
SCRIPT_SUFFIX = ".script"
_MAGIC = b"# mujaz script "
_MAGIC_BYTES = 32


def read_script(
    sources: Sequence[str],
    config: Config,
    options: Options,
    report: Report,
    *,
    keep: bool = True,
    on_sentence: Callable[[Sentence], None] = lambda sentence: None,
) -> Script:
    """Ingest, clean and diacritize articles, or read a script file.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        config: See :mod:`mujaz.settings.values`.
        options: Title, date and ``keep_stages`` are used.
        report: Gets the stories.
        keep: Whether to cache diacritized lines for the next run.
        on_sentence: Called with each sentence of an article when it is diacritized.

    Raises:
        SourceError: If none of the sources could be read.
        TextError: If a script file is damaged, or stands among other sources.
    """
    if any(map(is_script_source, sources)):
        return _script_file(sources, config, options, report, keep=keep)
    articles = _read_articles(sources, config, options, report)
    if not articles:
        raise SourceError("none of the sources could be read", hint="see the report: --json")
    with cached_reading(config, keep=keep, on_sentence=on_sentence) as how:
        script = script_of_articles(articles, config, how, options, report)
    keep_stage(options.keep_stages, "script.json", [asdict(s) for s in script.sentences])
    return script


def script_of_articles(
    articles: Sequence[tuple[Article, StoryReport]],
    config: Config,
    how: Reading,
    options: Options,
    report: Report,
) -> Script:
    """Make the script of an episode of articles, diacritized.

    Args:
        articles: Each with its entry in the report; at least one.
        config: See :mod:`mujaz.settings.values`.
        how: The way of reading text.
        options: Title and date are used.
        report: Gets warnings and the time.

    Raises:
        MujazError: If there is only one article and it fails.
        SourceError: If all fail.
    """
    with report.timed("diacritize"):
        for sentence in _opening_lines([article for article, _ in articles], how):
            how.on_sentence(sentence)
        stories = _read_stories(articles, config, how, options.day)
        if not stories:
            raise SourceError("no story could be made ready", hint="see the report: --json")
        script = script_of(
            stories,
            how,
            disclosure=disclosure_of(len(stories)),
            about_recordings=words()["disclosure_recordings"],
            title=options.title,
            day=options.day,
        )
        pauses = asdict(config.pauses)
        script = replace(script, sentences=tuple(with_pauses(script.sentences, pauses)))
    report.warnings += unread_warnings(script, config.text.months)
    return script


def _opening_lines(articles: Sequence[Article], how: Reading) -> list[Sentence]:
    """The station lines that the episode begins with, if no article fails."""
    about_recordings = words()["disclosure_recordings"]
    return opening_lines(articles, how, disclosure_of(len(articles)), about_recordings)


def is_script_source(source: str) -> bool:
    """Whether a source is a script file: by its name, or by how it begins."""
    if source.endswith(SCRIPT_SUFFIX):
        return True
    if is_url(source) or source == "-":
        return False
    try:
        with Path(source).open("rb") as file:
            return file.read(_MAGIC_BYTES).removeprefix(b"\xef\xbb\xbf").startswith(_MAGIC)
    except (OSError, ValueError):
        return False


def _read_articles(
    sources: Sequence[str], config: Config, options: Options, report: Report
) -> list[tuple[Article, StoryReport]]:
    """Read the article of each source; a source that fails does not stop the others.

    Raises:
        MujazError: If there is only one source and it fails.
    """
    articles: list[tuple[Article, StoryReport]] = []
    rules = page_rules(config)
    for source in sources:
        entry = StoryReport("", source)
        report.stories.append(entry)
        with (
            StoryBoundary() as boundary,
            report.timed("ingest"),
            fetcher_for(source, config) as fetcher,
        ):
            article = article_of(read_source(source, fetcher, rules), report)
        if boundary.error is not None:
            _fail(entry, boundary, alone=len(sources) == 1)
            continue
        name = f"{len(report.stories) - 1:02d}.article.json"
        keep_stage(options.keep_stages, name, _fields(article))
        entry.title = article.title
        articles.append((article, entry))
    return articles


def _read_stories(
    articles: Sequence[tuple[Article, StoryReport]],
    config: Config,
    how: Reading,
    day: date | None,
) -> list[tuple[Article, list[Sentence]]]:
    """Make the sentences of each story; a story that fails does not stop the others.

    Raises:
        MujazError: If there is only one story and it fails.
    """
    stories: list[tuple[Article, list[Sentence]]] = []
    for article, entry in articles:
        index = len(stories)
        with StoryBoundary() as boundary:
            sentences = story_sentences(article, index, how, None if stories else day)
            sentences = with_announced_recordings(sentences, config, how)
        if boundary.error is not None:
            _fail(entry, boundary, alone=len(articles) == 1)
            continue
        entry.index, entry.sentences = index, len(sentences)
        stories.append((article, sentences))
    return stories


def _fail(entry: StoryReport, boundary: StoryBoundary, *, alone: bool) -> None:
    """Record why a story failed; raise if there is no other.

    Raises:
        MujazError: The error, or one that describes an unforeseen one.
    """
    entry.status, entry.error, entry.hint = "failed", boundary.reason, boundary.hint
    if alone and isinstance(boundary.error, MujazError):
        raise boundary.error
    if alone:
        raise SourceError(
            entry.error,
            where=entry.source,
            hint=f"please report it; the traceback is in .mujaz/{FAULT_LOG} of the show folder",
        ) from boundary.error
    _log.info("left out: %s", entry.error)


def estimated_minutes(script: Script, words_per_minute: int = 150) -> float:
    """Estimate how long a script takes to read, pauses included."""
    words = sum(len(s.spoken.split()) for s in script.sentences if s.sound is None)
    played_s = sum(sentence.sound.seconds for sentence in script.sentences if sentence.sound)
    pauses_ms = sum(sentence.pause_ms for sentence in script.sentences)
    return words / words_per_minute + played_s / 60 + pauses_ms / 60_000


def reading(config: Config) -> Reading:
    """The configured way of reading text: diacritizer, lexicon and pausal forms."""
    return _reading(config, _diacritizing(config))


@contextmanager
def cached_reading(
    config: Config,
    *,
    keep: bool = True,
    on_sentence: Callable[[Sentence], None] = lambda sentence: None,
) -> Iterator[Reading]:
    """Like :func:`reading`, but reuse diacritized lines that an earlier run cached.

    Args:
        config: See :mod:`mujaz.settings.values`.
        keep: Whether to cache new lines for the next run.
        on_sentence: Called with each sentence of an article when it is read.

    Raises:
        DiacritizerError: If there is no diacritizer of the configured name.
    """

    @cache
    def diacritizing() -> Callable[[str], str]:
        # Models are loaded only if a line is not cached.
        return _diacritizing(config)

    with cached_diacritics(config, lambda line: diacritizing()(line), keep=keep) as diacritize:
        yield replace(_reading(config, diacritize), on_sentence=on_sentence)


def _reading(config: Config, diacritize: Callable[[str], str]) -> Reading:
    pausal = config.text.pausal
    return Reading(
        diacritize,
        config.text.months,
        bool(pausal),
        pausal == "commas",
        marks=config.text.diacritizer != WITHOUT_MARKS,
    )


def forget_dictionaries() -> None:
    """Free the tables that only reading needs, 18 MB; they are loaded again when they are used."""
    for table in (morphology, nouns, participles, people, verbs):
        table.cache_clear()


def _diacritizing(config: Config) -> Callable[[str], str]:
    guard = guard_for(config)

    def diacritize(line: str) -> str:
        marked = guard.line(line)
        return guard.lexicon.respell(marked) if guard.lexicon else marked

    return diacritize


def _script_file(
    sources: Sequence[str], config: Config, options: Options, report: Report, *, keep: bool
) -> Script:
    from mujaz.ingest.decode import decode
    from mujaz.ingest.source import read_bytes
    from mujaz.text.script_file import is_script, read_script_file

    source = next(filter(is_script_source, sources))
    if len(sources) > 1:
        raise TextError("a script is an episode of its own", where=source, hint="give it alone")
    with report.timed("ingest"):
        text = decode(read_bytes(source), where=source)
    if not is_script(text):
        raise TextError(
            "this is not a script", where=source, hint="write one: mujaz script make SOURCE"
        )
    with report.timed("diacritize"), cached_reading(config, keep=keep) as how:
        script, warnings = read_script_file(text, source, how, announcer(config, how))
    report.warnings += warnings
    folders = script_folders(source, config, anywhere=options.any_sound)
    script, warnings = with_checked_sounds(script, folders)
    report.warnings += warnings
    for index, story in enumerate(script.stories):
        count = sum(1 for s in script.sentences if s.story == index)
        report.stories.append(StoryReport(story.title, source, count, index=index))
    if options.voice:
        sentences = tuple(replace(sentence, voice="") for sentence in script.sentences)
        script = replace(script, voices={}, sentences=sentences)
    title, day = options.title or script.title, options.day or script.day
    return replace(script, title=title, day=day)


def page_rules(config: Config) -> PageRules:
    """Read the newsroom's own rules for pages.

    Raises:
        ConfigError: If the file is missing or wrong.
    """
    named = config.fetch.page_rules
    return read_page_rules(config.home / named if named else None)


@contextmanager
def fetcher_for(source: str, config: Config) -> Iterator[Fetcher | None]:
    """Open a fetcher if the source is an address."""
    if not is_url(source):
        yield None
        return
    from mujaz.ingest.fetch import Fetcher, agent, cache_folder

    rules = page_rules(config)
    with Fetcher(config.fetch, agent(config), cache_folder(config), rules) as fetcher:
        yield fetcher


def article_of(page: Page, report: Report) -> Article:
    """Find the article in a page; its first words replace a missing headline.

    Raises:
        NoArticleError: If there is none, or none in Arabic script.
        AudioError: If a recording that it names cannot be played.
    """
    return checked_article(clean(page), page, report)


def checked_article(article: Article, page: Page, report: Report) -> Article:
    """Check an article that was found in a page; its first words replace a missing headline.

    Raises:
        NoArticleError: If it is empty, or not in Arabic.
        AudioError: If a recording that it names cannot be played.
    """
    where = "standard input" if page.source == "-" else page.source
    if not article.paragraphs and not article.title:
        raise NoArticleError(
            "no article found in this text", where=where, hint="try `mujaz text clean`"
        )
    if not any(has_arabic(text) for text in (article.title, *article.paragraphs)):
        raise NoArticleError(
            "no Arabic text found", where=where, hint="mujaz reads Arabic articles"
        )
    language = language_of(" ".join((article.title, *article.paragraphs)))
    if language not in ("ar", "und"):
        raise NoArticleError(
            f"not Arabic: {NAMES.get(language, language)}",
            where=where,
            hint="mujaz reads Arabic articles",
        )
    if page.warning:
        report.warnings.append(f"{where}: {page.warning}")
    if not article.title:
        first = article.paragraphs[0]
        title = first[:80].rsplit(" ", 1)[0] + "…" if len(first) > 80 else first
        report.warnings.append(f"{where}: no headline found; the first words stand for it")
        article = replace(article, title=title)
    report.warnings += [without_text(q.sound) for q in article.quotes if not q.text]
    return replace(article, quotes=checked_quotes(article.quotes, page.source))


def _fields(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in article.__slots__}
