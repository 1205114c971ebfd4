"""Tiny models with random weights, made with the real classes of Coqui, ONNX and Piper.

They hum: what they say is no speech, but it has a pitch and a reader's pace, so that it passes the
check of clips. All else about them is real: configuration, vocabulary, checkpoint, loading and
inference. Needs the extras; import it after ``importorskip``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mujaz.arabic.letters import LETTERS, MARKS
from mujaz.engines.coqui.runtime import load_torch, quiet
from mujaz.storage.hashing import cached_sha256_of

PUNCTUATION = "!?.,:;-()«» ،؛؟"
SPEAKER = "Test Speaker"


def tiny_vits(
    folder: Path,
    *,
    characters: str = LETTERS + MARKS,
    speakers: tuple[str, ...] = (),
    sample_rate: int = 22050,
) -> Path:
    """A VITS of a quarter million parameters; gives the folder of model.pth and config.json."""
    torch = load_torch()
    with quiet():
        from TTS.tts.configs.shared_configs import BaseAudioConfig, CharactersConfig
        from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
        from TTS.tts.models.vits import Vits

        folder.mkdir(parents=True, exist_ok=True)
        if speakers:
            numbers = {name: number for number, name in enumerate(speakers)}
            (folder / "speaker_ids.json").write_text(json.dumps(numbers), encoding="utf-8")
        torch.manual_seed(0)
        # One residual block and no stochastic durations: small and quick, of the same make.
        args = VitsArgs(
            init_discriminator=False,
            use_sdp=False,
            hidden_channels=16,
            hidden_channels_ffn_text_encoder=32,
            num_layers_text_encoder=1,
            num_layers_posterior_encoder=1,
            num_layers_flow=1,
            inference_noise_scale=0.1,
            upsample_initial_channel_decoder=32,
            resblock_type_decoder="2",
            resblock_kernel_sizes_decoder=[3],
            resblock_dilation_sizes_decoder=[[1, 3]],
            use_speaker_embedding=bool(speakers),
            speaker_embedding_channels=8,
            speakers_file=str(folder / "speaker_ids.json") if speakers else None,
        )
        config = VitsConfig(
            model_args=args,
            audio=BaseAudioConfig(sample_rate=sample_rate),
            characters=CharactersConfig(
                characters_class="TTS.tts.utils.text.characters.Graphemes",
                pad="<PAD>",
                eos="<EOS>",
                bos="<BOS>",
                blank="<BLNK>",
                characters=characters,
                punctuations=PUNCTUATION,
                is_unique=True,
                is_sorted=True,
            ),
            use_phonemes=False,
            text_cleaner="basic_cleaners",
            add_blank=True,
            test_sentences=[],
        )
        model = Vits(config).eval()
        _hum(torch, model)
        model.config.save_json(str(folder / "config.json"))
        torch.save({"model": model.state_dict()}, folder / "model.pth")
    return folder


def _hum(torch: Any, model: Any) -> None:
    """Two frames a symbol, and symbols that differ a little: a hum at the rate of frames, 86 Hz."""
    with torch.no_grad():
        model.text_encoder.proj.weight.mul_(0.2)
        model.text_encoder.proj.bias.zero_()
        model.duration_predictor.proj.weight.zero_()
        model.duration_predictor.proj.bias.fill_(math.log(1.98))


# Of the published model for ara, the blank first: letters, no vowel signs, no punctuation.
MMS_VOCABULARY = (*"ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىة", "–", "_", " ")


def tiny_mms(folder: Path) -> Path:
    """A checkpoint, config.json and vocab.txt as fairseq lays them out; full size, 16 kHz."""
    torch = load_torch()
    with quiet():
        from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
        from TTS.tts.models.vits import Vits

        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = MMS_VOCABULARY
        lines = "".join(f"{character}\n" for character in vocabulary)
        (folder / "vocab.txt").write_text(lines, encoding="utf-8")
        table = {
            "train": {},
            "model": {},
            "data": {"sampling_rate": 16000, "training_files": "train.ltr", "add_blank": True},
        }
        (folder / "config.json").write_text(json.dumps(table), encoding="utf-8")
        torch.manual_seed(0)
        config = VitsConfig(model_args=VitsArgs(init_discriminator=False))
        model = Vits(config)
        model.text_encoder.emb = torch.nn.Embedding(
            len(vocabulary), config.model_args.hidden_channels
        )
        torch.save({"model": _as_fairseq(model.state_dict())}, folder / "G_100000.pth")
    return folder


# Coqui's names of parameters and fairseq's, the first match counting.
_FAIRSEQ_NAMES = (
    (r"^text_encoder\.", "enc_p."),
    (r"^waveform_decoder\.", "dec."),
    (r"^posterior_encoder\.", "enc_q."),
    (r"^flow\.flows\.([1-3])\.", lambda match: f"flow.flows.{2 * int(match[1])}."),
    (r"^duration_predictor\.((?:post_)?flows)\.0\.translation", r"dp.\1.0.m"),
    (r"^duration_predictor\.((?:post_)?flows)\.0\.log_scale", r"dp.\1.0.logs"),
    (
        r"^duration_predictor\.((?:post_)?flows)\.([2-4])\.",
        lambda match: f"dp.{match[1]}.{2 * int(match[2]) - 1}.",
    ),
    (r"^duration_predictor\.", "dp."),
)


def _as_fairseq(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Coqui's parameter names turned back into fairseq's."""
    out = {}
    for name, tensor in weights.items():
        renamed = next(
            (
                re.sub(ours, theirs, name)
                for ours, theirs in _FAIRSEQ_NAMES
                if re.search(ours, name)
            ),
            name,
        )
        out[renamed] = tensor
    return out


def tiny_xtts(folder: Path) -> Path:
    """An XTTS with two small transformer layers and one built-in speaker; 93 MB all the same."""
    torch = load_torch()
    with quiet():
        from TTS.tts.configs.xtts_config import XttsArgs, XttsConfig
        from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer
        from TTS.tts.models.xtts import Xtts

        folder.mkdir(parents=True, exist_ok=True)
        _write_vocabulary(folder / "vocab.json")
        torch.manual_seed(0)
        args = XttsArgs(
            gpt_use_perceiver_resampler=True,
            gpt_num_audio_tokens=1026,
            gpt_start_audio_token=1024,
            gpt_stop_audio_token=1025,
            gpt_layers=2,
            gpt_n_model_channels=64,
            gpt_n_heads=2,
            decoder_input_dim=64,
            gpt_max_audio_tokens=60,
        )
        model = Xtts(XttsConfig(model_args=args, languages=["ar", "en"]))
        model.tokenizer = VoiceBpeTokenizer(str(folder / "vocab.json"))
        model.init_models()
        with torch.no_grad():
            # Latents that differ little: the vocoder hums at the rate of its frames, 94 Hz.
            model.gpt.final_norm.weight.mul_(0.05)
        model.config.save_json(str(folder / "config.json"))
        torch.save({"model": model.state_dict()}, folder / "model.pth")
        speaker = {
            "gpt_cond_latent": torch.randn(1, 32, 64),
            "speaker_embedding": torch.nn.functional.normalize(torch.randn(1, 512, 1), dim=1),
        }
        torch.save({SPEAKER: speaker}, folder / "speakers_xtts.pth")
    return folder


def _write_vocabulary(path: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

    special = ["[STOP]", "[UNK]", "[SPACE]", "[START]", "[ar]", "[en]"]
    tokens = [*special, *LETTERS, *MARKS, *"!?.,:;-()«»،؛؟"]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special])
    tokenizer.save(str(path))


def tiny_piper(folder: Path) -> Path:
    """A Piper voice of a few kilobytes: a hum, as loud at each phoneme as its number, and noise.

    Real espeak phonemes go in, an ONNX graph with a random node runs, samples come out. As with a
    real one, length follows the phonemes and ``length_scale``, and noise its own scale.
    """
    import onnx
    from onnx import TensorProto, helper
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    folder.mkdir(parents=True, exist_ok=True)
    nodes = [
        helper.make_node("Cast", ["input"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["scales", "zero"], ["noise_scale"], axis=0),
        helper.make_node("Gather", ["scales", "one"], ["length_scale"], axis=0),
        helper.make_node("Mul", ["length_scale", "samples"], ["repeats_f"]),
        helper.make_node("Cast", ["repeats_f"], ["repeats"], to=TensorProto.INT64),
        helper.make_node("Unsqueeze", ["repeats", "axes0"], ["repeats_1"]),
        helper.make_node("Concat", ["one_1", "one_1", "repeats_1"], ["shape"], axis=0),
        helper.make_node("Unsqueeze", ["numbers", "axes2"], ["column"]),
        helper.make_node("Expand", ["column", "shape"], ["held"]),
        helper.make_node("Reshape", ["held", "flat"], ["numbered"]),
        helper.make_node("Mul", ["numbered", "little"], ["differing"]),
        helper.make_node("Add", ["differing", "hundred"], ["loudness"]),
        helper.make_node("RandomNormalLike", ["loudness"], ["noise"]),
        helper.make_node("Mul", ["noise", "noise_scale"], ["drawn"]),
        helper.make_node("Mul", ["drawn", "little"], ["scaled"]),
        helper.make_node("Mul", ["loudness", "nothing"], ["zeros"]),
        helper.make_node("Add", ["zeros", "radians"], ["steps"]),
        helper.make_node("CumSum", ["steps", "last"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["sine"]),
        helper.make_node("Mul", ["sine", "loudness"], ["hum"]),
        helper.make_node("Add", ["hum", "scaled"], ["sum"]),
        helper.make_node("Mul", ["sum", "level"], ["output"]),
    ]
    tensor = helper.make_tensor
    constants = [
        tensor("zero", TensorProto.INT64, [], [0]),
        tensor("one", TensorProto.INT64, [], [1]),
        tensor("one_1", TensorProto.INT64, [1], [1]),
        tensor("axes0", TensorProto.INT64, [1], [0]),
        tensor("axes2", TensorProto.INT64, [1], [2]),
        tensor("flat", TensorProto.INT64, [4], [1, 1, 1, -1]),
        tensor("samples", TensorProto.FLOAT, [], [400.0]),
        tensor("level", TensorProto.FLOAT, [], [0.002]),
        tensor("little", TensorProto.FLOAT, [], [0.05]),
        tensor("hundred", TensorProto.FLOAT, [], [100.0]),
        tensor("nothing", TensorProto.FLOAT, [], [0.0]),
        tensor("radians", TensorProto.FLOAT, [], [2 * math.pi * 110 / 22050]),
        tensor("last", TensorProto.INT64, [], [3]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            value("input", TensorProto.INT64, [1, "phonemes"]),
            value("input_lengths", TensorProto.INT64, [1]),
            value("scales", TensorProto.FLOAT, [3]),
        ],
        [value("output", TensorProto.FLOAT, [1, 1, 1, "time"])],
        initializer=constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / "tiny.onnx"))
    table = {
        "audio": {"sample_rate": 22050, "quality": "medium"},
        "espeak": {"voice": "ar"},
        "phoneme_type": "espeak",
        "num_symbols": 256,
        "num_speakers": 1,
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "speaker_id_map": {},
    }
    (folder / "tiny.onnx.json").write_text(json.dumps(table), encoding="utf-8")
    return folder


def write_voice(
    folder: Path, name: str, engine: str, model: Path, config: Path | None = None, **more: object
) -> Path:
    """A voice file in a ``voices`` folder, pinned to its model."""
    keys: dict[str, object] = {
        "name": name,
        "engine": engine,
        "model_path": str(model),
        "sha256": cached_sha256_of(model),
        **({"config_path": str(config)} if config else {}),
        **more,
    }
    settings = keys.pop("settings", {})
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
    assert isinstance(settings, dict)
    lines += ["[settings]", *[f"{key} = {json.dumps(value)}" for key, value in settings.items()]]
    path = folder / f"{name}.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
