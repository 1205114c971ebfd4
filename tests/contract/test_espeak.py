"""The embedded voice on any input: a process of its own, since a fault in the library kills it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mujaz.engines.espeak import EspeakEngine
from mujaz.engines.espeak.phonetizer import phonetize
from mujaz.errors import VoiceError
from mujaz.voices.catalog import find_voice
from tests.conftest import EXAMPLES, Mujaz
from tests.unit.test_phonemes import gold

_SPEAK = """
import sys
from pathlib import Path
from mujaz.voices.catalog import find_voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.engines.espeak.phonetizer import phonetize
from mujaz.errors import EngineError
engine, voice = EspeakEngine(), find_voice("espeak-ar", Path())
"""


def in_process(code: str, timeout_s: float = 120) -> str:
    """What a piece of Python prints in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-c", _SPEAK + code],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    return result.stdout


@pytest.mark.slow
def test_every_unicode_character_is_survived_and_none_is_read_by_name() -> None:
    """Lines of 256 characters as words of one; no word has more than a few sounds."""
    out = in_process(
        """
most = 0
for start in range(0, 0x110000, 256):
    line = " ".join(chr(code) if chr(code).split() else "." for code in range(start, start + 256))
    words = [word for clause in phonetize(line) for word in clause.words]
    if not words:
        continue
    lengths = {start + word.index: len(word.phonemes) for word in words}
    for whole_phrase in (0xfdfa, 0xfdfb, 0xfdfd):
        lengths.pop(whole_phrase, None)
    most = max([most, *lengths.values()])
    clip = engine.speak(line, voice)
    assert len(clip.words) == len(words), hex(start)
    assert clip.words[-1].sample < clip.samples
print(most)
"""
    )
    # The two digits of a circled number are the longest; ligatures of phrases are left out.
    assert int(out) <= 17


@pytest.mark.parametrize(
    "text",
    [
        "كَتَبَ" * 1700,
        "ب" * 10_000,
        "بّ" * 5_000,
        "وا" * 5_000,
        "ال" * 5_000,
        "صٌّ" * 3_400,
        "1" * 1_000,
        pytest.param("1" * 10_000, marks=pytest.mark.slow),
        "b" * 10_000,
        "كَتَبَ " * 2_000,
        "كَتَبَ، " * 1_500,
        "[[" * 3_000 + "كَتَبَ" + "]]" * 3_000,
        "كَتَبَ <speak> [[a]] &amp; ‮",
    ],
)
def test_hostile_words_are_spoken(text: str) -> None:
    out = in_process(
        f"clip = engine.speak({text!r}, voice)\n"
        "marks = [mark.sample for mark in clip.words]\n"
        "assert marks == sorted(set(marks)) and marks[-1] < clip.samples\n"
        "print(len(marks))"
    )
    assert int(out) == len({w.index for c in phonetize(text) for w in c.words})


_SILENT = ("", " ", "\u064e\u0651", "...", "،؛:", "[[]]", "😀", "\0", "漢字")


@pytest.fixture(scope="module")
def refusals() -> dict[str, str]:
    """What the engine says of texts with nothing to say; the other process speaks them in turn."""
    out = in_process(
        f"said = dict.fromkeys({_SILENT!r}, 'spoken')\n"
        "for text in said:\n"
        "    try:\n        engine.speak(text, voice)\n"
        "    except EngineError as error:\n        said[text] = error.message\n"
        "import json\nprint(json.dumps(said))"
    )
    found: dict[str, str] = json.loads(out)
    return found


@pytest.mark.parametrize("text", _SILENT)
def test_what_holds_nothing_to_say_is_an_error(text: str, refusals: dict[str, str]) -> None:
    assert "nothing" in refusals[text]


def test_a_sentence_of_n_words_gives_n_events() -> None:
    engine, voice = EspeakEngine(), find_voice("espeak-ar", Path())
    lines = [text for text, _, _ in gold()]
    for path in sorted(EXAMPLES.glob("*.txt")):
        lines += [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    for line in lines:
        clip = engine.speak(line, voice)
        said = sorted({word.index for clause in phonetize(line) for word in clause.words})
        assert [mark.index for mark in clip.words] == said
        samples = [mark.sample for mark in clip.words]
        assert samples == sorted(set(samples))
        assert samples[-1] < clip.samples


def test_samples_are_handed_out_while_they_are_made() -> None:
    engine, voice = EspeakEngine(), find_voice("espeak-ar", Path())
    chunks: list[bytes] = []
    clip = engine.stream("عَادَ الرَّئِيسُ إِلَى العَاصِمَةِ.", voice, chunks.append)
    assert len(chunks) > 1
    assert b"".join(chunks) == clip.pcm


def test_what_a_listener_of_samples_raises_comes_out_and_leaves_the_voice_usable() -> None:
    engine, voice = EspeakEngine(), find_voice("espeak-ar", Path())

    def refuse(samples: bytes) -> None:
        raise ConnectionError("the listener has left")

    with pytest.raises(ConnectionError):
        engine.stream("عَادَ الرَّئِيسُ.", voice, refuse)
    assert engine.speak("عَادَ الرَّئِيسُ.", voice).samples > 10_000


def test_length_and_word_times_are_the_same_on_every_run_and_in_every_process() -> None:
    code = (
        "for text in ('وَصَلَ الوَفْدُ، ثُمَّ عَادَ.', 'هَلْ عَادَ الرَّئِيسُ؟') * 2:\n"
        "    clip = engine.speak(text, voice)\n"
        "    print(clip.samples, [mark.sample for mark in clip.words])\n"
    )
    first, second = in_process(code).splitlines(), in_process(code).splitlines()
    assert first == second
    assert first[:2] == first[2:]


def test_a_bad_setting_is_named() -> None:
    from dataclasses import replace

    voice = replace(find_voice("espeak-ar", Path()), settings={"pitch": 200})
    with pytest.raises(VoiceError, match="pitch"):
        EspeakEngine().speak("نَعَمْ", voice)


def test_the_command_prints_a_line_for_each_line(mujaz: Mujaz) -> None:
    data = "مِنْ البَيْتِ\r\n\nمَدْرَسَةٌ.\n".encode()
    result = mujaz("text", "phonemes", data=data)
    assert result.stdout.decode() == "mina lb'ajti\n\nm'adRasa\n"
