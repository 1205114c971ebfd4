"""Which episode a script is: a correction, or other news with the same title."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mujaz.domain import Cue, Episode, Kind, Script, Sentence, Story
from mujaz.errors import PublishError
from mujaz.pipeline.identity import Identity, identify
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.folder.tombstones import tombstone_of
from tests.shows import episode

_NOW = datetime(2026, 5, 2, 6, tzinfo=UTC)
_DAY = date(2026, 5, 2)
_TITLE = "أسعار الذهب اليوم"
_MORNING = ("ارتفع سعر الغرام في التعاملات الصباحية.", "وبلغ العيار الأول ألف ليرة.")
_EVENING = ("تراجعت السوق عند الإغلاق بعد جلسة هادئة.", "وقال تجار إن الطلب ضعيف.")


def _script(texts: tuple[str, ...], day: date | None = _DAY, title: str = _TITLE) -> Script:
    sentences = [Sentence(title, title, Kind.HEADLINE, -1, 0)]
    sentences += [Sentence(text, text, Kind.BODY, n, 0) for n, text in enumerate(texts)]
    return Script(title, (Story(title),), tuple(sentences), day)


def _stored(script: Script, guid: str, source: str = "") -> StoredEpisode:
    cues = tuple(Cue(sentence, n * 4.0, n * 4.0 + 3) for n, sentence in enumerate(script.sentences))
    stories = (replace(script.stories[0], source=source),)
    made: Episode = episode(0, guid=guid, cues=cues, stories=stories, title=script.title)
    return StoredEpisode(made, f"2026-05-02-{len(guid):08x}")


def _snapshot(*episodes: StoredEpisode) -> Snapshot:
    return Snapshot(Path("show"), episodes)


def _new(script: Script, snapshot: Snapshot, source: str = "") -> Identity:
    return identify(script, snapshot, [source])


def test_two_texts_of_one_title_and_date_are_two_episodes() -> None:
    morning, evening = _script(_MORNING), _script(_EVENING)
    first = _new(morning, _snapshot(), "aa").guid
    stored = _stored(morning, first, "aa")
    second = _new(evening, _snapshot(stored), "bb")
    assert second.existing is None
    assert second.guid != first
    both = _snapshot(_stored(evening, second.guid, "bb"), stored)
    # Both keep their guids from now on, also when their text changes.
    assert _new(morning, both, "aa").existing == stored
    assert _new(evening, both, "bb").guid == second.guid
    changed = _script((_EVENING[0], "وأضافوا أن الأسبوع المقبل سيكون أفضل."))
    assert _new(changed, both, "bb").guid == second.guid
    # A third text has a third guid.
    assert _new(_script(("خبر ثالث.",)), both, "cc").guid not in (first, second.guid)


def test_a_shared_sentence_makes_a_correction_without_a_source() -> None:
    first = _new(_script(_MORNING), _snapshot())
    stored = _stored(_script(_MORNING), first.guid)
    changed = _script((_MORNING[0], "وتوقع خبراء أن يستمر الارتفاع."))
    assert _new(changed, _snapshot(stored)).existing == stored
    assert _new(_script(_EVENING), _snapshot(stored)).existing is None


def test_the_same_source_makes_a_correction_of_any_text() -> None:
    first = _new(_script(_MORNING), _snapshot(), "aa").guid
    stored = _stored(_script(_MORNING), first, "aa")
    assert _new(_script(_EVENING), _snapshot(stored), "aa").existing == stored


def test_a_sentence_that_could_not_be_spoken_counts_too() -> None:
    from mujaz.domain import Unspoken

    first = _new(_script(_MORNING), _snapshot()).guid
    stored = _stored(_script(_MORNING), first)
    cues = stored.episode.cues
    silent = replace(
        stored.episode,
        cues=cues[:2],
        unspoken=tuple(Unspoken(n, c.sentence, "why") for n, c in enumerate(cues[2:], 2)),
    )
    stored = replace(stored, episode=silent)
    changed = _script((_EVENING[0], _MORNING[1]))
    assert _new(changed, _snapshot(stored)).existing == stored


def test_headlines_alone_are_the_same_episode() -> None:
    first = _new(_script(()), _snapshot()).guid
    stored = _stored(_script(()), first)
    assert _new(_script(()), _snapshot(stored)).existing == stored


def test_a_tombstone_keeps_its_own_news_only() -> None:
    morning = _script(_MORNING)
    guid = _new(morning, _snapshot(), "aa").guid
    stone = tombstone_of(_stored(morning, guid, "aa").episode, "2026-05-02-0", _NOW)
    snapshot = replace(_snapshot(), tombstones=(stone,))
    assert _new(morning, snapshot).withdrawn == stone
    assert _new(_script(_EVENING), snapshot, "aa").withdrawn == stone
    other = _new(_script(_EVENING), snapshot, "bb")
    assert (other.withdrawn, other.existing) == (None, None)
    assert other.guid != guid


def test_an_unknown_guid_is_an_error() -> None:
    with pytest.raises(PublishError, match="no episode has the guid 'urn:x'"):
        identify(_script(_MORNING), _snapshot(), [""], "urn:x")
