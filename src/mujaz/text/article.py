"""A page's lines become an article; what is not part of it is listed with a reason.

Structure speaks first. The first line that reads like a body sentence ends the head; the last
one begins the tail. In the head stand the title (often twice), the dateline and menus; in the
tail share bars, related links and copyright. Phrases (:mod:`mujaz.text.clutter`) decide the rest.
No rule is for one site.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from mujaz.arabic.letters import WORD
from mujaz.domain import Article, Dropped, Page
from mujaz.text.clutter import clutter_class, ends_like_sentence, fold, words
from mujaz.text.dates import find_date, is_dateline
from mujaz.text.unicode import at_the_door

_BODY_WORDS = 6
_LONGEST_TITLE = 400
_UNPUNCTUATED_BODY_WORDS = 10
_TITLE_SUFFIX = re.compile(
    r"\s*(?:\+\s*(?:صور|صورة|فيديو|فيديوهات|تفاصيل|وثيقة|انفوغراف\S*|إنفوغراف\S*)"
    r"(?:\s*(?:و|،|\+)\s*(?:صور|صورة|فيديو))?|[\[(]\s*(?:صور|صورة|فيديو|فيديوهات|شاهد|خاص|محدث|محدّث"
    r"|صور وفيديو|فيديو وصور|بالصور|بالفيديو)\s*[\])])\s*$"
)
_TITLE_PREFIX = re.compile(r"^\s*(?:بالصور|بالفيديو|شاهد|فيديو|صور|عاجل|خاص)\s*(?:\||\.\.+|…|:)\s*")
_SITE_SUFFIX = re.compile(r"\s+[|–—\-]\s+[^|–—]{2,40}$")
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,2000}|!--.{0,2000}?--)>", re.DOTALL)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|tr|table|article|section|header|footer)\b[^<>]*>", re.I
)
_SHORTCODE_PAIR = re.compile(
    r"\[(caption|embed|gallery|video|audio)\b[^\]]*\].*?\[/\1\]", re.S | re.I
)
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+|>\s+|\*\s+|\+\s+)")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LIST_ITEM = re.compile(r"^\s*(?:[-•*▪●◦·–—]|\d{1,2}\s*[.)\-])\s+")
_READ_MORE_ASIDE = re.compile(r"\s*[\[(](?:\s*(?:اقرأ|إقرأ|طالع|شاهد|انظر)\s[^\])]{0,160})[\])]")
_BYLINE = re.compile(
    r"^(?:كتبت?|بقلم|إعداد|الكاتب|تقرير|المراسل|كاتب المقال)\s*[:/\-–]\s*"
    r"(?P<name>[^|\d:]{3,40})$"
)
_BARE_BYLINE = re.compile(r"^(?:بقلم|كتبت?)\s+(?P<name>\S+(?:\s+\S+){1,3})$")
# A full stop, or a question or exclamation that a quotation closes: teasers have no quotation.
_SPOKEN_END = re.compile(r"(?:[.…][\"»”)]*|[!؟?][\"»”]\.?)$")
_AGENCY_LEAD = re.compile(
    r"^\S{2,20}(?:\s\S{2,15})?\s*(?:\([^)]{2,30}\)|[/–—-]\s*\S+)\s*[-–—:]\s+\S"
)


@dataclass(slots=True)
class _Line:
    """One line of the page and what became of it."""

    text: str
    raw: str
    reason: str = ""
    role: str = ""


@dataclass(slots=True)
class _Draft:
    lines: list[_Line]
    title: str = ""
    day: date | None = None
    time: str = ""
    author: str = ""
    fallback: bool = False
    body: list[int] = field(default_factory=list)


def clean(page: Page, *, keep_all: bool = False) -> Article:
    """Find the article in a page.

    Args:
        page: As ingested.
        keep_all: Take every line for a paragraph; only the title is set apart.
    """
    lines = _lines(page.text)
    if keep_all:
        return _whole(page, lines)
    draft = _Draft(lines)
    for line in lines:
        line.reason = clutter_class(line.text)
    draft.fallback = not any(_is_body(line) for line in lines)
    _find_body(draft)
    _find_title(draft, page.title)
    _find_dateline(draft)
    _find_author(draft)
    return _article(draft, page)


def _lines(text: str) -> list[_Line]:
    text = at_the_door(text)
    text = _SHORTCODE_PAIR.sub(lambda m: "\n" + m.group().replace("\n", " ") + "\n", text)
    if "<" in text:
        text = _TAG.sub("", _BLOCK_TAG.sub("\n", text))
    out: list[_Line] = []
    for raw in text.split("\n"):
        stripped = " ".join(raw.split())
        if not stripped:
            continue
        shown = _MARKDOWN.sub("", _MARKDOWN_LINK.sub(r"\1", stripped))
        shown = shown.replace("**", "").replace("__", "")
        out.append(_Line(_READ_MORE_ASIDE.sub("", shown).strip() or shown, stripped))
    return out


def _whole(page: Page, lines: list[_Line]) -> Article:
    title = page.title or (lines[0].text if lines else "")
    paragraphs = tuple(line.text for line in lines if line.text != title)
    return Article(_tidy_title(title), paragraphs, url=page.url, source=page.source)


def _is_body(line: _Line, *, fallback: bool = False) -> bool:
    if line.reason or is_dateline(line.text):
        return False
    count = words(line.text)
    if fallback:
        return count >= _UNPUNCTUATED_BODY_WORDS
    if count < _BODY_WORDS:
        return False
    # Questions and exclamations are as often teasers: they open a body only when long.
    if line.text.rstrip("\"»”’')]")[-1:] in "?؟!":
        return count >= _UNPUNCTUATED_BODY_WORDS
    return ends_like_sentence(line.text)


def _find_body(draft: _Draft) -> None:
    lines = draft.lines
    anchors = [i for i, line in enumerate(lines) if _is_body(line, fallback=draft.fallback)]
    if not anchors:
        draft.body = []
        return
    anchors = _without_related_tail(lines, anchors)
    first, last = _stretch(lines, anchors)
    related = False
    for index in range(first, last + 1):
        line = lines[index]
        if line.reason == "related":
            related = True
            continue
        if line.reason or (is_dateline(line.text) and not ends_like_sentence(line.text)):
            line.reason = line.reason or "dateline"
            continue
        if related and not _ends_block(lines, index):
            line.reason = "related"
            continue
        related = False
        draft.body.append(index)


def _ends_block(lines: list[_Line], index: int) -> bool:
    """Whether a line after "read also" is body again: a sentence, not one more link."""
    return ends_like_sentence(lines[index].text) and words(lines[index].text) >= _BODY_WORDS


def _without_related_tail(lines: list[_Line], anchors: list[int]) -> list[int]:
    """Anchors without teasers: a related block that is followed by more links than sentences."""
    for place, index in enumerate(anchors[1:], 1):
        opener = next(
            (
                j
                for j in range(anchors[place - 1] + 1, index)
                if lines[j].reason in ("related", "rights")
            ),
            None,
        )
        if opener is None:
            continue
        gap = [lines[j] for j in range(opener + 1, index) if not lines[j].reason]
        rest = anchors[place:]
        span = [line for line in lines[opener + 1 : rest[-1] + 1] if line.text]
        # Sentences that stand among many link lines are their teasers.
        if lines[opener].reason == "rights" or (len(gap) >= 2 and len(span) > 3 * len(rest)):
            for j in rest:
                lines[j].reason = lines[j].reason or "related"
            return anchors[:place]
    return anchors


def _stretch(lines: list[_Line], anchors: list[int]) -> tuple[int, int]:
    """The body's first and last line: anchors, and short sentences or list items beside them."""
    first, last = anchors[0], anchors[-1]
    while last + 1 < len(lines):
        following = lines[last + 1]
        if following.reason or is_dateline(following.text):
            break
        count = words(following.text)
        sentence = count >= 2 and _SPOKEN_END.search(following.text) is not None
        item = _LIST_ITEM.match(following.text) is not None and count >= 2
        long = count >= _BODY_WORDS + 2 and not _looks_like_link(following.text)
        if not (sentence or item or long):
            break
        last += 1
    while first > 1:
        before = lines[first - 1]
        count = words(before.text)
        if before.reason or is_dateline(before.text) or count < 3:
            break
        if not before.text.rstrip('"»”)').endswith(".") and not _AGENCY_LEAD.match(before.text):
            break
        first -= 1
    return first, last


def _looks_like_link(text: str) -> bool:
    return text[-1:] in "؟?!" or ".." in text or "|" in text


def _find_title(draft: _Draft, given: str) -> None:
    lines = draft.lines
    end = draft.body[0] if draft.body else len(lines)
    head = [i for i in range(end) if not is_dateline(lines[i].text)]
    if given:
        draft.title = _tidy_title(_without_site(at_the_door(given), lines))
    else:
        chosen = _choose_title(draft, head)
        if chosen is None and draft.body and draft.fallback:
            chosen = draft.body.pop(0)
        draft.title = _tidy_title(lines[chosen].text) if chosen is not None else ""
    wanted = fold(draft.title)
    for index, line in enumerate(lines):
        if not line.reason and wanted and fold(_tidy_title(line.text)) == wanted:
            line.reason = "title"
            line.role = "title"
            if index in draft.body:
                draft.body.remove(index)


def _choose_title(draft: _Draft, head: list[int]) -> int | None:
    lines = draft.lines
    keys = Counter(fold(_tidy_title(lines[i].text)) for i in head)
    body_words = {w for i in draft.body for w in _stems(lines[i].text)}
    best: tuple[float, int] | None = None
    for i in head:
        line = lines[i]
        if len(line.text) > _LONGEST_TITLE:
            continue
        count = words(line.text)
        repeated = keys[fold(_tidy_title(line.text))] > 1
        blamed = line.reason not in ("", "related", "title")
        if count < 2 or (blamed and not (repeated and count >= 4)):
            continue
        if line.reason == "related" and not _TITLE_PREFIX.match(line.text):
            continue
        stems = _stems(_tidy_title(line.text))
        overlap = len(stems & body_words) / max(len(stems), 1)
        score = overlap * min(len(stems), 6)
        score += 6 if repeated and count >= 4 else 0
        score += 1.5 if count >= 4 else -2
        score -= 3 if count > 30 else 0
        score -= 0.01 * i
        if best is None or score > best[0]:
            best = (score, i)
    return best[1] if best is not None else None


def _stems(text: str) -> set[str]:
    """Words without the attached letters that change between a title and its body."""
    out: set[str] = set()
    for match in WORD.finditer(text):
        word = re.sub(r"^(?:وال|بال|كال|فال|لل|ال|و|ب|ل|ف)(?=..)", "", fold(match.group()))
        if len(word) >= 3:
            out.add(word[:5])
    return out


def _tidy_title(text: str) -> str:
    text = _TITLE_PREFIX.sub("", text.strip())
    for _ in range(2):
        text = _TITLE_SUFFIX.sub("", text).strip()
    return text.rstrip(" .،:") if not text.endswith("..") else text.rstrip(" .")


def _without_site(title: str, lines: list[_Line]) -> str:
    """An HTML title without the site's name behind a bar, if the page shows it without."""
    short = _SITE_SUFFIX.sub("", title)
    if short != title and words(short) >= 3:
        shown = {fold(line.text) for line in lines}
        if fold(title) not in shown:
            return short
    return title


def _find_dateline(draft: _Draft) -> None:
    """The date of the article: datelines in the head first, update notes last."""
    body = set(draft.body)
    end = draft.body[0] if draft.body else len(draft.lines)
    best: tuple[int, int] | None = None
    for index, line in enumerate(draft.lines):
        if index in body or line.role == "title":
            continue
        found = find_date(line.text) if len(line.text) < 160 else None
        if found is None:
            continue
        updated = (
            line.reason == "updated" and re.search("تحديث|تعديل|[Uu]pdated", line.text) is not None
        )
        copyright_ = line.reason in ("rights", "related", "social")
        rank = (
            (4 if copyright_ else 2 if updated else 0)
            + (1 if index > end else 0)
            + (found.rest > 30) * 2
        )
        if not copyright_:
            line.reason = "dateline" if found.rest <= 30 or not line.reason else line.reason
        if best is None or rank < best[0]:
            best = (rank, index)
            if rank < 4:
                draft.day, draft.time = found.day, found.time


def _find_author(draft: _Draft) -> None:
    end = draft.body[0] if draft.body else len(draft.lines)
    for line in [*draft.lines[:end], *draft.lines[end:][-8:]]:
        match = _BYLINE.match(line.text) or _BARE_BYLINE.match(line.text)
        if match is not None and words(line.text) <= 6:
            draft.author = match["name"].strip(" -–|،")
            line.reason = "byline"
            return


def _article(draft: _Draft, page: Page) -> Article:
    body = set(draft.body)
    dropped = tuple(
        Dropped(line.raw, line.reason or "outside the body")
        for index, line in enumerate(draft.lines)
        if index not in body and line.role != "title"
    )
    titles = [line for line in draft.lines if line.role == "title"]
    dropped += tuple(Dropped(line.raw, "title repeated") for line in titles[1:])
    return Article(
        title=draft.title,
        paragraphs=tuple(draft.lines[index].text for index in draft.body),
        # What a page's metadata states outranks a line of its text, which may be another's date.
        day=page.published.date() if page.published else draft.day,
        time=draft.time,
        author=draft.author or page.author,
        url=page.url,
        source=page.source,
        dropped=dropped,
    )
