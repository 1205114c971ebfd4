"""Bodies of requests and answers of the API, as its document describes them."""

from __future__ import annotations

import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mujaz.desk.values import (
    DraftRow,
    EpisodeRow,
    JobView,
    ReadingView,
    SentenceView,
    VoiceRow,
    WordRow,
)

_T = TypeVar("_T")
MOST_TEXT = 500_000
Words = Annotated[str, Field(max_length=5000)]
Name = Annotated[str, Field(max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ArticleBody(_Body):
    """An article of a content system; give either ``html`` or ``text``."""

    title: Annotated[str, Field(min_length=1, max_length=1000)]
    html: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    url: Annotated[str, Field(max_length=2000)] = ""
    date: datetime.date | None = None
    section: Name = ""
    author: Name = ""


class DraftBody(_Body):
    """A draft to be made: a bulletin, which a job prepares, or a script file."""

    kind: Literal["bulletin", "script"]
    edition: Name = ""
    day: datetime.date | None = None
    script: Annotated[str, Field(max_length=2_000_000)] = ""


class SentenceBody(_Body):
    """Changes of a sentence; what is missing stays."""

    shown: Words | None = None
    spoken: Words | None = None
    voice: Name | None = None
    pause_ms: Annotated[int, Field(ge=0, le=10_000)] | None = None


class LineBody(_Body):
    """A line to be added: to a story, the opening (0) or the closing (-1)."""

    text: Words
    after: int | None = None


class MoveBody(_Body):
    """A place among the stories that are told, from 1."""

    to: Annotated[int, Field(ge=1, le=100_000)]


class WordBody(_Body):
    """A word of a spoken line, and how it is to be said."""

    word: Annotated[int, Field(ge=0, le=100_000)]
    spoken: Name
    everywhere: bool = False


class SayBody(_Body):
    """A text, or a vocalised line as it is; give either."""

    text: Annotated[str, Field(max_length=2000)] = ""
    spoken: Annotated[str, Field(max_length=2000)] = ""
    voice: Name = ""


class PublishBody(_Body):
    """When to publish; at once without ``at``."""

    at: AwareDatetime | None = None


class WithdrawBody(_Body):
    """Why an episode is withdrawn; ``story`` (number, address or title) withdraws only that."""

    reason: Annotated[str, Field(max_length=1000)]
    story: Annotated[str, Field(max_length=1000)] = ""


class LexiconBody(_Body):
    """A word of the lexicon: its form may be marked in part."""

    word: Name
    spoken: Name
    kind: Literal["noun", "adjective", "name", "foreign", "particle", "verb"] = "noun"


class Made(BaseModel):
    """A new draft."""

    draft: str
    revision: int = 1


class Started(BaseModel):
    """A job that was started; its state is below ``/jobs``."""

    job: str
    state: str = "queued"


class Health(BaseModel):
    """The state of the desk."""

    status: Literal["ok"] = "ok"
    version: str


class Doubts(BaseModel):
    """Sentences with doubtful words."""

    revision: int
    sentences: list[SentenceView]


class Rows(BaseModel, Generic[_T]):
    """One page of a list."""

    items: list[_T]
    page: int
    pages: int
    total: int


Drafts = Rows[DraftRow]
Jobs = Rows[JobView]
Episodes = Rows[EpisodeRow]
Lexicon = Rows[WordRow]
Voices = Rows[VoiceRow]
Readings = Rows[ReadingView]
