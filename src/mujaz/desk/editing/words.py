"""Setting how one word is said: in one sentence, or in the newsroom's lexicon."""

from __future__ import annotations

import re

from mujaz.arabic.completion import complete, without_case
from mujaz.arabic.letters import WORD
from mujaz.arabic.lexicon_file import Entry, checked, store
from mujaz.arabic.marks import strip_marks
from mujaz.desk.editing.content import Content, Line
from mujaz.desk.editing.edits import Wanted, change_line, map_lines, read_anew
from mujaz.desk.values import InvalidError, NotFoundError
from mujaz.diacritizers import lexicon_path
from mujaz.domain import Kind
from mujaz.settings.values import Config
from mujaz.text.script import Reading

_AROUND = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)


def bare_word(content: Content, number: int, index: int) -> str:
    """The word at a place of a spoken line, without marks and punctuation.

    Raises:
        NotFoundError: If there is no such sentence or word.
    """
    _, word, _ = _parts(_said_word(content, number, index))
    return word


def set_word(content: Content, number: int, index: int, spoken: str, reading: Reading) -> Content:
    """Replace one word of a spoken line; marks that were left out are filled in.

    Raises:
        NotFoundError: If there is no such sentence or word.
        ConfigError: If ``spoken`` cannot be a form of the word.
    """
    old = _said_word(content, number, index)
    before, word, after = _parts(old)
    new = before + completed(word, spoken) + after
    line = content.line(number)
    words = line.spoken.split() if line else []
    words[index] = new
    return change_line(content, number, Wanted(spoken=" ".join(words)), reading)


def completed(word: str, spoken: str) -> str:
    """A spoken form with its missing marks; one in other letters is taken as it is.

    Raises:
        InvalidError: If it holds no Arabic letter.
    """
    if WORD.search(spoken) is None:
        raise InvalidError(
            "this is not an Arabic word", where="spoken", hint="write the word with its marks"
        )
    return complete(word, spoken)


def store_word(word: str, spoken: str, config: Config, kind: str = "name") -> Entry:
    """Write a word into the newsroom's lexicon.

    Raises:
        ConfigError: If the form is none of the word, or the lexicon cannot be written.
    """
    bare = " ".join(strip_marks(word).split())
    filled = completed(bare, without_case(spoken) if WORD.search(spoken) else spoken)
    respelled = strip_marks(filled) != bare
    entry = checked(bare, *((bare, filled) if respelled else (filled, "")), kind, where=word)
    store(lexicon_path(config), entry)
    return entry


def read_again(content: Content, word: str, except_for: int, reading: Reading) -> Content:
    """Read the lines anew that hold a word whose lexicon entry has changed.

    Lines that an editor wrote stay, and station lines too: their dates are spoken by template.
    """

    def again(line: Line) -> Line:
        stays = line.kept or line.number == except_for or line.kind is Kind.STATION
        return line if stays or word not in strip_marks(line.spoken) else read_anew(line, reading)

    return map_lines(content, again)


def _said_word(content: Content, number: int, index: int) -> str:
    line = content.line(number)
    words = line.spoken.split() if line else []
    if not 0 <= index < len(words):
        raise NotFoundError(
            f"sentence {number} has no word {index}", hint="reload the draft and choose the word"
        )
    return words[index]


def _parts(token: str) -> tuple[str, str, str]:
    """Punctuation before a word, the word without marks, and punctuation behind it."""
    match = _AROUND.match(strip_marks(token))
    return match.groups() if match else ("", token, "")  # type: ignore[return-value]
