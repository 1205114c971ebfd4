"""The values that the desk's services give to screens and API, and the errors they raise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from mujaz.errors import MujazError

_T = TypeVar("_T")
# Numbers of the blocks before the first story and after the last one.
OPENING, CLOSING = 0, -1


class Role(StrEnum):
    """Rights of a user: editors prepare; chiefs also approve, publish, withdraw and set up."""

    EDITOR = "editor"
    CHIEF = "chief"


_CHIEF_ONLY = frozenset(("approve", "publish", "withdraw", "settings", "install"))


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a request.

    Attributes:
        name: Of the user or token.
        role: Its rights.
        lang: Language of its messages, ``ar`` or ``en``.
        session: Hash that identifies its session; empty for tokens.
    """

    name: str
    role: Role = Role.EDITOR
    lang: str = "ar"
    session: str = ""

    def may(self, act: str) -> bool:
        """Whether this user may do an act: ``edit``, ``approve``, ``publish``, ``settings``…"""
        return self.role is Role.CHIEF or act not in _CHIEF_ONLY

    def require(self, act: str) -> None:
        """Refuse an act that this user may not do.

        Raises:
            ForbiddenError: If so.
        """
        if not self.may(act):
            raise ForbiddenError(
                "this needs the rights of a chief", hint="ask a chief of the desk to do it"
            )


@dataclass(frozen=True, slots=True)
class Base:
    """The revision that a change is made on, and its author.

    Attributes:
        draft: Identifier of the draft.
        revision: The revision that was read before the change.
        actor: Who makes the change.
        elsewhere_ok: Whether an older revision is accepted if the sentence is the same there.
    """

    draft: str
    revision: int
    actor: Actor
    elsewhere_ok: bool = False


class ForbiddenError(MujazError):
    """The user may not do this."""


class NotFoundError(MujazError):
    """There is no such draft, sentence, job, episode, word or user."""


class ConflictError(MujazError):
    """The request does not fit the present state."""


class InvalidError(MujazError):
    """The request holds a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """One page of a list.

    Attributes:
        items: Its rows.
        number: Number of the page, from 1.
        pages: Number of pages, at least 1.
        total: Rows on all pages.
    """

    items: tuple[_T, ...]
    number: int = 1
    pages: int = 1
    total: int = 0


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A word whose pronunciation is in doubt.

    Attributes:
        start, end: Its place in the shown text; both -1 if it is not written there.
        word_index: Index of the word in the spoken line; -1 if it is not said.
        word: Without marks.
        reason: ``latin``, ``unread``, ``spelling``, ``unknown`` or ``disagree``.
        used: The form that is said.
        readings: Forms to choose from.
    """

    start: int
    end: int
    word_index: int
    word: str
    reason: str
    used: str = ""
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence of a draft.

    Attributes:
        id: Its number, which stays through all revisions.
        kept: Whether an editor wrote the spoken text.
        gone: Whether it was taken out; it can be taken back.
        figures_differ: What is said otherwise than shown, or empty.
        voice: Its own voice, or empty.
        reader: Name of the voice that reads it.
        seconds: Estimated length with its pause.
    """

    id: int
    shown: str
    spoken: str
    kind: str
    pause_ms: int
    voice: str = ""
    kept: bool = False
    gone: bool = False
    figures_differ: str = ""
    doubts: tuple[DoubtView, ...] = ()
    reader: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class DroppedLine:
    """A line of an article that is not read, and the reason."""

    id: int
    story_id: int
    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story of a draft, or the opening or closing block.

    Attributes:
        id: Its number; ``OPENING`` and ``CLOSING`` for the blocks that cannot be moved.
        gone: Whether it was dropped; it can be taken back.
        fixed: Whether it is the opening or the closing.
    """

    id: int
    title: str
    minutes: float
    sentences: tuple[SentenceView, ...]
    gone: bool = False
    fixed: bool = False
    url: str = ""
    section: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft at one revision.

    Attributes:
        kind: ``bulletin``, ``article``, ``script`` or ``correction``.
        state: ``preparing``, ``approved``, ``publishing`` or ``published``.
        approved_by: Who approved this revision.
        guid: Of the episode that it is, was published as, or corrects.
        corrects: Whether it corrects a published episode.
        doubts: Number of doubtful words.
        doubts_known: Whether every sentence was looked at.
        voices: Names of the voices of its parts.
    """

    id: str
    title: str
    kind: str
    day: str
    revision: int
    state: str
    approved_by: str
    guid: str
    corrects: bool
    target_minutes: float
    minutes: float
    stories: tuple[StoryView, ...]
    dropped: tuple[DroppedLine, ...]
    doubts: int
    doubts_known: bool
    voices: Mapping[str, str]
    created: str = ""
    changed: str = ""
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    id: str
    title: str
    kind: str
    state: str
    revision: int
    created: str
    changed: str
    changed_by: str
    minutes: float
    stories: int
    guid: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A change of a draft: what was done, by whom and when."""

    revision: int
    who: str
    when: str
    what: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A difference between two revisions.

    Attributes:
        kind: ``new``, ``gone``, ``shown``, ``spoken`` or ``moved``.
    """

    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PublishPreview:
    """The changes on air that publishing a draft would make.

    Attributes:
        action: ``new``, ``corrected``, ``unchanged``, or ``again`` for a withdrawn episode.
        problems: What an editor should look at first.
    """

    action: str
    guid: str
    title: str
    minutes: float
    changes: tuple[ChangeRow, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobView:
    """A job.

    Attributes:
        kind: ``gather``, ``voice``, ``publish``, ``correct``, ``withdraw`` or ``install``.
        state: ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
        done, total: Progress; ``total`` is 0 while it is unknown.
        message: What is being done.
        report: The report of the run, as ``--json`` gives it.
    """

    id: str
    kind: str
    state: str
    done: int = 0
    total: int = 0
    message: str = ""
    error: str = ""
    hint: str = ""
    draft_id: str = ""
    guid: str = ""
    who: str = ""
    created: str = ""
    finished: str = ""
    at: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether its state is final."""
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """A published or withdrawn episode."""

    guid: str
    title: str
    date: str
    state: str
    duration_s: float
    stories: tuple[str, ...] = ()
    page: str = ""
    media: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A voice of the catalog."""

    name: str
    title: str
    engine: str
    gender: str
    licence: str
    commercial: bool | None
    installed: bool
    size: int = 0


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word of the newsroom's lexicon."""

    word: str
    vocalized: str
    spoken: str
    kind: str


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A reading of a word, and how likely it is (0 to 1)."""

    spoken: str
    likelihood: float


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry of the log: who did what to what."""

    when: str
    who: str
    what: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting of the show, for a form.

    Attributes:
        key: ``section.name``.
        kind: ``text``, ``integer``, ``number``, ``boolean``, ``choice`` or ``list``.
        value: As it would be written into the form.
        restart: Whether a change counts from the next start only.
    """

    key: str
    kind: str
    value: str
    default: str
    choices: tuple[str, ...] = ()
    restart: bool = False


class SettingsError(InvalidError):
    """Settings that cannot be used; ``errors`` maps keys to messages."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("the settings were not changed", hint="correct the fields named below")
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class SourceState:
    """A configured source and how it was last read."""

    name: str
    healthy: bool
    last_ok: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class TodayView:
    """The content of the first screen."""

    on_air: EpisodeRow | None
    drafts: tuple[DraftRow, ...]
    jobs: tuple[JobView, ...]
    target_minutes: float
    sources: tuple[SourceState, ...]
    editions: tuple[str, ...] = ()
    wanted_voice: VoiceRow | None = None


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user."""

    name: str
    role: Role
    created: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token of the API; the token itself is not kept."""

    name: str
    role: Role
    created: str
    used: str


class StaleRevisionError(ConflictError):
    """A change was made on a revision that is not the newest.

    Attributes:
        current: The draft as it is now.
        yours, theirs: The text that was to be stored, and the one that stands.
        who, when: Who made the newest revision, and when.
    """

    def __init__(
        self,
        current: DraftView,
        *,
        yours: str = "",
        theirs: str = "",
        who: str = "",
        when: str = "",
    ) -> None:
        super().__init__(
            "the draft was changed meanwhile",
            where=current.title,
            hint="look at the newer text and make your change again",
        )
        self.current = current
        self.yours, self.theirs, self.who, self.when = yours, theirs, who, when


def stamp(moment: datetime) -> str:
    """Format a time as ISO 8601 to the second."""
    return moment.isoformat(timespec="seconds")
