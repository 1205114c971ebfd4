"""Add what a reader noticed: a name, a reading, or a page that was cleaned wrongly.

    python tools/add.py name رلى رُلى "her own pronunciation, radio interview"
    python tools/add.py reading "أصيب 3 أشخاص" "أصيب ثلاثة أشخاص"
    python tools/add.py page saved-page.html town-square

Each writes one row or one file, which the tests read from then on, and says what mujaz does now.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

from mujaz.arabic.completion import complete
from mujaz.arabic.lexicon_file import CLASSES, checked
from mujaz.arabic.marks import strip_marks
from mujaz.errors import MujazError
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean
from mujaz.text.normalize.line import normalize_line

_ROOT = Path(__file__).resolve().parents[1]
LEXICON = "src/mujaz/arabic/data/lexicon.tsv"
READINGS = "tests/data/reported/readings.tsv"
PAGES = "tests/data/reported/pages"


def add_name(root: Path, word: str, form: str, source: str, kind: str) -> str:
    """Add a word with its marks to the lexicon that every user of mujaz gets.

    Raises:
        MujazError: If the marks do not fit the word.
    """
    whole = complete(word, form)
    entry = checked(word, whole, "", kind, where=LEXICON)
    path = root / LEXICON
    text = path.read_text(encoding="utf-8")
    if re.search(rf"^{re.escape(word)}\t", text, re.M):
        return f"{word} is in {LEXICON} already: change its row there"
    row = f"{entry.word}\t{entry.vocalized}\t\t{kind}\t{' '.join(source.split())}\n"
    path.write_text(text + row, encoding="utf-8")
    return f"{word} is now read {entry.vocalized}: a row of {LEXICON}"


def add_reading(root: Path, line: str, said: str, note: str) -> str:
    """Add a line with what must be said for it to the tests."""
    path = root / READINGS
    row = "\t".join(" ".join(part.split()) for part in (line, said, note))
    path.write_text(f"{path.read_text(encoding='utf-8')}{row}\n", encoding="utf-8")
    now = normalize_line(line)
    verdict = "as it should be" if _plain(now) == _plain(said) else "not yet as it should be"
    return f"a row of {READINGS}\nmujaz says now: {now}\n{verdict}"


def add_page(root: Path, page: Path, name: str) -> str:
    """Add a saved page to the tests, with the text that mujaz finds in it today."""
    folder = root / PAGES
    if page.resolve() != (folder / f"{name}.html").resolve():
        shutil.copy(page, folder / f"{name}.html")
    expected = folder / f"{name}.txt"
    expected.write_text(article_text(page.read_bytes()), encoding="utf-8")
    return (
        f"{PAGES}/{name}.txt is what mujaz reads today: correct it to what should be read\n"
        "(headline, date as YYYY-MM-DD or an empty line, then a line for each paragraph)"
    )


def article_text(page: bytes) -> str:
    """The article in a page: headline, date, and a line for each paragraph."""
    article = clean(page_from_bytes(page, "-"))
    day = article.day.isoformat() if article.day else ""
    return "\n".join((article.title, day, *article.paragraphs)) + "\n"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", strip_marks(text)))


def main() -> None:
    """Add what is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--root", type=Path, default=_ROOT, help="the checkout to write into")
    kinds = parser.add_subparsers(dest="kind", required=True)
    name = kinds.add_parser("name", help="how a name or a word is read")
    name.add_argument("word")
    name.add_argument("form", help="with its marks; some of them are enough")
    name.add_argument("source", help="where one can hear or read it")
    name.add_argument("--class", dest="word_class", choices=sorted(CLASSES), default="name")
    reading = kinds.add_parser("reading", help="how a number, date or sign is read")
    reading.add_argument("line")
    reading.add_argument("said")
    reading.add_argument("note", nargs="?", default="reported by a reader")
    page = kinds.add_parser("page", help="a page of which too much or too little is read")
    page.add_argument("file", type=Path)
    page.add_argument("name", help="a short name in Latin letters")
    given = parser.parse_args()
    try:
        if given.kind == "name":
            print(add_name(given.root, given.word, given.form, given.source, given.word_class))
        elif given.kind == "reading":
            print(add_reading(given.root, given.line, given.said, given.note))
        else:
            print(add_page(given.root, given.file, given.name))
    except (MujazError, OSError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
