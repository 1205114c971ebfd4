"""The Piper engine: our diacritics and phonemes, reproducible samples.

By default Piper adds diacritics itself, takes its phonemes from espeak-ng, whose rules for
vocalised Arabic are wrong, scales each clip to full scale, and draws noise from a generator whose
state depends on earlier sentences. All four are avoided here.
"""

from __future__ import annotations

import json
import tempfile
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from mujaz.arabic.letters import LETTERS, MARKS
from mujaz.arabic.marks import shadda_first
from mujaz.domain import Clip, Voice
from mujaz.engines.alphabet import fit, refuse_signs
from mujaz.engines.espeak.spelling import fold
from mujaz.engines.lines import fingerprint, sentence_seed, speak_pieces
from mujaz.engines.piper.phonemes import ipa_sentences
from mujaz.engines.samples import pcm16
from mujaz.engines.settings import Choice, Number, Rule, read_settings
from mujaz.engines.weights import named_file, verify, verify_companions
from mujaz.errors import EngineError, MissingPackageError, VoiceError, installing
from mujaz.privacy import disable_telemetry
from mujaz.storage.content_cache import code_version

_SETTINGS: dict[str, Rule] = {
    "speed": Number(0.5, 2.0, 1.0),
    "temperature": Number(0.0, 1.5),
    "rhythm": Number(0.0, 1.5),
    "threads": Number(1, 256, 1, whole=True),
    # Whose phonemes the model gets; auto: ours if it was trained on those of espeak-ng's Arabic.
    "phonemes": Choice(("auto", "mujaz", "piper"), "auto"),
}
# Each sentence that Piper finds within a line gets its own seed of 31 bits.
_SEED_MASK = 0x7FFFFFFF
_READABLE = frozenset(LETTERS + MARKS + " .,:;!?،؛؟…")


@dataclass(slots=True)
class _Loaded:
    """A loaded model.

    Attributes:
        piper: Piper's own voice object: phonemes and inference.
        graph: The model optimized by onnxruntime, which loads four times faster.
        draws: Whether the graph has a node that draws random numbers.
    """

    key: tuple[object, ...]
    piper: Any
    graph: bytes
    draws: bool


class PiperEngine:
    """Speaks vocalised Arabic with a Piper voice (an ``.onnx`` with its ``.onnx.json``).

    The same sentence, voice and seed give the same samples. Threads may share an engine; a
    lock lets one speak at a time.

    Raises:
        MissingPackageError: When made, if the extra ``piper`` is not installed.
    """

    name = "piper"
    version = "2"
    max_chars = 300
    neural = True

    def __init__(self) -> None:
        for module, package in (("piper", "piper-tts"), ("onnxruntime", "onnxruntime")):
            if find_spec(module) is None:
                raise MissingPackageError(
                    f"the package {package!r} is not installed",
                    hint=f"run {installing('piper')}",
                )
        self._lock = threading.RLock()
        self._now: _Loaded | None = None

    @staticmethod
    def voice_files(voice: Voice) -> tuple[str, ...]:
        """The model's configuration, which lies beside it unless the voice file names another."""
        return (_config_path(voice),) if voice.model_path else ()

    def describe(self) -> str:
        """Return the versions of the packages that it uses."""
        return f"piper-tts {version('piper-tts')}, onnxruntime {version('onnxruntime')}"

    def check(self, voice: Voice) -> None:
        """Check a voice's files and settings without loading the model.

        Raises:
            VoiceError: If a file is missing or a setting is wrong.
        """
        read_settings(voice, _SETTINGS)
        _files(voice)

    def memory_mb(self, voice: Voice) -> int:
        """Estimate the memory of a process in MB: library, weights, and the work on a line."""
        path = voice.home / voice.model_path
        return 300 + 3 * (path.stat().st_size if path.is_file() else 0) // 1_000_000

    def fingerprint(self, voice: Voice) -> str:
        """Hash everything besides text and seed that changes the sound."""
        packages = ("piper-tts", "onnxruntime")
        phonetizer = [code_version(f"mujaz.{part}") for part in ("engines.espeak", "arabic")]
        made_by = " ".join([self.version, *phonetizer])
        return fingerprint(made_by, packages, voice, read_settings(voice, _SETTINGS))

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
        text = fold(text)
        refuse_signs(text)
        settings = read_settings(voice, _SETTINGS)
        with self._lock:
            loaded = self._loaded(voice, int(settings["threads"] or 1))

            def say(piece: str, number: int) -> bytes:
                line = shadda_first(fit(piece, _READABLE.__contains__, voice=voice.name))
                chance = sentence_seed(line, voice, seed, number)
                return _say(loaded, line, voice, settings, chance)

            rate = int(loaded.piper.config.sample_rate)
            if voice.sample_rate and voice.sample_rate != rate:
                raise VoiceError(
                    f"the model speaks at {rate} Hz, the voice file says {voice.sample_rate} Hz",
                    where=f"voice {voice.name}",
                    hint="check that this is the right model, then correct sample_rate",
                )
            return speak_pieces(text, self.max_chars, rate, say)

    def _loaded(self, voice: Voice, threads: int) -> _Loaded:
        model, config = _files(voice)
        stats = [(path.stat().st_size, path.stat().st_mtime_ns) for path in (model, config)]
        key = (model, config, *stats, threads, voice.sha256, voice.files)
        if self._now is None or self._now.key != key:
            verify(voice, model, voice.sha256)
            verify_companions(voice)
            self._now = None
            self._now = _load(model, config, threads, key)
        return self._now


def _files(voice: Voice) -> tuple[Path, Path]:
    """Return the paths of the model and its configuration."""
    model = named_file(voice, voice.model_path, "model_path")
    return model, named_file(voice, _config_path(voice), "config_path")


def _config_path(voice: Voice) -> str:
    return voice.config_path or f"{voice.model_path}.json"


def _load(model: Path, config: Path, threads: int, key: tuple[object, ...]) -> _Loaded:
    disable_telemetry()
    from piper import PiperVoice
    from piper.config import PiperConfig

    try:
        settings = PiperConfig.from_dict(json.loads(config.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VoiceError(
            f"not the configuration of a Piper voice: {type(error).__name__}: {error}",
            where=str(config),
            hint="use the .onnx.json that came with the model",
        ) from error
    with tempfile.TemporaryDirectory(prefix="mujaz-") as folder:
        optimized = Path(folder) / "model.onnx"
        options = _options(threads)
        options.optimized_model_filepath = str(optimized)
        session = _session(str(model), options, model)
        graph = optimized.read_bytes()
    piper = PiperVoice(session=session, config=settings, use_tashkeel=False)
    return _Loaded(key, piper, graph, draws=b"Random" in graph)


def _options(threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # 3: errors only, without the warning about saving an optimized model.
    options.log_severity_level = 3
    return options


def _session(model: str | bytes, options: Any, path: Path) -> Any:
    import onnxruntime

    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except _runtime_faults() as error:
        raise VoiceError(
            "this is not an ONNX model that can be loaded, or it is cut short",
            where=str(path),
            hint="copy or install it again",
        ) from error


@cache
def _runtime_faults() -> tuple[type[Exception], ...]:
    """Return the exceptions of onnxruntime, which have no common base class."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = (
        "EPFail", "EngineError", "Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf",
        "ModelLoadCanceled", "ModelLoaded", "NoModel", "NoSuchFile", "NotImplemented",
        "RuntimeException",
    )  # fmt: skip
    return (RuntimeError, ValueError, *(getattr(state, n) for n in names if hasattr(state, n)))


def _say(
    loaded: _Loaded,
    line: str,
    voice: Voice,
    settings: dict[str, float | str | bool | None],
    seed: int,
) -> bytes:
    import onnxruntime
    from piper.config import SynthesisConfig

    piper = loaded.piper
    speed, temperature, rhythm = settings["speed"], settings["temperature"], settings["rhythm"]
    synthesis = SynthesisConfig(
        speaker_id=_speaker(piper.config, voice),
        length_scale=float(piper.config.length_scale) / float(speed or 1.0),
        noise_scale=None if temperature is None else float(temperature),
        noise_w_scale=None if rhythm is None else float(rhythm),
    )
    waves: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    try:
        for number, phonemes in enumerate(_phonemes(piper, line, voice, settings)):
            _refuse_unknown(phonemes, piper.config, voice, line)
            if loaded.draws:
                # The generator is seeded when a session is made and keeps its state between runs:
                # only a new session makes a sentence reproducible.
                onnxruntime.set_seed((seed + number) & _SEED_MASK)
                options = _options(int(settings["threads"] or 1))
                options.graph_optimization_level = (
                    onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
                )
                piper.session = _session(loaded.graph, options, voice.home / voice.model_path)
            ids = piper.phonemes_to_ids(phonemes)
            # Not ``synthesize``, which scales each clip to full scale.
            waves.append(np.ravel(piper.phoneme_ids_to_audio(ids, synthesis)))
    except _runtime_faults() as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EngineError(
            f"the model of voice {voice.name!r} failed: {first[:200]}",
            where=line[:60],
            hint="check that the .onnx.json is the one that came with the model",
        ) from error
    if not waves:
        raise EngineError("nothing in this sentence can be spoken", where=line[:60])
    return pcm16(np.concatenate(waves), where=line[:60])


def _phonemes(
    piper: Any, line: str, voice: Voice, settings: dict[str, float | str | bool | None]
) -> list[list[str]]:
    """Return the symbols of each sentence of a line: of our phonemes, or by Piper's own rules.

    Raises:
        VoiceError: If our phonemes are wanted for a model that was trained on something else.
    """
    config = piper.config
    by_espeak = getattr(config.phoneme_type, "value", config.phoneme_type) == "espeak"
    takes_ours = by_espeak and str(config.espeak_voice).split("-")[0] == "ar"
    choice = settings["phonemes"]
    if choice == "mujaz" and not by_espeak:
        raise VoiceError(
            "the model takes letters, not phonemes",
            where=f"voice {voice.name}",
            hint='set phonemes = "auto" under [settings]',
        )
    if choice == "mujaz" or (choice == "auto" and takes_ours):
        return ipa_sentences(line, config.phoneme_id_map)
    sentences: list[list[str]] = piper.phonemize(line)
    return sentences


def _refuse_unknown(phonemes: list[str], config: Any, voice: Voice, line: str) -> None:
    """Raise EngineError for a phoneme with sound that the model lacks; Piper would skip it."""
    lost = {p for p in phonemes if p not in config.phoneme_id_map}
    heard = sorted(p for p in lost if any(unicodedata.category(c)[0] == "L" for c in p))
    if heard:
        raise EngineError(
            f"the voice {voice.name!r} has no sound for {' '.join(heard)}",
            where=line[:60],
            hint="write the word with other letters: `mujaz lexicon add WORD SPOKEN`",
        )


def _speaker(config: Any, voice: Voice) -> int | None:
    if config.num_speakers <= 1:
        return None
    names = dict(config.speaker_id_map)
    if not voice.speaker:
        return int(config.default_speaker_id)
    if voice.speaker in names:
        return int(names[voice.speaker])
    raise VoiceError(
        f"the model has no speaker {voice.speaker!r}",
        where=f"voice {voice.name}",
        hint="set speaker to one of: " + ", ".join(sorted(names)[:20]),
    )
