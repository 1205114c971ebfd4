"""Chapters as a file of their own: Podcasting 2.0 JSON chapters 1.2.0."""

from __future__ import annotations

import json

from mujaz.domain import Episode


def chapters_json(episode: Episode, show_title: str) -> str:
    """The chapters of an episode; the first starts at zero, times never fall."""
    items = []
    for place, chapter in enumerate(sorted(episode.chapters, key=lambda c: c.start)):
        item: dict[str, object] = {
            "startTime": 0 if place == 0 else round(min(chapter.start, episode.duration_s), 3),
            "title": chapter.title,
        }
        if chapter.link:
            item["url"] = chapter.link
        items.append(item)
    data = {
        "version": "1.2.0",
        "title": episode.title,
        "podcastName": show_title,
        "fileName": episode.media,
        "chapters": items,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
