"""Which lines of a page are not news: the clutter lexicon and how a line is held against it.

A phrase at the start of a line condemns it only if the line is not a sentence: «شارك في
المؤتمر أكثر من مئتي باحث.» is news, «شارك المقال» is not. Only the full-sentence patterns
(cookie notices, copying bans, newsletter prompts) outrank a full stop.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import TATWEEL, WORD, has_arabic
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows

_FOLD = str.maketrans("أإآٱى", "ااااي")
_URL = re.compile(r"(?:https?://|www\.)\S+|pic\.twitter\.com/\S+|\bt\.co/\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w{2,}")
_EMBED = re.compile(r"pic\.twitter|\bt\.co/|instagr\.am|fb\.watch", re.IGNORECASE)
# A picture's caption: no full stop, and its source in brackets.
_CAPTIONED = re.compile(
    r"\((?:خاص|أرشيف|أرشيفية|رويترز|أ ف ب|أ\.ف\.ب|فرانس برس|غيتي|الأناضول|وكالات|مواقع التواصل)\)$"
)
_HASHTAG = re.compile(r"(?<!\w)#[\w_]+")
_COUNT = re.compile(r"[\d\s().,:+٠-٩|/•·\-–—]+")
_CRUMBS = re.compile(r"\s(?:>|»|›|/|\\|::|←|→|\|)\s")
_SHORTCODE = re.compile(
    r"\[(?:caption|embed|gallery|video|audio|playlist|vc_|/)[^\]]*\]", re.IGNORECASE
)
_FULL_STOP = re.compile(r"(?:[.!?؟…]|\.\.+)[\"»”’'\])]*$")
# A longer line is text, whatever it begins with.
_LONGEST_CLUTTER = 3000


def fold(text: str) -> str:
    """A line in the spelling that phrases are compared in."""
    return strip_marks(text).replace(TATWEEL, "").translate(_FOLD).strip()


@cache
def _exact() -> dict[str, str]:
    return {
        fold(r["phrase"]).lower(): r["class"] for r in rows("clutter.tsv") if r["match"] == "line"
    }


@cache
def _starts() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {
        fold(r["phrase"]).lower(): r["class"] for r in rows("clutter.tsv") if r["match"] == "start"
    }
    ordered = sorted(table, key=len, reverse=True)
    parts = [re.escape(p) + (r"(?!\w)" if p[-1:].isalnum() else "") for p in ordered]
    return re.compile("(" + "|".join(parts) + ")"), table


@cache
def _anywhere() -> tuple[tuple[str, str], ...]:
    return tuple(
        (fold(r["phrase"]).lower(), r["class"])
        for r in rows("clutter.tsv")
        if r["match"] == "anywhere"
    )


@cache
def _sentences() -> re.Pattern[str]:
    patterns = [fold(r["phrase"]) for r in rows("clutter.tsv") if r["match"] == "regex"]
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE)


def words(line: str) -> int:
    """Number of Arabic words in a line."""
    return sum(1 for _ in WORD.finditer(line))


def ends_like_sentence(line: str) -> bool:
    """Whether a line ends in a full stop or its like, quotes and brackets aside."""
    return _FULL_STOP.search(line) is not None


def clutter_class(line: str) -> str:
    """Why a line is not part of an article, or an empty string.

    The answer is one of the classes of the clutter table, or ``symbols``, ``foreign``,
    ``address``, ``social``, ``breadcrumbs``, ``shortcode``, ``markup``.
    """
    if len(line) > _LONGEST_CLUTTER:
        return "" if has_arabic(line) else "symbols"
    folded = fold(line).lower()
    if _sentences().search(folded):
        return "boilerplate"
    count = words(line)
    if _SHORTCODE.search(line):
        return "shortcode"
    shape = _shape_class(line, count)
    if shape:
        return shape
    bare = _COUNT.sub(" ", folded).strip(" !؟?…:\"'«»")
    if bare in _exact():
        return _exact()[bare]
    if _is_list_of_exact(folded):
        return "navigation"
    pattern, table = _starts()
    found = pattern.match(folded.lstrip("*-•·+»>←►▶|[( "))
    if found is not None and _start_condemns(line, folded, table[found[1]], found.end(), count):
        return table[found[1]]
    if not ends_like_sentence(line):
        for phrase, kind in _anywhere():
            if phrase in folded and count <= 25:
                return kind
    return ""


def _shape_class(line: str, count: int) -> str:
    if count == 0:
        return "foreign" if re.search(r"[A-Za-z]{2}", line) else "symbols"
    stripped = _HASHTAG.sub(" ", _URL.sub(" ", _HANDLE.sub(" ", line)))
    if stripped != line:
        left = words(stripped)
        if _EMBED.search(line) or (_HANDLE.search(line) and re.match(r"\s*[—–-]", line)):
            return "social"
        if left == 0:
            return "address"
        if left <= 4 and not ends_like_sentence(line):
            return "social"
    if _CAPTIONED.search(line) and count <= 25:
        return "caption"
    latin = len(re.findall(r"[A-Za-z]", line))
    arabic = sum(len(m.group()) for m in WORD.finditer(line))
    if latin > 2 * arabic and latin > 12:
        return "foreign"
    if _CRUMBS.search(line) and not ends_like_sentence(line) and count <= 14:
        pieces = [words(piece) for piece in _CRUMBS.split(line)]
        if len(pieces) > 1 and max(pieces) <= 4:
            return "breadcrumbs"
    if re.search(r"(?:^|\s)(?:#|\{|\}|function\s*\(|var\s|\.css|px;)", line) and latin > arabic:
        return "markup"
    return ""


def _start_condemns(line: str, folded: str, kind: str, end: int, count: int) -> bool:
    after = folded[end:].lstrip()
    if folded.startswith("منذ ") and count > 5:
        return False  # «منذ أربعة عقود يصعد ...» is no "three hours ago"
    if kind in ("byline", "updated", "credit") and count > 14:
        return False
    if not ends_like_sentence(line):
        # A phrase that opens a long line without a full stop may still open a sentence.
        return count <= 16 or after.startswith((":", "|", "…", ".."))
    # Full sentences: only "read also: title." and prompts of a few words are clutter.
    if kind == "related":
        return after.startswith(":") or count <= 4
    if kind in ("credit", "rights", "tags", "byline"):
        return (folded[:end].rstrip().endswith(":") or after.startswith(":")) and count <= 8
    return kind in ("follow", "share", "navigation") and count <= 4 and after in ("", ".")


def _is_list_of_exact(folded: str) -> bool:
    """A menu on one line: «الرئيسية | سياسة | اقتصاد» or «فيسبوك تويتر واتساب»."""
    pieces = [piece.strip() for piece in re.split(r"[|•·/>›»،,\t]+|\s{2,}|\s[-–—]\s", folded)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > 1:
        known = sum(1 for piece in pieces if piece in _exact())
        return known * 2 > len(pieces)
    tokens = folded.split()
    return len(tokens) > 1 and all(token in _exact() for token in tokens)
