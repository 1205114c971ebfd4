"""Sentences are spoken while later ones are diacritized; the episode is the same."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mujaz.domain import Sentence, Voice
from mujaz.errors import VoiceError
from mujaz.speech import Cast, ClipCache, Failure, SpeechOptions, Utterance, speak_script
from mujaz.speech.ahead import SpeechAhead
from mujaz.storage.content_cache import ContentCache
from mujaz.voices.catalog import find_voice
from tests.conftest import Mujaz, report_of

_WORDS = "وَصَلَ الْوَفْدُ إِلَى الْعَاصِمَةِ صَبَاحَ الْيَوْمِ لِبَحْثِ اتِّفَاقٍ جَدِيدٍ".split()
# The last repeats the first, and one cannot be spoken.
_SPOKEN = [" ".join(_WORDS[n % 2 : 2 + n % 7]) + "." for n in range(15)]
_SCRIPT = [Sentence(text, text) for text in (*_SPOKEN[:3], "…", *_SPOKEN[3:])]
# Its samples depend on the text alone, unlike those of the embedded voice.
_CAST = Cast(Voice("tone", "tone", "tone"), {})
_WITHOUT_CACHE = SpeechOptions(workers=1)


def kept_in(folder: Path) -> SpeechOptions:
    return SpeechOptions(ClipCache(ContentCache(folder, 10**9)), workers=1)


def in_order(
    options: SpeechOptions = _WITHOUT_CACHE, script: list[Sentence] = _SCRIPT
) -> list[Utterance | Failure]:
    return list(speak_script(script, _CAST, options))


def ahead(added: list[Sentence], options: SpeechOptions) -> list[Utterance | Failure]:
    """Results of the script of which some sentences were added before it was complete."""
    with closing(SpeechAhead(_CAST, options)) as speech:
        for sentence in added:
            speech.add(sentence)
        return list(speech.results(_SCRIPT))


@pytest.mark.parametrize(
    "added",
    [
        pytest.param(_SCRIPT, id="all"),
        pytest.param([], id="none"),
        pytest.param(_SCRIPT[2:6], id="the first and the last are missing"),
        pytest.param([*_SCRIPT[5:], Sentence("x", "كَلِمَةٌ."), *_SCRIPT[:5]], id="another order"),
    ],
)
def test_what_was_added_is_spoken_first_and_the_results_are_in_order(
    added: list[Sentence], tmp_path: Path
) -> None:
    store, other = NotingCache(tmp_path / "one", 10**9), NotingCache(tmp_path / "two", 10**9)
    results = ahead(added, SpeechOptions(ClipCache(store), workers=1))
    assert [result.sentence for result in results] == _SCRIPT
    assert results == in_order(kept_in(tmp_path / "three"))
    in_order(SpeechOptions(ClipCache(other), workers=1), [*added, *_SCRIPT])
    assert store.keys == other.keys


class NotingCache(ContentCache):
    """A cache that notes the keys of what it is given, in order."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        super().__init__(folder, limit_bytes)
        self.keys: list[str] = []

    def put(self, kind: str, key: str, about: Mapping[str, Any], data: bytes) -> None:
        self.keys.append(key)
        super().put(kind, key, about, data)


def test_many_clips_wait_in_a_file(tmp_path: Path) -> None:
    options = kept_in(tmp_path)
    with closing(SpeechAhead(_CAST, options)) as speech:
        for sentence in _SCRIPT:
            speech.add(sentence)
        wait_for_clips(tmp_path, len(set(_SPOKEN)))
        assert list(speech.results(_SCRIPT)) == in_order(kept_in(tmp_path / "another"))


def test_clips_wait_in_memory_if_there_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with closing(SpeechAhead(_CAST, kept_in(tmp_path))) as speech:
        for sentence in _SCRIPT:
            speech.add(sentence)
        wait_for_clips(tmp_path, len(set(_SPOKEN)))
        assert list(speech.results(_SCRIPT)) == in_order(kept_in(tmp_path / "another"))


def test_what_is_in_the_cache_is_not_read_before_it_is_asked_for(tmp_path: Path) -> None:
    in_order(kept_in(tmp_path))
    clips = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.clip")}
    with closing(SpeechAhead(_CAST, kept_in(tmp_path))) as speech:
        for sentence in _SCRIPT:
            speech.add(sentence)
        speech.add(Sentence("x", "كَلِمَةٌ أُخْرَى."))
        wait_for_clips(tmp_path, len(clips) + 1)
        # Reading an entry sets its time.
        assert {path: path.stat().st_mtime_ns for path in clips} == clips
        results = list(speech.results(_SCRIPT))
    assert [isinstance(one, Failure) or one.cached for one in results] == [True] * len(_SCRIPT)


def test_a_voice_that_cannot_be_used_ends_the_run() -> None:
    cast = Cast(replace(find_voice("espeak-ar", Path()), settings={"pitch": 999}), {})
    with closing(SpeechAhead(cast, _WITHOUT_CACHE)) as speech:
        speech.add(_SCRIPT[0])
        with pytest.raises(VoiceError, match="pitch must be a whole number"):
            list(speech.results(_SCRIPT))


def test_nothing_is_spoken_after_the_end(tmp_path: Path) -> None:
    voice = Voice(name="sleeping", title="", engine="sleeping")
    with closing(SpeechAhead(Cast(voice, {}), kept_in(tmp_path))) as speech:
        for number in range(40):
            speech.add(Sentence("x", f"كَلِمَةٌ {number}."))
        wait_for_clips(tmp_path, 1)
    made = len(list(tmp_path.rglob("*.clip")))
    time.sleep(1)
    assert len(list(tmp_path.rglob("*.clip"))) == made < 40


def test_a_sentence_is_spoken_while_the_next_is_diacritized(
    mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    """The diacritizer gives a sentence back when the clip of the one before is in the cache."""
    (tmp_path / "work" / "mujaz.toml").write_text(
        '[text]\ndiacritizer = "patient"\n[speech]\nvoice = "espeak-ar"\n', encoding="utf-8"
    )
    command = ("make", short_article, "-o", tmp_path / "show", "--json")
    result = mujaz(*command, MUJAZ_SPEECH_CACHE=str(tmp_path / "clips"))
    assert result.returncode == 0, result.stderr.decode()
    report = report_of(result)
    assert report["stories"][0]["sentences"] > 3
    assert report["clips"] == {
        "made": report["stories"][0]["sentences"] + 1,
        "cached": 0,
        "retried": 0,
    }


def wait_for_clips(folder: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(list(folder.rglob("*.clip"))) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)
