"""A script becomes a recording: spoken sentence by sentence, assembled as a stream."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from mujaz.domain import Chapter, Recording, Script
from mujaz.errors import MujazError
from mujaz.pipeline.run import Run
from mujaz.pipeline.speaking import clips


def record(script: Script, workspace: Path, run: Run) -> Recording:
    """Speak a script and assemble its recording in a workspace.

    Raises:
        MujazError: If no sentence of a story could be spoken or the disk refused.
    """
    from mujaz.audio.assembly import Mastering, Spoken, assemble

    audio = run.config.audio
    spent = 0.0

    def spoken() -> Iterator[Spoken]:
        nonlocal spent
        stream = clips(script, run)
        while True:
            start = time.monotonic()
            piece = next(stream, None)
            spent += time.monotonic() - start
            if piece is None:
                return
            sentence, voice, clip = piece
            yield Spoken(sentence, clip, voice.gain_db)

    start = time.monotonic()
    mastering = Mastering(audio.loudness_lufs, audio.true_peak_dbtp, audio.bitrate_kbps)
    recording = assemble(spoken(), workspace / "episode.mp3", mastering)
    run.report.seconds["speech"] += spent
    run.report.seconds["audio"] += time.monotonic() - start - spent
    if not any(cue.sentence.story >= 0 for cue in recording.cues):
        raise MujazError("no sentence of the article could be spoken", hint="see `mujaz doctor`")
    return recording


def chapters(script: Script, recording: Recording) -> tuple[Chapter, ...]:
    """One chapter a story, starting inside the pause before it; what precedes is the opening."""
    chapters: list[Chapter] = []
    end_before = 0.0
    seen = -1
    for cue in recording.cues:
        if cue.sentence.story > seen:
            seen = cue.sentence.story
            # Some players seek to whole seconds only: a start within the pause cuts no word.
            start = max(end_before + 0.05, cue.start - 0.3) if chapters or end_before else 0.0
            chapters.append(
                Chapter(script.stories[seen].title, round(start, 3), script.stories[seen].url)
            )
        end_before = cue.end
    if chapters and chapters[0].start > 0:
        chapters.insert(0, Chapter("تنويه", 0.0))
    return tuple(chapters)
