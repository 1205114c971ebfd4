"""Write the archive: a page for each month, and for each section in it, and what is searched.

Pages and indexes are named by month, so that a new episode changes those of its month only; a
month of many episodes is divided into parts, of which it changes the last. The search runs in the
browser: ``search.js`` reads the index of one month after another, the newest first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from mujaz.domain import Episode
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.html.pages import episode_facts, section_anchors
from mujaz.publish.html.rendering import rendered
from mujaz.publish.html.wording import day_in_words, month_in_words
from mujaz.publish.show import Show

INDEX = "archive/index.html"
# Episodes on a page of the archive: a browser shows and searches as many at once.
MOST_IN_PART = 500


@dataclass(frozen=True, slots=True)
class Month:
    """The episodes of a month or of a part of it, the latest day first.

    Attributes:
        month: Year and month: ``2026-11``.
        part: Number of the part, from 1, the earliest days.
        sections: Names of the sections' pages, by section.
    """

    month: str
    part: int
    sections: Mapping[str, str]
    episodes: tuple[StoredEpisode, ...] = ()

    @property
    def name(self) -> str:
        """Its name in addresses: ``2026-11``, ``2026-11-2``."""
        return part_name(self.month, self.part)

    def in_words(self, language: str) -> str:
        """The month's name and the year, with the number of a further part."""
        words = month_in_words(date.fromisoformat(f"{self.month}-01"), language)
        return words if self.part == 1 else f"{words} ({self.part})"

    def names(self) -> list[str]:
        """Names of its files: the index, the page, the pages of its sections."""
        pages = [self.name, *self.sections.values()]
        return [f"archive/{self.name}.json", *(f"archive/{page}.html" for page in pages)]

    def files(self, show: Show) -> Mapping[str, str]:
        """Contents of its files by name."""
        contents = [
            _search_index(self.episodes, show.language),
            _month_page(show, self, "", self.episodes),
            *(_month_page(show, self, section, self.episodes) for section in self.sections),
        ]
        return dict(zip(self.names(), contents, strict=True))


def months_of(show: Show, episodes: Iterable[StoredEpisode]) -> tuple[Month, ...]:
    """Divide episodes by the month of their day, the latest first."""
    by_month: dict[str, list[StoredEpisode]] = {}
    for stored in episodes:
        by_month.setdefault(f"{stored.episode.day:%Y-%m}", []).append(stored)
    out: list[Month] = []
    for name in sorted(by_month, reverse=True):
        earliest_first = sorted(
            by_month[name], key=lambda s: (s.episode.day, s.episode.published, s.episode.guid)
        )
        starts = range(0, len(earliest_first), MOST_IN_PART)
        for part, start in reversed(list(enumerate(starts, 1))):
            members = earliest_first[start : start + MOST_IN_PART]
            out.append(month_of(show, name, part, members))
    return tuple(out)


def month_of(show: Show, month: str, part: int, earliest_first: Sequence[StoredEpisode]) -> Month:
    """A part of a month with its episodes."""
    slugs = {section: name for name, section in show.sections.items()}
    told = {story.section for stored in earliest_first for story in stored.episode.stories}
    name = part_name(month, part)
    sections = {
        section: f"{slugs.get(section) or _slug(section)}-{name}" for section in sorted(told - {""})
    }
    return Month(month, part, sections, tuple(earliest_first[::-1]))


def part_name(month: str, part: int) -> str:
    """Name of a month's part in addresses; the first has no number."""
    return month if part == 1 else f"{month}-{part}"


def archive_page(show: Show, months: Sequence[Month]) -> str:
    """Write the page with the search, the months and the sections, for ``archive/index.html``."""
    sections: dict[str, list[dict[str, str]]] = {}
    for month in months:
        for section, page in month.sections.items():
            link = {"page": page, "month": month.in_words(show.language)}
            sections.setdefault(section, []).append(link)
    return rendered(
        "archive.html",
        show,
        "../",
        address="",
        months=[
            {"page": m.name, "stands": m.month, "month": m.in_words(show.language)} for m in months
        ],
        sections=dict(sorted(sections.items())),
        anchors=section_anchors(show),
    )


def _month_page(show: Show, month: Month, section: str, episodes: Sequence[StoredEpisode]) -> str:
    """The list of a month's episodes, or of the stories of one of its sections."""
    language = show.language

    def wanted(story: Any) -> bool:
        return not section or story.section == section

    entries = [
        {
            "title": stored.episode.title,
            "day": stored.episode.day.isoformat(),
            "facts": episode_facts(stored.episode, language),
            "page": f"../episodes/{quote(stored.folder)}/index.html",
            "stories": _stories(stored.episode, wanted, whole=bool(section)),
        }
        for stored in episodes
        if any(wanted(story) for story in stored.episode.stories)
    ]
    return rendered(
        "archive-month.html",
        show,
        "../",
        address="",
        month=month.in_words(language),
        section=section,
        entries=entries,
    )


def _stories(
    episode: Episode, wanted: Callable[[Any], bool], *, whole: bool
) -> list[dict[str, object]]:
    """Titles of stories with their number; none for an episode that is its only story."""
    if len(episode.stories) == 1 and not whole:
        return []
    return [
        {"number": number, "title": story.title}
        for number, story in enumerate(episode.stories, 1)
        if wanted(story)
    ]


def _search_index(episodes: Sequence[StoredEpisode], language: str) -> str:
    """Write the sentences of each story with their times, for the search.

    Lines of the station and opening headlines, which only repeat, are left out.
    """
    found = []
    for stored in episodes:
        stories: list[dict[str, Any]] = [
            {"title": story.title, "sentences": []} for story in stored.episode.stories
        ]
        for cue in stored.episode.cues:
            if 0 <= cue.sentence.story < len(stories):
                sentence = [round(cue.start, 2), cue.sentence.text]
                stories[cue.sentence.story]["sentences"].append(sentence)
        episode = stored.episode
        found.append(
            {
                "folder": stored.folder,
                "title": episode.title,
                "day": episode.day.isoformat(),
                "date": day_in_words(episode.day, language),
                "stories": stories,
            }
        )
    return json.dumps({"episodes": found}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _slug(section: str) -> str:
    return "section-" + hashlib.sha256(section.encode("utf-8", "replace")).hexdigest()[:8]
