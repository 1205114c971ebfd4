"""Speak sentences while later ones are still being read.

Diacritizing takes about as long as speaking with an embedded voice. So a thread speaks each
sentence as soon as it is diacritized, and the finished script asks for its clips in order. They
wait in a temporary file, since those of an hour would fill the memory.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, TypeAlias

from mujaz.domain import Sentence
from mujaz.errors import MujazError
from mujaz.speech.cast import Cast
from mujaz.speech.script import Failure, SpeechOptions, Utterance, kept_clips, speak_script

# What a clip depends on: the spoken text, and the name of the voice.
_Key: TypeAlias = tuple[str, str]
# An embedded voice ends a sentence in less.
_LONGEST_END_S = 5.0
# So many clips are not written to the file: of a short script, or while they are taken at once.
_MOST_IN_MEMORY = 8


class SpeechAhead:
    """A thread that speaks sentences from the time they are known.

    All sentences go through one :func:`~mujaz.speech.script.speak_script`, so clips, retries and
    failures are those of a script that is spoken in this order. Close it in any case.

    Args:
        cast: The voices.
        options: Cache and workers.

    Attributes:
        cast: The voices.
        options: Cache and workers.
    """

    def __init__(self, cast: Cast, options: SpeechOptions) -> None:
        self.cast = cast
        self.options = options
        self._change = threading.Condition()
        self._waiting: deque[Sentence] = deque()
        self._known: Counter[_Key] = Counter()
        self._made: dict[_Key, deque[_Result]] = {}
        self._complete = self._closed = self._ended = False
        self._error: BaseException | None = None
        self._clips = _ClipFile()
        self._thread: threading.Thread | None = None

    def add(self, sentence: Sentence) -> None:
        """Take a sentence that is probably part of the script.

        One whose clip is in the cache waits for the script: it costs no time then.
        """
        if sentence.sound is not None:
            return
        with self._change:
            self._known[self._key(sentence)] += 1
            self._waiting.append(sentence)
            self._change.notify_all()
        self._start()

    def results(self, sentences: Iterable[Sentence]) -> Generator[Utterance | Failure, None, None]:
        """Yield the result of each sentence of the finished script, in order.

        Sentences that were not added are spoken last. The order of speaking never depends on
        time, for the last bits of the embedded voice's samples depend on what it spoke before.

        Raises:
            VoiceError: If a voice cannot be used at all.
        """
        script = list(sentences)
        with self._change:
            self._waiting.extend(self._missing(script))
            self._complete = True
            self._change.notify_all()
        self._start()
        for sentence in script:
            yield replace(self._result(self._key(sentence)), sentence=sentence)

    def close(self) -> None:
        """End the thread after the sentence that it is speaking, and drop what is left."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(_LONGEST_END_S)
        self._clips.close()

    def _key(self, sentence: Sentence) -> _Key:
        return sentence.spoken, self.cast.voice(sentence).name

    def _missing(self, script: Iterable[Sentence]) -> Iterator[Sentence]:
        """Yield the sentences that were not added."""
        known = self._known.copy()
        for sentence in script:
            key = self._key(sentence)
            if known[key]:
                known[key] -= 1
            else:
                yield sentence

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        """Speak what is added, until the script is complete or this is closed."""
        try:
            with contextlib.closing(
                speak_script(self._sentences(), self.cast, self.options)
            ) as results:
                for result in results:
                    self._keep(result)
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are read
            self._error = error
        finally:
            with self._change:
                self._ended = True
                self._change.notify_all()

    def _sentences(self) -> Iterator[Sentence]:
        is_kept = kept_clips(self.cast, self.options)
        while True:
            with self._change:
                while not (self._waiting or self._complete or self._closed):
                    self._change.wait()
                if self._closed or not self._waiting:
                    return
                sentence = self._waiting.popleft()
                if not self._complete and is_kept(sentence):
                    self._known[self._key(sentence)] -= 1
                    continue
            yield sentence

    def _keep(self, result: Utterance | Failure) -> None:
        kept = self._clips.put(result)
        with self._change:
            self._made.setdefault(self._key(result.sentence), deque()).append(kept)
            self._change.notify_all()

    def _result(self, key: _Key) -> Utterance | Failure:
        with self._change:
            while not self._made.get(key):
                if self._ended:
                    raise self._error or MujazError("a sentence was not spoken ahead")
                self._change.wait()
            kept = self._made[key].popleft()
        return self._clips.get(kept)


@dataclass(frozen=True, slots=True)
class _Result:
    """A result; its samples are in the file if ``size`` is not 0."""

    result: Utterance | Failure
    place: int = 0
    size: int = 0


@dataclass(slots=True)
class _ClipFile:
    """The samples of clips, in a temporary file but for a few, or if it cannot be written."""

    _file: BinaryIO | None = None
    _in_memory: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, result: Utterance | Failure) -> _Result:
        if isinstance(result, Failure):
            return _Result(result)
        with self._lock:
            if self._in_memory >= _MOST_IN_MEMORY:
                with contextlib.suppress(OSError):
                    return self._written(result)
            self._in_memory += 1
        return _Result(result)

    def _written(self, result: Utterance) -> _Result:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - close() closes it
        place = self._file.seek(0, 2)
        self._file.write(result.clip.pcm)
        self._file.flush()
        bare = replace(result, clip=replace(result.clip, pcm=b""))
        return _Result(bare, place, len(result.clip.pcm))

    def get(self, kept: _Result) -> Utterance | Failure:
        result = kept.result
        if isinstance(result, Failure):
            return result
        with self._lock:
            if not kept.size:
                self._in_memory -= 1
                return result
            if self._file is None:
                raise MujazError("the clips that were spoken ahead are gone")
            self._file.seek(kept.place)
            pcm = self._file.read(kept.size)
        return replace(result, clip=replace(result.clip, pcm=pcm))

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()
