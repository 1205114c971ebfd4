"""Speech in threads and in processes: the same clips in the same order, whoever dies."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mujaz.catalog import find_voice
from mujaz.domain import Clip, Sentence
from mujaz.engines.espeak import EspeakEngine
from mujaz.speech import Cast, Failure, speak_in_workers, speak_sentences
from mujaz.workers import WorkerDiedError, in_order, processes
from tests.conftest import Mujaz, report_of

_TEXTS = [f"وَصَلَ الوَفْدُ {word} إِلَى العَاصِمَةِ." for word in ("اليَوْمَ", "أَمْسِ", "صَبَاحًا", "مَسَاءً")]
_SENTENCES = [Sentence(text, text) for text in _TEXTS * 3]


def timings(clip: Clip) -> tuple[int, tuple[int, ...]]:
    return clip.samples, tuple(mark.sample for mark in clip.words)


def here() -> list[tuple[int, tuple[int, ...]]]:
    cast = Cast(find_voice("espeak-ar", Path()), {})
    spoken = speak_sentences(_SENTENCES, cast, {"espeak": EspeakEngine()}, pytest.fail)
    return [timings(clip) for _, _, clip in spoken]


def test_threads_share_one_voice() -> None:
    engine, voice = EspeakEngine(), find_voice("espeak-ar", Path())
    other = find_voice("espeak-anchor-female", Path())
    expected = [timings(engine.speak(text, v)) for text in _TEXTS for v in (voice, other)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            work = [(text, v) for text in _TEXTS for v in (voice, other)]
            clips = pool.map(lambda pair: engine.speak(*pair), work)
            assert [timings(clip) for clip in clips] == expected


def test_processes_speak_what_this_one_speaks_in_order() -> None:
    cast = Cast(find_voice("espeak-ar", Path()), {})
    spoken = list(speak_in_workers(_SENTENCES, cast, 2, pytest.fail))
    assert [sentence for sentence, _, _ in spoken] == _SENTENCES
    assert [timings(clip) for _, _, clip in spoken] == here()


def test_another_kind_of_executor_will_do() -> None:
    cast = Cast(find_voice("espeak-ar", Path()), {})
    make = lambda: ThreadPoolExecutor(2)  # noqa: E731 - a maker is all that is asked for
    spoken = speak_in_workers(_SENTENCES, cast, 2, pytest.fail, make_executor=make)
    assert [timings(clip) for _, _, clip in spoken] == here()


def test_an_engine_error_in_a_worker_is_that_sentences_failure() -> None:
    cast = Cast(replace(find_voice("espeak-ar", Path()), settings={"pitch": 999}), {})
    failures: list[Failure] = []
    assert not list(speak_in_workers(_SENTENCES[:2], cast, 2, failures.append))
    assert [failure.sentence for failure in failures] == _SENTENCES[:2]
    assert "pitch" in failures[0].error


def _die_once(item: tuple[int, str]) -> int:
    number, marker = item
    if number == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 10


def _always_die_at_three(item: tuple[int, str]) -> int:
    if item[0] == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item[0] * 10


def test_a_dead_worker_is_replaced_and_its_item_done_again(tmp_path: Path) -> None:
    items = [(number, str(tmp_path / "died")) for number in range(12)]
    again: list[int] = []
    out = in_order(_die_once, items, processes(2), ahead=4, on_death=again.append)
    assert [result() for _, result in out] == [number * 10 for number in range(12)]
    assert len(again) == 1
    assert 1 <= again[0] <= 4


def test_what_kills_every_worker_fails_alone(tmp_path: Path) -> None:
    items = [(number, "") for number in range(8)]
    good: list[int] = []
    bad: list[int] = []
    for item, result in in_order(_always_die_at_three, items, processes(2), ahead=4):
        try:
            good.append(result())
        except WorkerDiedError:
            bad.append(item[0])
    assert bad == [3]
    assert good == [0, 10, 20, 40, 50, 60, 70]


def test_a_worker_killed_from_outside_costs_no_sentence() -> None:
    """What an out-of-memory killer does, in the middle of a script."""
    cast = Cast(find_voice("espeak-ar", Path()), {})
    sentences = _SENTENCES * 6
    again: list[int] = []
    out = []
    killed = False
    before = _children()
    for sentence, _, _ in speak_in_workers(sentences, cast, 2, pytest.fail, on_again=again.append):
        out.append(sentence)
        if not killed and len(out) == 5:
            os.kill(min(_children() - before), signal.SIGKILL)
            killed = True
    assert out == sentences


def _children() -> set[int]:
    """Process ids of this process's worker processes."""
    from multiprocessing import active_children

    return {child.pid for child in active_children() if child.pid}


def test_make_with_workers_makes_the_same_episode(
    mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    reports = []
    for workers in (1, 2):
        command = ("make", short_article, "-o", tmp_path / f"show{workers}", "--json")
        result = mujaz(*command, "--workers", workers, "--date", "2026-11-23")
        assert result.returncode == 0, result.stderr.decode()
        reports.append(report_of(result))
    one, two = reports
    assert one["episode"]["duration_s"] == two["episode"]["duration_s"]
    assert one["clips"]["made"] == two["clips"]["made"]
    assert two["clips"]["retried"] == 0
