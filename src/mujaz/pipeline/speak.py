"""Speak a script and record in the report whatever happens on the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from pathlib import Path

from mujaz.domain import Clip, Script, Sentence, Unspoken, Voice
from mujaz.pipeline.cache import (
    cache_for,
    finish_shared_cache,
    is_shared,
    shared_cache_for,
)
from mujaz.pipeline.recordings import recording
from mujaz.pipeline.voices import LoadedVoices, ear_of
from mujaz.report import Report
from mujaz.settings.values import Config
from mujaz.speech import ClipCache, Failure, SpeechOptions, Utterance, speak_script
from mujaz.speech.ahead import SpeechAhead
from mujaz.speech.on_cluster import ClusterExecutorMaker
from mujaz.speech.progress import Progress
from mujaz.speech.script import workers_of
from mujaz.voices.catalog import installed_folders

_log = logging.getLogger(__name__)


def speech_options(config: Config, report: Report) -> SpeechOptions:
    """Return the options of speaking a script: the caches, workers and the cluster.

    Raises:
        MissingPackageError, ConfigError: If the shared cache cannot be used as configured.
    """

    def worker_died() -> None:
        report.clips["retried"] += 1
        _log.info("a speech worker died; its sentence is spoken again")

    return SpeechOptions(
        ClipCache(cache_for(config), shared_cache_for(config)),
        config.speech.workers,
        on_death=worker_died,
        ear=ear_of(config),
        make_cluster=_cluster(config, worker_died),
        voice_folders=installed_folders,
    )


@contextmanager
def spoken_ahead(
    config: Config, voices: LoadedVoices, report: Report
) -> Iterator[SpeechAhead | None]:
    """Speak sentences in a thread while the text is read; None for voices with workers."""
    if config.speech.cluster or is_shared(config):
        yield None
        return
    options = speech_options(config, report)
    if workers_of(voices.cast, options) > 1:
        yield None
        return
    with closing(SpeechAhead(voices.cast, options)) as ahead:
        yield ahead


def clips(
    script: Script,
    config: Config,
    voices: LoadedVoices,
    report: Report,
    ahead: SpeechAhead | None = None,
) -> Iterator[tuple[Sentence, Voice, Clip]]:
    """Speak a script; sentences that cannot be spoken are left out and noted in the report.

    Args:
        script: The script.
        config: See :mod:`mujaz.settings.values`.
        voices: Voices and engines.
        report: Gets clips, failures and warnings.
        ahead: Has perhaps spoken some of the sentences already.

    Yields:
        Each spoken sentence with its voice and clip, in order. Closing the iterator ends all
        workers at once.

    Raises:
        VoiceError: If a voice cannot be used at all.
        AudioError: If a recording cannot be played any more.
        MissingPackageError, ConfigError: If the shared cache cannot be used as configured.
    """
    options = ahead.options if ahead is not None else speech_options(config, report)
    progress = Progress(script.sentences)
    read = (sentence for sentence in script.sentences if sentence.sound is None)
    if ahead is not None and ahead.cast == voices.cast:
        results = ahead.results(read)
    else:
        if ahead is not None:
            ahead.close()
        results = speak_script(read, voices.cast, options)
    with closing(results):
        for index, sentence in enumerate(script.sentences):
            heard = recording(sentence)
            if heard is not None:
                if sentence.story >= 0:
                    report.spoken(sentence.story)
                progress.step(cached=True)
                yield sentence, *heard
                continue
            item = next(results)
            if isinstance(item, Failure):
                _note_failure(index, item, report)
            else:
                _note_spoken(item, report)
                yield item.sentence, item.voice, item.clip
            line = progress.step(cached=isinstance(item, Utterance) and item.cached)
            if line:
                _log.info("%s", line)
    if options.cache is not None:
        _finish(options.cache, config, report)


def _finish(cache: ClipCache, config: Config, report: Report) -> None:
    """Wait for the shared cache, and report what could not be written."""
    store, shared = cache.store, cache.shared
    if shared is not None:
        finish_shared_cache(shared, config)
        if shared.trouble:
            report.warnings.append(f"the shared cache was given up in this run: {shared.trouble}")
    if store.trouble:
        report.warnings.append(f"clips could not be kept for the next run: {store.trouble}")


def _note_spoken(item: Utterance, report: Report) -> None:
    report.clips["cached" if item.cached else "made"] += 1
    if item.sentence.story >= 0:
        report.spoken(item.sentence.story)
    if item.history:
        if not item.cached:
            report.clips["retried"] += 1
        steps = "; ".join(item.history)
        report.warnings.append(f"{item.sentence.text[:60]}: {steps}; spoken by {item.voice.name}")


def _cluster(config: Config, on_death: Callable[[], None]) -> ClusterExecutorMaker | None:
    """Return what makes the executor of the configured cluster; None if there is none."""
    if not config.speech.cluster:
        return None

    def make(sources: Mapping[str, Path]) -> Executor:
        from mujaz.parallel.cluster.connection import connection
        from mujaz.parallel.cluster.executor import ClusterExecutor

        return ClusterExecutor(connection(config), sources, on_death)

    return make


def _note_failure(index: int, failure: Failure, report: Report) -> None:
    report.unspoken.append(Unspoken(index, failure.sentence, failure.error))
    report.failed(failure.sentence.story, failure.error)
    _log.info("not spoken: %s", failure.error)
