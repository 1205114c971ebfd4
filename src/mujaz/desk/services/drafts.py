"""Drafts: make, change, approve."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace

from mujaz.desk.editing import edits
from mujaz.desk.editing.content import Content
from mujaz.desk.editing.scripts import content_of
from mujaz.desk.editing.station_lines import with_planned_lines
from mujaz.desk.services.articles import ArticleIn, script_of_article
from mujaz.desk.services.draft_reading import DraftReading
from mujaz.desk.services.recordings import Recording, keep_recording, recording_folders
from mujaz.desk.store.drafts import NewRevision, StaleError, StoredDraft
from mujaz.desk.values import (
    Actor,
    Base,
    DraftView,
    InvalidError,
    NotFoundError,
    StaleRevisionError,
)
from mujaz.errors import TextError
from mujaz.pipeline.recording_lines import announcer
from mujaz.pipeline.recordings import with_checked_sounds
from mujaz.text.script_file import is_script, read_script_file

# Further work in the transaction that stores a draft.
Also = Callable[[sqlite3.Connection, str], None]
_MOST_SCRIPT_CHARS = 2_000_000


class Drafts(DraftReading):
    """The drafts of a desk."""

    # Making

    def create_script(self, text: str, actor: Actor) -> DraftView:
        """Make a draft of a script file.

        Raises:
            InvalidError, TextError: If it is none.
        """
        if len(text) > _MOST_SCRIPT_CHARS or not is_script(text):
            raise InvalidError(
                "this is not a script", where="script", hint="write one: mujaz script make SOURCE"
            )
        how = self._context.reading()
        announce = announcer(self._context.config, how)
        script, _ = read_script_file(text, "script", how, announce)
        # A text from outside must not play any other file of the machine.
        script, _ = with_checked_sounds(script, recording_folders(self._context))
        if not script.sentences:
            raise TextError("this script has no sentences", hint="write one: mujaz script make")
        return self._insert("script", content_of(script), actor)

    def create_article(
        self, article: ArticleIn, actor: Actor, also: Also | None = None
    ) -> DraftView:
        """Make a draft of an article.

        Args:
            article: The article.
            actor: Who sends it.
            also: Called with the draft's identifier in the transaction that stores it.

        Raises:
            MujazError: If it holds no Arabic text.
        """
        script, dropped = script_of_article(article, self._context.config, self._context.reading())
        return self._insert("article", content_of(script, {0: dropped}), actor, also=also)

    def delete(self, name: str, actor: Actor) -> None:
        """Delete a draft; what was published of it stays on air."""
        self._store.delete(name, actor.name)

    # Changing

    def edit_sentence(self, base: Base, sentence: int, wanted: edits.Wanted) -> DraftView:
        """Change a sentence; see :func:`mujaz.desk.editing.edits.change_line`.

        Raises:
            StaleRevisionError: If the revision is not the newest.
            MujazError: If the sentence or a value cannot be used.
        """
        if wanted.voice:
            self._require_voice(wanted.voice)

        def change(content: Content) -> Content:
            return edits.change_line(content, sentence, wanted, self._context.reading())

        yours = wanted.shown if wanted.shown is not None else wanted.spoken or ""
        base = self._rebased(base, sentence)
        return self._change(base, f"changed sentence {sentence}", change, sentence, yours)

    def add_sentence(self, base: Base, story: int, after: int | None, text: str) -> DraftView:
        """Add a line to a story; see :func:`mujaz.desk.editing.edits.add_line`."""

        def change(content: Content) -> Content:
            return edits.add_line(content, story, after, text, self._context.reading())[0]

        return self._change(base, "added a line", change, yours=text)

    def add_recording(
        self, base: Base, story: int, after: int | None, recording: Recording
    ) -> DraftView:
        """Put a recording into a story; see :func:`mujaz.desk.editing.edits.add_recording`.

        Raises:
            AudioError: If it cannot be played.
        """
        self._current(base, yours=recording.text)
        sound = keep_recording(self._context, recording)
        announce = announcer(self._context.config, self._context.reading())

        def change(content: Content) -> Content:
            return edits.add_recording(content, story, after, sound, recording.text, announce)[0]

        return self._change(base, "put a recording in", change, yours=recording.text)

    def drop_sentence(self, base: Base, sentence: int) -> DraftView:
        """Take a sentence out."""
        what = f"took sentence {sentence} out"
        return self._change(base, what, lambda c: edits.drop_line(c, sentence))

    def restore_sentence(self, base: Base, sentence: int) -> DraftView:
        """Take a sentence back that was taken out."""
        what = f"took sentence {sentence} back"
        return self._change(base, what, lambda c: edits.drop_line(c, sentence, gone=False))

    def move_story(self, base: Base, story: int, to: int) -> DraftView:
        """Move a story to a place among those that are told, counted from 1."""
        what = f"moved story {story} to place {to}"
        return self._change(base, what, self._planned(lambda c: edits.move_story(c, story, to)))

    def drop_story(self, base: Base, story: int) -> DraftView:
        """Drop a story with its teaser."""
        return self._change(
            base, f"dropped story {story}", self._planned(lambda c: edits.drop_story(c, story))
        )

    def restore_story(self, base: Base, story: int) -> DraftView:
        """Take a dropped story back."""
        what = f"took story {story} back"
        return self._change(
            base, what, self._planned(lambda c: edits.drop_story(c, story, gone=False))
        )

    def restore_line(self, base: Base, line: int) -> DraftView:
        """Take a line back that cleaning left out of its article."""

        def change(content: Content) -> Content:
            return edits.restore_left(content, line, self._context.reading())

        return self._change(base, "took a left-out line back", change)

    def set_word(
        self, base: Base, sentence: int, word: int, spoken: str, *, everywhere: bool = False
    ) -> DraftView:
        """Set how one word of a spoken line is said.

        Args:
            base: The revision that the change is made on, and its author.
            sentence: Number of the sentence.
            word: Index of the word in the spoken line.
            spoken: Its vocalised form; partial marks are completed.
            everywhere: Whether it goes into the lexicon; all sentences of the draft that hold the
                word and that no editor wrote are then read anew.

        Raises:
            StaleRevisionError: If the revision is not the newest.
            NotFoundError: If there is no such sentence or word.
            ConfigError: If the form is none of the word.
        """
        from mujaz.desk.editing import words

        base = self._rebased(base, sentence)
        bare = words.bare_word(self._current(base, yours=spoken).content, sentence, word)
        if everywhere:
            words.store_word(bare, spoken, self._context.config)

        def change(content: Content) -> Content:
            how = self._context.reading()
            content = words.set_word(content, sentence, word, spoken, how)
            return words.read_again(content, bare, sentence, how) if everywhere else content

        what = f"set a word of sentence {sentence}" + (" for ever" if everywhere else "")
        return self._change(base, what, change, sentence, spoken)

    def undo(self, base: Base) -> DraftView:
        """Undo the last change that was not undone."""
        return self._undo(base, redo=False)

    def redo(self, base: Base) -> DraftView:
        """Make the change again that was undone last."""
        return self._undo(base, redo=True)

    def approve(self, base: Base, *, approved: bool = True) -> DraftView:
        """Approve a draft as it is, or take the approval back.

        Raises:
            ForbiddenError: If the user is no chief.
            StaleRevisionError: If the revision is not the newest.
        """
        base.actor.require("approve")
        try:
            self._store.approve(base.draft, base.revision, base.actor.name, approved=approved)
        except StaleError:
            raise self._stale(base) from None
        return self.draft(base.draft)

    # Within

    def _planned(self, change: Callable[[Content], Content]) -> Callable[[Content], Content]:
        """A change of the stories, after which the station lines fit them."""

        def changed(content: Content) -> Content:
            how = self._context.reading()
            return with_planned_lines(content, change(content), self._context.config, how)

        return changed

    def _insert(
        self, kind: str, content: Content, actor: Actor, also: Also | None = None
    ) -> DraftView:
        with self._context.database.change() as connection:
            name = self._store.insert(connection, kind, content, actor.name)
            if also is not None:
                also(connection, name)
        return self.draft(name)

    def _change(
        self,
        base: Base,
        what: str,
        change: Callable[[Content], Content],
        sentence: int = 0,
        yours: str = "",
    ) -> DraftView:
        stored = self._current(base, sentence, yours)
        content = change(stored.content)
        if content == stored.content:
            return self._view(stored)
        new = NewRevision(base.draft, base.revision, base.actor.name, what, content)
        try:
            self._store.change(new)
        except StaleError:
            raise self._stale(base, sentence, yours) from None
        return self.draft(base.draft)

    def _current(self, base: Base, sentence: int = 0, yours: str = "") -> StoredDraft:
        """The draft if the revision is its newest; refused before any work is done if not."""
        stored = self._store.read(base.draft)
        if stored.revision != base.revision:
            raise self._stale(base, sentence, yours)
        return stored

    def _stale(self, base: Base, sentence: int = 0, yours: str = "") -> StaleRevisionError:
        stored = self._store.read(base.draft)
        line = stored.content.line(sentence)
        return StaleRevisionError(
            self._view(stored),
            yours=yours,
            theirs=line.text if line else "",
            who=stored.changed_by,
            when=stored.changed,
        )

    def _rebased(self, base: Base, sentence: int) -> Base:
        """The newest revision, if that is wanted and the sentence is the same there."""
        newest = self._store.read(base.draft)
        if not base.elsewhere_ok or newest.revision <= base.revision:
            return base
        try:
            before = self._store.read(base.draft, base.revision)
        except NotFoundError:
            return base
        same = before.content.line(sentence) == newest.content.line(sentence)
        return replace(base, revision=newest.revision) if same else base

    def _undo(self, base: Base, *, redo: bool) -> DraftView:
        try:
            self._store.undo(base.draft, base.revision, base.actor.name, redo=redo)
        except StaleError:
            raise self._stale(base) from None
        return self.draft(base.draft)

    def _require_voice(self, name: str) -> None:
        from mujaz.voices.catalog import find_voice

        find_voice(name, self._context.config.home)
