"""Speak one text, with retries until the clip passes its check.

The order is the same for every engine: up to three attempts, each with another seed; then the text
in two halves, cut at the clause boundary nearest the middle, with three attempts each; then the
fallback voice, if there is one. Every failed attempt is recorded for the report.
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
from mujaz.speech.quality.listening import listen

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class CheckedClip:
    """A clip that passed its check.

    Attributes:
        voice: The voice that spoke it: the requested one or the fallback.
        clip: The clip.
        active_s: Length of its sound without silence, in seconds.
        history: Failed attempts before it in order, one line each.
    """

    voice: Voice
    clip: Clip
    active_s: float
    history: tuple[str, ...] = ()


def speak(
    text: str,
    voice: Voice,
    fallback: Voice | None = None,
    *,
    phones_per_s: float = 0.0,
    ear: str = "",
) -> CheckedClip:
    """Speak a text of any length and check the clip.

    Args:
        text: Diacritized text. It is spoken clause by clause if it exceeds the engine's limit.
        voice: The voice.
        fallback: Voice that speaks the text if the first one cannot.
        phones_per_s: Measured speaking rate of the voice in phones per second; 0 if unknown. Not
            used if the voice's file states its rate.
        ear: Recogniser that listens to clips of neural voices; empty for none. See
            :mod:`mujaz.speech.quality.ear`. A clip that only it doubts is taken again, and kept
            with a note if that does not help.

    Raises:
        EngineError: If no attempt of any voice passed; the message lists the attempts.
        VoiceError: If a voice cannot be used at all.
    """
    if WORD.search(text) is None:
        raise EngineError("nothing in this sentence can be spoken", where=text[:60])
    history: list[str] = []
    voices = [voice] if fallback is None or fallback.name == voice.name else [voice, fallback]
    for speaker in voices:
        pace = phones_per_s if speaker is voice else 0.0
        engine = shared_engine(speaker.engine)
        attempts = _Attempts(speaker, engine, pace, history, ear if engine.neural else "")
        made = attempts.whole(text)
        if made is not None:
            return CheckedClip(speaker, made.clip, made.active_s, tuple(history))
    raise EngineError("; ".join(history), where=text[:60])


@dataclass(frozen=True, slots=True)
class _Part:
    """Clip of a part of the text, with the length of its sound in seconds."""

    clip: Clip
    active_s: float


@dataclass(frozen=True, slots=True)
class _Attempts:
    """Attempts of one voice at one text.

    Attributes:
        history: Failed attempts, appended to as they occur.
    """

    voice: Voice
    engine: LoadedEngine
    phones_per_s: float
    history: list[str]
    ear: str = ""

    def whole(self, text: str) -> _Part | None:
        """Speak the text in pieces within the engine's limit; None as soon as one fails."""
        pieces = split_clauses(text, self.engine.max_chars)
        return self._in_pieces([piece for piece in pieces if WORD.search(piece)])

    def _in_pieces(self, pieces: Sequence[str], *, halved: bool = False) -> _Part | None:
        made: list[_Part] = []
        for piece in pieces:
            part = self._attempt(piece)
            if part is None and not halved:
                halves = _halves(piece)
                if halves:
                    self.history.append(f"{self.voice.name}: spoken in two halves")
                    part = self._in_pieces(halves, halved=True)
            if part is None:
                return None
            made.append(part)
        return _joined(pieces, made)

    def _attempt(self, text: str) -> _Part | None:
        doubted: list[tuple[float, _Part]] = []
        for seed in range(_ATTEMPTS):
            fault = ""
            try:
                clip = self.engine.speak(text, self.voice, seed=seed)
            except EngineError as error:
                fault = str(error)
            else:
                verdict = check_clip(clip, text, self.voice, self.phones_per_s)
                part, fault = _Part(verdict.clip, verdict.active_s), verdict.fault
                if not fault and self.ear:
                    heard = listen(verdict.clip, text, self.ear)
                    fault = heard.fault
                    if fault:
                        doubted.append((heard.errors, part))
                if not fault:
                    return part
            self.history.append(f"{self.voice.name}, attempt {seed + 1}: {fault}")
        if not doubted:
            return None
        self.history.append(f"{self.voice.name}: the best of these is kept, listen to it")
        return min(doubted, key=lambda pair: pair[0])[1]


def _halves(text: str) -> list[str]:
    """Cut a text in two at the clause boundary nearest its middle; empty if there is none."""
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
