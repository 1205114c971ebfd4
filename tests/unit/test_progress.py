"""Messages of progress, with a clock that the test sets."""

from __future__ import annotations

from mujaz.domain import Sentence
from mujaz.speech.progress import Progress


def test_a_message_is_due_every_five_seconds_and_estimates_by_phones() -> None:
    """Ten sentences of six phones, each made in two seconds."""
    now = [100.0]
    progress = Progress([Sentence("x", "وَادِي")] * 10, clock=lambda: now[0])
    messages = []
    for _ in range(10):
        now[0] += 2.0
        messages.append(progress.step(cached=False))
    assert [bool(message) for message in messages] == [n in (2, 5, 8) for n in range(10)]
    assert messages[2] == "spoken: 3 of 10 sentences, about 14 s left"
    assert messages[8] == "spoken: 9 of 10 sentences, about 2 s left"


def test_clips_from_the_cache_say_nothing_about_the_speed() -> None:
    now = [0.0]
    progress = Progress([Sentence("x", "وَادِي")] * 300, clock=lambda: now[0])
    for _ in range(100):
        now[0] += 0.1
        assert progress.step(cached=True) == ""
    now[0] += 10.0
    assert progress.step(cached=False) == "spoken: 101 of 300 sentences, about 66 min left"
