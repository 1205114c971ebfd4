"""Make the bulletin of a day, from its sources to the show folder, without supervision."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

from mujaz.bulletin.choice import Choice, LeftOut
from mujaz.bulletin.corrections import choose_again
from mujaz.bulletin.health import write_health
from mujaz.bulletin.history import History, bulletin_key, read_history
from mujaz.bulletin.lines import Lines, Occasion
from mujaz.bulletin.lock import only_run
from mujaz.bulletin.new_stories import choose_new
from mujaz.bulletin.rundown import Rundown, build_rundown
from mujaz.domain import Kind, Script
from mujaz.errors import ConfigError, SourceError
from mujaz.ingest.fetch import Fetcher, agent, cache_folder
from mujaz.pipeline.episode import publish_script
from mujaz.pipeline.faults import fault_log, fault_reason
from mujaz.pipeline.read import cached_reading, estimated_minutes
from mujaz.pipeline.voices import LoadedVoices, load_voices
from mujaz.publish.folder.workspace import PRIVATE, remove_leftovers
from mujaz.report import Report, StoryReport
from mujaz.settings.values import DEFAULT_VOICE, Config, timezone

_log = logging.getLogger(__name__)
_ANCHOR, _OTHER_ANCHOR = "espeak-anchor-female", "espeak-anchor-male"
_DEFAULT_RATE_WPM = 150


@dataclass(frozen=True, slots=True)
class Plan:
    """A bulletin that would be made.

    Attributes:
        minutes: Estimated length.
    """

    script: Script
    minutes: float


def make_bulletin(
    config: Config,
    output: str | Path,
    *,
    day: date | None = None,
    report: Report | None = None,
    limit_memory: bool = False,
) -> Report:
    """Make the bulletin of a day and publish it in a show folder.

    If it is there already, it is corrected where its own stories have changed. Progress is logged
    to the logger ``mujaz``.

    Args:
        config: See :func:`mujaz.load_config`; it names the sources.
        output: The show folder.
        day: Today in the show's time zone if None.
        report: Filled in as the run goes on; pass one to read it after an error too.
        limit_memory: See :class:`mujaz.Options`.

    Returns:
        The report; its ``episode`` is the one that was made or was already there.

    Raises:
        MujazError: If nothing could be made; the published show is then as it was.
    """
    report, output = report or Report(), Path(output)
    private = output / PRIVATE
    with only_run(private), fault_log(private):
        remove_leftovers(output)
        try:
            voices = _voices(config, limit_memory=limit_memory)
            rundown = _rundown(config, output, day or _today(config), voices, report)
            publish_script(rundown.script, output, config, voices, report)
        except Exception as error:
            _write_health(private, report, fault_reason(error))
            raise
        except BaseException:
            _write_health(private, report, "interrupted")
            raise
        _write_health(private, report)
    return report


def plan_bulletin(
    config: Config, output: str | Path, *, day: date | None = None, report: Report | None = None
) -> Plan:
    """Plan the bulletin that :func:`make_bulletin` would make; nothing is spoken or written.

    Raises:
        MujazError: As :func:`make_bulletin`.
    """
    voices, day = _voices(config), day or _today(config)
    rundown = _rundown(config, Path(output), day, voices, report or Report(), keep=False)
    return Plan(rundown.script, estimated_minutes(rundown.script, _rate_wpm(voices)))


def _voices(config: Config, *, limit_memory: bool = False) -> LoadedVoices:
    if not config.bulletin.sources:
        raise ConfigError(
            "no sources are configured",
            where=str(config.path or "bulletin.sources"),
            hint="`mujaz init` writes a mujaz.toml; name your feeds under [[bulletin.sources]]",
        )
    names = dict(config.bulletin.voices)
    if not names and config.speech.voice == DEFAULT_VOICE:
        names = {"headlines": _ANCHOR, "station": _ANCHOR, "body": _OTHER_ANCHOR}
    by_part = {
        "headlines": (Kind.HEADLINE, Kind.TEASER),
        "station": (Kind.STATION,),
    }
    others = {
        kind: names[part] for part, kinds in by_part.items() if part in names for kind in kinds
    }
    voices = load_voices(config, others, body=names.get("body", ""), limit_memory=limit_memory)
    timezone(config)
    return voices


def _rundown(
    config: Config,
    output: Path,
    day: date,
    voices: LoadedVoices,
    report: Report,
    *,
    keep: bool = True,
) -> Rundown:
    """Ask the sources, choose stories, and put together what is read.

    Args:
        config: See :mod:`mujaz.settings.values`.
        output: The show folder.
        day: Date of the bulletin.
        voices: Voices and engines.
        report: Gets the stories.
        keep: Whether to cache pages and diacritized lines for the next run.
    """
    history = read_history(output, day, config.bulletin.edition)
    moment = _moment(history, day, config)
    cache = cache_folder(config) if keep else None
    with report.timed("ingest"), Fetcher(config.fetch, agent(config), cache) as fetcher:
        if history.today is None:
            choice = choose_new(config, history, moment, fetcher, _rate_wpm(voices), report)
        else:
            choice = choose_again(config, history, history.today, fetcher, report)
    report.warnings += choice.warnings
    _report_left_out(report, choice.left_out)
    if not choice.stories:
        raise SourceError(_why_empty(choice), hint="see the report: --json")
    with report.timed("diacritize"):
        return _put_together(choice, day, moment, config, report, keep=keep)


def _put_together(
    choice: Choice, day: date, moment: datetime, config: Config, report: Report, *, keep: bool
) -> Rundown:
    with cached_reading(config, keep=keep) as how:

        def lines_for(titles: Sequence[str]) -> Lines:
            return Lines(config, Occasion(day, moment, titles), how)

        rundown = build_rundown(
            choice.stories,
            day,
            bulletin_key(day, config.bulletin.edition),
            lines_for,
            how,
            headlines=config.bulletin.headlines,
        )
    _report_left_out(
        report,
        [LeftOut(s.article.title, s.origin, error, failed=True) for s, error in rundown.failed],
        log=False,
    )
    report.warnings += rundown.warnings
    if not rundown.stories:
        raise SourceError("no story could be made ready", hint="see the report: --json")
    for index, story in enumerate(rundown.stories):
        count = sum(1 for s in rundown.script.sentences if s.story == index)
        report.stories.insert(
            index, StoryReport(story.article.title, story.origin, count, index=index)
        )
    return rundown


def _report_left_out(report: Report, left_out: Sequence[LeftOut], *, log: bool = True) -> None:
    for left in left_out:
        status = "failed" if left.failed else "skipped"
        report.stories.append(
            StoryReport(left.title, left.source, status=status, error=left.reason)
        )
        if left.failed and log:
            _log.info("left out: %s", left.reason)


def _why_empty(choice: Choice) -> str:
    failed = sum(1 for left in choice.left_out if left.failed)
    if failed and failed == len(choice.left_out):
        return f"none of the sources could be read ({failed} failed)"
    others = len(choice.left_out) - failed
    return f"there is no story to tell: {failed} failed, {others} were not wanted"


def _moment(history: History, day: date, config: Config) -> datetime:
    """The time that the bulletin refers to, in the show's time zone.

    A correction keeps the time of the first publication. The bulletin of a past day has the last
    minute of that day, so that all its news is found.
    """
    zone = timezone(config)
    if history.today is not None:
        return history.today.published.astimezone(zone)
    now = datetime.now(zone)
    return now if day >= now.date() else datetime.combine(day, clock(23, 59), zone)


def _today(config: Config) -> date:
    return datetime.now(timezone(config)).date()


def _rate_wpm(voices: LoadedVoices) -> int:
    return voices.cast.body.rate_wpm or _DEFAULT_RATE_WPM


def _write_health(private: Path, report: Report, error: str = "") -> None:
    """Write the health file; failing to do so does not undo a bulletin."""
    try:
        write_health(private, report, error)
    except OSError as refused:
        report.warnings.append(f"the health file cannot be written: {refused.strerror}")
