"""The bulletin of a day, from its sources to the show folder, with nobody watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

from mujaz.bulletin.choosing import Choice, choose_again, choose_new
from mujaz.bulletin.gathering import LeftOut
from mujaz.bulletin.health import write_health
from mujaz.bulletin.history import History, bulletin_key, read_history
from mujaz.bulletin.lines import Lines, Occasion
from mujaz.bulletin.rundown import Rundown, build_rundown
from mujaz.domain import Kind, Script
from mujaz.errors import ConfigError, MujazError, PublishError, SourceError
from mujaz.ingest.fetch import Fetcher, agent, cache_folder
from mujaz.pipeline.episode import publish_script
from mujaz.pipeline.read import estimated_minutes, reading_again
from mujaz.pipeline.run import Options, Run, begin
from mujaz.report import Report, StoryReport
from mujaz.settings.values import DEFAULT_VOICE, Config, timezone
from mujaz.storage.locks import exclusive_lock

_PRIVATE = ".mujaz"
_ANCHOR, _OTHER_ANCHOR = "espeak-anchor-female", "espeak-anchor-male"


@dataclass(frozen=True, slots=True)
class Plan:
    """A bulletin that would be made.

    Attributes:
        minutes: Estimated.
    """

    script: Script
    minutes: float


def make_bulletin(
    config: Config,
    output: Path,
    *,
    day: date | None = None,
    report: Report | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """Make the bulletin of a day and publish it in a show folder.

    Made already, it is left as it is, unless its own stories have changed: then it is corrected.

    Args:
        config: See :mod:`mujaz.settings.values`.
        output: The show folder.
        day: Today in the show's time zone if None.
        report: Filled in as the run goes; give one to read it after an error too.
        say: Told one human line at a time.

    Returns:
        The report; its ``episode`` is what was made or already there.

    Raises:
        MujazError: If nothing could be made; what was published is then as it was.
    """
    report = report or Report()
    private = output / _PRIVATE
    with _alone(private, say):
        try:
            run = _begin(config, report, say)
            rundown = _rundown(run, output, day or _today(config))
            publish_script(rundown.script, output, run)
        except MujazError as error:
            _record(private, report, str(error))
            raise
        _record(private, report)
    return report


def plan_bulletin(
    config: Config,
    output: Path,
    *,
    day: date | None = None,
    report: Report,
    say: Callable[[str], None] = lambda line: None,
) -> Plan:
    """The bulletin that :func:`make_bulletin` would make; nothing is spoken or written.

    Raises:
        MujazError: As :func:`make_bulletin`.
    """
    run = _begin(config, report, say)
    rundown = _rundown(run, output, day or _today(config), keep=False)
    return Plan(rundown.script, estimated_minutes(rundown.script, _words_a_minute(run)))


def _begin(config: Config, report: Report, say: Callable[[str], None]) -> Run:
    if not config.bulletin.sources:
        raise ConfigError(
            "no sources are configured",
            where=str(config.path or "bulletin.sources"),
            hint="`mujaz init` writes a mujaz.toml; name your feeds under [[bulletin.sources]]",
        )
    voices = dict(config.bulletin.voices)
    if not voices and config.speech.voice == DEFAULT_VOICE:
        voices = {"headlines": _ANCHOR, "station": _ANCHOR, "body": _OTHER_ANCHOR}
    by_part = {
        "headlines": (Kind.HEADLINE, Kind.TEASER),
        "station": (Kind.STATION,),
    }
    others = {
        kind: voices[part] for part, kinds in by_part.items() if part in voices for kind in kinds
    }
    return begin(config, Options(voice=voices.get("body", "")), report, say, others)


def _rundown(run: Run, output: Path, day: date, *, keep: bool = True) -> Rundown:
    """Ask the sources, choose, and put together what is read."""
    config, report = run.config, run.report
    history = read_history(output, day, config.bulletin.edition)
    moment = _moment(history, day, config)
    cache = cache_folder(config) if keep else None
    with report.timed("ingest"), Fetcher(config.fetch, agent(config), cache) as fetcher:
        if history.today is None:
            choice = choose_new(run, history, moment, fetcher, _words_a_minute(run))
        else:
            run.say(f"the bulletin of {day.isoformat()} is made; looking for corrections")
            choice = choose_again(run, history, history.today, fetcher)
    report.warnings += choice.warnings
    _list_rest(report, choice.left_out)
    for left in choice.left_out:
        if left.failed:
            run.say(f"left out: {left.reason}")
    if not choice.told:
        raise SourceError(_nothing(choice), hint="see the report: --json")
    with report.timed("diacritize"):
        return _put_together(run, choice, day, moment, keep=keep)


def _put_together(run: Run, choice: Choice, day: date, moment: datetime, *, keep: bool) -> Rundown:
    config, report = run.config, run.report
    with reading_again(config, keep=keep) as how:

        def lines_for(titles: Sequence[str]) -> Lines:
            return Lines(config, Occasion(day, moment, titles), how)

        rundown = build_rundown(
            choice.told,
            day,
            bulletin_key(day, config.bulletin.edition),
            lines_for,
            how,
            headlines=config.bulletin.headlines,
        )
    _list_rest(
        report,
        [LeftOut(told.article.title, told.origin, error, True) for told, error in rundown.failed],
    )
    if not rundown.told:
        raise SourceError("no story could be made ready", hint="see the report: --json")
    for index, told in enumerate(rundown.told):
        count = sum(1 for s in rundown.script.sentences if s.story == index)
        report.stories.insert(
            index, StoryReport(told.article.title, told.origin, count, index=index)
        )
    return rundown


def _list_rest(report: Report, left_out: Sequence[LeftOut]) -> None:
    for left in left_out:
        status = "failed" if left.failed else "skipped"
        report.stories.append(
            StoryReport(left.title, left.source, status=status, error=left.reason)
        )


def _nothing(choice: Choice) -> str:
    failed = sum(1 for left in choice.left_out if left.failed)
    if failed and failed == len(choice.left_out):
        return f"none of the sources could be read ({failed} failed)"
    others = len(choice.left_out) - failed
    return f"there is no story to tell: {failed} failed, {others} were not wanted"


def _moment(history: History, day: date, config: Config) -> datetime:
    """When the bulletin is made; a correction keeps the hour of the first making.

    The last minute of a day that is over, so that its news is found.
    """
    zone = timezone(config)
    if history.today is not None:
        return history.today.published.astimezone(zone)
    now = datetime.now(zone)
    return now if day >= now.date() else datetime.combine(day, clock(23, 59), zone)


def _today(config: Config) -> date:
    return datetime.now(timezone(config)).date()


def _words_a_minute(run: Run) -> int:
    return run.cast.body.rate_wpm or 150


def _record(private: Path, report: Report, error: str = "") -> None:
    """Write the health file; a disk that refuses it must not undo a bulletin."""
    try:
        write_health(private, report, error)
    except OSError as refused:
        report.warnings.append(f"the health file cannot be written: {refused.strerror}")


@contextmanager
def _alone(private: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock that lets one run at a time make bulletins in a show folder.

    Raises:
        LockTimeoutError: If another run holds it for too long.
        PublishError: If the folder cannot be written.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(
                exclusive_lock(
                    private / "bulletin.lock",
                    on_wait=lambda: say("another run is making the bulletin; waiting"),
                )
            )
        except OSError as error:
            raise PublishError(
                f"the show folder cannot be written: {error.strerror}",
                where=str(private.parent),
                hint="check its permissions, or choose another with -o DIR",
            ) from error
        yield
