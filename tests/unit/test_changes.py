"""How a correction is told: what changed, and when a withdrawn episode was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mujaz.domain import Script, Sentence, Story
from mujaz.pipeline.changes import Change, ChangeKind, changes, rewritten
from mujaz.pipeline.show_folder import list_episodes
from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.workspace import write_locked
from tests.shows import cues, day_of, episode, publish

_BEFORE = ("قتل 12 شخصا في الحادث أمس.", "وقال الوزير إن التحقيق بدأ.", "وعاد الوفد إلى المدينة.")
_AFTER = (
    "قتل 14 شخصا في الحادث أمس.",
    "وقال الوزير إن التحقيق بدأ.",
    "وهطل المطر على الساحل ليلا.",
)


def test_a_sentence_with_another_figure_is_one_that_was_rewritten() -> None:
    script = Script("عنوان", (Story("عنوان"),), tuple(Sentence(t, t) for t in _AFTER), day_of(0))
    found = changes(episode(0, cues=cues(_BEFORE)), script)
    assert len(found) == 4
    # The last one is another sentence, and the old one is gone.
    assert rewritten(found) == {_AFTER[0]: _BEFORE[0]}


def test_each_sentence_that_is_gone_stands_for_one_new_one_at_most() -> None:
    new = [Change(ChangeKind.NEW, f"قتل {n} شخصا في الحادث أمس.") for n in (14, 15)]
    gone = Change(ChangeKind.GONE, _BEFORE[0])
    assert rewritten([*new, gone]) == {new[0].text: gone.text}
    assert rewritten(new) == {}


def test_a_withdrawn_episode_is_listed_with_its_own_date(tmp_path: Path) -> None:
    item = replace(episode(0), day=day_of(400))
    assert item.day != item.published.date()
    show = publish(tmp_path, item, episode(1))
    before = {one.guid: one.date for one in list_episodes(tmp_path)}
    with write_locked(tmp_path, lambda: None) as workspace:
        retract(item.guid, read_snapshot(tmp_path), show, workspace)
    after = {one.guid: (one.date, one.state) for one in list_episodes(tmp_path)}
    assert after[item.guid] == (before[item.guid], "withdrawn") == ("2026-04-11", "withdrawn")
