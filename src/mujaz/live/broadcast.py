"""Live stream of one episode: encode a run's spool into one file that all listeners read.

Each listener reads the file from its beginning, so everyone hears every sentence, and a listener
who leaves does not disturb the others. Encoding starts with the first listener: first the intro,
then each clip as soon as it is made. If the next clip is late, a pause is encoded before any
listener's player runs out of data: the stream is always longer than the time since the first
listener came, and no player can be further than that.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mujaz.audio.codecs.pcm import Floats
from mujaz.domain import Script
from mujaz.live.encoder import StreamEncoder
from mujaz.live.spool_reader import LiveSpoolReader

# Seconds that the stream is ahead of the clock: players buffer before they start.
_LEAD_S = 2.0
_PAUSE_S = 0.2
_POLL_S = 0.03
# Total length of inserted pauses after which listeners are told that the voice is slow.
_SLOW_S = 6.0


@dataclass(slots=True)
class BroadcastState:
    """State of a live stream.

    Attributes:
        starts: For each sentence of the script, its start in the stream in seconds; None if it
            is not in the stream.
        inserted_s: Total length of the pauses inserted after the first sentence, in seconds.
        ended: Whether the stream is complete.
        failed: Whether the run ended before its last clip.
    """

    starts: list[float | None]
    inserted_s: float = 0.0
    ended: bool = False
    failed: bool = False

    @property
    def slow(self) -> bool:
        """Whether clips are made more slowly than they are heard."""
        return self.inserted_s > _SLOW_S


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Settings of a server's live streams.

    Attributes:
        intro: Samples at 44.1 kHz that each stream begins with.
        bitrate_kbps: Constant bitrate of the MP3.
        loudness_lufs: Target loudness of speech.
    """

    intro: Floats
    bitrate_kbps: int = 96
    loudness_lufs: float = -16.0


@dataclass(slots=True)
class Broadcast:
    """Live stream of one episode.

    Args:
        spool: The run's clips; closed with the broadcast.
        settings: Intro and encoding.
        clock: Monotonic time in seconds.

    Attributes:
        state: State of the stream.
        listeners: Number of clients that are reading the stream.
    """

    spool: LiveSpoolReader
    settings: StreamSettings
    clock: Callable[[], float] = time.monotonic
    state: BroadcastState = field(init=False)
    _file: int = field(init=False, default=-1)
    _size: int = field(init=False, default=0)
    _thread: threading.Thread | None = field(init=False, default=None)
    _stop: threading.Event = field(init=False, default_factory=threading.Event)
    listeners: int = field(init=False, default=0)
    _encoder: StreamEncoder = field(init=False)

    def __post_init__(self) -> None:
        self.state = BroadcastState([None] * len(self.script.sentences))
        with tempfile.TemporaryFile(prefix="mujaz-live-") as stream:
            # The file has no name any more; the descriptor keeps it until close().
            self._file = os.dup(stream.fileno())
        self._encoder = StreamEncoder(self.settings.bitrate_kbps, self.settings.loudness_lufs)

    @property
    def name(self) -> str:
        """Name of the episode's folder."""
        return self.spool.name

    @property
    def script(self) -> Script:
        """Script of the episode."""
        return self.spool.script

    @property
    def seconds(self) -> float:
        """Length of the stream so far, in seconds."""
        return self._encoder.seconds

    def start(self) -> None:
        """Start encoding; called for the first listener, later calls do nothing."""
        if self._thread is None:
            self._write(self._encoder.encode(self.settings.intro))
            self._thread = threading.Thread(target=self._encode, name="mujaz-live", daemon=True)
            self._thread.start()

    def read(self, offset: int, size: int) -> bytes | None:
        """Read the stream at an offset; empty if there is no data yet, None after its end."""
        ended = self.state.ended
        end = self._size
        if offset < end:
            return os.pread(self._file, min(size, end - offset), offset)
        return None if ended else b""

    def close(self) -> None:
        """Stop encoding, after the clip that is being encoded, and close the files."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.spool.close()
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _encode(self) -> None:
        began = self.clock()
        try:
            for is_run_over in self._poll():
                spooled = self.spool.read()
                if spooled is not None:
                    sentence = self.script.sentences[spooled.index]
                    self.state.starts[spooled.index] = round(self._encoder.seconds, 3)
                    sound = self._encoder.encode_clip(spooled.clip, spooled.gain_db)
                    self._write(sound + self._encoder.encode_silence(sentence.pause_ms / 1000))
                elif self.spool.ended or is_run_over:
                    self.state.failed = not self.spool.ended
                    return
                elif self._encoder.seconds < self.clock() - began + _LEAD_S:
                    if any(start is not None for start in self.state.starts):
                        self.state.inserted_s += _PAUSE_S
                    self._write(self._encoder.encode_silence(_PAUSE_S))
                else:
                    self._stop.wait(_POLL_S)
        except (OSError, ValueError, IndexError):
            # The disk is full or the spool is damaged: listeners are told that the run failed.
            self.state.failed = True
        finally:
            self._write(self._encoder.flush())
            self.state.ended = True

    def _poll(self) -> Iterator[bool]:
        """Yield, until stopped, whether the run was over before the caller reads the spool."""
        while not self._stop.is_set():
            yield self.spool.is_run_over()

    def _write(self, data: bytes) -> None:
        place = self._size
        while data:
            written = os.pwrite(self._file, data, place)
            data, place = data[written:], place + written
        self._size = place
