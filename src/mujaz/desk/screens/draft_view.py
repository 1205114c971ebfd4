"""Values for the templates of a draft beside the draft: marked words, lists, the open sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mujaz.desk.values import (
    DoubtView,
    DraftView,
    NotFoundError,
    ReadingView,
    SentenceView,
    StaleRevisionError,
    StoryView,
    VoiceRow,
)


@dataclass(slots=True)
class WordState:
    """The word whose readings are shown.

    Attributes:
        index: Of the word in the spoken line.
        chosen: The reading that is said now.
        own: What the editor typed; ``filled`` is the same with all its marks.
    """

    index: int
    word: str
    readings: Sequence[ReadingView]
    chosen: str
    own: str = ""
    filled: str = ""


@dataclass(slots=True)
class OpenSentence:
    """The sentence that is being edited, with the texts as they were typed."""

    sentence: int
    shown: str
    spoken: str
    voice: str
    pause_ms: str
    voices: Sequence[VoiceRow] = ()
    word: WordState | None = None
    errors: dict[str, str] = field(default_factory=dict)
    stale: StaleRevisionError | None = None


def pieces(sentence: SentenceView) -> Iterator[tuple[str, bool]]:
    """The shown text in pieces, and whether a piece is a doubtful word."""
    last = 0
    for doubt in sorted(sentence.doubts, key=lambda doubt: doubt.start):
        if doubt.start < last:
            continue
        yield sentence.shown[last : doubt.start], False
        yield sentence.shown[doubt.start : doubt.end], True
        last = doubt.end
    yield sentence.shown[last:], False


def kept_sentences(draft: DraftView) -> Iterator[tuple[SentenceView, StoryView]]:
    """The sentences that will be read, in order, each with its story."""
    for story in draft.stories:
        if not story.gone:
            for sentence in story.sentences:
                if not sentence.gone:
                    yield sentence, story


def place(draft: DraftView, sentence: int) -> tuple[SentenceView, StoryView, int] | None:
    """A sentence that will be read, its story, and its number among all, from 1."""
    for position, (each, story) in enumerate(kept_sentences(draft), start=1):
        if each.id == sentence:
            return each, story, position
    return None


def known_place(draft: DraftView, sentence: int) -> tuple[SentenceView, StoryView, int]:
    """As :func:`place`, of a sentence that must be there.

    Raises:
        NotFoundError: If there is no such sentence.
    """
    found = place(draft, sentence)
    if found is None:
        raise NotFoundError("there is no such sentence in this draft", hint="reload the page")
    return found


def gone_lines(draft: DraftView) -> list[SentenceView]:
    """Sentences that were taken out of stories that are still there."""
    return [
        sentence
        for story in draft.stories
        if not story.gone
        for sentence in story.sentences
        if sentence.gone
    ]


def doubt_list(draft: DraftView) -> list[tuple[str, int, DoubtView]]:
    """Each doubtful word once, with the first sentence that has it."""
    first: dict[tuple[str, str], tuple[str, int, DoubtView]] = {}
    for sentence, _ in kept_sentences(draft):
        for doubt in sentence.doubts:
            first.setdefault((doubt.word, doubt.reason), (doubt.word, sentence.id, doubt))
    return list(first.values())


def movable(draft: DraftView) -> list[StoryView]:
    """The stories that can be moved, in order."""
    return [story for story in draft.stories if not (story.gone or story.fixed)]


def new_sentence(before: DraftView, after: DraftView) -> int:
    """The sentence that only the later draft reads; 0 without one."""
    old = {sentence.id for sentence, _ in kept_sentences(before)}
    return next((s.id for s, _ in kept_sentences(after) if s.id not in old), 0)
