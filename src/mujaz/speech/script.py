"""Speak the sentences of a script in order, in this process or in worker processes.

Each sentence gives exactly one result: an utterance, or a failure with its reason.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from mujaz.domain import Clip, Sentence, Voice
from mujaz.errors import EngineError
from mujaz.parallel.ordered import MakeExecutor, OrderedMap, SerialExecutor, fitting_workers
from mujaz.parallel.pool import ProcessPool, WorkerDiedError
from mujaz.plugins import shared_engine
from mujaz.speech.cast import Cast
from mujaz.speech.clip_cache import CachedClip, ClipCache
from mujaz.speech.clip_inputs import clip_inputs
from mujaz.speech.on_cluster import ClusterExecutorMaker, WorkerSpeech, needs_of
from mujaz.speech.quality.listening import VERSION as LISTENING
from mujaz.speech.quality.speaking_rate import SpeakingRates
from mujaz.speech.retries import CheckedClip, speak
from mujaz.storage.content_cache import cache_key

# Sentences submitted per worker: enough that no worker waits, few enough for their clips to fit in
# memory.
_AHEAD = 4
# Sentences looked for at once in a cache that several machines share.
_LOOKED_UP = 16
# Memory of the recogniser in MB, for Whisper base.
_EAR_MB = 300


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence that was spoken.

    Attributes:
        sentence: The sentence.
        voice: The voice that spoke it: its own or the fallback.
        clip: The clip.
        cached: Whether the clip comes from the cache.
        history: Failed attempts before it, one line each.
    """

    sentence: Sentence
    voice: Voice
    clip: Clip
    cached: bool = False
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence that no voice could speak, and why."""

    sentence: Sentence
    error: str


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """Options of speaking a script.

    Attributes:
        cache: Cache of clips; None to do without.
        workers: Number of processes; 1 is this process; 0 chooses by machine and engines.
        on_death: Called, possibly in another thread, when a worker has died and its sentence is
            spoken again.
        ear: Recogniser that listens to clips of neural voices; empty for none. See
            :mod:`mujaz.speech.quality.ear`.
        make_executor: Makes an executor to use instead of a process pool; it must run as many
            jobs at once.
        make_cluster: Makes an executor whose workers may be other machines.
        voice_folders: Returns the folders of such a machine in which voices are installed.
    """

    cache: ClipCache | None = None
    workers: int = 0
    on_death: Callable[[], None] = lambda: None
    ear: str = ""
    make_executor: MakeExecutor | None = None
    make_cluster: ClusterExecutorMaker | None = None
    voice_folders: Callable[[], Sequence[Path]] = tuple


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence as it is submitted to a worker.

    Attributes:
        sentence: The sentence.
        voice: Its voice.
        fallback: Voice that speaks it if the first one cannot.
        phones_per_s: Measured speaking rate of the voice; 0 if unknown.
        instead_of: The original voice, if that killed its workers and ``voice`` is the fallback.
        ear: See :class:`SpeechOptions`.
    """

    sentence: Sentence
    voice: Voice
    fallback: Voice | None
    phones_per_s: float = 0.0
    instead_of: Voice | None = None
    ear: str = ""


@dataclass(frozen=True, slots=True)
class _Spoken:
    checked: CheckedClip
    cached: bool = False


def speak_script(
    sentences: Iterable[Sentence], cast: Cast, options: SpeechOptions | None = None
) -> Generator[Utterance | Failure, None, None]:
    """Speak sentences in order.

    If a worker dies it is replaced, and its sentence is spoken again. A sentence that kills several
    workers is spoken by the fallback voice; without one it is a failure.

    Args:
        sentences: Sentences to speak; consumed a little ahead of the results.
        cast: The voices.
        options: Cache and workers.

    Yields:
        One utterance or failure for each sentence, as soon as it is made. Closing the iterator
        ends all workers immediately.

    Raises:
        VoiceError: If a voice cannot be used at all.
    """
    options = options or SpeechOptions()
    session = _Session(options.cache, options.ear)
    function, make_executor, ahead = _work(cast, options)
    work = OrderedMap(
        function=function,
        make_executor=make_executor,
        ahead=ahead,
        ready=session.cached,
        again=session.retry,
    )
    lines = (_Line(s, cast.voice(s), cast.fallback, ear=options.ear) for s in sentences)
    for line, result in work(session.looked_up(lines)):
        yield session.result(line, result)
    if options.cache is not None:
        options.cache.store.evict()


def _work(
    cast: Cast, options: SpeechOptions
) -> tuple[Callable[[_Line], _Spoken], MakeExecutor, int]:
    """Return the function that speaks a line, the executor for it, and the jobs to run ahead."""
    if options.make_cluster is not None:
        make_cluster = options.make_cluster
        needs, sources = needs_of(cast)
        function = WorkerSpeech(_speak_line, needs, options.voice_folders)
        return function, lambda: make_cluster(sources), _AHEAD
    workers = workers_of(cast, options)
    if options.make_executor is not None:
        return _speak_line, options.make_executor, _AHEAD * workers
    if workers < 2:
        return _speak_line, SerialExecutor, 1
    return _speak_line, lambda: ProcessPool(workers, options.on_death), _AHEAD * workers


def workers_of(cast: Cast, options: SpeechOptions) -> int:
    """Return the number of workers that the options ask for or the machine has room for."""
    return options.workers or workers_for(cast, options.ear)


def kept_clips(cast: Cast, options: SpeechOptions) -> Callable[[Sentence], bool]:
    """Return a function that tells whether this machine has a sentence's clip in its cache."""
    session = _Session(options.cache, options.ear)
    return lambda sentence: session.is_kept(_Line(sentence, cast.voice(sentence), cast.fallback))


def workers_for(cast: Cast, ear: str = "") -> int:
    """Return the number of workers that fit the machine; 1 for engines that are faster without."""
    sizes = [shared_engine(voice.engine).memory_mb(voice) or 0 for voice in cast.all()]
    return fitting_workers(sum(sizes) + (_EAR_MB if ear else 0)) if any(sizes) else 1


def _speak_line(line: _Line) -> _Spoken:
    checked = speak(
        line.sentence.spoken,
        line.voice,
        line.fallback,
        phones_per_s=line.phones_per_s,
        ear=line.ear,
    )
    return _Spoken(checked)


class _Session:
    """State of one run: cache, speaking rates of the voices, clips with an unusual rate."""

    def __init__(self, cache: ClipCache | None, ear: str = "") -> None:
        self._cache = cache
        self._ear = ear
        self._rates = SpeakingRates()
        self._unusual: CheckedClip | None = None
        self._inputs: dict[str, tuple[object, ...]] = {}

    def cached(self, line: _Line) -> _Spoken | None:
        """Return the clip of a line from the cache: by its own voice, else by the fallback."""
        if self._cache is None:
            return None
        for voice in (line.voice, line.fallback):
            if voice is None:
                continue
            entry = self._cache.get(self._address(line, voice))
            if entry is not None:
                checked = CheckedClip(voice, entry.clip, entry.active_s, entry.history)
                return _Spoken(checked, cached=True)
        return None

    def is_kept(self, line: _Line) -> bool:
        """Whether the cache has a clip of a line."""
        cache = self._cache
        return cache is not None and any(map(cache.has, self._addresses(line)))

    def looked_up(self, lines: Iterable[_Line]) -> Iterator[_Line]:
        """Yield the lines, each when its clip has been looked for in the shared store.

        Several are looked for at once, since each request waits for the network.
        """
        cache = self._cache
        if cache is None or cache.shared is None:
            yield from lines
            return
        waiting: deque[tuple[_Line, Callable[[], None]]] = deque()
        for line in lines:
            waiting.append((line, cache.look_up(self._addresses(line))))
            if len(waiting) > _LOOKED_UP:
                first, wait = waiting.popleft()
                wait()
                yield first
        for line, wait in waiting:
            wait()
            yield line

    def _addresses(self, line: _Line) -> Iterator[str]:
        voices = (line.voice, line.fallback)
        return (self._address(line, voice) for voice in voices if voice is not None)

    def retry(self, line: _Line, done: Future[_Spoken]) -> _Line | None:
        """Return a line to speak again in place of this one, or None to accept the result.

        A line whose voice killed its workers is spoken again by the fallback. A line whose clip
        has an unusual speaking rate is spoken again and checked against the usual rate.
        """
        error = done.exception()
        if isinstance(error, WorkerDiedError) and line.fallback is not None:
            return replace(line, voice=line.fallback, fallback=None, instead_of=line.voice)
        if error is not None or done.result().cached:
            return None
        checked = done.result().checked
        if checked.voice.name != line.voice.name:
            return None
        if not self._rates.is_unusual(line.voice, line.sentence.spoken, checked.active_s):
            return None
        self._unusual = checked
        return replace(line, phones_per_s=self._rates.known(line.voice))

    def result(self, line: _Line, result: Callable[[], _Spoken]) -> Utterance | Failure:
        """Return the result of a line; a new clip is added to the cache."""
        unusual, self._unusual = self._unusual, None
        history: tuple[str, ...] = ()
        if line.instead_of is not None:
            history = (_died_with(line.instead_of),)
        try:
            spoken = result()
        except EngineError as error:
            if unusual is None:
                return Failure(line.sentence, "; ".join((*history, str(error))))
            # The first clip passed its check, and an unusual rate is better than no clip.
            note = f"{line.voice.name}: kept, though its pace is unusual"
            spoken = _Spoken(replace(unusual, history=(*unusual.history, error.message, note)))
        except WorkerDiedError:
            steps = "; ".join((*history, _died_with(line.voice)))
            return Failure(line.sentence, f"{line.sentence.text[:60]}: {steps}")
        checked = replace(spoken.checked, history=(*history, *spoken.checked.history))
        if self._cache is not None and not spoken.cached:
            entry = CachedClip(checked.clip, checked.active_s, checked.history)
            self._cache.put(self._address(line, checked.voice), entry)
        if checked.voice.name == line.voice.name:
            self._rates.learn(checked.voice, line.sentence.spoken, checked.active_s)
        return Utterance(line.sentence, checked.voice, checked.clip, spoken.cached, checked.history)

    def _address(self, line: _Line, voice: Voice) -> str:
        """Return the cache key of a line's clip by a voice.

        The key of a fallback's clip contains the line's own voice too, so that it is not used
        after the cast has changed, or for a line that belongs to the fallback voice.
        """
        own = line.instead_of or line.voice
        stands_in_for = () if voice.name == own.name else self._voice_inputs(own)
        return cache_key(line.sentence.spoken, self._voice_inputs(voice), stands_in_for)

    def _voice_inputs(self, voice: Voice) -> tuple[object, ...]:
        if voice.name not in self._inputs:
            # A clip that the recogniser has checked has another key than one that it has not.
            heard = (self._ear, LISTENING) if shared_engine(voice.engine).neural else ()
            self._inputs[voice.name] = clip_inputs(voice) + (heard if self._ear else ())
        return self._inputs[voice.name]


def _died_with(voice: Voice) -> str:
    return f"the worker process died while it spoke this with {voice.name}"
