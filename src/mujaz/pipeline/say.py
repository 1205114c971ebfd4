"""Speak a text to an audio file, outside any show."""

from __future__ import annotations

from collections.abc import Sequence
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
from mujaz.text.script import Reading

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
    config = config or Config()
    load_voices(config, body=voice)  # a fault of the voice is told before the text is read
    sentences = sentences_of_text(text, reading(config))
    return say_sentences(sentences, config, voice=voice, mp3=mp3)


def sentences_of_text(text: str, how: Reading) -> list[Sentence]:
    """Read a text as sentences, each in its spoken form.

    Raises:
        TextError: If it holds nothing to say.
    """
    from mujaz.text.sentences import split_sentences
    from mujaz.text.unicode import normalize_unicode

    texts = split_sentences(normalize_unicode(text))
    pairs = [(one, how.spoken(one)) for one in texts]
    sentences = [Sentence(one, spoken) for one, spoken in pairs if has_arabic(spoken)]
    if not sentences:
        raise TextError("there is nothing to say in this text", hint="give Arabic text")
    return sentences


def say_sentences(
    sentences: Sequence[Sentence], config: Config, *, voice: str = "", mp3: bool = False
) -> bytes:
    """Speak sentences, from the clip cache where it can, and return the bytes of an audio file.

    Args:
        sentences: With their spoken forms.
        config: See :mod:`mujaz.settings.values`.
        voice: Name of the voice; the configured one if empty.
        mp3: Whether to return MP3 instead of WAV.

    Raises:
        MujazError: If the voice cannot be used or a sentence cannot be spoken.
    """
    from mujaz.audio.assembly import Spoken

    report, voices = Report(), load_voices(config, body=voice)
    script = Script("", (), tuple(sentences))
    pieces = [
        Spoken(sentence, clip, speaker.gain_db, speaker.name)
        for sentence, speaker, clip in clips(script, config, voices, report)
    ]
    if report.unspoken:
        raise EngineError(report.unspoken[0].reason, hint="try another voice: mujaz voices list")
    return _audio_file(pieces, config, mp3=mp3)


def play_recording(sentence: Sentence, config: Config, *, mp3: bool = False) -> bytes:
    """Return the recording of a sentence as the bytes of an audio file.

    Args:
        sentence: A sentence with a recording, whose file is known.
        config: See :mod:`mujaz.settings.values`.
        mp3: Whether to return MP3 instead of WAV.

    Raises:
        MujazError: If it cannot be played any more.
    """
    from mujaz.audio.assembly import Spoken
    from mujaz.pipeline.recordings import recording

    found = recording(sentence)
    if found is None:
        raise TextError("this sentence has no recording", where=sentence.text[:60])
    voice, clip = found
    return _audio_file([Spoken(sentence, clip, voice.gain_db, voice.name)], config, mp3=mp3)


def _audio_file(pieces: Sequence[Spoken], config: Config, *, mp3: bool) -> bytes:
    import tempfile

    from mujaz.audio.assembly import Mastering, assemble
    from mujaz.audio.codecs.wav import wav_bytes

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
