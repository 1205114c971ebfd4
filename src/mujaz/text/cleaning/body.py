"""Detection of an article's body among the lines of a page.

Lines that look like sentences are the anchors of the body. Breadcrumbs belong to the head of the
page; comments, end marks and runs of share bars to its tail. Lines between anchors are body
unless they are clutter, follow «read also», or form a run of short lines (a poll, a link box).
"""

from __future__ import annotations

import re

from mujaz.arabic.clutter import ends_like_sentence
from mujaz.arabic.tables import alternatives
from mujaz.text.cleaning.lines import LONG_WORDS, SENTENCE_WORDS, Line

# Clutter that is usually below an article, not inside it.
_TAIL = frozenset(("share", "follow", "rights", "tags", "boilerplate", "comments"))
# Lines of the head that are below the headline.
_FENCES = frozenset(("dateline", "byline", "updated", "share", "credit"))
# Fewest lines of such clutter between two sentences that begin the tail, if little text follows.
_TAIL_LINES = 3
# Fewest short lines in a row that are a box; a single short line is a subheading.
_BOX_LINES = 3
# «القاهرة - فلان الفلاني»: a city or a paper, and the name of its reporter.
PLACED_BYLINE = re.compile(
    r"^[^\W\d]+(?:\s[^\W\d]+)?\s*[-–—/]\s*(?P<name>[^\W\d]{2,}(?:\s[^\W\d]{2,}){1,3})$"
)
# The source of a picture in brackets: one to three words without digits.
_SOURCED = re.compile(r"[^\W\d]\s\([^\W\d]+(?:\s[^\W\d]+){0,2}\)$")
_CAPTION_WORDS = 10
_REGION_END = re.compile(rf"\s(?:{alternatives('clutter.tsv', 'phrase', 'region end')})$")
# Between a standfirst and the text stand at most so many lines, those of names so short.
_MOST_META = 4
_NAME_WORDS = 4
# A text with so many questions and answers is an interview.
_QUESTIONS = 2
# Shorter lines below a text are tags, not titles of other articles.
_TEASER_WORDS = 3
_LINK_SIGN = re.compile(r"[:|–—]|\.\.")
_AGENCY_LEAD = re.compile(
    r"^\S{2,20}(?:\s\S{2,15})?\s*(?:\([^)]{2,30}\)|[/–—-]\s*\S+)\s*[-–—:]\s+\S"
)


def find_body(lines: list[Line], *, extracted: bool = False) -> list[int]:
    """Return the indexes of the body's lines; set the reason of the others among them.

    Args:
        lines: Lines of the page; reasons are set in place.
        extracted: Whether an HTML extractor has found the article already; short lines at the
            end are then kept.
    """
    _mark_regions(lines)
    unpunctuated = not any(line.is_sentence() for line in lines)
    anchors = [i for i, line in enumerate(lines) if line.is_sentence(unpunctuated=unpunctuated)]
    if anchors:
        _mark_boxes(lines, anchors[0], anchors[-1])
    anchors = _without_head(lines, anchors)
    interview = _interview_start(lines)
    anchors = _without_tail(lines, anchors, interview)
    if not anchors:
        return []
    first, last = _extent(lines, anchors, extracted=extracted)
    _mark_meta(lines, anchors)
    return _body(lines, first, last, interview)


def _without_head(lines: list[Line], anchors: list[int]) -> list[int]:
    """Remove tickers above breadcrumbs, and headlines that are questions, from the anchors."""
    crumbs = [i for i, line in enumerate(lines) if line.reason == "breadcrumbs"]
    dated = any(line.is_dateline for line in lines[: anchors[0]]) if anchors else False
    if crumbs and not dated and len(anchors) > 1 and anchors[0] < crumbs[0] < anchors[1]:
        lines[anchors[0]].reason = "ticker"
        anchors = anchors[1:]
    while len(anchors) > 1 and lines[anchors[0]].asks:
        between = lines[anchors[0] + 1 : anchors[1]]
        if not any(line.is_dateline or line.reason in ("updated", "byline") for line in between):
            break
        anchors = anchors[1:]
    return anchors


def _without_tail(lines: list[Line], anchors: list[int], interview: int) -> list[int]:
    """Remove comments, teasers and notices below the article from the anchors."""
    for place in range(1, len(anchors)):
        gap = range(anchors[place - 1] + 1, anchors[place])
        asked = anchors[place] > interview
        if _is_tail(lines, gap, place, len(anchors) - place, asked=asked):
            for index in anchors[place:]:
                lines[index].reason = lines[index].reason or "behind the article"
            return anchors[:place]
    return anchors


def _is_tail(lines: list[Line], gap: range, before: int, after: int, *, asked: bool) -> bool:
    """Return whether the tail begins in the gap between two anchors.

    Args:
        lines: Lines of the page.
        gap: Indexes of the lines between the anchors.
        before: Number of anchors above the gap.
        after: Number of anchors below it.
        asked: Whether the text above is an interview.
    """
    reasons = [lines[i].reason for i in gap]
    if "end" in reasons or "rights" in reasons:
        return True
    if "comments" in reasons and after <= before:
        return True
    if sum(reason in _TAIL for reason in reasons) >= _TAIL_LINES and 2 * after <= before:
        return True
    openers = [i for i in gap if lines[i].reason == "related" and not _is_inline(lines[i])]
    return bool(openers) and _leads_to_teasers(lines, openers[-1], asked=asked)


def _interview_start(lines: list[Line]) -> int:
    """Return the index of the question that makes the text an interview, else that of its end."""
    answered = [index for index in range(len(lines)) if _is_answered(lines, index)]
    return answered[_QUESTIONS - 1] if len(answered) >= _QUESTIONS else len(lines)


def _is_answered(lines: list[Line], index: int) -> bool:
    """Return whether a line is a question, and the next one a sentence that is none."""
    if not lines[index].asks or lines[index].reason or index + 1 >= len(lines):
        return False
    answer = lines[index + 1]
    return not answer.asks and not answer.reason and (answer.ends_spoken or answer.is_sentence())


def _is_inline(line: Line) -> bool:
    """Return whether a «read also» line contains its link: «اقرأ أيضا: عنوان»."""
    found = _LINK_SIGN.search(line.text)
    return found is not None and len(line.text[found.end() :].split()) > 1


def _leads_to_teasers(lines: list[Line], opener: int, *, asked: bool) -> bool:
    """Return whether the lines up to the next clutter are links and teasers, not body text."""
    sentences = shorts = 0
    for line in lines[opener + 1 :]:
        if line.reason == "related":
            break
        if line.reason in _TAIL or line.reason == "end":
            break
        if line.reason or line.is_dateline or (asked and line.asks):
            continue
        if _reads_on(line):
            sentences += 1
        elif sentences and line.words >= _TEASER_WORDS:
            shorts += 1
    return shorts >= 1 and shorts >= sentences - 1


def _reads_on(line: Line) -> bool:
    """Return whether a line after «read also» is a sentence of the body, not another link."""
    long = line.words >= LONG_WORDS and not line.is_link
    return long or line.ends_spoken or (ends_like_sentence(line.text) and not line.asks)


def _extent(lines: list[Line], anchors: list[int], *, extracted: bool) -> tuple[int, int]:
    """Return the body's first and last line: the anchors, and short sentences next to them."""
    first, last = anchors[0], anchors[-1]
    while last + 1 < len(lines) and _continues(lines, last + 1, extracted=extracted):
        last += 1
    if extracted:
        last = _last_spoken(lines, last)
        closed = ends_like_sentence(lines[anchors[-1]].text)
        if closed and last == anchors[-1] + 1 and _is_closing_caption(lines[last]):
            lines[last].reason = "caption"
    # On a page with few full stops the text begins below the dateline, not at the first anchor.
    unstopped = sum(_may_lead(line) for line in lines[:first])
    fenced = any(line.is_dateline or line.reason in _FENCES for line in lines[:first])
    sparse = fenced and unstopped > len(anchors)
    while first > 1 and _leads_in(lines[first - 1], sparse=sparse, extracted=extracted):
        first -= 1
    return (_standfirst(lines, first) if extracted else first), last


def _standfirst(lines: list[Line], first: int) -> int:
    """Return the index of a long line above the text and the names below it, or the same index."""
    for index in range(first - 1, max(0, first - _MOST_META), -1):
        line = lines[index]
        plain = not line.reason and not line.is_dateline
        if plain and line.words >= LONG_WORDS:
            for name in lines[index + 1 : first]:
                name.reason = name.reason or "byline"
            return index
        if plain and line.words > _NAME_WORDS:
            break
    return first


def _is_closing_caption(line: Line) -> bool:
    """Return whether a line below the last sentence ends in a source in brackets, as a caption."""
    return (
        not line.is_item and line.words <= _CAPTION_WORDS and _SOURCED.search(line.text) is not None
    )


def _last_spoken(lines: list[Line], last: int) -> int:
    """Return the last sentence, however short, before the tail of an extracted article."""
    for index in range(last + 1, len(lines)):
        line = lines[index]
        if line.reason == "end" or line.reason in _TAIL - {"boilerplate"}:
            break
        spoken = line.ends_spoken or (line.asks and not line.is_item and ".." not in line.text)
        if not line.reason and not line.is_dateline and spoken and line.words >= 2:
            last = index
        elif not line.reason and line.text.endswith(":"):
            last = max(last, _last_item(lines, index))
    return last


def _last_item(lines: list[Line], opener: int) -> int:
    """Return the last item of the list that a line opens, or 0; terms stand above their items."""
    last = 0
    for index in range(opener + 1, len(lines)):
        above_item = index + 1 < len(lines) and lines[index + 1].is_item
        if lines[index].reason or not (lines[index].is_item or above_item):
            break
        last = index
    return last


def _may_lead(line: Line) -> bool:
    plain = not line.reason and not line.is_dateline and ".." not in line.text
    return plain and line.words > SENTENCE_WORDS


def _leads_in(line: Line, *, sparse: bool, extracted: bool) -> bool:
    """Return whether a line above the first anchor belongs to the body.

    Args:
        line: The line.
        sparse: Whether the page has few full stops and a dateline between headline and text.
        extracted: Whether an HTML extractor has found the article already; it marks headings.
    """
    if line.reason or line.is_dateline:
        return False
    if extracted and (line.raw.startswith("##") or line.words >= LONG_WORDS):
        return True
    if line.words >= LONG_WORDS and line.text.endswith(":"):
        return True
    if line.words >= 2 and line.text.rstrip('"»”)').endswith("."):
        return True
    if line.words >= 3 and _AGENCY_LEAD.match(line.text):
        return True
    return sparse and _may_lead(line)


def _continues(lines: list[Line], index: int, *, extracted: bool) -> bool:
    """Return whether a line below the last anchor belongs to the body."""
    line = lines[index]
    if line.reason or line.is_dateline:
        return False
    if line.ends_spoken or (line.is_item and line.words >= 2):
        return True
    if line.words >= SENTENCE_WORDS + 2 and not line.is_link:
        return True
    if line.text.endswith(":") and index + 1 < len(lines) and lines[index + 1].is_item:
        return True
    closed = index + 1 >= len(lines) or bool(lines[index + 1].reason)
    if line.asks and line.words >= 3:
        # «نلتقي العام المقبل!» ends an article; teasers come in groups.
        return closed
    return extracted and line.words >= 3 and not line.is_link


def _mark_regions(lines: list[Line]) -> None:
    """Mark boxes that a page delimits for screen readers: a name … «name نهاية»."""
    first_places: dict[str, int] = {}
    for last, line in enumerate(lines):
        ended = _REGION_END.search(line.text)
        name = line.text[: ended.start()].strip() if ended is not None else ""
        first = first_places.pop(name, last) if name else last
        for inside in lines[first : last + 1] if first < last else ():
            inside.reason = inside.reason or "box"
        first_places.setdefault(line.text, last)


def _mark_meta(lines: list[Line], anchors: list[int]) -> None:
    """Mark the lines between a standfirst and the text below its dateline as bylines."""
    if len(anchors) < 2:
        return
    gap = range(anchors[0] + 1, anchors[1])
    for index in gap:
        if not lines[index].reason and PLACED_BYLINE.match(lines[index].text):
            lines[index].reason = "byline"
    dated = [i for i in gap if lines[i].is_dateline]
    if dated:
        for index in gap:
            line = lines[index]
            # The first question of an interview is below the dateline.
            asked = line.asks and index > dated[-1]
            if not line.reason and not line.is_dateline and not line.ends_spoken and not asked:
                line.reason = "byline"


def _body(lines: list[Line], first: int, last: int, interview: int) -> list[int]:
    """Return the lines from first to last that are text; set the reason of the others."""
    body: list[int] = []
    skipping = ""
    for index in range(first, last + 1):
        line = lines[index]
        if line.reason in ("related", "sponsored"):
            skipping = "" if _is_inline(line) else line.reason
            continue
        if line.reason or (line.is_dateline and not ends_like_sentence(line.text)):
            line.reason = line.reason or "dateline"
            skipping = "" if skipping == "sponsored" else skipping
            continue
        # The line of an advertisement is a headline; a sentence that ends is the story's.
        advertised = skipping == "sponsored" and not ends_like_sentence(line.text)
        reads_on = _reads_on(line) or (index > interview and _is_answered(lines, index))
        if advertised or (skipping == "related" and not reads_on):
            line.reason = skipping
            skipping = "" if skipping == "sponsored" else skipping
            continue
        skipping = ""
        body.append(index)
    return body


def _mark_boxes(lines: list[Line], first: int, last: int) -> None:
    """Mark runs of short lines between sentences: polls, line-ups, links without a heading."""
    run: list[int] = []
    opened_by_colon = False
    for index in range(first, last + 1):
        line = lines[index]
        if _is_short(line):
            run.append(index)
            continue
        if run and line.reason == "symbols":
            # The figures of a table between the words.
            continue
        if len(run) >= _BOX_LINES and not opened_by_colon:
            _mark_box(lines, run, line)
        run = []
        if not line.reason:
            opened_by_colon = line.text.endswith(":")


def _mark_box(lines: list[Line], run: list[int], following: Line) -> None:
    # The last line of a run may be the subheading of the next sentence.
    heading = lines[run[-1]].asks and not following.reason
    for index in run[:-1] if heading else run:
        lines[index].reason = "box"


def _is_short(line: Line) -> bool:
    if line.reason or line.is_item or line.is_dateline or line.ends_spoken:
        return False
    return line.words < SENTENCE_WORDS + 2 and not line.text.endswith(":")
