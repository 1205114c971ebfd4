"""A script becomes clips, in order, here or in worker processes.

Every sentence that goes in comes out once: as an utterance, or as a failure with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from mujaz.domain import Clip, Sentence, Voice
from mujaz.errors import EngineError
from mujaz.parallel.ordered import Here, InOrder, MakeExecutor, fitting_workers
from mujaz.parallel.pool import Crew, WorkerDiedError
from mujaz.plugins import shared_engine
from mujaz.speech.cast import Cast
from mujaz.speech.clip_cache import CachedClip, ClipCache
from mujaz.speech.quality.speaking_rate import SpeakingRates
from mujaz.speech.retries import CheckedClip, speak
from mujaz.storage.content_cache import address

# Sentences in work for each worker: enough that none waits, few enough to hold their clips.
_AHEAD = 4
# A voice file or a configuration is told apart by its content, a model by its size and time.
_SMALL_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence that was spoken.

    Attributes:
        sentence: What it says.
        voice: Who spoke it: its own voice, or the fallback.
        clip: How it sounds.
        cached: Whether the clip was made by an earlier run.
        history: What failed before the clip was right, one line a step.
    """

    sentence: Sentence
    voice: Voice
    clip: Clip
    cached: bool = False
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence that no voice could speak."""

    sentence: Sentence
    error: str


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """Where a script is spoken.

    Attributes:
        cache: Clips of earlier runs; None keeps none.
        workers: How many processes speak; 1 is this one; 0 as the machine and the engines allow.
        on_death: Told, perhaps in another thread, that a worker has died and its sentence is
            spoken again.
        make_executor: Another kind of executor than a process pool; it must run as many at once.
    """

    cache: ClipCache | None = None
    workers: int = 0
    on_death: Callable[[], None] = lambda: None
    make_executor: MakeExecutor | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """What a worker needs to know of a sentence.

    Attributes:
        instead_of: The voice that the fallback stands in for, if that killed its worker.
    """

    sentence: Sentence
    voice: Voice
    fallback: Voice | None
    phones_per_s: float = 0.0
    instead_of: Voice | None = None


@dataclass(frozen=True, slots=True)
class _Spoken:
    take: CheckedClip
    cached: bool = False


def speak_script(
    sentences: Iterable[Sentence], cast: Cast, studio: SpeechOptions | None = None
) -> Generator[Utterance | Failure, None, None]:
    """Speak sentences in order.

    A worker that dies is replaced and what it had in hand is spoken again. A sentence that kills
    every worker is left to the fallback voice; without one it is a failure.

    Args:
        sentences: What to speak; consumed a little ahead of what is yielded.
        cast: The voices.
        studio: Cache and workers.

    Yields:
        For each sentence one utterance or one failure, as soon as it is made. Closing the
        iterator ends all workers at once.

    Raises:
        VoiceError: If a voice cannot be used at all.
    """
    studio = studio or SpeechOptions()
    workers = studio.workers or workers_for(cast)
    here = workers < 2 and studio.make_executor is None
    session = _Session(studio.cache)
    work = InOrder(
        function=_speak_line,
        make_executor=studio.make_executor
        or (Here if here else lambda: Crew(workers, studio.on_death)),
        ahead=1 if here else _AHEAD * workers,
        ready=session.made_before,
        again=session.again,
    )
    lines = (_Line(s, cast.voice(s.kind), cast.fallback) for s in sentences)
    for line, result in work(lines):
        yield session.settled(line, result)
    if studio.cache is not None:
        studio.cache.store.evict()


def workers_for(cast: Cast) -> int:
    """How many workers the machine allows; 1 for engines too quick for it to be worth while."""
    sizes = [shared_engine(voice.engine).memory_mb(voice) or 0 for voice in cast.all()]
    return fitting_workers(sum(sizes)) if any(sizes) else 1


def sound_of(voice: Voice) -> tuple[object, ...]:
    """Everything of a voice that can change a sample of its clips."""
    engine = shared_engine(voice.engine)
    settings = dict(voice.settings)
    files = tuple(
        _file_identity(voice.home / part)
        for part in (voice.model_path, voice.config_path, voice.speaker_wav)
        if part
    )
    return (
        (engine.name, engine.version, engine.fingerprint(voice)),
        (voice.name, voice.language, voice.sha256, voice.speaker),
        (voice.sample_rate, voice.rate_wpm, settings),
        files,
    )


@lru_cache(maxsize=256)
def _file_identity(path: Path) -> str:
    try:
        state = path.stat()
        if path.is_file() and state.st_size <= _SMALL_BYTES:
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "missing"
    return f"{state.st_size} {state.st_mtime_ns}"


def _speak_line(line: _Line) -> _Spoken:
    take = speak(line.sentence.spoken, line.voice, line.fallback, phones_per_s=line.phones_per_s)
    return _Spoken(take)


class _Session:
    """One script on its way: its cache, the paces of its voices, first takes under suspicion."""

    def __init__(self, cache: ClipCache | None) -> None:
        self._cache = cache
        self._paces = SpeakingRates()
        self._first: CheckedClip | None = None
        self._sounds: dict[str, tuple[object, ...]] = {}

    def made_before(self, line: _Line) -> _Spoken | None:
        """What an earlier run made of a line: by its own voice, else by the fallback."""
        if self._cache is None:
            return None
        for voice in (line.voice, line.fallback):
            if voice is None:
                continue
            entry = self._cache.get(self._address(line, voice))
            if entry is not None:
                take = CheckedClip(voice, entry.clip, entry.active_s, entry.history)
                return _Spoken(take, cached=True)
        return None

    def again(self, line: _Line, done: Future[_Spoken]) -> _Line | None:
        """What is to be done in the place of a line that is done: nothing, or the line once more.

        By the fallback, if its own voice killed every worker; held to its voice's pace, if its
        clip is out of it.
        """
        error = done.exception()
        if isinstance(error, WorkerDiedError) and line.fallback is not None:
            return replace(line, voice=line.fallback, fallback=None, instead_of=line.voice)
        if error is not None or done.result().cached:
            return None
        take = done.result().take
        if take.voice.name != line.voice.name:
            return None
        if not self._paces.is_unusual(line.voice, line.sentence.spoken, take.active_s):
            return None
        self._first = take
        return replace(line, phones_per_s=self._paces.known(line.voice))

    def settled(self, line: _Line, result: Callable[[], _Spoken]) -> Utterance | Failure:
        """What became of a line; a new clip goes into the cache."""
        first, self._first = self._first, None
        history: tuple[str, ...] = ()
        if line.instead_of is not None:
            history = (_died_with(line.instead_of),)
        try:
            spoken = result()
        except EngineError as error:
            if first is None:
                return Failure(line.sentence, "; ".join((*history, str(error))))
            # Odd is not wrong: a clip that passed its check is better than none.
            note = f"{line.voice.name}: kept, though its pace is unusual"
            spoken = _Spoken(replace(first, history=(*first.history, error.message, note)))
        except WorkerDiedError:
            steps = "; ".join((*history, _died_with(line.voice)))
            return Failure(line.sentence, f"{line.sentence.text[:60]}: {steps}")
        take = replace(spoken.take, history=(*history, *spoken.take.history))
        if self._cache is not None and not spoken.cached:
            entry = CachedClip(take.clip, take.active_s, take.history)
            self._cache.put(self._address(line, take.voice), entry)
        if take.voice.name == line.voice.name:
            self._paces.hear(take.voice, line.sentence.spoken, take.active_s)
        return Utterance(line.sentence, take.voice, take.clip, spoken.cached, take.history)

    def _address(self, line: _Line, voice: Voice) -> str:
        """Where the clip of a line by a voice lies; a fallback's under the voice it stands in for.

        So a fallback's clip is found again only while the same voices are cast, and a line that
        its own voice can speak is never taken from it.
        """
        own = line.instead_of or line.voice
        stands_in_for = () if voice.name == own.name else self._sound(own)
        return address(line.sentence.spoken, self._sound(voice), stands_in_for)

    def _sound(self, voice: Voice) -> tuple[object, ...]:
        if voice.name not in self._sounds:
            self._sounds[voice.name] = sound_of(voice)
        return self._sounds[voice.name]


def _died_with(voice: Voice) -> str:
    return f"the worker process died while it spoke this with {voice.name}"
