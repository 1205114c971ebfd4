"""A script becomes a recording: spoken sentence by sentence, assembled as a stream."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.domain import Clip, Loudness, Recording, Script, Sentence, Voice
from mujaz.errors import MujazError
from mujaz.live.spool_writer import LiveSpoolWriter
from mujaz.pipeline.chapters import numbered, over_bed
from mujaz.pipeline.run import Run, store_for
from mujaz.pipeline.speak import clips

if TYPE_CHECKING:
    from mujaz.audio.assembly import Mastering, Spoken
    from mujaz.audio.mix.station_sounds import StationSounds

Heard = tuple[Sentence, Voice, Clip]

_MOST_OFF_LU = 0.5


def station(run: Run) -> StationSounds:
    """The station's sounds, read before any speech is made.

    Raises:
        AudioError: If one of them cannot be played.
    """
    from mujaz.audio.mix.station_sounds import StationSounds, load_station_sounds

    audio = run.config.audio
    if not (audio.intro or audio.outro or audio.stinger or audio.bed):
        return StationSounds()
    return load_station_sounds(audio, run.config.home)


def require_editions(run: Run) -> None:
    """See that all that was asked for can be encoded, before any speech is made.

    Raises:
        MissingPackageError: If a second edition is wanted and its encoder is not installed.
    """
    from mujaz.audio.codecs.opus import require_encoder

    if run.config.audio.opus_kbps:
        require_encoder()


def record(
    script: Script,
    workspace: Path,
    run: Run,
    sounds: StationSounds,
    live_spool: LiveSpoolWriter | None = None,
) -> Recording:
    """Speak a script and assemble its recording in a workspace.

    Args:
        script: What to say.
        workspace: Folder for the recording.
        run: Its companions.
        live_spool: Gets each clip as soon as it is made, for live listeners.

    Raises:
        MujazError: If no sentence of a story could be spoken or the disk refused.
    """
    from mujaz.audio.assembly import Mastering, Spoken, assemble

    audio = run.config.audio
    mastering = Mastering(audio.loudness_lufs, audio.true_peak_dbtp, audio.bitrate_kbps)
    spent = 0.0

    def timed() -> Iterator[tuple[Sentence, Heard]]:
        nonlocal spent
        stream = clips(script, run)
        while True:
            start = time.monotonic()
            piece = next(stream, None)
            spent += time.monotonic() - start
            if piece is None:
                if live_spool is not None:
                    live_spool.end()
                return
            yield piece[0], piece

    def spoken() -> Iterator[Spoken]:
        bed = over_bed(script.sentences)
        for index, (sentence, voice, clip) in numbered(script.sentences, timed()):
            if live_spool is not None:
                live_spool.add(sentence, clip, voice.gain_db)
            yield Spoken(sentence, clip, voice.gain_db, voice.name, index in bed)

    start = time.monotonic()
    store = store_for(run.config)
    recording = assemble(spoken(), workspace / "episode.mp3", mastering, sounds, store)
    store.evict()
    run.report.seconds["speech"] += spent
    run.report.seconds["audio"] += time.monotonic() - start - spent
    if not any(cue.sentence.story >= 0 for cue in recording.cues):
        raise MujazError("no sentence of the article could be spoken", hint="see `mujaz doctor`")
    run.report.loudness = recording.loudness
    _tell_loudness("loudness", recording.loudness, mastering, run)
    if audio.opus_kbps:
        with run.report.timed("audio"):
            recording = replace(recording, opus=_second_edition(recording, mastering, run))
    return recording


def _second_edition(recording: Recording, goal: Mastering, run: Run) -> Path:
    from mujaz.audio.codecs.opus import encode_opus

    target = recording.path.with_suffix(".opus")
    made = encode_opus(recording.path, target, goal, run.config.audio.opus_kbps)
    _tell_loudness("opus", made.reached, goal, run)
    return target


def _tell_loudness(of: str, reached: Loudness, goal: Mastering, run: Run) -> None:
    said = f"{reached.integrated_lufs:.1f} LUFS, true peak {reached.true_peak_dbtp:.1f} dBTP"
    run.say(f"{of}: {said}")
    off = abs(reached.integrated_lufs - goal.loudness_lufs)
    if off > _MOST_OFF_LU or reached.true_peak_dbtp > goal.true_peak_dbtp:
        run.report.warnings.append(
            f"{of}: the episode has {said} instead of {goal.loudness_lufs:g} LUFS and at most "
            f"{goal.true_peak_dbtp:g} dBTP"
        )
