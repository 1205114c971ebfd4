"""A small binding to libespeak-ng, which the package ``espeakng-loader`` carries.

The C interface is that of espeak-ng 1.52's ``speak_lib.h``. Its constraints:

* The library keeps one voice and one synthesiser in global state and aborts the process when
  two threads enter it: everything goes through one process-wide lock.
* A data path longer than about 160 bytes fails without an error (sample rate 0, no audio), and a
  voice file is not found when its path and the data path together exceed about 135: long paths
  are reached through short symbolic links, and rate and return codes are checked.
* Events of one call arrive in chunks with the samples; sample offsets are from the call's start.
"""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mujaz.engines.espeak.data_folder import cached_folder, fill
from mujaz.errors import EngineError, VoiceError

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_PHONEMES = 0x100
_POS_CHARACTER = 1
_PARAMETER_RATE = 1
_PARAMETER_PITCH = 3
_PARAMETER_RANGE = 4
_PARAMETER_VOLUME = 2
# Of 100: at full volume the loudest vowels of a woman's voice were clipped.
_VOLUME = 65
_EVENT_END_OF_LIST = 0
_EVENT_WORD = 1
# Together they must stay below about 135 bytes (measured on 1.52); a link takes about 32.
_LONGEST_DATA_PATH = 80
_LONGEST_VOICE_PATH = 40


class _EventId(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass
class Utterance:
    """The result of one call: PCM chunks and where its words begin.

    Attributes:
        words: (1-based character position in the text, sample offset) of each word event.
        on_samples: Given each chunk as it comes, or None.
        error: The exception of ``on_samples``, which stops the synthesis.
    """

    chunks: list[bytes] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)
    on_samples: Callable[[bytes], None] | None = None
    error: BaseException | None = None

    @property
    def pcm(self) -> bytes:
        """All samples, s16 mono."""
        return b"".join(self.chunks)


class Espeak:
    """The library, initialised once a process. Use :func:`espeak` to get it."""

    def __init__(self) -> None:
        import espeakng_loader

        self.lock = threading.Lock()
        self._current: Utterance | None = None
        self._voice: str | None = None
        self._data = _short(_data_folder(Path(espeakng_loader.get_data_path())), _LONGEST_DATA_PATH)
        try:
            self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise VoiceError(
                f"the espeak-ng library cannot be loaded: {error}",
                hint="reinstall the package espeakng-loader",
            ) from error
        self._declare()
        self.sample_rate: int = self._lib.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS, 0, os.fsencode(self._data), _INITIALIZE_DONT_EXIT
        )
        if self.sample_rate <= 0:
            raise VoiceError(
                "espeak-ng could not read its data",
                where=str(self._data),
                hint="reinstall the package espeakng-loader",
            )
        self._callback = _Callback(self._receive)  # the library keeps only a pointer
        self._lib.espeak_SetSynthCallback(self._callback)

    @property
    def version(self) -> str:
        """Version of the library."""
        raw: bytes = self._lib.espeak_Info(None)
        return raw.decode("ascii", "replace").split()[0]

    def speak(
        self,
        text: str,
        *,
        voice_file: Path,
        rate: int = 175,
        pitch: int = 50,
        pitch_range: int = 50,
        phonemes: bool = False,
        on_samples: Callable[[bytes], None] | None = None,
    ) -> Utterance:
        """Speak a text.

        Args:
            text: One or more clauses; phoneme groups stand in ``[[ ]]``.
            voice_file: espeak voice file.
            rate: espeak's rate parameter; see the engine for words a minute.
            pitch, pitch_range: espeak's parameters, 0 to 100.
            phonemes: Whether ``[[ ]]`` is honoured. Never set it for text from outside.
            on_samples: Given each chunk of samples as it is made; it must not enter the library.

        Raises:
            VoiceError: If the voice file cannot be used.
            EngineError: If the library refuses the text.
        """
        data = text.replace("\0", " ").encode("utf-8")
        flags = _CHARS_UTF8 | (_PHONEMES if phonemes else 0)
        with self.lock:
            self._set_voice(voice_file)
            self._lib.espeak_SetParameter(_PARAMETER_RATE, rate, 0)
            self._lib.espeak_SetParameter(_PARAMETER_PITCH, pitch, 0)
            self._lib.espeak_SetParameter(_PARAMETER_RANGE, pitch_range, 0)
            self._lib.espeak_SetParameter(_PARAMETER_VOLUME, _VOLUME, 0)
            self._current = utterance = Utterance(on_samples=on_samples)
            try:
                code = self._lib.espeak_Synth(
                    data, len(data) + 1, 0, _POS_CHARACTER, 0, flags, None, None
                )
            finally:
                self._current = None
        if utterance.error is not None:
            raise utterance.error
        if code != 0:
            raise EngineError(f"espeak-ng refused a text (code {code})", where=text[:60])
        return utterance

    def phonemes(self, text: str, *, voice_file: Path) -> str:
        """espeak's own phonemes for a text, clauses separated by spaces."""
        out: list[str] = []
        with self.lock:
            self._set_voice(voice_file)
            pointer = ctypes.c_char_p(text.replace("\0", " ").encode("utf-8"))
            while pointer.value is not None:
                raw = self._lib.espeak_TextToPhonemes(ctypes.byref(pointer), _CHARS_UTF8, 0)
                out.append((raw or b"").decode("utf-8"))
        return " ".join(part for part in out if part)

    def _set_voice(self, voice_file: Path) -> None:
        name = str(voice_file)
        if name == self._voice:
            return
        code = self._load(voice_file)
        if code != 0:
            self._voice = None
            raise VoiceError(
                f"espeak-ng cannot use this voice file (code {code})",
                where=name,
                hint="run `mujaz voices list`",
            )
        self._voice = name

    def _load(self, voice_file: Path) -> int:
        if not voice_file.is_file():
            return 2
        short = _short(voice_file.resolve(), _LONGEST_VOICE_PATH)
        code: int = self._lib.espeak_SetVoiceByFile(os.fsencode(short))
        return code

    def _receive(self, wav: object, count: int, events: object) -> int:
        current = self._current
        if current is None:
            return 1
        index = 0
        while events[index].type != _EVENT_END_OF_LIST:  # type: ignore[index]
            if events[index].type == _EVENT_WORD:  # type: ignore[index]
                event = events[index]  # type: ignore[index]
                current.words.append((event.text_position, event.sample))
            index += 1
        if wav and count > 0:
            chunk = ctypes.string_at(wav, count * 2)  # type: ignore[arg-type]
            current.chunks.append(chunk)
            if current.on_samples is not None:
                try:
                    current.on_samples(chunk)
                except BaseException as error:  # noqa: BLE001 - cannot pass through C; raised in speak
                    current.error = error
                    return 1
        return 0

    def _declare(self) -> None:
        lib, text, number = self._lib, ctypes.c_char_p, ctypes.c_int
        lib.espeak_Initialize.argtypes = [number, number, text, number]
        lib.espeak_SetVoiceByFile.argtypes = [text]
        lib.espeak_SetParameter.argtypes = [number, number, number]
        lib.espeak_Synth.argtypes = [
            text, ctypes.c_size_t, ctypes.c_uint, number, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(text), number, number]
        lib.espeak_TextToPhonemes.restype = text
        lib.espeak_Info.argtypes = [ctypes.c_void_p]
        lib.espeak_Info.restype = text


_instance: Espeak | None = None
_instance_lock = threading.Lock()


def espeak() -> Espeak:
    """Return the only instance of this process.

    Raises:
        VoiceError: If the library or its data cannot be used.
    """
    global _instance
    with _instance_lock:
        if _instance is None:
            _instance = Espeak()
    return _instance


def _data_folder(shipped: Path) -> Path:
    """The library's data with our tunes; in a temporary folder if the cache cannot be written."""
    cached = cached_folder(shipped)
    try:
        return fill(cached, shipped)
    except OSError:
        try:
            return fill(_link_folder() / "data", shipped)
        except OSError as error:
            raise VoiceError(
                f"no folder can be made for the data of espeak-ng: {error.strerror}",
                where=str(error.filename or ""),
                hint="free some space in the temporary folder",
            ) from error


def _short(path: Path, limit: int) -> Path:
    return path if len(os.fsencode(path)) <= limit else _linked(path)


def _linked(path: Path) -> Path:
    """Make a short symbolic link to a path that is too long for the library."""
    folder = _link_folder()
    link = folder / hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    if not link.exists():
        link.symlink_to(path.resolve(), target_is_directory=path.is_dir())
    return link


_folder: Path | None = None


def _link_folder() -> Path:
    global _folder
    if _folder is None:
        # /tmp and not TMPDIR, because the path must be short.
        parent = "/tmp" if Path("/tmp").is_dir() else None
        _folder = Path(tempfile.mkdtemp(prefix="mujaz-", dir=parent))
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return _folder
