"""One episode on the air: an encoder that follows a run's spool, and everybody who listens.

The encoder writes one growing file; each listener reads it from its beginning, so everyone hears
every sentence, and one who leaves takes nothing away from the others. It starts with the first
listener: the station's intro at once, then sentences as they come. Where the next sentence is not
there in time, a pause is put in before anyone's player runs dry: the stream always leads the
clock, because no player can be further than the time since the first listener came.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from mujaz.audio.codecs.pcm import Floats
from mujaz.domain import Script
from mujaz.live.encoder import AirEncoder
from mujaz.live.spool import Spool

# How far the stream is ahead of the clock: a player starts late and keeps a reserve.
_LEAD_S = 2.0
_PAUSE_S = 0.2
_LOOK_S = 0.03
# Pauses put in between sentences, in all, before a listener is told that the voice is slow.
_SLOW_S = 6.0


@dataclass(slots=True)
class State:
    """What is known of the stream so far.

    Attributes:
        starts: For each sentence of the script, its start in the stream (s) or None.
        waited_s: Pauses put in after the first sentence.
        ended: Whether the stream is complete; ``failed``: whether the run died.
    """

    starts: list[float | None]
    waited_s: float = 0.0
    ended: bool = False
    failed: bool = False

    @property
    def slow(self) -> bool:
        """Whether the voice is slower than speech."""
        return self.waited_s > _SLOW_S


@dataclass(slots=True)
class Station:
    """How a server sounds on the air: the intro's samples (44.1 kHz) and the encoder's settings."""

    intro: Floats
    bitrate_kbps: int = 96
    loudness_lufs: float = -16.0


@dataclass(slots=True)
class Broadcast:
    """A run on the air.

    Args:
        spool: What the run lends; closed when the stream has ended.
        station: How it begins and sounds.
    """

    spool: Spool
    station: Station
    state: State = field(init=False)
    _file: int = field(init=False, default=-1)
    _size: int = field(init=False, default=0)
    _thread: threading.Thread | None = field(init=False, default=None)
    _stop: threading.Event = field(init=False, default_factory=threading.Event)
    _encoder: AirEncoder = field(init=False)

    def __post_init__(self) -> None:
        self.state = State([None] * len(self.script.sentences))
        with tempfile.TemporaryFile(prefix="mujaz-live-") as stream:
            # The name is gone; the descriptor lives until the last listener has left.
            self._file = os.dup(stream.fileno())
        self._encoder = AirEncoder(self.station.bitrate_kbps, self.station.loudness_lufs)

    @property
    def name(self) -> str:
        """Name of the episode's folder."""
        return self.spool.name

    @property
    def script(self) -> Script:
        """What is being said."""
        return self.spool.script

    def start(self) -> None:
        """Begin with the first listener; later calls do nothing."""
        if self._thread is None:
            self._write(self._encoder.sound(self.station.intro))
            self._thread = threading.Thread(target=self._follow, name="mujaz-live", daemon=True)
            self._thread.start()

    def read(self, offset: int, size: int) -> bytes | None:
        """Bytes from an offset on; empty if there are none yet, None if there will be none."""
        ended = self.state.ended
        end = self._size
        if offset < end:
            return os.pread(self._file, min(size, end - offset), offset)
        return None if ended else b""

    def close(self) -> None:
        """Stop the encoder and let go of the file."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.spool.close()
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _follow(self) -> None:
        began = time.monotonic()
        try:
            for abandoned in self._until_ended():
                lent = self.spool.read()
                if lent is not None:
                    sentence = self.script.sentences[lent.index]
                    self.state.starts[lent.index] = round(self._encoder.meter.seconds, 3)
                    sound = self._encoder.speech(lent.clip, lent.gain_db)
                    self._write(sound + self._encoder.silence(sentence.pause_ms / 1000))
                elif self.spool.ended or abandoned:
                    self.state.failed = not self.spool.ended
                    return
                elif self._encoder.meter.seconds < time.monotonic() - began + _LEAD_S:
                    if any(start is not None for start in self.state.starts):
                        self.state.waited_s += _PAUSE_S
                    self._write(self._encoder.silence(_PAUSE_S))
                else:
                    self._stop.wait(_LOOK_S)
        except (OSError, ValueError, IndexError):
            # No room for the stream, or a spool that is not one: listeners are told.
            self.state.failed = True
        finally:
            self._write(self._encoder.end())
            self.state.ended = True

    def _until_ended(self) -> Iterator[bool]:
        """Whether the run had let go before the look at the spool that follows."""
        while not self._stop.is_set():
            yield self.spool.is_abandoned()

    def _write(self, data: bytes) -> None:
        place = self._size
        while data:
            written = os.pwrite(self._file, data, place)
            data, place = data[written:], place + written
        self._size = place
