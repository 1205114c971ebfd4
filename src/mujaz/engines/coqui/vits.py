"""Models of the VITS family: Coqui checkpoints, and MMS checkpoints of fairseq."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mujaz.arabic.marks import shadda_first, strip_marks
from mujaz.domain import Voice
from mujaz.engines.alphabet import Knows, everything
from mujaz.engines.coqui.model import (
    MODEL_FAULTS,
    Family,
    Files,
    Settings,
    Wave,
    fill,
    first_line,
    load_config,
    load_weights,
)
from mujaz.errors import EngineError, VoiceError

# Longest plausible speech: seconds a character, and seconds for pauses. Longer output is a fault of
# the duration predictor and would fill the memory.
_SLOWEST_S_PER_CHAR = 0.5
_ROOM_S = 4.0


class VitsModel:
    """One loaded VITS; not safe for threads (the engine holds a lock)."""

    def __init__(self, torch: Any, files: Files, device: str) -> None:
        self._torch = torch
        self._device = device
        self._model = _load_mms(files) if files.family is Family.MMS else _load(torch, files)
        self._model.to(device)
        self._model.eval()
        self._base_scale = float(self._model.length_scale)
        self._base_noise = float(self._model.inference_noise_scale)
        self.sample_rate = int(self._model.config.audio["sample_rate"])
        self._hop_s = int(self._model.config.audio["hop_length"]) / self.sample_rate

    def knows(self, voice: Voice) -> Knows:
        """Return a test for characters in the model's vocabulary; a phonemizer takes any."""
        tokenizer = self._model.tokenizer
        if tokenizer.use_phonemes:
            return everything
        vocabulary = frozenset(tokenizer.characters.vocab)
        cleaned: dict[str, bool] = {}

        def known(char: str) -> bool:
            if char not in cleaned:
                # Some cleaners replace characters: look the result up.
                out = self._clean(char, voice)
                cleaned[char] = bool(out.strip()) and all(part in vocabulary for part in out)
            return cleaned[char]

        return known

    def check(self, voice: Voice) -> None:
        """Raise VoiceError if the voice names no speaker or language and the model has several."""
        self._speaker(voice)
        self._language(voice)

    def say(self, line: str, voice: Voice, settings: Settings, seed: Callable[[], None]) -> Wave:
        """Speak a fitted line.

        Returns:
            Samples in -1 to 1 at ``sample_rate``.
        """
        torch, model = self._torch, self._model
        model.length_scale = self._base_scale / float(settings["speed"] or 1.0)
        temperature = settings["temperature"]
        model.inference_noise_scale = (
            self._base_noise if temperature is None else float(temperature)
        )
        longest_s = _ROOM_S + _SLOWEST_S_PER_CHAR * len(line) / float(settings["speed"] or 1.0)
        model.max_inference_len = round(longest_s / self._hop_s)
        ids = self._ids(_ordered(self._clean(line, voice), settings), voice)
        tokens = torch.as_tensor(ids, dtype=torch.long, device=self._device).unsqueeze(0)
        speaker, d_vector = self._speaker(voice)
        language = self._language(voice)
        seed()
        out = model.inference(
            tokens,
            aux_input={
                "x_lengths": torch.tensor(tokens.shape[1:2], device=self._device),
                "speaker_ids": speaker,
                "d_vectors": d_vector,
                "language_ids": language,
                "durations": None,
            },
        )
        if float(out["durations"].sum()) > model.max_inference_len:
            raise EngineError(
                f"the voice {voice.name!r} ran on beyond {longest_s:.0f} s in a sentence",
                where=line[:60],
                hint="shorten the sentence, or try another seed or model",
            )
        return np.asarray(out["model_outputs"][0].detach().cpu().numpy(), np.float32).reshape(-1)

    def _clean(self, text: str, voice: Voice) -> str:
        """Apply the text cleaner that the model was trained with."""
        cleaner = self._model.tokenizer.text_cleaner
        return str(cleaner(text, lang=voice.language)) if cleaner is not None else text

    def _ids(self, text: str, voice: Voice) -> list[int]:
        """Return the token ids of a cleaned text, without applying the cleaner again."""
        tokenizer = self._model.tokenizer
        if tokenizer.phonemizer:
            text = tokenizer.phonemizer.phonemize(text, separator="", language=voice.language)
        ids: list[int] = tokenizer.encode(text)
        if not ids:
            raise EngineError("nothing in this sentence can be spoken", where=text[:60])
        if tokenizer.add_blank:
            ids = tokenizer.intersperse_blank_char(ids)
        if tokenizer.use_eos_bos:
            ids = tokenizer.pad_with_bos_eos(ids)
        return ids

    def _speaker(self, voice: Voice) -> tuple[Any, Any]:
        """Return speaker id and speaker embedding as the model needs them; either may be None."""
        torch, manager = self._torch, self._model.speaker_manager
        args = self._model.config.model_args
        if manager is None or not (args.use_speaker_embedding or args.use_d_vector_file):
            return None, None
        by_vector = bool(args.use_d_vector_file)
        names = list(manager.embedding_names if by_vector else manager.name_to_id)
        name = voice.speaker or (names[0] if len(names) == 1 else "")
        if name not in names:
            raise _no_such("speaker", voice.speaker, names, voice)
        if by_vector:
            vector = manager.get_mean_embedding(name, num_samples=None, randomize=False)
            return None, torch.tensor(vector, dtype=torch.float, device=self._device).unsqueeze(0)
        return torch.tensor([manager.name_to_id[name]], device=self._device), None

    def _language(self, voice: Voice) -> Any:
        manager = self._model.language_manager
        if manager is None or not self._model.config.model_args.use_language_embedding:
            return None
        names = list(manager.language_names)
        name = voice.language if voice.language in names else names[0] if len(names) == 1 else ""
        if name not in names:
            raise _no_such("language", voice.language, names, voice)
        return self._torch.tensor([manager.name_to_id[name]], device=self._device)


def _no_such(what: str, wanted: str, names: list[str], voice: Voice) -> VoiceError:
    told = f"the model has no {what} {wanted!r}" if wanted else f"the voice names no {what}"
    shown = ", ".join(sorted(names)[:20])
    return VoiceError(told, where=f"voice {voice.name}", hint=f"set {what} to one of: {shown}")


def _ordered(text: str, settings: Settings) -> str:
    """Put marks into the order that the model was trained on.

    Coqui's cleaners apply NFC, which puts a vowel before its shadda; a model trained without them
    saw shadda first, as people type. The model does not say which, so the voice file does.
    """
    order = settings["marks"]
    if order == "shadda-first":
        return shadda_first(text)
    return strip_marks(text) if order == "none" else text


def _load(torch: Any, files: Files) -> Any:
    from TTS.tts.models.vits import Vits

    config = load_config(files)
    args = config.model_args
    # Needed only for training.
    args.init_discriminator = False
    args.use_speaker_encoder_as_loss = False
    for holder in (config, args):
        for key in ("speakers_file", "language_ids_file", "d_vector_file"):
            _beside(holder, key, files.config.parent)
    try:
        model = Vits(config)
    except MODEL_FAULTS as error:
        raise VoiceError(
            f"no model can be built from this configuration: {first_line(error)}",
            where=str(files.config),
        ) from error
    weights = load_weights(torch, files.checkpoint)
    kept = {
        name: tensor
        for name, tensor in weights.items()
        if not name.startswith("disc.") and "speaker_encoder" not in name
    }
    fill(model, kept, files)
    return model


def _beside(holder: Any, key: str, folder: Path) -> None:
    """Replace a path of the training machine by the file of that name beside the configuration."""
    value = getattr(holder, key, None)
    if isinstance(value, str) and value and not Path(value).is_file():
        near = folder / Path(value).name
        setattr(holder, key, str(near) if near.is_file() else value)
    elif isinstance(value, list):
        near_all = [folder / Path(str(item)).name for item in value]
        setattr(
            holder,
            key,
            [
                str(near) if near.is_file() and not Path(str(item)).is_file() else item
                for item, near in zip(value, near_all, strict=True)
            ],
        )


def _load_mms(files: Files) -> Any:
    from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
    from TTS.tts.models.vits import Vits

    config = VitsConfig(model_args=VitsArgs(init_discriminator=False))
    if files.config.name != "config.json" or files.config.parent != files.checkpoint.parent:
        raise VoiceError(
            "an MMS model needs config.json and vocab.txt beside its checkpoint",
            where=str(files.checkpoint),
        )
    try:
        model = Vits(config)
        model.load_fairseq_checkpoint(config, files.checkpoint, eval=True)
    except MODEL_FAULTS as error:
        raise VoiceError(
            f"this MMS model cannot be loaded: {first_line(error)}",
            where=str(files.checkpoint),
            hint="the file is damaged or cut short: copy or install it again",
        ) from error
    return model
