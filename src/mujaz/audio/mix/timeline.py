"""Timeline of a recording, cut into passages.

All positions are in samples of the MP3. A cut is made in a pause: before it there is silence for
longer than encoder and decoder spread a sound, after it for one frame, and the pause is prolonged
by less than a frame so that the cut is at the boundary of a frame.

Each story begins a passage. Within a long story, whether a cut may follow a sentence depends on a
hash of its words, so that after a changed sentence the next cuts are where they were before
(content-defined chunking: A. Muthitacharoen et al., "A Low-bandwidth Network File System", 2001).
The hash is not of the samples, because some engines use random numbers, and the times of an
episode must not depend on them.
"""

from __future__ import annotations

import hashlib
import math

from mujaz.audio.codecs.mp3 import FRAME_SAMPLES, SAMPLE_RATE
from mujaz.audio.codecs.pcm import Floats, from_clip, trim
from mujaz.audio.mix.clip_spool import ClipSpool
from mujaz.audio.mix.passages import (
    BedSpan,
    ClipPiece,
    Passage,
    Piece,
    SoundPiece,
    resampled_length,
)
from mujaz.domain import Clip, Cue, Sentence

_HEAD_SAMPLES = FRAME_SAMPLES
# Delay of encoder and decoder (1105 samples), and the length of their filters.
_TAIL_SAMPLES = 3 * FRAME_SAMPLES
_LEAST_SAMPLES = 20 * SAMPLE_RATE
_MOST_SAMPLES = 60 * SAMPLE_RATE
# Least silence between the last word and a chapter's whole second, and between it and the next.
_AFTER_WORD_S = 0.02
_BEFORE_WORD_S = 0.06
# A cut may follow one sentence in four.
_CUT_AFTER = 4


class Timeline:
    """Places pieces in order and cuts them into passages.

    Args:
        spool: Clips are written to it.

    Attributes:
        samples: Position of the next piece, in samples.
        cues: Times of each sentence so far.
    """

    def __init__(self, spool: ClipSpool) -> None:
        self._spool = spool
        self.samples = 0
        self.cues: list[Cue] = []
        self._closed: list[Passage] = []
        self._bed: BedSpan | None = None
        self._open(0)
        self._quiet_from = 0
        self._keeps_together = False
        self._story_begins = False

    def silence(self, milliseconds: int) -> None:
        """Add a pause; a passage may end in it."""
        count = SAMPLE_RATE * milliseconds // 1000
        end = self.samples + count
        if self._story_begins and self._may_end():
            # Stories can be cut out of the recording: their pause has room for a cut.
            least = max(self.samples, self._quiet_from) + _TAIL_SAMPLES + _HEAD_SAMPLES
            end = max(end, least)
        room = end - max(self.samples, self._quiet_from)
        if self._may_end() and room >= _TAIL_SAMPLES + _HEAD_SAMPLES:
            length = end - _HEAD_SAMPLES - self._start
            self._close(length + -length % FRAME_SAMPLES)
            self.samples = self._start + _HEAD_SAMPLES
        else:
            self.samples = end

    def pause_before_title(self, milliseconds: int) -> int:
        """Lengthen a pause after speech so that a whole second of the recording lies in it.

        Players that keep whole seconds of chapters only then cut no word. A pause of 1.1 seconds
        and more is long enough in any case.
        """
        if not self.cues:
            return milliseconds
        whole = math.floor(self.cues[-1].end + _AFTER_WORD_S) + 1
        begin = self.samples / SAMPLE_RATE + milliseconds / 1000
        missing = whole + _BEFORE_WORD_S - begin
        return milliseconds + max(math.ceil(missing * 1000), 0)

    def begin_story(self) -> None:
        """End the passage in the next pause, which is prolonged if it is too short."""
        self._story_begins = bool(self._pieces)

    def keep_together(self) -> None:
        """Make no cut until :meth:`lay_bed` is called."""
        self._keeps_together = True

    def lay_bed(self, span: BedSpan) -> None:
        """Place the music bed; positions are counted as ``samples`` is."""
        self._keeps_together = False
        self._bed = span.moved(-self._start)
        self._quiet_from = span.stop

    def sound(self, samples: Floats, source: str) -> None:
        """Place a station sound, which must be at the recording's rate."""
        start = self.samples - self._start
        self._place(SoundPiece(start, start + samples.size, source, samples), samples.tobytes())

    def speech(self, sentence: Sentence, clip: Clip, gain_db: float, source: str) -> None:
        """Trim a clip, place it, and add a cue with the times of its sentence and words."""
        samples, cut = trim(from_clip(clip), clip.sample_rate)
        start, length = self.samples, resampled_length(samples.size, clip.sample_rate)
        if length:
            place = self._spool.add(samples)
            at = start - self._start
            piece = ClipPiece(
                at, at + length, source, place, samples.size, clip.sample_rate, gain_db
            )
            self._place(piece, samples.tobytes())
            words_hash = hashlib.sha256(sentence.spoken.encode()).digest()
            self._may_cut_here = words_hash[0] % _CUT_AFTER == 0
        ratio = SAMPLE_RATE / clip.sample_rate
        words: list[tuple[int, float]] = []
        for mark in clip.words:
            index = _written_index(sentence, mark.index)
            # A written number may be several spoken words; it begins with the first.
            if not words or index > words[-1][0]:
                at = min(max(round((mark.sample - cut) * ratio), 0), length)
                words.append((index, (start + at) / SAMPLE_RATE))
        end = self.samples
        self.cues.append(Cue(sentence, start / SAMPLE_RATE, end / SAMPLE_RATE, tuple(words)))

    def finish(self, milliseconds: int) -> None:
        """End the recording after a last pause."""
        self.samples += SAMPLE_RATE * milliseconds // 1000
        self._close(self.samples - self._start, is_last=True)

    def passages(self) -> list[Passage]:
        """Return the passages that were completed since the last call."""
        closed, self._closed = self._closed, []
        return closed

    def _place(self, piece: Piece, data: bytes) -> None:
        content = hashlib.sha256(data).hexdigest()
        # The position of a clip in the spool does not change the sound, so it is not hashed.
        kind = (piece.sample_rate, piece.gain_db) if isinstance(piece, ClipPiece) else ()
        heard = (piece.start, piece.stop, piece.source, *kind, content)
        self._digest.update(repr(heard).encode())
        self._pieces.append(piece)
        self.samples += piece.stop - piece.start

    def _may_end(self) -> bool:
        if self._keeps_together or not self._pieces:
            return False
        length = self.samples - self._start
        by_content = self._may_cut_here and length >= _LEAST_SAMPLES
        return self._story_begins or by_content or length >= _MOST_SAMPLES

    def _close(self, length: int, *, is_last: bool = False) -> None:
        self._digest.update(repr((length, self._bed, is_last)).encode())
        digest = self._digest.hexdigest()
        pieces = tuple(self._pieces)
        self._closed.append(Passage(self._start, length, pieces, self._bed, is_last, digest))
        self._open(self._start + length)

    def _open(self, start: int) -> None:
        self._start = start
        self._pieces: list[Piece] = []
        self._digest = hashlib.sha256()
        self._bed = None
        self._may_cut_here = False
        self._story_begins = False


def _written_index(sentence: Sentence, spoken_index: int) -> int:
    mapped = sentence.word_map
    return mapped[min(spoken_index, len(mapped) - 1)] if mapped else spoken_index
