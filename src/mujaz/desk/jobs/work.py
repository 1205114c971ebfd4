"""The work of each kind of job, with the functions that the command line calls."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from mujaz.desk.editing.scripts import content_of, said_lines, script_of_content
from mujaz.desk.jobs.webhooks import announce
from mujaz.desk.services.context import Context
from mujaz.desk.services.doubts import DoubtStore
from mujaz.desk.store.drafts import Drafts
from mujaz.desk.store.jobs import Ending, Job, Jobs, finish
from mujaz.domain import Script
from mujaz.errors import MujazError, VoiceError
from mujaz.pipeline.faults import fault_log, fault_reason
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.report import Report, StoryReport


@dataclass(slots=True)
class Outcome:
    """The result of a job.

    Attributes:
        record: Stores what it made, in the transaction that ends the job; returns the draft.
        event: What the webhooks are told: ``published``, ``corrected``, ``withdrawn`` or nothing.
    """

    report: Mapping[str, Any] = field(default_factory=dict)
    record: Callable[[sqlite3.Connection], str] = lambda connection: ""
    event: str = ""
    guid: str = ""


class StoppableReport(Report):
    """A report that interrupts its run between two sentences or stages.

    A signal could come while the speech library calls back into Python, where it would be lost.

    Args:
        stopping: Interrupts the run when it is set.
    """

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__()
        self._stopping = stopping

    def spoken(self, story: int) -> None:
        """Count a spoken sentence.

        Raises:
            KeyboardInterrupt: If the run is to stop.
        """
        super().spoken(story)
        self._stop_if_asked()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent in the ``with`` block to a stage, in seconds.

        Raises:
            KeyboardInterrupt: If the run is to stop.
        """
        self._stop_if_asked()
        with super().timed(stage):
            yield

    def _stop_if_asked(self) -> None:
        if self._stopping.is_set():
            raise KeyboardInterrupt


class Worker:
    """Does jobs.

    Args:
        context: The desk.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._drafts = Drafts(context.database)
        self._jobs = Jobs(context.database)
        # Of the job that is being done: read by whoever reports its progress.
        self.report = Report()
        self.stopping = threading.Event()

    def do(self, job: Job) -> None:
        """Do a job, and record how it ended.

        Raises:
            KeyboardInterrupt: If it was stopped; the caller records that.
        """
        self.report = StoppableReport(self.stopping)
        kinds = {
            "gather": self._gather,
            "voice": self._voice,
            "publish": self._publish,
            "correct": self._correct,
            "withdraw": self._withdraw,
            "install": self._install,
        }
        try:
            outcome = kinds[job.kind](job)
        except MujazError as error:
            self._fail(job, str(error), error.hint)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the queue goes on
            with fault_log(self._context.private):
                reason = fault_reason(error)
            self._fail(job, reason, "see the log")
            return
        with self._context.database.change() as connection:
            self._jobs.progress(job.id, *self.progress())
            draft = outcome.record(connection)
            ending = Ending("done", report=outcome.report, draft=draft, guid=outcome.guid)
            finish(connection, job.id, ending)
            if outcome.event:
                announce(connection, self._context.config, outcome.event, outcome.report)

    def progress(self) -> tuple[int, int, str]:
        """Sentences that are spoken, all that will be (0 while unknown), and the stage."""
        done = self.report.clips["made"] + self.report.clips["cached"]
        total = sum(story.sentences for story in self.report.stories)
        return done, max(total, done) if total else 0, self.report.stage

    def _fail(self, job: Job, error: str, hint: str) -> None:
        report = self.report.as_dict()
        with self._context.database.change() as connection:
            finish(connection, job.id, Ending("failed", error, hint, report))
            data = {**report, "job": job.kind, "error": error}
            announce(connection, self._context.config, "failed", data)

    def _gather(self, job: Job) -> Outcome:
        from mujaz.bulletin import plan_bulletin

        day = date.fromisoformat(job.wanted["day"]) if job.wanted.get("day") else None
        plan = plan_bulletin(
            self._context.config,
            self._context.root,
            day=day,
            edition=job.wanted.get("edition", ""),
            report=self.report,
        )
        if plan.script is None:
            raise MujazError(plan.why_none, hint="make one of another edition")
        content = content_of(plan.script)
        self._jobs.progress(job.id, 0, 0, "looking for doubtful words")
        DoubtStore(self._context).find(said_lines(content))

        def record(connection: sqlite3.Connection) -> str:
            return self._drafts.insert(connection, "bulletin", content, job.who)

        return Outcome(self.report.as_dict(), record)

    def _voice(self, job: Job) -> Outcome:
        from mujaz.pipeline.speak import clips
        from mujaz.pipeline.voices import voices_of_script

        stored = self._drafts.read(self._draft_of(job), job.wanted["revision"])
        script = script_of_content(stored.content)
        config = self._context.config
        _report_stories(script, self.report)
        with self.report.timed("speech"):
            for _ in clips(script, config, voices_of_script(script, config), self.report):
                pass
        return Outcome(self.report.as_dict())

    def _publish(self, job: Job) -> Outcome:
        from mujaz.pipeline.episode import publish_script
        from mujaz.pipeline.faults import fault_log
        from mujaz.pipeline.voices import voices_of_script

        name, revision = self._draft_of(job), int(job.wanted["revision"])
        stored = self._drafts.read(name, revision)
        script, root = script_of_content(stored.content), self._context.root
        config = self._context.config
        before = self._episodes_before(job)
        _report_stories(script, self.report)
        with fault_log(self._context.private):
            replaces = stored.guid if stored.corrects or stored.published else ""
            voices = voices_of_script(script, config)
            publish_script(script, root, config, voices, self.report, replaces)
        guid = self.report.episode.guid if self.report.episode else ""
        media = self.report.episode.media if self.report.episode else ""
        old = before.get(guid)
        changed = old != Path(media).name
        event = ("corrected" if old else "published") if changed else ""

        def record(connection: sqlite3.Connection) -> str:
            self._drafts.published(connection, name, revision, guid)
            return name

        return Outcome(self.report.as_dict(), record, event, guid)

    def _correct(self, job: Job) -> Outcome:
        from mujaz.pipeline.read import cached_reading
        from mujaz.pipeline.show_folder import resolved_episode
        from mujaz.pipeline.stored_script import stored_script

        config = self._context.config
        guid = self._guid_of(job)
        episode = resolved_episode(guid, read_snapshot(self._context.root), config)
        with cached_reading(config) as how:
            content = content_of(stored_script(episode, how))
        DoubtStore(self._context).find(said_lines(content))

        def record(connection: sqlite3.Connection) -> str:
            return self._drafts.insert(connection, "correction", content, job.who, guid)

        return Outcome({}, record, guid=guid)

    def _withdraw(self, job: Job) -> Outcome:
        from mujaz.bulletin.withdrawing import retract_story
        from mujaz.pipeline.show_folder import retract_episode

        config, guid = self._context.config, self._guid_of(job)
        reason, story = job.wanted.get("reason", ""), job.wanted.get("story", "")
        if story:
            retract_story(guid, story, self._context.root, config, self.report, reason=reason)
            return Outcome(self.report.as_dict(), event="corrected", guid=guid)
        if read_snapshot(self._context.root).tombstone(guid) is None:
            retract_episode(guid, self._context.root, config, reason=reason)
        return Outcome({"guid": guid, "reason": reason}, event="withdrawn", guid=guid)

    def _install(self, job: Job) -> Outcome:
        from mujaz.voices.catalog import find_voice
        from mujaz.voices.install import fetch, make_plan, measured, record, verify

        config = self._context.config
        voice = find_voice(job.wanted["voice"], config.home)
        if config.show.commercial and voice.commercial is False:
            raise VoiceError(
                f"the licence of voice {voice.name!r} forbids commercial use",
                hint="choose another voice",
            )
        plan = measured(make_plan(voice, allow_hosts=config.fetch.allow_hosts))
        fetch(plan, lambda message: self._jobs.progress(job.id, 0, 0, message))
        digests = verify(plan)
        record(plan, digests)
        return Outcome({"voice": voice.name, "files": digests})

    def has_published(self, job: Job) -> bool:
        """Whether a job has changed what is on air, although it was stopped."""
        if job.kind == "withdraw":
            return read_snapshot(self._context.root).tombstone(self._guid_of(job)) is not None
        row = self._context.database.row("SELECT before FROM jobs WHERE id = ?", job.id)
        if job.kind != "publish" or row is None or row["before"] is None:
            return False
        snapshot = read_snapshot(self._context.root)
        media = {stored.episode.guid: stored.episode.media for stored in snapshot.episodes}
        return bool(media != json.loads(row["before"]))

    def _draft_of(self, job: Job) -> str:
        return self._jobs.view(job.id).draft_id

    def _guid_of(self, job: Job) -> str:
        return self._jobs.view(job.id).guid

    def _episodes_before(self, job: Job) -> Mapping[str, str]:
        """Media of all episodes before the first try of a job.

        A try that was killed may have published already; the next one then changes nothing, but the
        change is announced.
        """
        row = self._context.database.row("SELECT before FROM jobs WHERE id = ?", job.id)
        if row is None or row["before"] is None:
            snapshot = read_snapshot(self._context.root)
            media = {stored.episode.guid: stored.episode.media for stored in snapshot.episodes}
            self._jobs.record_before(job.id, json.dumps(media))
            return media
        found: Mapping[str, str] = json.loads(row["before"])
        return found


def _report_stories(script: Script, report: Report) -> None:
    for index, story in enumerate(script.stories):
        count = sum(1 for sentence in script.sentences if sentence.story == index)
        report.stories.append(
            StoryReport(story.title, story.url or story.title, count, index=index)
        )
