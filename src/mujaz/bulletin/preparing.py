"""Prepare the bulletin of a day: choose its stories and put its script together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from mujaz.bulletin.boilerplate import write_site_sentences
from mujaz.bulletin.choice import Choice, LeftOut
from mujaz.bulletin.corrections import choose_again
from mujaz.bulletin.dates import moment_of
from mujaz.bulletin.history import History, bulletin_key, paragraphs_of, read_history
from mujaz.bulletin.lines import Lines, Occasion
from mujaz.bulletin.new_stories import choose_new
from mujaz.bulletin.rundown import Rundown, build_rundown
from mujaz.bulletin.wishes import DROPPED, Wishes, resolved
from mujaz.bulletin.withdrawing import script_without
from mujaz.domain import PART_OF_KIND, Article, Episode, PulledStory, Script
from mujaz.errors import ConfigError, SourceError
from mujaz.ingest.fetch import Fetcher, agent, cache_folder
from mujaz.pipeline.changes import corrected_sentences
from mujaz.pipeline.identity import KEY_PREFIX
from mujaz.pipeline.read import cached_reading, page_rules
from mujaz.pipeline.stored_script import pulled_story
from mujaz.pipeline.voices import LoadedVoices, load_voices, voices_of_script
from mujaz.report import Report, StoryReport
from mujaz.settings.values import BulletinConfig, Config, timezone
from mujaz.speech.ahead import SpeechAhead
from mujaz.text.script import Reading, with_pauses
from mujaz.text.unspoken import unread_warnings
from mujaz.voices.defaults import default_anchors

_log = logging.getLogger(__name__)
_DEFAULT_RATE_WPM = 150
_SEE_REPORT = "see the report: --json"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A bulletin that is ready to be spoken.

    Attributes:
        script: Its script; None if none is made.
        voices: The voices that read it.
        pulled: Stories that are taken out of the published bulletin.
        why_none: Why none is made; empty if one is.
        ahead: Has spoken some of its sentences already; None if nothing has.
    """

    script: Script | None
    voices: LoadedVoices
    pulled: tuple[PulledStory, ...] = ()
    why_none: str = ""
    ahead: SpeechAhead | None = None


def prepare(
    config: Config,
    output: Path,
    day: date | None,
    wishes: Wishes,
    report: Report,
    *,
    keep: bool = True,
    limit_memory: bool = False,
    speak_ahead: Callable[[LoadedVoices], SpeechAhead | None] = lambda voices: None,
) -> Prepared:
    """Ask the sources, choose stories, and put together what is read.

    Args:
        config: See :mod:`mujaz.settings.values`; with the settings of the edition.
        output: The show folder.
        day: Date of the bulletin; today if None.
        wishes: What an editor wants otherwise.
        report: Gets the stories.
        keep: Whether to cache pages and diacritized lines for the next run.
        limit_memory: See :class:`mujaz.Options`.
        speak_ahead: Starts to speak what is read with these voices, if that is of use.

    Raises:
        MujazError: If there is nothing to tell, or the settings are wrong.
    """
    voices = _voices(config, limit_memory=limit_memory)
    day = day or datetime.now(timezone(config)).date()
    settings = config.bulletin
    history = read_history(output, day, settings.edition, settings.editions)
    if history.withdrawn_today is not None and not wishes.replaces:
        return _nothing_made(
            f"the bulletin of {day.isoformat()} was withdrawn, so none is made; for a new one: "
            f"mujaz bulletin --replaces {history.withdrawn_today.guid}",
            voices,
        )
    today = history.today
    if today is not None and today.by_hand and not wishes.replaces:
        return _from_the_desk(today, history, config, wishes, report)
    moment = moment_of(None if wishes.replaces else today, day, config)
    cache = cache_folder(config) if keep else None
    rules = page_rules(config)
    with report.timed("ingest"), Fetcher(config.fetch, agent(config), cache, rules) as fetcher:
        if today is None or wishes.replaces:
            rate = rate_wpm(voices)
            choice = choose_new(config, history, moment, fetcher, rate, report, wishes)
        else:
            choice = choose_again(config, history, today, fetcher, report, wishes)
    if keep:
        write_site_sentences(output, choice.site_sentences)
    report.warnings += choice.warnings
    _report_left_out(report, choice.left_out)
    if not choice.stories and _nothing_is_new(choice, settings):
        return _nothing_made(
            f"nothing new to tell on {day.isoformat()}, so no bulletin is made", voices
        )
    if not choice.stories:
        hints = [left.hint for left in choice.left_out if left.hint]
        raise SourceError(_why_empty(choice), hint=hints[0] if hints else _SEE_REPORT)
    ahead = speak_ahead(voices)
    on_sentence = ahead.add if ahead is not None else lambda sentence: None
    with (
        report.timed("diacritize"),
        cached_reading(config, keep=keep, on_sentence=on_sentence) as how,
    ):
        rundown = _put_together(choice, day, moment, config, today, how)
    _report_stories(rundown, report, config.text.months)
    cast = voices.cast
    parts = {"body": cast.body.name}
    for kind, part in PART_OF_KIND.items():
        parts[part] = cast.others.get(kind, cast.body).name
    sentences = tuple(with_pauses(rundown.script.sentences, asdict(config.pauses)))
    script = replace(rundown.script, sentences=sentences, voices=parts)
    return Prepared(script, voices, tuple(choice.pulled), ahead=ahead)


def rate_wpm(voices: LoadedVoices) -> int:
    """Words a minute of the voice that reads the stories."""
    return voices.cast.body.rate_wpm or _DEFAULT_RATE_WPM


def _nothing_made(why: str, voices: LoadedVoices) -> Prepared:
    _log.info(why)
    return Prepared(None, voices, why_none=why)


def _nothing_is_new(choice: Choice, settings: BulletinConfig) -> bool:
    """Whether an edition that skips what was told has found nothing else, and nothing failed."""
    left_out = choice.left_out
    return settings.repeat == "skip" and bool(left_out) and not any(x.failed for x in left_out)


def _from_the_desk(
    episode: Episode, history: History, config: Config, wishes: Wishes, report: Report
) -> Prepared:
    """A bulletin that was published from a script file: an editor's, so its words stay.

    Stories that were withdrawn meanwhile are taken out; others as the editor wishes.
    """
    _log.info(
        "the bulletin of %s was published from a script and is left as it is; "
        "to make it of its sources again: mujaz bulletin --replaces %s",
        episode.day.isoformat(),
        episode.guid,
    )
    places = range(len(episode.stories))
    dropped = resolved(wishes.drop, places, [(s.title, s.url) for s in episode.stories])
    withdrawn = []
    for index in places:
        reason = DROPPED if index in dropped else _withdrawn(episode, index, history)
        if reason:
            withdrawn.append(index)
            story = episode.stories[index]
            _report_left_out(report, [LeftOut(story.title, story.url or story.title, reason)])
    if len(withdrawn) == len(episode.stories):
        raise SourceError(
            "every story of the bulletin was withdrawn",
            hint=f"withdraw it: mujaz show retract {episode.guid}",
        )
    with cached_reading(config) as how:
        script = script_without(episode, withdrawn, config, how)
    for index, kept in enumerate(script.stories):
        count = sum(1 for sentence in script.sentences if sentence.story == index)
        entry = StoryReport(kept.title, kept.url or kept.title, count, index=index)
        report.stories.insert(index, entry)
    pulled = tuple(pulled_story(episode, index) for index in dropped)
    return Prepared(script, voices_of_script(script, config), pulled)


def _withdrawn(episode: Episode, index: int, history: History) -> str:
    story = episode.stories[index]
    source = KEY_PREFIX + story.source if story.source else ""
    article = Article(story.title, tuple(paragraphs_of(episode, index)), source=source)
    return history.withdrawn(story.url, source, article)


def _voices(config: Config, *, limit_memory: bool = False) -> LoadedVoices:
    if not config.bulletin.sources:
        raise ConfigError(
            "no sources are configured",
            where=str(config.path or "bulletin.sources"),
            hint="`mujaz init` writes a mujaz.toml; name your feeds under [[bulletin.sources]]",
        )
    names = dict(config.bulletin.voices)
    if not names and not config.speech.voice:
        names = dict(default_anchors(config.home, commercial=config.show.commercial))
    others = {kind: names[part] for kind, part in PART_OF_KIND.items() if part in names}
    voices = load_voices(config, others, body=names.get("body", ""), limit_memory=limit_memory)
    timezone(config)
    return voices


def _put_together(
    choice: Choice,
    day: date,
    moment: datetime,
    config: Config,
    today: Episode | None,
    how: Reading,
) -> Rundown:
    """Build the rundown; if ``correction_line`` is set, with what was corrected since ``today``."""
    key = bulletin_key(day, config.bulletin.edition)
    settings = config.bulletin

    def lines_for(titles: Sequence[str]) -> Lines:
        return Lines(config, Occasion(day, moment, titles), how)

    rundown = build_rundown(choice.stories, day, key, lines_for, how, settings=settings)
    if today is None or not settings.correction_line:
        return rundown
    said = {sentence.text for sentence in rundown.script.sentences}
    known = [text for item in today.corrections for text in item.sentences if text in said]
    new = corrected_sentences(today, rundown.script)
    corrections = list(dict.fromkeys([*known, *new]))
    return build_rundown(
        choice.stories,
        day,
        key,
        lines_for,
        how,
        settings=settings,
        corrections=corrections,
    )


def _report_stories(rundown: Rundown, report: Report, months: str) -> None:
    """Report the stories that are told, and those that could not be made ready.

    Raises:
        SourceError: If none could be made ready.
    """
    _report_left_out(
        report,
        [LeftOut(s.article.title, s.origin, error, failed=True) for s, error in rundown.failed],
    )
    report.warnings += [*rundown.warnings, *unread_warnings(rundown.script, months)]
    if not rundown.stories:
        raise SourceError("no story could be made ready", hint=_SEE_REPORT)
    for index, story in enumerate(rundown.stories):
        count = sum(1 for s in rundown.script.sentences if s.story == index)
        report.stories.insert(
            index, StoryReport(story.article.title, story.origin, count, index=index)
        )


def _report_left_out(report: Report, left_out: Sequence[LeftOut]) -> None:
    for left in left_out:
        status = "failed" if left.failed else "skipped"
        report.stories.append(
            StoryReport(left.title, left.source, status=status, error=left.reason, hint=left.hint)
        )


def _why_empty(choice: Choice) -> str:
    failed = sum(1 for left in choice.left_out if left.failed)
    if failed and failed == len(choice.left_out):
        return f"none of the sources could be read ({failed} failed)"
    others = len(choice.left_out) - failed
    if failed:
        return f"there is no story to tell: {failed} failed, {others} not wanted"
    if others:
        return f"there is no story to tell: {others} not wanted"
    return "there is no story to tell"
