"""Make a recording of a script: sentences are spoken and assembled as a stream."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.domain import Clip, Loudness, Recording, Script, Sentence, Voice
from mujaz.errors import MujazError
from mujaz.live.spool_writer import LiveSpoolWriter
from mujaz.pipeline.cache import cache_for
from mujaz.pipeline.chapters import numbered, over_bed
from mujaz.pipeline.speak import clips
from mujaz.pipeline.voices import LoadedVoices
from mujaz.report import Report
from mujaz.settings.values import Config

if TYPE_CHECKING:
    from mujaz.audio.assembly import Mastering, Spoken
    from mujaz.audio.mix.station_sounds import StationSounds
    from mujaz.speech.ahead import SpeechAhead

_log = logging.getLogger(__name__)
_Item = tuple[Sentence, Voice, Clip]
# Largest deviation from the configured loudness that is not reported, in LU.
_LOUDNESS_TOLERANCE_LU = 0.5


def station_sounds(config: Config) -> StationSounds:
    """Read the station's sounds (intro, outro, stinger, bed).

    Raises:
        AudioError: If one of them cannot be played.
    """
    from mujaz.audio.mix.station_sounds import StationSounds, load_station_sounds

    audio = config.audio
    if not (audio.intro or audio.outro or audio.stinger or audio.bed):
        return StationSounds()
    return load_station_sounds(audio, config.home)


def require_encoders(config: Config) -> None:
    """Check that the Opus encoder is installed if an Opus file is configured.

    Raises:
        MissingPackageError: If it is not.
    """
    from mujaz.audio.codecs.opus import require_encoder

    if config.audio.opus_kbps:
        require_encoder()


def require_parts(config: Config) -> None:
    """Check what a recording needs besides a voice; asked before anything is spoken.

    Raises:
        AudioError: If a sound of the station cannot be used.
        MissingPackageError: If an encoder is not installed.
    """
    require_encoders(config)
    station_sounds(config)


def record(
    script: Script,
    workspace: Path,
    config: Config,
    voices: LoadedVoices,
    report: Report,
    sounds: StationSounds,
    live: LiveSpoolWriter | None = None,
    ahead: SpeechAhead | None = None,
) -> Recording:
    """Speak a script and assemble its recording.

    Args:
        script: The script.
        workspace: Folder for the recording.
        config: See :mod:`mujaz.settings.values`.
        voices: Voices and engines.
        report: Gets clips, loudness and times.
        sounds: The station's sounds.
        live: Gets each clip as soon as it is made, for live listeners.
        ahead: Has perhaps spoken some of the sentences already.

    Raises:
        MujazError: If no sentence of a story could be spoken or the disk refused.
    """
    from mujaz.audio.assembly import Mastering, Spoken, assemble

    audio = config.audio
    mastering = Mastering(audio.loudness_lufs, audio.true_peak_dbtp, audio.bitrate_kbps)
    speech_s = 0.0

    def timed() -> Iterator[tuple[Sentence, _Item]]:
        nonlocal speech_s
        stream = clips(script, config, voices, report, ahead)
        while True:
            start = time.monotonic()
            item = next(stream, None)
            speech_s += time.monotonic() - start
            if item is None:
                if live is not None:
                    live.end()
                return
            yield item[0], item

    readers: list[str] = []

    def spoken() -> Iterator[Spoken]:
        bed = over_bed(script.sentences)
        for index, (sentence, voice, clip) in numbered(script.sentences, timed()):
            if live is not None:
                live.add(sentence, clip, voice.gain_db)
            readers.append(voice.name)
            yield Spoken(sentence, clip, voice.gain_db, voice.name, index in bed)

    start, report.stage = time.monotonic(), "speech"
    store = cache_for(config)
    recording = assemble(spoken(), workspace / "episode.mp3", mastering, sounds, store)
    store.evict()
    cues = zip(recording.cues, readers, strict=True)
    recording = replace(recording, cues=tuple(replace(cue, voice=name) for cue, name in cues))
    report.seconds["speech"] += speech_s
    report.seconds["audio"] += time.monotonic() - start - speech_s
    if not any(cue.sentence.story >= 0 for cue in recording.cues):
        raise MujazError("no sentence of the article could be spoken", hint="see `mujaz doctor`")
    report.loudness = recording.loudness
    _report_loudness("loudness", recording.loudness, mastering, report)
    if audio.opus_kbps:
        with report.timed("audio"):
            recording = replace(recording, opus=_opus(recording, mastering, config, report))
    return recording


def _opus(recording: Recording, goal: Mastering, config: Config, report: Report) -> Path:
    from mujaz.audio.codecs.opus import encode_opus

    target = recording.path.with_suffix(".opus")
    encoded = encode_opus(recording.path, target, goal, config.audio.opus_kbps)
    _report_loudness("opus", encoded.reached, goal, report)
    return target


def _report_loudness(name: str, reached: Loudness, goal: Mastering, report: Report) -> None:
    measured = f"{reached.integrated_lufs:.1f} LUFS, true peak {reached.true_peak_dbtp:.1f} dBTP"
    _log.info("%s: %s", name, measured)
    deviation = abs(reached.integrated_lufs - goal.loudness_lufs)
    if deviation > _LOUDNESS_TOLERANCE_LU or reached.true_peak_dbtp > goal.true_peak_dbtp:
        report.warnings.append(
            f"{name}: the episode has {measured} instead of {goal.loudness_lufs:g} LUFS and at "
            f"most {goal.true_peak_dbtp:g} dBTP"
        )
