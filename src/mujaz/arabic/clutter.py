"""Classification of lines that are not news, by ``clutter.tsv`` and by their shape.

A phrase at the start of a line makes it clutter only if the line is not a sentence: «شارك في
المؤتمر أكثر من مئتي باحث.» is news, «شارك المقال» is not. Only the patterns for full sentences
(cookie notices, copying bans, newsletter prompts) apply to lines that end in a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from mujaz.arabic.letters import (
    ALIF,
    ALIF_HAMZA,
    ALIF_HAMZA_BELOW,
    ALIF_MADDA,
    ALIF_MAKSURA,
    ALIF_WASLA,
    TATWEEL,
    WORD,
    YEH,
    has_arabic,
)
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import alternatives, rows

_FOLD = str.maketrans(
    {
        ALIF_HAMZA: ALIF,
        ALIF_HAMZA_BELOW: ALIF,
        ALIF_MADDA: ALIF,
        ALIF_WASLA: ALIF,
        ALIF_MAKSURA: YEH,
    }
)
_URL = re.compile(r"(?:https?://|www\.)\S+|pic\.twitter\.com/\S+|\bt\.co/\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w{2,}")
_EMBED = re.compile(r"pic\.twitter|\bt\.co/|instagr\.am|fb\.watch", re.IGNORECASE)
# A picture's caption ends in its source in brackets, without a full stop.
_CAPTIONED = re.compile(rf"\((?:{alternatives('photo_credits.tsv', 'credit')})\)$")
# A rule of signs, with which agencies end a report; the initials of its editors follow.
_RULED = re.compile(r"\s*([=\-_*~#•.])\1{2,}")
_HASHTAG = re.compile(r"(?<!\w)#[\w_]+")
_COUNT = re.compile(r"[\d\s().,:+٠-٩|/•·\-–—]+")
_CRUMBS = re.compile(r"\s(?:>|»|›|/|\\|::|←|→|\|)\s")
_SHORTCODE = re.compile(
    r"\[(?:caption|embed|gallery|video|audio|playlist|vc_|/)[^\]]*\]", re.IGNORECASE
)
_FULL_STOP = re.compile(r"(?:[.!?؟…]|\.\.+)[\"»”’'\])]*$")
# Escaped characters, sets, and the innermost groups of a pattern.
_BRACKETS = re.compile(r"\\.|\[(?:[^\]\\]|\\.)*\]|\([^()\[\]]*\)")
# Lines of more characters are taken for text whatever they begin with.
_LONGEST_CLUTTER = 3000
# "three hours ago" has at most so many words; «منذ أربعة عقود …» may begin a sentence.
_SHORT_START_WORDS = 5
# «خاص: علي حسن محمود.» names an author; more words are a sentence.
_LONGEST_NAME = 4


def fold(text: str) -> str:
    """Return a line without marks and with alif and yeh variants unified, to compare it."""
    return strip_marks(text).replace(TATWEEL, "").translate(_FOLD).strip()


# An escape is caught, to be left as it is.
_ESCAPE_OR_LETTERS = re.compile(r"(\\.)|[A-Z]+")


@cache
def _exact() -> dict[str, str]:
    return {
        fold(r["phrase"]).lower(): r["class"] for r in rows("clutter.tsv") if r["match"] == "line"
    }


@cache
def _starts() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """Return a pattern of the phrases, and the class and kind of match of each."""
    table = {
        fold(r["phrase"]).lower(): (r["class"], r["match"])
        for r in rows("clutter.tsv")
        if r["match"] in ("start", "start5")
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
def _sentences() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return for each class the patterns of lines that are never news, even full sentences.

    The first pattern is for the beginning of a line, the second is searched in the whole line.
    """
    listed = [(r["class"], fold(r["phrase"])) for r in rows("clutter.tsv") if r["match"] == "regex"]
    return {
        kind: (
            _any_of(p for k, p in listed if k == kind and _begins_line(p)),
            _any_of(p for k, p in listed if k == kind and not _begins_line(p)),
        )
        for kind in dict.fromkeys(kind for kind, _ in listed)
    }


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    # Without patterns it matches nothing. Lines are lower-case; to ignore case would take time.
    return re.compile("|".join(f"(?:{_lower(p)})" for p in patterns) or r"(?!)")


def _lower(pattern: str) -> str:
    """Make the letters of a pattern lower-case, but not those of escapes such as ``\\S``."""
    return _ESCAPE_OR_LETTERS.sub(lambda match: match[1] or match[0].lower(), pattern)


def _begins_line(pattern: str) -> bool:
    """Return whether a pattern can match only at the beginning of a line."""
    if not pattern.startswith("^"):
        return False
    # Alternatives within brackets do not matter.
    inner = ""
    while inner != pattern:
        inner, pattern = pattern, _BRACKETS.sub("", pattern)
    return "|" not in pattern


def words(line: str) -> int:
    """Return the number of Arabic words in a line."""
    return len(WORD.findall(line))


def ends_like_sentence(line: str) -> bool:
    """Return whether a line ends in a stop, before any closing quotes and brackets."""
    return _FULL_STOP.search(line) is not None


def clutter_class(line: str) -> str:
    """Return the reason why a line is not part of an article, or an empty string.

    The reason is one of the classes of ``clutter.tsv``, or ``symbols``, ``foreign``,
    ``address``, ``social``, ``breadcrumbs``, ``shortcode``, ``markup``.
    """
    if len(line) > _LONGEST_CLUTTER:
        return "" if has_arabic(line) else "symbols"
    folded = fold(line).lower()
    for kind, (beginning, anywhere) in _sentences().items():
        if beginning.match(folded) or anywhere.search(folded):
            return kind
    count = words(line)
    if _SHORTCODE.search(line):
        return "shortcode"
    shape = _shape_class(line, count)
    if shape:
        return shape
    bare = _COUNT.sub(" ", folded).strip(" !؟?…:\"'«»")
    # «نعم.» is an answer, «نعم» a button.
    if bare in _exact() and not (_exact()[bare] == "navigation" and folded.endswith(".")):
        return _exact()[bare]
    if _is_list_of_exact(folded):
        return "navigation"
    pattern, table = _starts()
    found = pattern.match(folded.lstrip("*-•·+»>←►▶|[( "))
    if found is not None and not _is_behind_kicker(folded):
        kind, match = table[found[1]]
        too_long = match == "start5" and count > _SHORT_START_WORDS
        if not too_long and _is_start_clutter(line, folded, kind, found.end(), count):
            return kind
    if not ends_like_sentence(line):
        for phrase, kind in _anywhere():
            if phrase in folded and count <= 25:
                return kind
    return ""


def _shape_class(line: str, count: int) -> str:
    """Return the reason that a line's shape gives: its links, script, separators."""
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
    if _RULED.match(line) and count <= _LONGEST_NAME:
        return "symbols"
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


def _is_start_clutter(line: str, folded: str, kind: str, end: int, count: int) -> bool:
    """Return whether a line that begins with a phrase (up to ``end``) is clutter."""
    after = folded[end:].lstrip()
    if kind in ("byline", "updated", "credit") and count > 14:
        return False
    if not ends_like_sentence(line):
        # A long line without a full stop may still be a sentence.
        return count <= 16 or after.startswith((":", "|", "…", ".."))
    # Full sentences: only "read also: title." and prompts of a few words are clutter.
    if kind == "related":
        return after.startswith((":", "|", "–", "—", "..")) or count <= 4
    if kind == "byline" and count > _LONGEST_NAME and _opens(folded):
        return False
    if kind in ("credit", "rights", "tags", "byline"):
        return (folded[:end].rstrip().endswith(":") or after.startswith(":")) and count <= 8
    return kind in ("follow", "share", "navigation") and count <= 4 and after in ("", ".")


@cache
def _kicker() -> re.Pattern[str]:
    """Return a pattern of the words before a colon or bar that news follows, not a link."""
    listed = "|".join(
        re.escape(fold(row["word"]))
        for row in rows("headline_words.tsv")
        if row["class"] == "breaking"
    )
    return re.compile(rf"(?:{listed})\s*(?::|\.\.+|…|\||[-–—])\s*")


def _is_behind_kicker(folded: str) -> bool:
    """Return whether a line is a sentence behind «عاجل:», «خبر عاجل:» or «خاص:»."""
    found = _kicker().match(folded)
    if found is None or not ends_like_sentence(folded):
        return False
    rest = folded[found.end() :]
    return words(rest) > _LONGEST_NAME and not clutter_class(rest)


@cache
def _openings() -> tuple[str, ...]:
    listed = (row["word"] for row in rows("headline_words.tsv") if row["class"] == "opening")
    return tuple(fold(word) for word in listed)


def _opens(folded: str) -> bool:
    """Return whether a line begins with a word that may open a headline, such as «خاص»."""
    return folded.startswith(_openings())


def _is_list_of_exact(folded: str) -> bool:
    """Return whether a line is a menu: «الرئيسية | سياسة» or «فيسبوك تويتر واتساب»."""
    pieces = [piece.strip() for piece in re.split(r"[|•·/>›»،,\t]+|\s{2,}|\s[-–—]\s", folded)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > 1:
        known = sum(1 for piece in pieces if piece in _exact())
        return known * 2 > len(pieces)
    tokens = folded.split()
    return len(tokens) > 1 and all(token in _exact() for token in tokens)
