"""Detection of a page's headline, and its text without labels such as «بالفيديو»."""

from __future__ import annotations

import re
from collections import Counter

from mujaz.arabic.clutter import fold, words
from mujaz.arabic.letters import WORD
from mujaz.arabic.tables import alternatives
from mujaz.text.cleaning.lines import Line

# Longer lines (in characters) are not headlines.
_LONGEST = 400
# Scores of features of a headline, chosen by hand on invented pages.
_REPEATED, _LONG_ENOUGH, _TOO_SHORT, _TOO_LONG = 6.0, 1.5, -2.0, -3.0
_ABOVE_META, _BELOW_CRUMBS, _LIVE = 3.0, 1.5, -4.0
_META = frozenset(("byline", "updated", "credit", "dateline", "caption"))


def _words(kind: str) -> str:
    return f"(?:{alternatives('headline_words.tsv', 'word', kind)})"


_SUFFIX = re.compile(
    rf"\s*(?:(?:\+|\s[-–—|])\s*{_words('attachment')}"
    rf"(?:\s*(?:و|،|\+)\s*{_words('attached')})?|[\[(]\s*{_words('bracketed')}\s*[\])])\s*$"
)
_PREFIX = re.compile(rf"^\s*{_words('kicker')}(?:\s*(?:\||\.\.+|…|:)|\s+[-–—](?=\s))\s*")
# A line that begins so is a headline if enough of its words are those of the body.
_OPENING = re.compile(rf"^\s*{_words('opening')}(?!\w)")
_LEAST_SHARED = 2
_SITE = re.compile(r"\s+[|–—\-]\s+[^|–—]{2,40}$")
# A line of a live ticker: the minute of a match or the time of day, then the event.
_TICKER = re.compile(r"^\d{1,3}(?:\+\d{1,2})?\s|^\d{1,2}:\d\d\s")
_CONTINUATION = re.compile(rf"^{_words('continuation')}\s")


def find_headline(lines: list[Line], body: list[int], given: str, *, plain: bool = False) -> str:
    """Find the headline, mark its lines as the title, and return it without labels.

    Args:
        lines: Lines of the page; marks are set in place.
        body: Indexes of the body's lines; a headline found among them is removed from it.
        given: Title from the page's metadata, or an empty string.
        plain: Whether the given title is the headline alone, without the site's name.
    """
    end = body[0] if body else len(lines)
    given = " ".join(given.split())
    if given and (plain or not _is_foreign(given, lines, body)):
        title = tidy(given if plain else _without_site(given, lines))
    else:
        head = [i for i in range(end) if not lines[i].is_dateline]
        chosen = _choose(lines, head, body)
        if chosen is None and body and not any(lines[i].is_sentence() for i in body):
            # A page without full stops: its first long line.
            chosen = body.pop(0)
        title = _whole(lines, chosen, end) or tidy(given)
    wanted = fold(title)
    for index, line in enumerate(lines):
        if wanted and not line.title and fold(tidy(line.text)) == wanted:
            if line.reason and index >= end:
                continue
            line.reason, line.title = "title", True
            if index in body:
                body.remove(index)
    return title


def _is_foreign(given: str, lines: list[Line], body: list[int]) -> bool:
    """Return whether a title shares no word with the text: it names the site, not the article."""
    stems = _stems(given)
    text = {stem for index in body for stem in _stems(lines[index].text)}
    return bool(text) and not stems & text


def tidy(text: str) -> str:
    """Remove «+صور», «بالفيديو..» and a final full stop from a headline."""
    text = _PREFIX.sub("", " ".join(text.split()))
    for _ in range(2):
        text = _SUFFIX.sub("", text).strip()
    return text.rstrip(" .،:") if not text.endswith("..") else text.rstrip(" .")


def _whole(lines: list[Line], chosen: int | None, end: int) -> str:
    """Return the chosen line, joined with the next one if the headline continues there."""
    if chosen is None:
        return ""
    text = tidy(lines[chosen].text)
    following = lines[chosen + 1] if chosen + 1 < end else None
    runs_on = (
        following is not None
        and not following.reason
        and not following.is_dateline
        and following.words <= 8
        and _CONTINUATION.match(following.text)
        and text[-1:] not in '.!?؟:»"'
    )
    if following is not None and runs_on:
        lines[chosen].reason = following.reason = "title"
        lines[chosen].title = following.title = True
        text = f"{text} {tidy(following.text)}"
    return text


def _choose(lines: list[Line], head: list[int], body: list[int]) -> int | None:
    """Return the index of the line above the body that scores best as a headline."""
    keys = Counter(fold(tidy(lines[i].text)) for i in head)
    slugs = {_behind_slug(key) for key in keys}
    body_stems = {stem for i in body for stem in _stems(lines[i].text)}
    best: tuple[float, int] | None = None
    for i in head:
        line = lines[i]
        key = fold(tidy(line.text))
        slugged = key in slugs
        repeated = (keys[key] > 1 or slugged) and line.words >= 4
        if not _may_be(line, repeated=repeated) and not _opens(line, body_stems):
            continue
        score = _score(lines, i, body_stems) + (_REPEATED if repeated else 0)
        if best is None or score > best[0]:
            best = (score, i)
    return best[1] if best is not None else None


def _behind_slug(line: str) -> str:
    """Return the headline in an agency's slug line: a category, a slash, and the headline."""
    before, _, after = line.partition("/")
    return after.strip() if before.strip() else ""


def _opens(line: Line, body_stems: set[str]) -> bool:
    """Return whether a line that begins like a call to the reader has the words of the body."""
    found = _OPENING.match(line.text)
    if found is None or not line.words > 2 or len(line.text) > _LONGEST:
        return False
    return len(_stems(line.text[found.end() :]) & body_stems) >= _LEAST_SHARED


def _may_be(line: Line, *, repeated: bool) -> bool:
    if len(line.text) > _LONGEST or line.words < 2:
        return False
    if line.reason == "related":
        return _PREFIX.match(line.text) is not None
    return line.reason in ("", "title", "ticker") or (repeated and line.reason != "running head")


def _score(lines: list[Line], index: int, body_stems: set[str]) -> float:
    """Score a line as a headline: words shared with the body, length, and lines around it."""
    line = lines[index]
    stems = _stems(tidy(line.text))
    score = len(stems & body_stems) / max(len(stems), 1) * min(len(stems), 6)
    score += _LONG_ENOUGH if line.words >= 4 else _TOO_SHORT
    score += _TOO_LONG if line.words > 30 else 0
    following = lines[index + 1 : index + 4]
    if line.words >= 4 and any(f.is_dateline or f.reason in _META for f in following):
        score += _ABOVE_META
    if index and lines[index - 1].reason == "breadcrumbs":
        score += _BELOW_CRUMBS
    if _TICKER.match(line.text) and line.words < 12:
        score += _LIVE
    return score - 0.01 * index


def _stems(text: str) -> set[str]:
    """Return the words cut to five letters and without prefixes, to compare with the body."""
    out: set[str] = set()
    for match in WORD.finditer(text):
        word = re.sub(r"^(?:وال|بال|كال|فال|لل|ال|و|ب|ل|ف)(?=..)", "", fold(match.group()))
        if len(word) >= 3:
            out.add(word[:5])
    return out


def _without_site(title: str, lines: list[Line]) -> str:
    """Cut the site's name behind a bar from a title, unless the page shows the full title."""
    short = _SITE.sub("", title)
    if short != title and words(short) >= 3:
        shown = {fold(line.text) for line in lines}
        if fold(title) not in shown:
            return short
    return title
