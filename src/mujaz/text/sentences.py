"""Sentence splitter for Arabic.

A sentence ends after ``. ! ? ؟ ۔`` (with closing quotes, brackets and footnote marks) if a space
follows, or if a typing error left it out between two words, and at every newline. It does not
end after a single Arabic letter or dotted letters (د. أ.د. ص.ب.), Latin initials and
abbreviations, a list number at a line's start, an ellipsis, inside brackets or open quotes, or
before the verb of saying of a quotation («لن نتراجع!» هتف المتظاهرون).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES, TATWEEL, WAW
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import alternatives, column, rows

_CLOSERS = "\"'”’»)\\]﴾›"
# The place after a stop where a typing error left out the space.
_GLUED = (
    rf"(?<=[{LETTER_RANGES}{MARK_RANGES}]{{3}}\.)(?=[{LETTER_RANGES}]{{3}})|(?<=\d\.)(?=[{LETTER_RANGES}]{{3}})"
    rf"|(?<=[{LETTER_RANGES}{MARK_RANGES}][!?؟])(?=[{LETTER_RANGES}]{{2}})"
)
_END = re.compile(rf"([.!?؟۔…]+)([{_CLOSERS}]*(?:\[\d{{1,3}}\])*)(?:(?=\s|$)|{_GLUED})")
_LAST_TOKEN = re.compile(rf"(?:^|[\s(\[«\"“/-])([{LETTER_RANGES}{MARK_RANGES}{TATWEEL}.]+)$")
_LATIN_TOKEN = re.compile(r"(?:^|[\s(\[«\"“/.-])([A-Za-z]{1,5})$")
_LATIN = re.compile("[A-Za-z]")
# «732 هـ.»، «1453 م.»: an era after its year, which may end a sentence.
_ERA = re.compile(rf"\d\s?(?:{alternatives('sentence_words.tsv', 'word', 'era')})$")
_GOES_ON = re.compile(
    rf"\s+(?:[-–—،؛:]|(?:{alternatives('sentence_words.tsv', 'word', 'goes_on')})\s)"
)
_LIST_NUMBER = re.compile(r"^\s*[\d٠-٩۰-۹]{1,3}$")
# With a prefix only titles are initials: «ود. أحمد» is one, «له.» and «لا.» are words.
_INITIAL = re.compile(
    rf"^(?:(?:ال)?[{LETTER_RANGES}][{MARK_RANGES}]*|[وفبلك](?:ال)?[دأ]|{WAW}[م])$"
)
_CHAIN = re.compile(
    rf"^[وفبلك]?(?:ال)?[{LETTER_RANGES}][{MARK_RANGES}]*(?:\.[{LETTER_RANGES}][{MARK_RANGES}]*)+$"
)
_FIRST_WORD = re.compile(rf"\s+([{LETTER_RANGES}{MARK_RANGES}]+)")
_OPENERS = {"(": ")", "[": "]", "«": "»", "“": "”"}
# Number of characters before a stop that are looked at; abbreviations are shorter.
_LONGEST_TOKEN = 80
# A quotation of more characters is a stray quote or a speech, which may be split.
_LONGEST_QUOTATION = 600


def split_sentences(text: str) -> list[str]:
    """Split a text into its sentences, in order; only white space is lost.

    Each line is split alone, so a stray quote affects only its own line.
    """
    out: list[str] = []
    for line in text.split("\n"):
        start = 0
        for end in _ends(line):
            piece = line[start:end].strip()
            if piece:
                out.append(piece)
            start = end
        rest = line[start:].strip()
        if rest:
            out.append(rest)
    return out


@dataclass(slots=True)
class _OpenQuotations:
    """Brackets and quotations that are open at the current place of a sentence.

    Each character is read once, so a long sentence takes linear time.
    """

    open_: list[tuple[str, int]] = field(default_factory=list)
    straight: int = -1
    last: int = -1  # where the quotation that was closed last had begun

    def read(self, line: str, start: int, end: int) -> None:
        """Read the characters of the line from ``start`` to ``end``."""
        for place in range(start, end):
            char = line[place]
            if char in _OPENERS:
                self.open_.append((_OPENERS[char], place))
            elif self.open_ and char == self.open_[-1][0]:
                self.last = self.open_.pop()[1]
            elif char == '"':
                if self.straight >= 0:
                    self.last = self.straight
                self.straight = -1 if self.straight >= 0 else place

    def contain(self, place: int) -> bool:
        """Return whether a quotation of at most ``_LONGEST_QUOTATION`` is open at a place."""
        latest = max(self.open_[-1][1] if self.open_ else -1, self.straight)
        return latest >= 0 and place - latest < _LONGEST_QUOTATION


def _ends(line: str) -> list[int]:
    """Return the offsets at which the line's sentences end, without that of the last one."""
    ends: list[int] = []
    start = read = 0
    quotations = _OpenQuotations()
    last = len(line.rstrip())
    for match in _END.finditer(line):
        if match.end() >= last:
            break
        quotations.read(line, read, match.end())
        read = match.end()
        if quotations.contain(match.end()) or not _is_end(line, start, match):
            continue
        if match[1] != "." and _is_title(line, start, match, quotations.last):
            continue
        ends.append(match.end())
        start = match.end()
        quotations = _OpenQuotations()
    return ends


def _is_title(line: str, start: int, match: re.Match[str], opened: int) -> bool:
    """Tell a title in quotes that ends in ؟ or ! from speech, which stands behind a colon.

    «قال في مقاله «لماذا الآن؟» إن ...» goes on behind the title; so does «Yahoo! تعلن».
    """
    if not match[2]:
        return match[1] == "!" and _LATIN.match(line, match.start() - 1) is not None
    if not set(match[2]) & set('"”»') or opened <= start:
        return False
    before = line[max(start, opened - _LONGEST_TOKEN) : opened].rstrip()
    return bool(before) and not before.endswith((":", "،"))


def _is_end(line: str, start: int, match: re.Match[str]) -> bool:
    stop, closers = match[1], match[2]
    before = line[max(start, match.start() - _LONGEST_TOKEN) : match.start()]
    if not before.strip():
        return False
    if "…" in stop or (len(stop) >= 3 and set(stop) == {"."}):
        return False
    following = _FIRST_WORD.match(line, match.end())
    word = strip_marks(following[1]) if following else ""
    if closers and any(c in closers for c in "\"”»’'") and word in _saying():
        return False
    if stop != ".":
        return True
    if _ERA.search(before):
        return _GOES_ON.match(line, match.end()) is None
    if closers.startswith(")") and _GOES_ON.match(line, match.end()) is not None:
        return False  # باريس (أ.ف.ب.) - توقفت القطارات
    return bool(closers) or not _is_abbreviation(before)


def _is_abbreviation(before: str) -> bool:
    if _LIST_NUMBER.match(before):
        return True
    latin = _LATIN_TOKEN.search(before)
    if latin is not None:
        return len(latin[1]) == 1 or latin[1] in _never_ending()
    token = _LAST_TOKEN.search(before)
    if token is None:
        return False
    word = strip_marks(token[1]).replace(TATWEEL, "").strip(".")
    if _INITIAL.match(word):
        return True
    return _CHAIN.match(word) is not None or word in _never_ending()


@cache
def _never_ending() -> frozenset[str]:
    return frozenset(
        row["abbreviation"] for row in rows("abbreviations_dotted.tsv") if row["ends"] == "no"
    )


@cache
def _saying() -> frozenset[str]:
    return frozenset(column("saying_verbs.tsv", "verb"))
