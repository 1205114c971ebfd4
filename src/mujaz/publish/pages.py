"""The listening pages: complete without a script, readable aloud by a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Protocol
from urllib.parse import quote

from mujaz.arabic.calendar import written_date
from mujaz.domain import Cue, Episode, Kind, Show

_TEMPLATES = "publish/templates"
_STATIC = ("style.css", "player.js")


class _Shelved(Protocol):
    @property
    def episode(self) -> Episode: ...

    @property
    def folder(self) -> str: ...


def episode_page(show: Show, episode: Episode) -> str:
    """The page of one episode, to lie in ``episodes/FOLDER/index.html``."""
    return str(
        _environment()
        .get_template("episode.html")
        .render(
            show=show,
            episode=episode,
            stories=_stories(episode),
            media="../../media/" + quote(episode.media),
            date=written_date(episode.day),
        )
    )


def show_page(show: Show, shelf: Sequence[_Shelved]) -> str:
    """The page of the show, to lie in ``index.html``."""
    return str(
        _environment()
        .get_template("show.html")
        .render(
            show=show,
            shelf=[(s.episode, s.folder, written_date(s.episode.day)) for s in shelf],
        )
    )


def static_files() -> dict[str, bytes]:
    """Files that every show has, by name."""
    folder = files("mujaz") / _TEMPLATES
    return {name: (folder / name).read_bytes() for name in _STATIC}


def _stories(episode: Episode) -> list[dict[str, Any]]:
    """Stories with their paragraphs, each a list of (number of the cue, cue)."""
    out: list[dict[str, Any]] = []
    for index, story in enumerate(episode.stories):
        paragraphs: dict[int, list[tuple[int, Cue]]] = {}
        headline: list[tuple[int, Cue]] = []
        for number, cue in enumerate(episode.cues):
            if cue.sentence.story != index:
                continue
            if cue.sentence.kind is Kind.HEADLINE:
                headline.append((number, cue))
            elif cue.sentence.kind is Kind.BODY:
                paragraphs.setdefault(cue.sentence.paragraph, []).append((number, cue))
        url = story.url if story.url.startswith(("http://", "https://")) else ""
        out.append(
            {
                "title": story.title,
                "url": url,
                "author": story.author,
                "start": headline[0][1].start if headline else 0,
                "paragraphs": list(paragraphs.values()),
            }
        )
    return out


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mujaz", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = _clock
    environment.filters["iso_duration"] = lambda seconds: f"PT{round(seconds)}S"
    return environment


def _clock(seconds: float) -> str:
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, seconds_left = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds_left:02d}"
    return f"{minutes}:{seconds_left:02d}"
