"""Write the chapters file: Podcasting 2.0 JSON chapters 1.2.0."""

from __future__ import annotations

import json

from mujaz.domain import Episode
from mujaz.publish.html.plain import one_line, web_address

_TITLE_CHARS = 255


def chapters_json(episode: Episode, show_title: str) -> str:
    """Write an episode's chapters; the first starts at zero, times never decrease."""
    ordered = sorted(episode.chapters, key=lambda chapter: chapter.start)
    starts = [round(min(c.start, episode.duration_s), 3) for c in ordered]
    starts[:1] = [0.0] * min(1, len(starts))
    ends = [*starts[1:], round(episode.duration_s, 3)]
    items = []
    for chapter, start, end in zip(ordered, starts, ends if starts else (), strict=True):
        item: dict[str, object] = {
            "startTime": start,
            "endTime": end,
            "title": one_line(chapter.title, _TITLE_CHARS),
        }
        link = web_address(chapter.link)
        if link:
            item["url"] = link
        items.append(item)
    data = {
        "version": "1.2.0",
        "title": one_line(episode.title, _TITLE_CHARS),
        "podcastName": one_line(show_title, _TITLE_CHARS),
        "fileName": episode.media,
        "chapters": items,
    }
    return json.dumps(data, ensure_ascii=False) + "\n"
