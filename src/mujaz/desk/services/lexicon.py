"""Words: their readings, and the newsroom's lexicon."""

from __future__ import annotations

from mujaz.arabic.lexicon_file import (
    CLASSES,
    HEADER,
    Entry,
    checked,
    read_entries,
    remove,
    row_of,
    store,
)
from mujaz.arabic.marks import strip_marks
from mujaz.desk.editing.words import completed, store_word
from mujaz.desk.services.context import Context
from mujaz.desk.store.log import PAGE_ROWS, note
from mujaz.desk.values import Actor, InvalidError, NotFoundError, Page, ReadingView, WordRow
from mujaz.diacritizers import WITHOUT_MARKS, lexicon_path
from mujaz.publish.folder.snapshot import read_snapshot

_MOST_BYTES = 5_000_000
_MOST_CONTEXT = 2000


class Words:
    """The words of a desk."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def readings(self, word: str, context: str = "") -> list[ReadingView]:
        """Readings of a word with likelihoods, the likeliest first.

        Args:
            word: With or without marks.
            context: A sentence that holds it; empty for the word alone.

        Raises:
            InvalidError: If it is not an Arabic word, or too long.
        """
        from mujaz.diacritizers.doubts import readings_of

        if len(word) + len(context) > _MOST_CONTEXT:
            raise InvalidError("this is too long", where="context", hint="give one sentence")
        if self._context.config.text.diacritizer == WITHOUT_MARKS:
            return []
        with self._context.reading_lock:
            found = readings_of(word, context)
        return [ReadingView(form, round(likelihood, 4)) for form, likelihood in found]

    def fill_marks(self, word: str, spoken: str) -> str:
        """A spoken form of a word with its missing marks filled in.

        Raises:
            ConfigError: If it cannot be a form of the word.
        """
        return completed(" ".join(strip_marks(word).split()), spoken)

    def search(self, query: str = "", number: int = 1) -> Page[WordRow]:
        """One page of the newsroom's words that hold a text, in the order of the file."""
        bare = " ".join(strip_marks(query).split())
        found = [entry for entry in self._entries() if bare in entry.word]
        pages = max(1, -(-len(found) // PAGE_ROWS))
        number = min(max(number, 1), pages)
        some = found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        return Page(tuple(map(_row, some)), number, pages, len(found))

    def put(self, word: str, spoken: str, kind: str, actor: Actor) -> WordRow:
        """Add a word or change it.

        Raises:
            ConfigError: If the form is none of the word, or the lexicon cannot be written.
        """
        entry = store_word(word, spoken, self._context.config, kind or "noun")
        self._note(actor, "set the word", entry.word)
        return _row(entry)

    def remove(self, word: str, actor: Actor) -> None:
        """Remove a word.

        Raises:
            NotFoundError: If it is not in the newsroom's lexicon.
        """
        if not remove(lexicon_path(self._context.config), word):
            raise NotFoundError(
                f"{word[:60]!r} is not in the newsroom's lexicon", hint="see the list of words"
            )
        self._note(actor, "removed the word", word)

    def export(self) -> bytes:
        """The newsroom's lexicon as a file."""
        lines = ["\t".join(HEADER), *map(row_of, self._entries())]
        return ("\n".join(lines) + "\n").encode("utf-8")

    def import_(self, data: bytes, actor: Actor) -> int:
        """Add the words of a lexicon file; all of them or, if one is wrong, none.

        Returns:
            Number of words.

        Raises:
            InvalidError: If it is too large or not UTF-8.
            ConfigError: If a row is wrong; the message names its line.
        """
        try:
            text = data[:_MOST_BYTES].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidError("the file is not UTF-8", hint="save it as UTF-8") from error
        entries = [
            _parsed(line, number)
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip() and not line.startswith("#") and line.split("\t")[0] != HEADER[0]
        ]
        path = lexicon_path(self._context.config)
        for entry in entries:
            store(path, entry)
        self._note(actor, f"imported {len(entries)} words", path.name)
        return len(entries)

    def last_said(self, word: str) -> str:
        """The newest published sentence that says a word, with its episode's title; or empty."""
        bare = " ".join(strip_marks(word).split())
        for stored in read_snapshot(self._context.root).episodes:
            for cue in stored.episode.cues:
                if bare and bare in strip_marks(cue.sentence.spoken):
                    return f"{stored.episode.title}: {cue.sentence.text}"
        return ""

    def _entries(self) -> tuple[Entry, ...]:
        path = lexicon_path(self._context.config)
        return read_entries(path) if path.is_file() else ()

    def _note(self, actor: Actor, what: str, about: str) -> None:
        with self._context.database.change() as connection:
            note(connection, actor.name, what, about)


def _parsed(line: str, number: int) -> Entry:
    cells = [cell.strip() for cell in line.split("\t")] + [""] * len(HEADER)
    return checked(cells[0], cells[1], cells[2], cells[3], where=f"line {number}")


def _row(entry: Entry) -> WordRow:
    return WordRow(entry.word, entry.vocalized, entry.spoken, entry.kind)


__all__ = ["CLASSES", "Words"]
