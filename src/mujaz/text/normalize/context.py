"""Find the words before and behind a number, and from them its grammatical case.

The clause is cut out here, and numbers joined by و are followed back;
:mod:`mujaz.text.normalize.clause` finds the innermost one, and the rules of case are in
:mod:`mujaz.text.normalize.clause_case`.
"""

from __future__ import annotations

import re

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES, YEH
from mujaz.arabic.marks import strip_marks
from mujaz.text.normalize.clause import Counted, clause_of
from mujaz.text.normalize.clause_case import case_of
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.government import GENITIVE_PREFIX, governs, is_definite, is_verb
from mujaz.text.normalize.nouns import is_singular, singular_of
from mujaz.text.normalize.words import alternatives, is_a, spoken, whole_word

_WORD = re.compile(f"[{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*")
# A Latin name is a noun of the clause too.
_WORD_OR_LATIN = re.compile(f"{_WORD.pattern}|[A-Za-z][A-Za-z'’-]+")
_ARTICLE = "ال"  # before a figure
_INITIAL = re.compile(r"(?<![A-Za-z])[A-Z]$")
# Words farther back than this do not govern a number.
_REACH_CHARS = 400
_MOST_WORDS = 40
# Numbers joined by و that are followed back to the first: «3 قتلى و5 جرحى و2 ...».
_MOST_LINKS = 4
_LINK_CHARS = 80
# A number in words shares its case with a figure joined to it at most this far behind.
_NEAR_WORDS = 3
_CLAUSE_START = re.compile(r"[.!?؟؛:،,()\[\]«»\"\n]")
_SENTENCE_START = re.compile(r"[.!?؟؛:\n]")
_CLOSING = ("»", "”", '"')
# The name of a law stands at most this many words before its number, «رقم» counted.
LAW_WORDS = 4
_NUMERAL = re.compile(r"(?<![\d.,])\d[\d.,]*(?![\d])")
_SPAN = re.compile(rf"\d+ (?:{alternatives('duration')})")
_COUNTED = re.compile(
    rf"[\d.,]{{1,30}}\s(?:(?:{alternatives('scale')})\s)?([{LETTER_RANGES}{MARK_RANGES}]+)"
)
# A noun of theirs in the same clause, no further than five words behind: «استقالتهم».
_OWNED = re.compile(
    rf"(?:\s[{LETTER_RANGES}{MARK_RANGES}]+){{0,4}}\s(?![وفبلك])[{LETTER_RANGES}{MARK_RANGES}]{{3,}}ه[من](?![{LETTER_RANGES}])"
)
_PART = re.compile(rf"[\d.,]{{1,30}} {spoken('from')} ([{LETTER_RANGES}{MARK_RANGES}]+)")
# A shorter word behind a number is an abbreviation.
_SHORTEST_NOUN = 3
# A colon with a figure right behind it, and no other sentence up to the place asked about.
_LIST = re.compile(r":\s?(?:\d[^.!?؟؛:\n]*)?$")
_PAUSE = re.compile(r"\s[-–—]\s$")
_OR = re.compile(rf"\s{spoken('or')}\s$")
_FIGURE_PREFIX = re.compile(rf"(?<![{LETTER_RANGES}])([وفبلك]{{1,2}})[ـ-]?$")


def words_before(text: str, position: int) -> list[str]:
    """Return the bare words of the clause before a position, in order."""
    return _words_since(text, position, _CLAUSE_START)


def numbers_law(before: list[str]) -> bool:
    """Tell whether «رقم» ends the words and belongs to a law: «المرسوم التنفيذي رقم 21-15»."""
    if not before or not is_a(before[-1], "code"):
        return False
    return whole_word("lawword").search(" ".join(before[-LAW_WORDS:-1])) is not None


def _words_since(
    text: str, position: int, boundary: re.Pattern[str], word: re.Pattern[str] = _WORD
) -> list[str]:
    start = max(0, position - _REACH_CHARS)
    for match in boundary.finditer(text, start, position):
        if match.group() == "." and _INITIAL.search(text, max(0, match.start() - 2), match.start()):
            continue  # J. K. Rowling
        if boundary is _SENTENCE_START and text[match.end() : match.end() + 1] in _CLOSING:
            continue  # «هيا نلعب!»: the end of a title, not of the sentence
        # A comma or point between two digits is part of a numeral, not of the sentence.
        inside = text[match.start() - 1 : match.start()].isdigit() and (
            text[match.end() : match.end() + 1].isdigit()
        )
        if not inside:
            start = match.end()
    words = word.findall(text, start, position)
    return [strip_marks(word) for word in words[-_MOST_WORDS:] if word != _ARTICLE]


def follows_inna(text: str, position: int) -> bool:
    """Tell whether the last word of the sentence is of the family of inna."""
    before = _words_since(text, position, _SENTENCE_START)
    return bool(before) and governs(before[-1], "inna")


_FOLLOWING = re.compile(rf"[ \u00a0]*([{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*)")


def word_after(text: str, position: int) -> str:
    """Return the bare word next after a position, or an empty string if none follows."""
    match = _FOLLOWING.match(text, position)
    return strip_marks(match[1]) if match else ""


def case_at(text: str, position: int, prefix: str = "", links: int = _MOST_LINKS) -> Case:
    """Return the case of a number.

    Args:
        text: The line.
        position: Start of the number or of its prefix.
        prefix: Letters attached to it (و ب ل ...).
        links: How many numbers joined by و may be followed back.
    """
    if any(letter in GENITIVE_PREFIX for letter in prefix):
        return Case.GENITIVE
    joined_by_or = not prefix and _OR.search(text, max(0, position - 5), position) is not None
    if (prefix or joined_by_or) and links:
        joined = _coordinated(text, position, links)
        if joined is not None:
            return joined
    if _PAUSE.search(text, max(0, position - 3), position):
        return Case.NOMINATIVE  # «ثلاثة جنود - 2 منهم ضباط»: a clause of its own
    before = _words_since(text, position, _CLAUSE_START, _WORD_OR_LATIN)
    initial = bool(before)
    if not before:
        if _starts_line(text, position):
            return Case.NOMINATIVE
        if _is_listed(text, position):
            return Case.NOMINATIVE
        # Nothing since the last comma or bracket: take the words of the whole sentence.
        before = _words_since(text, position, _SENTENCE_START, _WORD_OR_LATIN)
        if not before:
            return Case.NOMINATIVE
    clause = clause_of(before, initial=initial)
    return case_of(clause, _counted(text, position))


def _is_listed(text: str, position: int) -> bool:
    """Tell a figure of a list behind a colon: «كالآتي: 17 في نينوى، 11 في أربيل»."""
    start = max(0, position - _REACH_CHARS)
    return _LIST.search(text, start, position) is not None


def noun_of_list(text: str, position: int) -> str:
    """Return the plural that a list behind a colon divides, or an empty string."""
    match = _LIST.search(text, max(0, position - _REACH_CHARS), position)
    if match is None:
        return ""
    for word in reversed(words_before(text, match.start())):
        bare = word.removeprefix("ال")
        if bare != word and singular_of(bare) is not None:
            return bare
    return ""


def _counted(text: str, position: int) -> Counted:
    match = _COUNTED.match(text, position)
    noun = strip_marks(match[1]) if match else ""
    part = is_a(noun, "partof") or _is_part(text, position)
    counts = len(noun) >= _SHORTEST_NOUN and not is_definite(noun) and not is_a(noun, "function")
    spans = _SPAN.match(text, position) is not None
    owns = match is not None and _OWNED.match(text, match.end()) is not None
    return Counted(noun if counts else "", spans, part, owns, counts and _acts(text, match))


def _acts(text: str, match: re.Match[str] | None) -> bool:
    """Tell a definite noun behind a singular noun that a number above ten counts.

    It can be neither its adjective nor its owner, so it is the object: «12 مسيرة المطار».
    """
    if match is None or not match.group()[1:2].isdigit():
        return False
    noun, after = strip_marks(match[1]), word_after(text, match.end())
    if not noun.endswith(("ا", "ة")) or not is_definite(after):
        return False
    return not (governs(after, "adverb") or is_a(after, "weekday") or is_a(after, "when"))


def _is_part(text: str, position: int) -> bool:
    """Tell a number of a whole: «30 من الناجين», «2 من لاعبي الضيوف»."""
    match = _PART.match(text, position)
    if match is None:
        return False
    whole = strip_marks(match[1])
    return is_definite(whole) or (whole.endswith(YEH) and is_singular(whole[:-1]))


def _starts_line(text: str, position: int) -> bool:
    return position < _REACH_CHARS and not text[:position].strip(' «"(•-–—*')


def _coordinated(text: str, position: int, links: int) -> Case | None:
    """Return the case of the number before و, if only nouns stand between: «و22 جريحا»."""
    start = max(0, position - _LINK_CHARS)
    found = list(_NUMERAL.finditer(text, start, position))
    if not found:
        near = words_before(text, position)[-_NEAR_WORDS:]
        oblique = any(is_a(word, "obliquenumber") for word in near)
        return Case.GENITIVE if oblique else None
    last = found[-1]
    between = text[last.end() : position]
    if _SENTENCE_START.search(between):
        return None
    words = [strip_marks(m.group()) for m in _WORD.finditer(between)]
    if len(words) > 5 or any(is_verb(w) or governs(w, "oblique") for w in words[1:]):
        return None
    lead = _FIGURE_PREFIX.search(text, max(0, last.start() - 4), last.start())
    if lead is None:
        return case_at(text, last.start(), links=links - 1)
    return case_at(text, lead.start(), lead[1], links - 1)
