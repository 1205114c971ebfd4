"""The show note of an episode, which podcast apps show under its title.

It uses only the HTML elements that apps keep (Apple, "Podcast RSS feed requirements": p, ol, ul,
li, a, b, i, strong, em). At most 4000 bytes are allowed, some 2000 Arabic letters; a longer note is
shortened step by step, links first.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mujaz.domain import Chapter, Episode
from mujaz.publish.html.plain import clipped_bytes, one_line, web_address
from mujaz.publish.html.wording import direction
from mujaz.publish.rss.wording import words

MOST_BYTES = 4000
_SUMMARY_BYTES = 700
_TITLE_CHARS = 160
_SHORT_TITLE_CHARS = 50
_VOICE_BYTES = 400
_MOST_CREDITS = 3
# Longer addresses, usually percent-encoded Arabic, are left out first.
_LONG_LINK = 200


@dataclass(frozen=True, slots=True)
class _Measure:
    """Limits of a note: bytes of the summary, characters of title and link, counts of the rest."""

    summary: int = _SUMMARY_BYTES
    title: int = _TITLE_CHARS
    longest_link: int = 2000
    links: int = 1000
    entries: int = 1000


def description_html(episode: Episode, page: str, language: str) -> str:
    """Write the note: summary, stories with times and sources, page, disclosure, voice credits.

    Times are written ``HH:MM:SS`` from 00:00:00 on, which Apple and other apps read as chapters.
    Each paragraph and list item is on a line of its own, because some apps strip the tags.
    """
    start = direction(language)
    for measure in _measures(len(episode.chapters)):
        note = _note(episode, page, measure, start)
        if len(note.encode("utf-8", "replace")) <= MOST_BYTES:
            return note
    return _note(episode, page, _Measure(120, _SHORT_TITLE_CHARS, 0, 0, 0), start)


def _measures(chapters: int) -> Iterator[_Measure]:
    yield _Measure()
    yield _Measure(longest_link=_LONG_LINK)
    yield _Measure(300, longest_link=_LONG_LINK)
    yield _Measure(300, _SHORT_TITLE_CHARS, longest_link=_LONG_LINK)
    # Ten even steps, so that hundreds of stories take no more attempts than ten stories.
    for tenth in range(9, -1, -1):
        yield _Measure(300, _SHORT_TITLE_CHARS, _LONG_LINK, links=chapters * tenth // 10)
    for tenth in range(9, 0, -1):
        yield _Measure(
            200, _SHORT_TITLE_CHARS, 0, 0, entries=max(1, min(chapters, 60) * tenth // 10)
        )


def _note(episode: Episode, page: str, measure: _Measure, start: str) -> str:
    parts = [_paragraph(clipped_bytes(one_line(episode.summary), measure.summary))]
    if episode.updated is not None:
        day = episode.updated.date().isoformat()
        parts.append(_paragraph(words()["updated_on"].replace("{date}", day)))
    if episode.corrections:
        latest = " ".join(episode.corrections[-1].sentences)
        text = words()["correction"].replace("{text}", one_line(latest))
        parts.append(_paragraph(clipped_bytes(text, measure.summary)))
    parts.append(_stories(episode.chapters, measure))
    full_text = words()["episode_text"]
    parts.append(f'<p><a href="{html.escape(page)}">{full_text}</a></p>')
    about_voices = (episode.disclosure, *episode.voice_credits[:_MOST_CREDITS])
    parts += [_paragraph(clipped_bytes(one_line(line), _VOICE_BYTES)) for line in about_voices]
    return "\n".join(part.replace(">", f' dir="{start}">', 1) for part in parts if part)


def _stories(chapters: Sequence[Chapter], measure: _Measure) -> str:
    lines = []
    links = 0
    for place, chapter in enumerate(chapters[: measure.entries]):
        title = html.escape(one_line(chapter.title, measure.title))
        link = web_address(chapter.link)
        if link and len(link) <= measure.longest_link and links < measure.links:
            links += 1
            title = f'<a href="{html.escape(link)}">{title}</a>'
        lines.append(f"<li>{stamp(chapter.start if place else 0)} {title}</li>")
    left = len(chapters) - len(lines)
    if left and lines:
        lines.append(f"<li>… ({left}+)</li>")
    return "\n".join(("<ul>", *lines, "</ul>")) if lines else ""


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>" if text else ""


def stamp(seconds: float) -> str:
    """Format a time as ``HH:MM:SS``, rounded down so that no word is cut."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
