"""Jobs: ask for them, watch and cancel them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from mujaz.desk.services.context import Context
from mujaz.desk.services.drafts import Drafts
from mujaz.desk.store.jobs import Jobs as Store
from mujaz.desk.store.jobs import NewJob
from mujaz.desk.values import Actor, Base, ConflictError, InvalidError, JobView, NotFoundError, Page
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.settings.values import with_edition

_MOST_REASON = 1000


class JobService:
    """The jobs of a desk.

    Args:
        context: The desk.
        wake: Called after a job was added: starts the process that does it.
    """

    def __init__(self, context: Context, wake: Callable[[], None] = lambda: None) -> None:
        self._context = context
        self._drafts = Drafts(context)
        self._store = Store(context.database)
        self.wake = wake

    def job(self, name: str) -> JobView:
        """Read a job.

        Raises:
            NotFoundError: If there is none.
        """
        return self._store.view(name)

    def page(self, number: int = 1, *, running: bool = False) -> Page[JobView]:
        """One page of jobs, the newest first; only those that are not over if ``running``."""
        return self._store.page(number, running=running)

    def cancel(self, name: str, actor: Actor) -> JobView:
        """Cancel a job.

        Raises:
            NotFoundError: If there is no such job.
            ConflictError: If it is over.
            ForbiddenError: If it changes what is on air and the user is no chief.
        """
        if self._store.view(name).kind in ("publish", "withdraw"):
            actor.require("publish")
        return self._store.cancel(name, actor.name)

    def start_bulletin(self, actor: Actor, edition: str = "", day: date | None = None) -> JobView:
        """Prepare the bulletin of a day as a draft.

        Raises:
            ConfigError: If there is no such edition.
            ConflictError: If one is being prepared already.
        """
        with_edition(self._context.config, edition)
        wanted = {"edition": edition, "day": day.isoformat() if day else ""}
        return self._add(NewJob("gather", actor.name, wanted))

    def start_voice(self, draft: str, actor: Actor) -> JobView:
        """Speak all sentences of a draft into the clip cache, so that they are heard at once."""
        stored = self._drafts.stored(draft)
        return self._add(NewJob("voice", actor.name, {"revision": stored.revision}, draft))

    def start_publish(self, base: Base, at: datetime | None = None) -> JobView:
        """Publish a draft as it is at a revision, now or at a time.

        Raises:
            ForbiddenError: If the user is no chief.
            StaleRevisionError: If the revision is not the newest.
            ConflictError: If it is being published already.
        """
        base.actor.require("publish")
        due = ""
        if at is not None:
            if at.tzinfo is None:
                raise InvalidError(
                    "the time has no zone", where="at", hint="like 2026-11-29T06:00:00+02:00"
                )
            due = at.astimezone(UTC).isoformat(timespec="microseconds")
        self._drafts.approve(base)
        wanted = {"revision": base.revision, "guid": self._drafts.stored(base.draft).guid}
        return self._add(NewJob("publish", base.actor.name, wanted, base.draft, due=due))

    def start_correct(self, guid: str, actor: Actor) -> JobView:
        """Make a draft of a published episode, which publishes as its correction.

        Raises:
            NotFoundError: If there is no such episode on air.
        """
        self._require_on_air(guid)
        return self._add(NewJob("correct", actor.name, guid=guid))

    def start_withdraw(self, guid: str, reason: str, actor: Actor, story: str = "") -> JobView:
        """Withdraw an episode, or one story of it.

        Raises:
            ForbiddenError: If the user is no chief.
            NotFoundError: If there is no such episode on air.
            InvalidError: If the reason is too long.
        """
        actor.require("withdraw")
        self._require_on_air(guid)
        if len(reason) > _MOST_REASON:
            raise InvalidError("the reason is too long", where="reason", hint="say it in a line")
        wanted = {"reason": " ".join(reason.split()), "story": story}
        return self._add(NewJob("withdraw", actor.name, wanted, guid=guid))

    def start_install(self, voice: str, actor: Actor) -> JobView:
        """Fetch the files of a voice; its licence counts as accepted by the user.

        Raises:
            ForbiddenError: If the user is no chief.
            VoiceError: If there is no such voice.
            ConflictError: If it is installed.
        """
        from mujaz.voices.catalog import find_voice, is_installed

        actor.require("install")
        found = find_voice(voice, self._context.config.home)
        if is_installed(found):
            raise ConflictError(f"voice {voice!r} is installed", hint="choose it in the settings")
        return self._add(NewJob("install", actor.name, {"voice": voice}))

    def _add(self, new: NewJob) -> JobView:
        added = self._store.add(new)
        self.wake()
        return added

    def _require_on_air(self, guid: str) -> None:
        if read_snapshot(self._context.root).find(guid) is None:
            raise NotFoundError(
                f"no episode on air has the guid {guid[:80]!r}", hint="see the list of episodes"
            )
