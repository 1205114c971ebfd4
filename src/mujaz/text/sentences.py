"""Where sentences end, and where dots do not end them.

A break comes after ``. ! ? ؟ ۔`` (with closing quotes, brackets and footnote marks) when a space
follows, or where a typing error left it out between two words, and at every newline. Not after a
single Arabic letter or a dotted chain (د. أ.د. ص.ب.), Latin initials and abbreviations, a list
number at a line's start, an ellipsis, inside brackets or open quotes, or when the quotation's
own verb follows («لن نتراجع!» هتف المتظاهرون).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES, TATWEEL
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import column, rows

_CLOSERS = "\"'”’»)\\]﴾›"
# A footnote's number may stand behind the stop; a typing error may leave out the space.
_GLUED = (
    rf"(?<=[{LETTER_RANGES}{MARK_RANGES}]{{3}}\.)(?=[{LETTER_RANGES}]{{3}})|(?<=\d{{4}}\.)(?=[{LETTER_RANGES}]{{3}})"
    rf"|(?<=[{LETTER_RANGES}{MARK_RANGES}][!?؟])(?=[{LETTER_RANGES}]{{2}})"
)
_END = re.compile(rf"([.!?؟۔…]+)([{_CLOSERS}]*(?:\[\d{{1,3}}\])*)(?:(?=\s|$)|{_GLUED})")
_LAST_TOKEN = re.compile(rf"(?:^|[\s(\[«\"“/-])([{LETTER_RANGES}{MARK_RANGES}{TATWEEL}.]+)$")
_LATIN_TOKEN = re.compile(r"(?:^|[\s(\[«\"“/.-])([A-Za-z]{1,5})$")
# «732 هـ.»، «1453 م.»: an era behind its year, which a sentence may end with.
_ERA = re.compile(rf"\d\s?(?:ه{TATWEEL}|هج{TATWEEL}?|م|ق\.م|ب\.م)$")
_GOES_ON = re.compile(r"\s+(?:[-–—،؛:]|(?:في|من|إلى|على|عن|مع|حتى|بين|أي|بتوقيت)\s)")
_LIST_NUMBER = re.compile(r"^\s*[\d٠-٩۰-۹]{1,3}$")
# With a prefix only titles are taken for initials: «ود. أحمد» is one, «له.» and «لا.» are words.
_INITIAL = re.compile(rf"^(?:(?:ال)?[{LETTER_RANGES}][{MARK_RANGES}]*|[وفبلك](?:ال)?[دأ]|وم)$")
_CHAIN = re.compile(
    rf"^[وفبلك]?(?:ال)?[{LETTER_RANGES}][{MARK_RANGES}]*(?:\.[{LETTER_RANGES}][{MARK_RANGES}]*)+$"
)
_FIRST_WORD = re.compile(rf"\s+([{LETTER_RANGES}{MARK_RANGES}]+)")
_OPENERS = {"(": ")", "[": "]", "«": "»", "“": "”"}
# Abbreviations are shorter; what stands farther back from a stop does not matter.
_LONGEST_TOKEN = 80
# A quotation longer than this many characters is a stray mark or a speech: it may be cut.
_LONGEST_QUOTATION = 600


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, stripped, in order; nothing but white space is lost.

    Each line is a paragraph of its own, so one stray quote harms only its line.
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
class _Quotation:
    """Brackets and quotations that are open where a sentence has got to.

    Each character is looked at once, however long the sentence.
    """

    open_: list[tuple[str, int]] = field(default_factory=list)
    straight: int = -1

    def read(self, line: str, start: int, end: int) -> None:
        """Take in a stretch of the line."""
        for place in range(start, end):
            char = line[place]
            if char in _OPENERS:
                self.open_.append((_OPENERS[char], place))
            elif self.open_ and char == self.open_[-1][0]:
                self.open_.pop()
            elif char == '"':
                self.straight = -1 if self.straight >= 0 else place

    def holds(self, place: int) -> bool:
        """Whether one that is not too long to be one is open at a place."""
        latest = max(self.open_[-1][1] if self.open_ else -1, self.straight)
        return latest >= 0 and place - latest < _LONGEST_QUOTATION


def _ends(line: str) -> list[int]:
    ends: list[int] = []
    start = read = 0
    quotation = _Quotation()
    last = len(line.rstrip())
    for match in _END.finditer(line):
        if match.end() >= last:
            break
        quotation.read(line, read, match.end())
        read = match.end()
        if quotation.holds(match.end()) or not _is_end(line, start, match):
            continue
        ends.append(match.end())
        start = match.end()
        quotation = _Quotation()
    return ends


def _is_end(line: str, start: int, match: re.Match[str]) -> bool:
    stop, closers = match[1], match[2]
    # Only what stands right before a stop decides: an abbreviation, a number, an era.
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
