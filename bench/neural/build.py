"""Models of full size with random weights, and voice files that name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mujaz.arabic.letters import LETTERS, MARKS
from mujaz.engines.coqui.runtime import load_torch, quiet
from mujaz.storage.hashing import cached_sha256_of

_PUNCTUATION = "!?.,:;-()«» ،؛؟"


def vits(folder: Path, device: str) -> Path:
    """The VITS of the paper as Coqui sets it up: 35 million parameters, 22.05 kHz."""
    return _vits(folder, device, {})


def small_vits(folder: Path, device: str) -> Path:
    """A small one, for counting memory over many sentences."""
    small = {
        "hidden_channels": 16,
        "hidden_channels_ffn_text_encoder": 32,
        "num_layers_text_encoder": 1,
        "num_layers_posterior_encoder": 1,
        "num_layers_flow": 1,
        "upsample_initial_channel_decoder": 32,
    }
    return _vits(folder, device, small)


def piper(folder: Path, device: str) -> Path:
    """A VITS of the size of Piper's medium voices (63 MB), exported as Piper exports them."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    torch = load_torch()
    with quiet():
        from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
        from TTS.tts.models.vits import Vits

        folder.mkdir(parents=True)
        torch.manual_seed(0)
        args = VitsArgs(
            init_discriminator=False,
            upsample_initial_channel_decoder=256,
            resblock_type_decoder="2",
            resblock_kernel_sizes_decoder=[3, 5, 7],
            resblock_dilation_sizes_decoder=[[1, 2], [2, 6], [3, 12]],
            upsample_rates_decoder=[8, 8, 4],
            upsample_kernel_sizes_decoder=[16, 16, 8],
        )
        model = Vits(VitsConfig(model_args=args)).eval()
        model.text_encoder.emb = torch.nn.Embedding(256, args.hidden_channels)
        model.export_onnx(str(folder / "model.onnx"), verbose=False)
    table = {
        "audio": {"sample_rate": 22050},
        "espeak": {"voice": "ar"},
        "num_symbols": 256,
        "num_speakers": 1,
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
    }
    (folder / "model.onnx.json").write_text(json.dumps(table), encoding="utf-8")
    return _voice(folder, "piper", folder / "model.onnx", {})


def xtts(folder: Path, device: str) -> Path:
    """XTTS v2 in its true size (466 million parameters) with one built-in speaker."""
    torch = load_torch()
    with quiet():
        from TTS.tts.configs.xtts_config import XttsArgs, XttsConfig
        from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer
        from TTS.tts.models.xtts import Xtts

        folder.mkdir(parents=True)
        _vocabulary(folder / "vocab.json")
        torch.manual_seed(0)
        args = XttsArgs(
            gpt_use_perceiver_resampler=True,
            gpt_num_audio_tokens=1026,
            gpt_start_audio_token=1024,
            gpt_stop_audio_token=1025,
            gpt_layers=30,
            gpt_n_model_channels=1024,
            gpt_n_heads=16,
            decoder_input_dim=1024,
        )
        model = Xtts(XttsConfig(model_args=args, languages=["ar", "en"]))
        model.tokenizer = VoiceBpeTokenizer(str(folder / "vocab.json"))
        model.init_models()
        model.config.save_json(str(folder / "config.json"))
        torch.save({"model": model.state_dict()}, folder / "model.pth")
        speaker = {
            "gpt_cond_latent": torch.randn(1, 32, 1024),
            "speaker_embedding": torch.nn.functional.normalize(torch.randn(1, 512, 1), dim=1),
        }
        torch.save({"one": speaker}, folder / "speakers_xtts.pth")
    return _voice(folder, "coqui", folder / "model.pth", {"device": device}, speaker="one")


def _vits(folder: Path, device: str, sizes: dict[str, Any]) -> Path:
    torch = load_torch()
    with quiet():
        from TTS.tts.configs.shared_configs import CharactersConfig
        from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
        from TTS.tts.models.vits import Vits

        folder.mkdir(parents=True)
        torch.manual_seed(0)
        config = VitsConfig(
            model_args=VitsArgs(init_discriminator=False, **sizes),
            characters=CharactersConfig(
                characters_class="TTS.tts.utils.text.characters.Graphemes",
                pad="<PAD>",
                eos="<EOS>",
                bos="<BOS>",
                blank="<BLNK>",
                characters=LETTERS + MARKS,
                punctuations=_PUNCTUATION,
                is_unique=True,
                is_sorted=True,
            ),
            text_cleaner="basic_cleaners",
            add_blank=True,
            test_sentences=[],
        )
        model = Vits(config).eval()
        model.config.save_json(str(folder / "config.json"))
        torch.save({"model": model.state_dict()}, folder / "model.pth")
    return _voice(folder, "coqui", folder / "model.pth", {"device": device})


def _vocabulary(path: Path) -> None:
    """A vocabulary of XTTS's size: its special tokens, the Arabic characters, and fillers."""
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

    special = ["[STOP]", "[UNK]", "[SPACE]", "[START]", "[ar]", "[en]"]
    tokens = [*special, *LETTERS, *MARKS, *"!?.,:;-()«»،؛؟"]
    tokens += [f"filler{number}" for number in range(6681 - len(tokens))]
    tokenizer = Tokenizer(
        models.BPE(vocab={t: n for n, t in enumerate(tokens)}, merges=[], unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special])
    tokenizer.save(str(path))


def _voice(
    folder: Path, engine: str, model: Path, settings: dict[str, str], speaker: str = ""
) -> Path:
    lines = [
        'name = "bench"',
        f'engine = "{engine}"',
        f'model_path = "{model}"',
        f'sha256 = "{cached_sha256_of(model)}"',
        f'speaker = "{speaker}"',
        "[settings]",
        *[f'{key} = "{value}"' for key, value in settings.items()],
    ]
    path = folder / "bench.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
