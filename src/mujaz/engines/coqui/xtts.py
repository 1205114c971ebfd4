"""XTTS v2: built-in speakers, and a speaker cloned from a recording."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mujaz.arabic.marks import strip_marks
from mujaz.domain import Voice
from mujaz.engines.alphabet import Knows
from mujaz.engines.coqui.model import (
    MODEL_FAULTS,
    Files,
    Settings,
    Wave,
    fill,
    first_line,
    load_config,
    load_weights,
)
from mujaz.engines.coqui.runtime import quiet
from mujaz.engines.weights import named_file
from mujaz.errors import EngineError, VoiceError
from mujaz.storage.atomic import atomic_write
from mujaz.storage.hashing import cached_sha256_of

# Audio tokens a second of sound (1024 samples of 22.05 kHz each).
_TOKENS_PER_S = 22050 / 1024
# Output slower than 4 letters a second is speech that failed to stop; newsreaders say 12.
_SLOWEST_LETTERS_PER_S = 4.0
_ROOM_TOKENS = 25
_SHORTEST_REFERENCE_S = 1.0
_IGNORED = ("torch_mel_spectrogram_style_encoder", "torch_mel_spectrogram_dvae", "dvae")
_Latents = tuple[Any, Any]


class XttsModel:
    """One loaded XTTS; not safe for threads (the engine holds a lock)."""

    def __init__(self, torch: Any, files: Files, device: str, *, print_: str) -> None:
        self._torch = torch
        self._model = _load(torch, files)
        self._model.to(device)
        self._print = print_
        self._speakers = _speakers(torch, files.checkpoint.parent / "speakers_xtts.pth")
        self._latents: dict[str, _Latents] = {}
        self.sample_rate = int(self._model.args.output_sample_rate)

    def knows(self, voice: Voice) -> Knows:
        """Return a test for characters that the tokenizer does not turn into [UNK]."""
        tokenizer = self._model.tokenizer.tokenizer
        unknown = tokenizer.token_to_id("[UNK]")
        cache: dict[str, bool] = {}

        def known(char: str) -> bool:
            if char not in cache:
                ids = tokenizer.encode(char.lower()).ids
                cache[char] = bool(ids) and unknown not in ids
            return cache[char]

        return known

    def check(self, voice: Voice) -> None:
        """Raise VoiceError if speaker or language is unknown, or the recording cannot be used."""
        languages = list(self._model.config.languages)
        if voice.language not in languages:
            raise VoiceError(
                f"the model does not speak {voice.language!r}",
                where=f"voice {voice.name}",
                hint="set language to one of: " + ", ".join(languages),
            )
        self._speaker(voice)

    def say(self, line: str, voice: Voice, settings: Settings, seed: Callable[[], None]) -> Wave:
        """Speak a line of known characters; the length is limited by the number of letters.

        Returns:
            Samples in -1 to 1 at ``sample_rate``.
        """
        latent, embedding = self._speaker(voice)
        if settings["marks"] == "none":
            line = strip_marks(line)
        tokens = len(self._model.tokenizer.encode(line.lower(), lang=voice.language))
        if tokens >= self._model.args.gpt_max_text_tokens:
            raise EngineError(f"too long for XTTS: {tokens} tokens", where=line[:60])
        speed = float(settings["speed"] or 1.0)
        letters = sum(1 for char in strip_marks(line) if char.isalpha())
        most = _ROOM_TOKENS + letters / _SLOWEST_LETTERS_PER_S * _TOKENS_PER_S
        most = min(round(most), int(self._model.args.gpt_max_audio_tokens) - 3)
        seed()
        out = self._model.inference(
            line,
            voice.language,
            latent,
            embedding,
            temperature=float(settings["temperature"] or _TEMPERATURE),
            repetition_penalty=float(settings["repetition_penalty"] or _REPETITION_PENALTY),
            top_k=int(settings["top_k"] or _TOP_K),
            top_p=float(settings["top_p"] or _TOP_P),
            length_penalty=1.0,
            speed=speed,
            enable_text_splitting=False,
            max_new_tokens=most,
        )
        return np.asarray(out["wav"], np.float32).reshape(-1)

    def _speaker(self, voice: Voice) -> _Latents:
        if voice.speaker_wav:
            return self._cloned(voice)
        if voice.speaker in self._speakers:
            latent, embedding = self._speakers[voice.speaker].values()
            return latent, embedding
        told = f"no speaker {voice.speaker!r}" if voice.speaker else "no speaker named"
        shown = ", ".join(sorted(self._speakers)[:60])
        raise VoiceError(
            f"{told} in this XTTS model",
            where=f"voice {voice.name}",
            hint=f"set speaker to one of: {shown}"
            if shown
            else "copy speakers_xtts.pth beside the checkpoint, or set speaker_wav to a recording",
        )

    def _cloned(self, voice: Voice) -> _Latents:
        """Compute the speaker latents of a recording; cached by the recording's hash."""
        path = named_file(voice, voice.speaker_wav, "speaker_wav")
        key = f"{cached_sha256_of(path)}-{self._print[:16]}"
        if key not in self._latents:
            kept = _latents_folder() / f"{key}.pth"
            found = _read_latents(self._torch, kept)
            if found is None:
                found = self._listen(path)
                _write_latents(self._torch, found, kept)
            self._latents[key] = found
        return self._latents[key]

    def _listen(self, path: Path) -> _Latents:
        samples, rate = _read_recording(path)
        audio = self._torch.from_numpy(samples).unsqueeze(0)
        config = self._model.config
        try:
            with quiet():
                audio = audio[:, : rate * int(config.max_ref_len)]
                embedding = self._model.get_speaker_embedding(audio, rate)
                latent = self._model.get_gpt_cond_latents(
                    audio,
                    rate,
                    length=int(config.gpt_cond_len),
                    chunk_length=int(config.gpt_cond_chunk_len),
                )
        except MODEL_FAULTS as error:
            raise VoiceError(
                f"XTTS can make nothing of this recording: {first_line(error)}", where=str(path)
            ) from error
        return latent.cpu(), embedding.cpu()


_TEMPERATURE = 0.7
_REPETITION_PENALTY = 5.0
_TOP_K = 50
_TOP_P = 0.85


def _load(torch: Any, files: Files) -> Any:
    from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer
    from TTS.tts.models.xtts import Xtts

    config = load_config(files)
    vocabulary = files.checkpoint.parent / "vocab.json"
    if not vocabulary.is_file():
        raise VoiceError("an XTTS model needs vocab.json beside it", where=str(files.checkpoint))
    try:
        tokenizer = VoiceBpeTokenizer(vocab_file=str(vocabulary))
    except Exception as error:  # the tokenizers library raises plain Exception
        raise VoiceError(
            f"not the vocabulary of an XTTS model: {first_line(error)}",
            where=str(vocabulary),
            hint="copy or install it again",
        ) from error
    try:
        model = Xtts(config)
        model.tokenizer = tokenizer
        model.init_models()
    except MODEL_FAULTS as error:
        raise VoiceError(
            f"no model can be built from this configuration: {first_line(error)}",
            where=str(files.config),
        ) from error
    weights = {}
    for name, tensor in load_weights(torch, files.checkpoint).items():
        plain = name.removeprefix("xtts.")
        if plain.split(".")[0] not in _IGNORED and not plain.startswith("gpt.gpt_inference."):
            weights[plain] = tensor
    fill(model, weights, files)
    with quiet():
        model.hifigan_decoder.eval()
        model.gpt.init_gpt_for_inference(kv_cache=model.args.kv_cache, use_deepspeed=False)
        model.gpt.eval()
    return model


def _speakers(torch: Any, path: Path) -> dict[str, Any]:
    """Load the built-in speakers by name; empty if the model has no file of them."""
    if not path.is_file():
        return {}
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except MODEL_FAULTS as error:
        raise VoiceError(
            f"the speakers cannot be read: {first_line(error)}",
            where=str(path),
            hint="the file is damaged or cut short: copy or install it again",
        ) from error
    return found if isinstance(found, dict) else {}


def _read_recording(path: Path) -> tuple[np.ndarray[Any, np.dtype[np.float32]], int]:
    """Read a recording: mono samples in -1 to 1 and their rate in Hz.

    Raises:
        VoiceError: If it is no sound file, too short, or silent.
    """
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise VoiceError(
            f"not a sound file that can be read: {first_line(error)}",
            where=str(path),
            hint="record a WAV file of at least six seconds of clear speech",
        ) from error
    mono = np.clip(samples.mean(axis=1), -1.0, 1.0).astype(np.float32)
    if mono.size < _SHORTEST_REFERENCE_S * rate:
        raise VoiceError(
            f"a recording of {mono.size / rate:.1f} s is too short to clone a voice from",
            where=str(path),
            hint="record at least six seconds of clear speech",
        )
    if float(np.abs(mono).max()) < 1e-3:
        raise VoiceError("this recording is silent", where=str(path))
    return mono, int(rate)


def _latents_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_path("mujaz")) / "latents"


def _read_latents(torch: Any, path: Path) -> _Latents | None:
    if not path.is_file():
        return None
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
        return found["latent"], found["embedding"]
    except MODEL_FAULTS:
        # An unreadable cache file is computed again.
        return None


def _write_latents(torch: Any, latents: _Latents, path: Path) -> None:
    """Cache latents for the next process; a cache that cannot be written is not an error."""
    with contextlib.suppress(OSError), atomic_write(path, durable=False) as stream:
        torch.save({"latent": latents[0].clone(), "embedding": latents[1].clone()}, stream)
