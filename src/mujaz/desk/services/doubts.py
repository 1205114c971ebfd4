"""Doubtful words of sentences, found once and kept in the database.

The key of a sentence is a hash of its texts, the lexicon and the code that finds doubts, so that a
change of any of these makes it be looked at again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mujaz.arabic.marks import strip_marks
from mujaz.desk.editing.content import Line
from mujaz.desk.services.context import Context
from mujaz.desk.values import DoubtView
from mujaz.storage.content_cache import code_version

if TYPE_CHECKING:
    from mujaz.diacritizers.doubts import Doubt, DoubtFinder

# Parameters of one statement; SQLite allows 32,766.
_AT_ONCE = 500


class DoubtStore:
    """Finds and keeps doubtful words."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._finder: DoubtFinder | None = None
        self._finder_of: object = None

    def known(self, lines: Sequence[Line]) -> dict[int, tuple[DoubtView, ...]]:
        """Doubtful words by number of the sentence, for those that were looked at."""
        salt = self._salt()
        keys = {_key(line, salt): line for line in lines}
        found: dict[str, list[dict[str, Any]]] = {}
        names = list(keys)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._context.database.rows(
                f"SELECT key, found FROM doubts WHERE key IN ({marks})", *some
            )
            found.update({row["key"]: json.loads(row["found"]) for row in rows})
        return {
            line.number: tuple(
                DoubtView(**{**item, "readings": tuple(item["readings"])}) for item in found[key]
            )
            for line in lines
            if (key := _key(line, salt)) in found
        }

    def find(self, lines: Sequence[Line]) -> None:
        """Look at the sentences that were not looked at yet, and keep what is found."""
        known, salt = self.known(lines), self._salt()
        for line in lines:
            if line.number in known:
                continue
            with self._context.reading_lock:
                doubts = self._in(line)
            data = json.dumps([asdict(one) for one in doubts], ensure_ascii=False)
            with self._context.database.change() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO doubts (key, found) VALUES (?, ?)",
                    (_key(line, salt), data),
                )

    def _in(self, line: Line) -> list[DoubtView]:
        from mujaz.diacritizers import WITHOUT_MARKS, guard_for
        from mujaz.diacritizers.doubts import DoubtFinder
        from mujaz.pipeline.checking import line_of_sentence

        config = self._context.config
        if config.text.diacritizer == WITHOUT_MARKS:
            return []
        made_of = (config, self._salt())
        if self._finder is None or self._finder_of != made_of:
            self._finder, self._finder_of = DoubtFinder(guard_for(config)), made_of
        found = self._finder.find([line_of_sentence(line.text, config, line.spoken)])
        return [_view(doubt, line) for doubt in found]

    def _salt(self) -> str:
        from mujaz.diacritizers import lexicon_path

        config = self._context.config
        path = lexicon_path(config)
        lexicon = path.read_bytes() if path.is_file() else b""
        version = code_version("mujaz.diacritizers")
        text = f"{version} {config.text.diacritizer} {hashlib.sha256(lexicon).hexdigest()}"
        return hashlib.sha256(text.encode()).hexdigest()


def _key(line: Line, salt: str) -> str:
    text = "\n".join((salt, line.text, line.spoken))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _view(doubt: Doubt, line: Line) -> DoubtView:
    start, end = _place(doubt.word, line.text)
    said = [strip_marks(word) for word in line.spoken.split()]
    index = next((i for i, word in enumerate(said) if _bare(word) == doubt.word), -1)
    return DoubtView(start, end, index, doubt.word, doubt.reason, doubt.used, tuple(doubt.readings))


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word)


def _place(word: str, text: str) -> tuple[int, int]:
    """Place of a word in a text that may carry marks; -1, -1 without one."""
    for match in re.finditer(r"\S+", text):
        bare = strip_marks(match.group())
        if _bare(bare) == word:
            return match.start(), match.end()
    place = text.find(word)
    return (place, place + len(word)) if place >= 0 else (-1, -1)
