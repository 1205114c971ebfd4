"""The Coqui engine: one loaded model a process, one sentence at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mujaz.arabic.letters import COMMAS
from mujaz.arabic.marks import shadda_first
from mujaz.domain import Clip, Voice
from mujaz.engines.alphabet import fit, refuse_signs
from mujaz.engines.coqui.model import (
    MODEL_FAULTS,
    Family,
    Files,
    Model,
    Settings,
    find_files,
    first_line,
    lacks_vowel_signs,
)
from mujaz.engines.coqui.runtime import (
    choose_device,
    describe,
    load_torch,
    quiet,
    require_installed,
)
from mujaz.engines.lines import fingerprint, pauses_of, sentence_seed, speak_pieces
from mujaz.engines.samples import pcm16
from mujaz.engines.settings import Choice, Flag, Number, Rule, read_settings
from mujaz.engines.weights import prints, require_pin, verify, verify_companions
from mujaz.errors import EngineError, MujazError, VoiceError

_SETTINGS: dict[str, Rule] = {
    "speed": Number(0.5, 2.0, 1.0),
    # For VITS the noise scale, for XTTS the sampling temperature; default: the model's own. Below
    # 0.35 XTTS stammers (KoljaB/RealtimeTTS issue 225).
    "temperature": Number(0.05, 1.5),
    "repetition_penalty": Number(1.0, 20.0),
    "top_k": Number(1, 1000, whole=True),
    "top_p": Number(0.01, 1.0),
    # A second thread does not speed up VITS; bulletins use several worker processes.
    "threads": Number(1, 256, 1, whole=True),
    "device": Choice(("auto", "cpu", "cuda", "mps"), "auto"),
    "marks": Choice(("model", "shadda-first", "none"), "model"),
    "trust_unpinned": Flag(),
    # Silences between clauses, for models that know no punctuation.
    "pause_comma_ms": Number(0, 2000, 320),
    "pause_colon_ms": Number(0, 2000, 450),
    "pause_stop_ms": Number(0, 2000, 500),
}


@dataclass(slots=True)
class _Slot:
    """The one model that is kept loaded in this process."""

    key: tuple[object, ...] = ()
    model: Model | None = None
    fault: VoiceError | None = None


# Also protects torch's random generator, which all models of a process share.
_LOCK = threading.RLock()
_SLOT = _Slot()


class CoquiEngine:
    """Speaks vocalised Arabic with a VITS, MMS or XTTS model.

    The same sentence, voice and seed give the same samples on the same kind of machine. Threads
    may share an engine; a lock lets one speak at a time.

    Raises:
        MissingPackageError: When made, if the extra ``coqui`` is not installed.
    """

    name = "coqui"
    version = "2"
    # XTTS takes 166 code points of Arabic, marks included, and cuts what is longer; VITS models
    # are trained on utterances of about that length too.
    max_chars = 150
    neural = True

    def __init__(self) -> None:
        require_installed()

    @staticmethod
    def notice(voice: Voice) -> str:
        """Tell that a model without vowel signs guesses the vowels."""
        bare = voice.settings.get("marks") == "none" or lacks_vowel_signs(voice)
        return "it gets no vowel signs and guesses the vowels" if bare else ""

    def check(self, voice: Voice) -> None:
        """Check a voice's files and settings without loading the model.

        Raises:
            VoiceError: If a file or a recorded hash is missing, or a setting is wrong.
        """
        read_settings(voice, _SETTINGS)
        find_files(voice)
        require_pin(voice)

    def describe(self) -> str:
        """Versions of the packages that it uses, and the device that a voice would be given."""
        return describe()

    def memory_mb(self, voice: Voice) -> int:
        """Estimate the memory of a process in MB: libraries, weights, and the work on a line.

        Measured (bench/neural): 0.56 to 0.75 GB with a VITS of 0.14 GB, 2.6 GB with an XTTS of 1.9.
        """
        size = find_files(voice).checkpoint.stat().st_size
        return 600 + round(size * 1.2 / 1e6)

    def fingerprint(self, voice: Voice) -> str:
        """Hash everything besides text and seed that changes the sound."""
        packages = ("coqui-tts", "torch", "transformers")
        return fingerprint(self.version, packages, voice, read_settings(voice, _SETTINGS))

    def speak(self, text: str, voice: Voice, *, seed: int = 0) -> Clip:
        """Speak one line.

        Args:
            text: Vocalised Arabic. A text longer than ``max_chars`` is spoken clause by clause.
            voice: Names the model.
            seed: Another number gives another reading of the same line.

        Raises:
            EngineError: If the line has no words, or letters that the model cannot say.
            VoiceError: If the model cannot be used.
        """
        refuse_signs(text)
        settings = read_settings(voice, _SETTINGS)
        with _LOCK, quiet():
            torch, model = self._loaded(voice, settings)

            knows = model.knows(voice)

            def say(piece: str, number: int) -> bytes:
                line = fit(piece, knows, voice=voice.name)
                chance = sentence_seed(line, voice, seed, number)
                return self._say(torch, model, line, voice, settings, chance)

            pauses = None if any(map(knows, COMMAS)) else pauses_of(settings)
            rate = model.sample_rate
            return speak_pieces(shadda_first(text), self.max_chars, rate, say, pauses)

    def _say(
        self,
        torch: Any,
        model: Model,
        line: str,
        voice: Voice,
        settings: Settings,
        number: int,
    ) -> bytes:
        torch.set_num_threads(int(settings["threads"] or 1))
        try:
            with torch.inference_mode():
                wave = model.say(line, voice, settings, _sower(torch, number))
        except MujazError:
            raise
        except MODEL_FAULTS as error:
            raise EngineError(
                f"the model of voice {voice.name!r} failed: {first_line(error)}", where=line[:60]
            ) from error
        return pcm16(wave, where=line[:60])

    def _loaded(self, voice: Voice, settings: Settings) -> tuple[Any, Model]:
        """Return the voice's model; load it if another one is loaded.

        A failed load is remembered and not repeated for each sentence.
        """
        files = find_files(voice)
        require_pin(voice)
        torch = load_torch()
        device = choose_device(torch, str(settings["device"]))
        stat = files.checkpoint.stat()
        key = (files, device, stat.st_size, stat.st_mtime_ns, voice.sha256, voice.files)
        if _SLOT.key != key:
            _SLOT.key, _SLOT.model, _SLOT.fault = key, None, None
            try:
                _SLOT.model = _load(torch, voice, files, device)
            except VoiceError as error:
                _SLOT.fault = error
        if _SLOT.fault is not None:
            raise _SLOT.fault
        if _SLOT.model is None:
            raise AssertionError("a slot holds a model or a fault")
        _SLOT.model.check(voice)
        return torch, _SLOT.model


def _load(torch: Any, voice: Voice, files: Files, device: str) -> Model:
    from mujaz.engines.coqui.vits import VitsModel
    from mujaz.engines.coqui.xtts import XttsModel

    verify(voice, files.checkpoint, voice.sha256)
    verify_companions(voice)
    if device == "cuda":
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False
    try:
        if files.family is Family.XTTS:
            return XttsModel(torch, files, device, print_=prints(voice)[0])
        return VitsModel(torch, files, device)
    except MujazError:
        raise
    except MODEL_FAULTS as error:
        raise VoiceError(
            f"the model cannot be loaded: {first_line(error)}", where=str(files.checkpoint)
        ) from error


def _sower(torch: Any, number: int) -> Callable[[], None]:
    def sow() -> None:
        torch.manual_seed(number)

    return sow
