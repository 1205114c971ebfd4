"""Detection of an article's body among the lines of a page.

Lines that look like sentences are the anchors of the body. Breadcrumbs belong to the head of the
page; comments, end marks and runs of share bars to its tail. Lines between anchors are body
unless they are clutter, follow «read also», or form a run of short lines (a poll, a link box).
"""

from __future__ import annotations

import re

from mujaz.text.cleaning.clutter import ends_like_sentence
from mujaz.text.cleaning.lines import LONG_WORDS, SENTENCE_WORDS, Line

# Clutter that is usually below an article, not inside it.
_TAIL = frozenset(("share", "follow", "rights", "tags", "boilerplate", "comments"))
# Lines of the head that are below the headline.
_FENCES = frozenset(("dateline", "byline", "updated", "share", "credit"))
# Fewest lines of such clutter between two sentences that begin the tail, if little text follows.
_TAIL_LINES = 3
# Fewest short lines in a row that are a box; a single short line is a subheading.
_BOX_LINES = 3
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
    unpunctuated = not any(line.is_sentence() for line in lines)
    anchors = [i for i, line in enumerate(lines) if line.is_sentence(unpunctuated=unpunctuated)]
    if anchors:
        _mark_boxes(lines, anchors[0], anchors[-1])
    anchors = _without_head(lines, anchors)
    anchors = _without_tail(lines, anchors)
    if not anchors:
        return []
    first, last = _extent(lines, anchors, extracted=extracted)
    _mark_meta(lines, anchors)
    return _body(lines, first, last)


def _without_head(lines: list[Line], anchors: list[int]) -> list[int]:
    """Remove tickers above breadcrumbs, and headlines that are questions, from the anchors."""
    crumbs = [i for i, line in enumerate(lines) if line.reason == "breadcrumbs"]
    if crumbs and len(anchors) > 1 and anchors[0] < crumbs[0] < anchors[1]:
        lines[anchors[0]].reason = "ticker"
        anchors = anchors[1:]
    while len(anchors) > 1 and lines[anchors[0]].asks:
        between = lines[anchors[0] + 1 : anchors[1]]
        if not any(line.is_dateline or line.reason in ("updated", "byline") for line in between):
            break
        anchors = anchors[1:]
    return anchors


def _without_tail(lines: list[Line], anchors: list[int]) -> list[int]:
    """Remove comments, teasers and notices below the article from the anchors."""
    for place in range(1, len(anchors)):
        gap = range(anchors[place - 1] + 1, anchors[place])
        if _is_tail(lines, gap, place, len(anchors) - place):
            for index in anchors[place:]:
                lines[index].reason = lines[index].reason or "behind the article"
            return anchors[:place]
    return anchors


def _is_tail(lines: list[Line], gap: range, before: int, after: int) -> bool:
    """Return whether the tail begins in the gap between two anchors.

    Args:
        lines: Lines of the page.
        gap: Indexes of the lines between the anchors.
        before: Number of anchors above the gap.
        after: Number of anchors below it.
    """
    reasons = [lines[i].reason for i in gap]
    if "end" in reasons or "rights" in reasons:
        return True
    if "comments" in reasons and after <= before:
        return True
    if sum(reason in _TAIL for reason in reasons) >= _TAIL_LINES and 2 * after <= before:
        return True
    openers = [i for i in gap if lines[i].reason == "related" and not _is_inline(lines[i])]
    return bool(openers) and _leads_to_teasers(lines, openers[-1])


def _is_inline(line: Line) -> bool:
    """Return whether a «read also» line contains its link: «اقرأ أيضا: عنوان»."""
    found = _LINK_SIGN.search(line.text)
    return found is not None and len(line.text[found.end() :].split()) > 1


def _leads_to_teasers(lines: list[Line], opener: int) -> bool:
    """Return whether the lines up to the next clutter are links and teasers, not body text."""
    sentences = shorts = 0
    for line in lines[opener + 1 :]:
        if line.reason == "related":
            break
        if line.reason in _TAIL or line.reason == "end":
            break
        if line.reason or line.is_dateline:
            continue
        if _reads_on(line):
            sentences += 1
        elif sentences:
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
    # On a page with few full stops the text begins below the dateline, not at the first anchor.
    unstopped = sum(_may_lead(line) for line in lines[:first])
    fenced = any(line.is_dateline or line.reason in _FENCES for line in lines[:first])
    sparse = fenced and unstopped > len(anchors)
    while first > 1 and _leads_in(lines[first - 1], sparse=sparse):
        first -= 1
    return first, last


def _may_lead(line: Line) -> bool:
    plain = not line.reason and not line.is_dateline and ".." not in line.text
    return plain and line.words > SENTENCE_WORDS


def _leads_in(line: Line, *, sparse: bool) -> bool:
    """Return whether a line above the first anchor belongs to the body.

    Args:
        line: The line.
        sparse: Whether the page has few full stops and a dateline between headline and text.
    """
    if line.reason or line.is_dateline:
        return False
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
    closed = index + 1 >= len(lines) or bool(lines[index + 1].reason)
    if line.asks and line.words >= 3:
        # «نلتقي العام المقبل!» ends an article; teasers come in groups.
        return closed
    return extracted and line.words >= 3 and not line.is_link


def _mark_meta(lines: list[Line], anchors: list[int]) -> None:
    """Mark the lines between a standfirst and the text below its dateline as bylines."""
    if len(anchors) < 2:
        return
    gap = range(anchors[0] + 1, anchors[1])
    if any(lines[i].is_dateline for i in gap):
        for index in gap:
            line = lines[index]
            if not line.reason and not line.is_dateline and not line.ends_spoken:
                line.reason = "byline"


def _body(lines: list[Line], first: int, last: int) -> list[int]:
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
            continue
        if skipping == "sponsored" or (skipping and not _reads_on(line)):
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
