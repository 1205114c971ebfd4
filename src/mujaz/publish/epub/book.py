"""Write an episode as an EPUB 3 book whose text is marked while it is read (Media Overlays).

Sources of the rules: EPUB 3.3, sections 4 (container), 5 (package document) and 9 (media
overlays); EPUB Accessibility 1.1 for the metadata.
"""

from __future__ import annotations

import zipfile
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

from mujaz.domain import Cue, Episode
from mujaz.publish.epub.cover import CoverPicture, cover_picture
from mujaz.publish.html.bidi_markup import mark_latin_runs
from mujaz.publish.html.parts import parts_of
from mujaz.publish.html.wording import day_in_words, direction, labels
from mujaz.publish.show import Show
from mujaz.publish.templates import templates_in
from mujaz.storage.zip_file import add_data, add_file, add_text

_FILES = ("package.opf", "nav.xhtml", "text.xhtml", "text.smil")
# Files of episodes of this version and later have a cover page.
_COVERED = 2
_MIMETYPE = "application/epub+zip"
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""


def write_epub(show: Show, episode: Episode, mp3: Path, target: Path) -> None:
    """Write the book of an episode; the same episode always gives the same bytes.

    Args:
        show: The channel.
        episode: Its text and times.
        mp3: Its audio, which the book contains.
        target: The file to write.
    """
    covered = episode.files_version >= _COVERED
    picture = cover_picture(mp3) if covered else None
    values = _values(show, episode) | _cover_values(show, episode, picture)
    with zipfile.ZipFile(target, "w") as book:
        # First, and not compressed (OCF, section 4.3).
        add_text(book, "mimetype", _MIMETYPE, zipfile.ZIP_STORED)
        add_text(book, "META-INF/container.xml", _CONTAINER)
        for name in (*_FILES, "cover.xhtml") if covered else _FILES:
            text = _templates().get_template(name).render(values)
            add_text(book, f"EPUB/{name}", text)
        if picture is not None:
            add_data(book, f"EPUB/{picture.name}", picture.data)
        add_file(book, "EPUB/audio.mp3", mp3)


def _values(show: Show, episode: Episode) -> dict[str, Any]:
    """Values that the templates put in."""
    language = show.language
    moment = (episode.updated or episode.published).astimezone(UTC)
    number = {id(cue): place for place, cue in enumerate(episode.cues, 1)}
    return {
        "show": show,
        "episode": episode,
        "parts": parts_of(episode.stories, episode.cues),
        "cues": [(number[id(cue)], cue, _end(cue, episode)) for cue in episode.cues],
        "read": sum(_end(cue, episode) - cue.start for cue in episode.cues),
        "number": lambda cue: number[id(cue)],
        "day": day_in_words(episode.day, language),
        "modified": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "direction": direction(language),
        "t": labels(language),
        "marked": lambda text: mark_latin_runs(text, language),
    }


def _cover_values(show: Show, episode: Episode, picture: CoverPicture | None) -> dict[str, Any]:
    """Values of the cover page."""
    cover_of = labels(show.language)["cover_of"]
    # The show does not describe a picture that is the episode's own.
    described = "" if episode.image else show.image_alt
    pictured = episode.title if episode.image else show.title
    return {
        "covered": episode.files_version >= _COVERED,
        "picture": picture,
        "cover_of": cover_of.replace("{title}", episode.title),
        "cover_alt": described or cover_of.replace("{title}", pictured),
    }


def _end(cue: Cue, episode: Episode) -> float:
    """The end of a sentence's audio; rounding must not put it behind the end of the file."""
    return min(cue.end, episode.duration_s)


@cache
def _templates() -> Any:
    made = templates_in("publish/epub/templates")
    made.filters["clock"] = lambda seconds: f"{seconds:.3f}s"
    return made
