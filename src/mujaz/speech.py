"""A script becomes clips, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from mujaz.arabic.clauses import split_clauses
from mujaz.arabic.letters import WORD
from mujaz.domain import Clip, Kind, Sentence, Voice, WordMark
from mujaz.errors import EngineError
from mujaz.plugins import Engine


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


def speak_sentences(
    sentences: Iterable[Sentence],
    cast: Cast,
    engines: Mapping[str, Engine],
    on_failure: Callable[[Failure], None],
) -> Iterator[tuple[Sentence, Voice, Clip]]:
    """Speak sentences in order.

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
