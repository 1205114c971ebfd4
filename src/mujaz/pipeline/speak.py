"""A script's clips, with everything that happens on the way in the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from mujaz.domain import Clip, Script, Sentence, Unspoken, Voice
from mujaz.pipeline.run import Run, store_for
from mujaz.speech import ClipCache, Failure, SpeechOptions, Utterance, speak_script
from mujaz.speech.progress import Progress


def clips(script: Script, run: Run) -> Iterator[tuple[Sentence, Voice, Clip]]:
    """Speak a script; what cannot be spoken is left out and noted in run and report.

    Yields:
        Each spoken sentence with the voice that spoke it and its clip, in order. Closing the
        iterator ends all workers at once.

    Raises:
        VoiceError: If a voice cannot be used at all.
    """
    workers = run.config.speech.workers if run.options.workers is None else run.options.workers
    store = store_for(run.config)
    progress = Progress(script.sentences)

    def died() -> None:
        run.report.clips["retried"] += 1
        run.say("a speech worker died; its sentence is spoken again")

    made = speak_script(
        script.sentences, run.cast, SpeechOptions(ClipCache(store), workers, on_death=died)
    )
    with closing(made):
        for index, item in enumerate(made):
            if isinstance(item, Failure):
                _unspoken(index, item, run)
            else:
                _spoken(item, run)
                yield item.sentence, item.voice, item.clip
            line = progress.step(cached=isinstance(item, Utterance) and item.cached)
            if line:
                run.say(line)
    if store.trouble:
        run.report.warnings.append(f"clips could not be kept for the next run: {store.trouble}")


def _spoken(item: Utterance, run: Run) -> None:
    run.report.clips["cached" if item.cached else "made"] += 1
    if item.sentence.story >= 0:
        run.report.spoken(item.sentence.story)
    if item.history:
        if not item.cached:
            run.report.clips["retried"] += 1
        steps = "; ".join(item.history)
        run.report.warnings.append(
            f"{item.sentence.text[:60]}: {steps}; spoken by {item.voice.name}"
        )


def _unspoken(index: int, failure: Failure, run: Run) -> None:
    run.unspoken.append(Unspoken(index, failure.sentence, failure.error))
    run.report.failed(failure.sentence.story, failure.error)
    run.say(f"not spoken: {failure.error}")
