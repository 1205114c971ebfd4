"""A script becomes clips, sentence by sentence, here or in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.clauses import split_clauses
from mujaz.arabic.letters import WORD
from mujaz.domain import Clip, Kind, Sentence, Voice, WordMark
from mujaz.errors import EngineError
from mujaz.plugins import Engine, load_engine
from mujaz.workers import MakeExecutor, WorkerDiedError, in_order, processes

# Sentences in work for each worker: enough that none waits, few enough to hold their clips.
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Cast:
    """Who reads what.

    Attributes:
        body: The voice for everything that has none of its own.
        others: Voices by kind of sentence.
    """

    body: Voice
    others: Mapping[Kind, Voice]

    def voice(self, kind: Kind) -> Voice:
        """The voice for a kind of sentence."""
        return self.others.get(kind, self.body)

    def all(self) -> tuple[Voice, ...]:
        """Every voice, without repetition."""
        return tuple({voice.name: voice for voice in (self.body, *self.others.values())}.values())


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence that no voice could speak."""

    sentence: Sentence
    error: str


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker needs to know of a sentence."""

    sentence: Sentence
    voice: Voice


def speak_sentences(
    sentences: Iterable[Sentence],
    cast: Cast,
    engines: Mapping[str, Engine],
    on_failure: Callable[[Failure], None],
) -> Iterator[tuple[Sentence, Voice, Clip]]:
    """Speak sentences in order, in this process.

    Args:
        sentences: What to speak.
        cast: The voices.
        engines: Loaded engines by name.
        on_failure: Told of each sentence that could not be spoken; it is then left out.

    Yields:
        Each sentence with its voice and its clip, as soon as it is made.
    """
    for sentence in sentences:
        voice = cast.voice(sentence.kind)
        try:
            clip = speak(sentence.spoken, voice, engines[voice.engine])
        except EngineError as error:
            on_failure(Failure(sentence, str(error)))
            continue
        yield sentence, voice, clip


def speak_in_workers(
    sentences: Iterable[Sentence],
    cast: Cast,
    workers: int,
    on_failure: Callable[[Failure], None],
    *,
    on_again: Callable[[int], None] = lambda count: None,
    make_executor: MakeExecutor | None = None,
) -> Iterator[tuple[Sentence, Voice, Clip]]:
    """Speak sentences in order, several at once; each worker loads the engines it needs.

    A worker that dies is replaced and what it had in hand is spoken again; a sentence that kills
    its worker even when alone is a failure like any other.

    Args:
        sentences: What to speak.
        cast: The voices.
        workers: How many processes.
        on_failure: As for :func:`speak_sentences`.
        on_again: Told how many sentences are spoken again after a worker has died.
        make_executor: Another kind of executor than a process pool; it must run as many at once.

    Yields:
        As :func:`speak_sentences`.
    """
    tasks = (_Task(sentence, cast.voice(sentence.kind)) for sentence in sentences)
    made = in_order(
        _speak_task,
        tasks,
        make_executor or processes(workers),
        ahead=_AHEAD * workers,
        on_death=on_again,
    )
    for task, result in made:
        try:
            clip = result()
        except (EngineError, WorkerDiedError) as error:
            on_failure(Failure(task.sentence, _told(error, task)))
            continue
        yield task.sentence, task.voice, clip


def _told(error: Exception, task: _Task) -> str:
    if isinstance(error, WorkerDiedError):
        return f"{task.sentence.text[:60]}: {error} while it spoke this with {task.voice.name}"
    return str(error)


def _speak_task(task: _Task) -> Clip:
    return speak(task.sentence.spoken, task.voice, _engine(task.voice.engine))


@cache
def _engine(name: str) -> Engine:
    """One engine of a kind in each worker."""
    return load_engine(name)


def speak(text: str, voice: Voice, engine: Engine) -> Clip:
    """Speak a text of any length; what exceeds the engine's limit goes clause by clause.

    Raises:
        EngineError: If the engine fails or the text holds nothing to say.
    """
    if WORD.search(text) is None:
        raise EngineError("nothing in this sentence can be spoken", where=text[:60])
    pieces = [piece for piece in split_clauses(text, engine.max_chars) if WORD.search(piece)]
    clips = [engine.speak(piece, voice) for piece in pieces]
    return clips[0] if len(clips) == 1 else _joined(pieces, clips)


def _joined(pieces: list[str], clips: list[Clip]) -> Clip:
    marks: list[WordMark] = []
    words = samples = 0
    for piece, clip in zip(pieces, clips, strict=True):
        marks.extend(WordMark(words + mark.index, samples + mark.sample) for mark in clip.words)
        words += len(piece.split())
        samples += clip.samples
    return Clip(b"".join(clip.pcm for clip in clips), clips[0].sample_rate, tuple(marks))
