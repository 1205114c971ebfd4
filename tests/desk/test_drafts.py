"""Drafts: what each change does, revisions, undo, and what two editors do to each other."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujaz.arabic.marks import shadda_first
from mujaz.audio.codecs.wav import wav_bytes
from mujaz.bulletin import plan_bulletin
from mujaz.desk.desk import Desk
from mujaz.desk.editing.edits import Wanted
from mujaz.desk.editing.scripts import content_of, said_lines, script_of_content
from mujaz.desk.services.recordings import Recording
from mujaz.desk.store.database import FILE, Database, schema_scripts
from mujaz.desk.values import (
    OPENING,
    Actor,
    Base,
    ConflictError,
    DraftView,
    InvalidError,
    NotFoundError,
    Role,
    SentenceView,
    StaleRevisionError,
)
from mujaz.domain import Clip, Kind, Script, Sentence, Story
from mujaz.errors import MujazError
from mujaz.text.script_file import write_script
from tests.conftest import ROOT

_LAYLA, _KARIM = Actor("layla", Role.CHIEF), Actor("karim")
_STORIES = (("سياسة", "زيارة رسمية"), ("سياسة", "قمة عربية"), ("اقتصاد", "ارتفاع الأسعار"))


def _script() -> Script:
    sentences = [Sentence("هنا موجز الأخبار.", "هُنَا مُوجَزُ الْأَخْبَار.", Kind.STATION)]
    sentences += [Sentence(title, f"{title}.", Kind.TEASER) for _, title in _STORIES]
    section = ""
    for index, (name, title) in enumerate(_STORIES):
        if name != section:
            section = name
            line = f"وفي ال{name}."
            sentences.append(Sentence(line, line, Kind.STATION))
        sentences += [
            Sentence(title, f"{title}.", Kind.HEADLINE, story=index),
            Sentence(f"نص الخبر {index + 1}.", f"نَصُّ الْخَبَرِ {index}.", story=index),
        ]
    sentences.append(Sentence("إلى اللقاء.", "إِلَى اللِّقَاء.", Kind.STATION))
    stories = tuple(Story(title, section=name) for name, title in _STORIES)
    return Script("نشرة", stories, tuple(sentences), key="2026-11-29", voices={"body": "espeak-ar"})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    config = tmp_path / "mujaz.toml"
    cache = tmp_path / "cache"
    config.write_text(f'[speech]\nvoice = "espeak-ar"\ncache = "{cache}"\n', encoding="utf-8")
    made = Desk(tmp_path / "show", config)
    yield made
    made.close()


@pytest.fixture
def draft(desk: Desk) -> DraftView:
    return desk.drafts.create_script(write_script(_script()), _LAYLA)


def _on(draft: DraftView, revision: int = 0, **changed: Any) -> Base:
    """What a change of layla's is made on: the revision of a view of the draft, or another."""
    return replace(Base(draft.id, revision or draft.revision, _LAYLA), **changed)


def _sentence(draft: DraftView, shown: str) -> SentenceView:
    return next(s for story in draft.stories for s in story.sentences if s.shown == shown)


def _said(desk: Desk, name: str) -> list[str]:
    return [s.text for s in script_of_content(desk.drafts.stored(name).content).sentences]


def test_a_script_becomes_a_draft_and_the_same_script_again() -> None:
    script = _script()
    again = script_of_content(content_of(script))
    assert again.sentences == script.sentences
    assert again.stories == script.stories
    assert (again.key, dict(again.voices)) == (script.key, dict(script.voices))


def test_changing_what_is_shown_makes_what_is_said_anew(desk: Desk, draft: DraftView) -> None:
    one = _sentence(draft, "نص الخبر 1.")
    changed = desk.drafts.edit_sentence(_on(draft), one.id, Wanted(shown="وصل 12 وزيرا."))
    new = _sentence(changed, "وصل 12 وزيرا.")
    assert (changed.revision, new.id, new.kept) == (2, one.id, False)
    assert "عَشَر" in new.spoken


def test_changing_what_is_said_keeps_it_and_points_figures_out(
    desk: Desk, draft: DraftView
) -> None:
    one = _sentence(draft, "نص الخبر 1.")
    shown = desk.drafts.edit_sentence(_on(draft), one.id, Wanted(shown="وصل 12 وزيرا."))
    kept = desk.drafts.edit_sentence(_on(shown), one.id, Wanted(spoken="وَصَلَ عِشْرُونَ وَزِيرًا."))
    new = _sentence(kept, "وصل 12 وزيرا.")
    assert new.kept
    assert new.spoken == "وَصَلَ عِشْرُونَ وَزِيرًا."
    assert "عشرون" in new.figures_differ


def test_a_moved_story_takes_its_headline_along_and_its_section_is_announced_once(
    desk: Desk, draft: DraftView
) -> None:
    moved = desk.drafts.move_story(_on(draft), 3, 1)
    said = _said(desk, moved.id)
    assert said[1:4] == ["ارتفاع الأسعار", "زيارة رسمية", "قمة عربية"]
    assert said.index("وفي الاقتصاد.") == 4
    assert said.index("وفي السياسة.") == said.index("زيارة رسمية", 4) - 1
    assert said[0] == "هنا موجز الأخبار."
    assert said[-1] == "إلى اللقاء."


def test_a_dropped_story_is_gone_with_teaser_and_section_and_comes_back(
    desk: Desk, draft: DraftView
) -> None:
    before = _said(desk, draft.id)
    dropped = desk.drafts.drop_story(_on(draft), 3)
    assert not [s for s in _said(desk, draft.id) if "الأسعار" in s or "الاقتصاد" in s or "3" in s]
    first = desk.drafts.drop_story(_on(dropped), 1)
    assert _said(desk, draft.id).index("وفي السياسة.") == 2
    back = desk.drafts.restore_story(_on(first), 1)
    desk.drafts.restore_story(_on(back), 3)
    assert _said(desk, draft.id) == before


def _bulletin_draft(desk: Desk, tmp_path: Path) -> DraftView:
    """A draft of a bulletin: two stories of one source, one of another."""
    settings = (tmp_path / "mujaz.toml").read_text("utf-8")
    for folder, section, stories in (
        ("local", "محليات", ("افتتاح جسر جديد", "بدء موسم الزيتون")),
        ("sport", "رياضة", ("فوز الصقور في النهائي",)),
    ):
        settings += f'[[bulletin.sources]]\npath = "{folder}/"\nsection = "{section}"\n'
        settings += f'publisher = "وكالة {section}"\norder = "name"\n'
        (tmp_path / folder).mkdir()
        for number, title in enumerate(stories):
            text = f"{title}\n\n" + "تقول البلدية إن العمل يستمر حتى نهاية العام. " * 5
            (tmp_path / folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "mujaz.toml").write_text(settings.replace("[[", "[bulletin]\n[[", 1), "utf-8")
    plan = plan_bulletin(desk.context.config, tmp_path / "show")
    assert plan.script is not None
    return desk.drafts.create_script(write_script(plan.script), _LAYLA)


def _station_lines(desk: Desk, name: str) -> list[str]:
    """Credits and section lines."""
    script = script_of_content(desk.drafts.stored(name).content)
    shown = [one.text for one in script.sentences if one.kind in (Kind.STATION, Kind.CREDIT)]
    return [text for text in shown if any(name in text for name in ("محليات", "رياضة"))]


def test_credits_and_sections_fit_the_stories_that_are_told(desk: Desk, tmp_path: Path) -> None:
    draft = _bulletin_draft(desk, tmp_path)
    whole = _said(desk, draft.id)
    pair, sport = "هذان الخبرانِ عن وكالة محليات.", "والخبرُ عن وكالة رياضة."
    assert _station_lines(desk, draft.id) == [
        "نَبْدَأُ مِنَ المحليات.", pair, "وفي الرياضة.", sport,
    ]  # fmt: skip
    dropped = desk.drafts.drop_story(_on(draft), 2)
    one = "نقلًا عن وكالة محليات."
    assert _station_lines(desk, draft.id) == [
        "نَبْدَأُ مِنَ المحليات.", one, "وفي الرياضة.", sport,
    ]  # fmt: skip
    moved = desk.drafts.move_story(_on(dropped), 3, 1)
    assert _station_lines(desk, draft.id) == [
        "نَبْدَأُ مِنَ الرياضة.", "نقلًا عن وكالة رياضة.",
        "وفي المحليات.", "والخبرُ عن وكالة محليات.",
    ]  # fmt: skip
    back = desk.drafts.restore_story(_on(moved), 2)
    assert "ومصدرُ الخبرينِ وكالة محليات." in _station_lines(desk, draft.id)
    back = desk.drafts.move_story(_on(back), 3, 3)
    assert _said(desk, draft.id) == whole
    # Of the only story that is left, nothing is announced.
    gone = desk.drafts.drop_story(_on(back), 1)
    last = desk.drafts.drop_story(_on(gone), 2)
    assert _station_lines(desk, draft.id) == ["نقلًا عن وكالة رياضة."]
    assert not [line for line in _said(desk, draft.id) if "العناوين" in line]
    again = desk.drafts.restore_story(_on(last), 1)
    again = desk.drafts.restore_story(_on(again), 2)
    assert _said(desk, draft.id) == whole


def test_a_credit_that_an_editor_wrote_or_took_out_stays_so(desk: Desk, tmp_path: Path) -> None:
    draft = _bulletin_draft(desk, tmp_path)
    sport = _sentence(draft, "والخبرُ عن وكالة رياضة.")
    own = "كما نقلت وكالة رياضة."
    edited = desk.drafts.edit_sentence(_on(draft), sport.id, Wanted(shown=own))
    pair = _sentence(edited, "هذان الخبرانِ عن وكالة محليات.")
    cut = desk.drafts.drop_sentence(_on(edited), pair.id)
    moved = desk.drafts.move_story(_on(cut), 3, 1)
    assert [line for line in _station_lines(desk, draft.id) if "وكالة" in line] == [own]
    back = desk.drafts.restore_sentence(_on(moved), pair.id)
    assert any(s.id == pair.id for story in back.stories for s in story.sentences)


def test_the_last_story_is_not_dropped(desk: Desk, draft: DraftView) -> None:
    desk.drafts.drop_story(_on(draft, 1), 1)
    desk.drafts.drop_story(_on(draft, 2), 2)
    with pytest.raises(InvalidError, match="only story"):
        desk.drafts.drop_story(_on(draft, 3), 3)


def test_a_line_is_added_where_it_was_asked_for(desk: Desk, draft: DraftView) -> None:
    after = _sentence(draft, "نص الخبر 2.")
    added = desk.drafts.add_sentence(_on(draft), 2, after.id, "سطر جديد.")
    said = _said(desk, draft.id)
    assert said.index("سطر جديد.") == said.index("نص الخبر 2.") + 1
    opened = desk.drafts.add_sentence(_on(added), OPENING, None, "تحية.")
    assert _said(desk, draft.id).index("تحية.") == 4
    numbers = [s.id for story in opened.stories for s in story.sentences]
    assert len(set(numbers)) == len(numbers)


def test_undo_and_redo_walk_through_all_changes(desk: Desk, draft: DraftView) -> None:
    states = [_said(desk, draft.id)]
    for place in (1, 2):
        desk.drafts.move_story(_on(draft, place), 3, 1 + place % 2)
        states.append(_said(desk, draft.id))
    revision = 3
    for expected in reversed(states[:-1]):
        revision = desk.drafts.undo(_on(draft, revision)).revision
        assert _said(desk, draft.id) == expected
    with pytest.raises(ConflictError, match="nothing to undo"):
        desk.drafts.undo(_on(draft, revision))
    for expected in states[1:]:
        revision = desk.drafts.redo(_on(draft, revision)).revision
        assert _said(desk, draft.id) == expected
    with pytest.raises(ConflictError, match="nothing to redo"):
        desk.drafts.redo(_on(draft, revision))
    assert len(desk.drafts.history(draft.id)) == revision


def test_a_change_on_an_old_revision_is_refused_with_both_texts(
    desk: Desk, draft: DraftView
) -> None:
    one = _sentence(draft, "نص الخبر 1.")
    desk.drafts.edit_sentence(_on(draft, actor=_KARIM), one.id, Wanted(shown="نص كريم."))
    with pytest.raises(StaleRevisionError) as caught:
        desk.drafts.edit_sentence(_on(draft), one.id, Wanted(shown="نص ليلى."))
    error = caught.value
    assert (error.yours, error.theirs, error.who) == ("نص ليلى.", "نص كريم.", "karim")
    assert error.current.revision == 2
    other = _sentence(draft, "نص الخبر 2.")
    merged = desk.drafts.edit_sentence(
        _on(draft, elsewhere_ok=True), other.id, Wanted(shown="نص آخر.")
    )
    assert _sentence(merged, "نص كريم.").id == one.id
    with pytest.raises(StaleRevisionError):
        desk.drafts.edit_sentence(_on(draft, elsewhere_ok=True), one.id, Wanted(shown="نص ليلى."))


def test_approval_counts_for_one_revision(desk: Desk, draft: DraftView) -> None:
    approved = desk.drafts.approve(_on(draft))
    assert (approved.state, approved.approved_by) == ("approved", "layla")
    changed = desk.drafts.move_story(_on(draft, actor=_KARIM), 1, 2)
    assert (changed.state, changed.approved_by) == ("preparing", "")


def test_a_name_is_set_here_or_for_ever(desk: Desk, tmp_path: Path) -> None:
    texts = ["وصل دباس إلى بيروت.", "وقال دباس إنه باق."]
    script = Script("خبر", (Story("خبر"),), tuple(Sentence(text, "", story=0) for text in texts))
    made = desk.drafts.create_script(write_script(script).replace("> \n", ""), _LAYLA)
    first, second = made.stories[0].sentences
    here = desk.drafts.set_word(_on(made), first.id, 1, "دُبَاس")
    assert "دُبَاس" in here.stories[0].sentences[0].spoken
    assert here.stories[0].sentences[1] == second
    ever = desk.drafts.set_word(_on(here), first.id, 1, "دَبّاس", everywhere=True)
    name = shadda_first("دَبَّاس")
    assert all(name in one.spoken for one in ever.stories[0].sentences)
    assert [row.vocalized for row in desk.words.search("دباس").items] == [name]
    desk.words.remove("دباس", _LAYLA)
    with pytest.raises(NotFoundError):
        desk.words.remove("دباس", _LAYLA)


def test_a_script_from_outside_plays_no_other_file(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path.parent / "secret.wav"
    text = f"# mujaz script 1\n@story\ntitle: خبر\n\n@sound {secret}\nنص.\n"
    with pytest.raises(MujazError, match="outside"):
        desk.drafts.create_script(text, _LAYLA)


def test_a_recording_is_put_in_and_heard(desk: Desk, draft: DraftView) -> None:
    data = wav_bytes([(Clip(b"\x00\x10" * 8000, 16000), 0)])
    heard = Recording(data, "قال الوزير كذا.", "ليلى")
    put = desk.drafts.add_recording(_on(draft), 2, None, heard)
    line = _sentence(put, "قال الوزير كذا.")
    assert line.kind == "sound"
    assert desk.sound.sentence(draft.id, line.id)[:4] == b"RIFF"
    announced, played = script_of_content(desk.drafts.stored(draft.id).content).sentences[9:11]
    assert (announced.text, announced.story) == ("ونستمعُ إلى ليلى.", played.story)
    sound = played.sound
    assert sound is not None
    assert (sound.by, round(sound.seconds, 1)) == ("ليلى", 0.5)
    with pytest.raises(MujazError):
        desk.drafts.add_recording(_on(put), 2, None, Recording(b"not a sound", "نص."))
    assert desk.drafts.draft(draft.id).revision == 2


@pytest.mark.parametrize("text", ["", "  ", "x" * 6000, "a\x00b"])
def test_a_text_that_cannot_be_read_is_refused(desk: Desk, draft: DraftView, text: str) -> None:
    with pytest.raises(InvalidError):
        desk.drafts.edit_sentence(_on(draft), 1, Wanted(shown=text))
    assert desk.drafts.draft(draft.id).revision == 1


# Two editors with a copy each: a step reads the draft, or changes a sentence on what was read.
_STEP = st.tuples(st.integers(0, 1), st.booleans(), st.integers(1, 4))


@settings(max_examples=60, deadline=None)
@given(st.lists(_STEP, max_size=14), st.booleans())
def test_no_change_is_lost_when_two_editors_work_on_one_draft(
    interleaving_desk: Desk, steps: list[tuple[int, bool, int]], elsewhere_ok: bool
) -> None:
    desk = interleaving_desk
    draft = desk.drafts.create_script(write_script(_script()), _LAYLA)
    revisions, expected = [1, 1], {s.number: s.text for s in said_lines(_content(desk, draft.id))}
    for count, (editor, reads, number) in enumerate(steps):
        if reads:
            revisions[editor] = desk.drafts.draft(draft.id).revision
            continue
        text, actor = f"نص {count}.", (_LAYLA, _KARIM)[editor]
        before = _content(desk, draft.id).line(number)
        refused: StaleRevisionError | None = None
        try:
            base = Base(draft.id, revisions[editor], actor, elsewhere_ok)
            done = desk.drafts.edit_sentence(base, number, Wanted(text, text))
        except StaleRevisionError as error:
            refused = error
        else:
            expected[number] = text
            revisions[editor] = done.revision
        if refused is not None:
            assert (refused.yours, refused.theirs) == (text, expected[number])
            assert _content(desk, draft.id).line(number) == before
    now = {line.number: line.text for line in said_lines(_content(desk, draft.id))}
    assert now == expected
    # Every state that was ever stored can be read again.
    rows = desk.drafts.history(draft.id)
    assert [row.revision for row in rows] == list(range(len(rows), 0, -1))
    assert all(desk.drafts.draft(draft.id, row.revision).revision for row in rows)


@pytest.fixture(scope="module")
def interleaving_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("interleaving")
    (folder / "mujaz.toml").write_text('[text]\ndiacritizer = "none"\n', encoding="utf-8")
    made = Desk(folder / "show", folder / "mujaz.toml")
    yield made
    made.close()


def _content(desk: Desk, name: str) -> Any:
    return desk.drafts.stored(name).content


# Databases that each earlier schema made, as SQL: ``sqlite3 desk.db .dump | gzip``.
_DUMPS = sorted((ROOT / "tests" / "data" / "desk").glob("*.sql.gz"))


@pytest.mark.parametrize("dump", _DUMPS, ids=lambda path: path.name)
def test_a_database_of_an_earlier_schema_is_upgraded(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "show" / ".mujaz" / FILE
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript(gzip.decompress(dump.read_bytes()).decode("utf-8"))
    connection.execute(f"PRAGMA user_version = {int(dump.name.partition('.')[0])}")
    connection.close()
    desk = Desk(tmp_path / "show")
    rows = desk.drafts.page().items
    assert rows
    for row in rows:
        view = desk.drafts.draft(row.id)
        assert view.stories
        desk.drafts.redo(_on(view))
    assert desk.jobs.page().total
    assert desk.accounts.users()
    assert desk.log.page().total
    version = desk.context.database.row("PRAGMA user_version")
    assert version is not None
    assert version[0] == len(schema_scripts())
    desk.close()


def test_every_schema_but_the_last_has_its_database() -> None:
    assert len(_DUMPS) >= len(schema_scripts()) - 1
    assert _DUMPS


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(MujazError, match="later version"):
        Database(path)


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE
    Database(path).close()
    broken = [*schema_scripts(), "CREATE TABLE extra (x);\nCREATE TABLE drafts (y);\n"]
    monkeypatch.setattr("mujaz.desk.store.database.schema_scripts", lambda: broken)
    with pytest.raises(MujazError, match="cannot be opened"):
        Database(path)
    connection = sqlite3.connect(path)
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "extra" not in names
