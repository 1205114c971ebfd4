"""One text spoken until it is right: take after take, in halves, by another voice.

The order of remedies is the same for every engine: the next seed, up to three takes; then the
text cut in two where a reader would breathe, each half with takes of its own; then the fallback
voice, if there is one. Each step is noted, so that the report tells what a clip has been through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mujaz.arabic.clauses import split_clauses
from mujaz.arabic.letters import WORD
from mujaz.domain import Clip, Voice, WordMark
from mujaz.errors import EngineError
from mujaz.plugins import LoadedEngine, shared_engine
from mujaz.speech.quality.clip_check import check_clip

_TAKES = 3


@dataclass(frozen=True, slots=True)
class CheckedClip:
    """A clip that passed its check.

    Attributes:
        voice: Who spoke it in the end.
        clip: The clip.
        active_s: Seconds of it that sound.
        history: What failed before, one line a step, in order.
    """

    voice: Voice
    clip: Clip
    active_s: float
    history: tuple[str, ...] = ()


def speak(
    text: str, voice: Voice, fallback: Voice | None = None, *, phones_per_s: float = 0.0
) -> CheckedClip:
    """Speak a text of any length and check what comes out.

    Args:
        text: Diacritized; what exceeds the engine's limit goes clause by clause.
        voice: Who speaks.
        fallback: Who speaks if that voice cannot.
        phones_per_s: The pace that the voice is known to keep, if its file does not say.

    Raises:
        EngineError: If no take of any voice passed; the message tells every step.
        VoiceError: If a voice cannot be used at all.
    """
    if WORD.search(text) is None:
        raise EngineError("nothing in this sentence can be spoken", where=text[:60])
    history: list[str] = []
    voices = [voice] if fallback is None or fallback.name == voice.name else [voice, fallback]
    for speaker in voices:
        pace = phones_per_s if speaker is voice else 0.0
        attempts = _Attempts(speaker, shared_engine(speaker.engine), pace, history)
        made = attempts.whole(text)
        if made is not None:
            return CheckedClip(speaker, made.clip, made.active_s, tuple(history))
    raise EngineError("; ".join(history), where=text[:60])


@dataclass(frozen=True, slots=True)
class _Part:
    clip: Clip
    active_s: float


@dataclass(frozen=True, slots=True)
class _Attempts:
    """One voice and what it has been through with one text."""

    voice: Voice
    engine: LoadedEngine
    phones_per_s: float
    history: list[str]

    def whole(self, text: str) -> _Part | None:
        """The text in pieces that the engine takes; None as soon as one cannot be spoken."""
        pieces = split_clauses(text, self.engine.max_chars)
        return self._in_pieces([piece for piece in pieces if WORD.search(piece)])

    def _in_pieces(self, pieces: Sequence[str], *, halved: bool = False) -> _Part | None:
        made: list[_Part] = []
        for piece in pieces:
            part = self._takes(piece)
            if part is None and not halved:
                halves = _halves(piece)
                if halves:
                    self.history.append(f"{self.voice.name}: spoken in two halves")
                    part = self._in_pieces(halves, halved=True)
            if part is None:
                return None
            made.append(part)
        return _joined(pieces, made)

    def _takes(self, text: str) -> _Part | None:
        for seed in range(_TAKES):
            fault = ""
            try:
                clip = self.engine.speak(text, self.voice, seed=seed)
            except EngineError as error:
                fault = str(error)
            else:
                verdict = check_clip(clip, text, self.voice, self.phones_per_s)
                if not verdict.fault:
                    return _Part(verdict.clip, verdict.active_s)
                fault = verdict.fault
            self.history.append(f"{self.voice.name}, take {seed + 1}: {fault}")
        return None


def _halves(text: str) -> list[str]:
    """A text cut in two at the clause boundary nearest its middle; empty if it has none."""
    pieces = [piece for piece in split_clauses(text, len(text) // 2 + 1) if WORD.search(piece)]
    if len(pieces) < 2:
        return []
    lengths = [len(piece) for piece in pieces]
    cut = min(range(1, len(pieces)), key=lambda cut: abs(sum(lengths[:cut]) - sum(lengths[cut:])))
    return [" ".join(pieces[:cut]), " ".join(pieces[cut:])]


def _joined(pieces: Sequence[str], made: Sequence[_Part]) -> _Part:
    if len(made) == 1:
        return made[0]
    marks: list[WordMark] = []
    words = samples = 0
    for piece, part in zip(pieces, made, strict=True):
        clip = part.clip
        marks.extend(WordMark(words + mark.index, samples + mark.sample) for mark in clip.words)
        words += len(piece.split())
        samples += clip.samples
    pcm = b"".join(part.clip.pcm for part in made)
    whole = Clip(pcm, made[0].clip.sample_rate, tuple(marks))
    return _Part(whole, sum(part.active_s for part in made))
