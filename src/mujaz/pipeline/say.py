"""Speak a text to an audio file, outside any show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.arabic.letters import has_arabic
from mujaz.domain import Clip, Script, Sentence
from mujaz.errors import EngineError, TextError
from mujaz.pipeline.read import reading
from mujaz.pipeline.speak import clips
from mujaz.pipeline.voices import load_voices
from mujaz.report import Report
from mujaz.settings.values import Config

if TYPE_CHECKING:
    from mujaz.audio.assembly import Spoken


def say(text: str, config: Config | None = None, *, voice: str = "", mp3: bool = False) -> bytes:
    """Speak a text and return the bytes of an audio file.

    Args:
        text: Arabic text.
        config: See :mod:`mujaz.settings.values`.
        voice: Name of the voice; the configured one if empty.
        mp3: Whether to return MP3 instead of WAV.

    Raises:
        MujazError: If the text holds nothing to say or the voice cannot be used.
    """
    import tempfile

    from mujaz.audio.assembly import Mastering, Spoken, assemble
    from mujaz.audio.codecs.wav import wav_bytes
    from mujaz.text.sentences import split_sentences
    from mujaz.text.unicode import normalize_unicode

    config = config or Config()
    report = Report()
    voices = load_voices(config, body=voice)
    how = reading(config)
    texts = split_sentences(normalize_unicode(text))
    sentences = [Sentence(text, how.spoken(text)) for text in texts if has_arabic(how.spoken(text))]
    if not sentences:
        raise TextError("there is nothing to say in this text", hint="give Arabic text")
    script = Script("", (), tuple(sentences))
    pieces = [
        Spoken(sentence, clip, speaker.gain_db, speaker.name)
        for sentence, speaker, clip in clips(script, config, voices, report)
    ]
    if report.unspoken:
        raise EngineError(report.unspoken[0].reason, hint="try another voice: mujaz voices list")
    if not mp3:
        return wav_bytes((_amplified(piece), piece.sentence.pause_ms) for piece in pieces)
    with tempfile.TemporaryDirectory(prefix="mujaz-") as folder:
        audio = config.audio
        mastering = Mastering(audio.loudness_lufs, audio.true_peak_dbtp, audio.bitrate_kbps)
        return assemble(pieces, Path(folder) / "say.mp3", mastering).path.read_bytes()


def _amplified(piece: Spoken) -> Clip:
    """Apply the voice's gain to a clip; in a WAV there is no mastering that would do it."""
    from mujaz.audio.codecs.pcm import amplify, from_clip

    return replace(piece.clip, pcm=amplify(from_clip(piece.clip), piece.gain_db).tobytes())
