"""Write the listening pages; they work without JavaScript and with a screen reader.

All texts are in ``labels.tsv``; the script finds its texts in the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from functools import cache
from importlib.resources import files
from math import isnan
from typing import Any
from urllib.parse import quote, urljoin

from mujaz.domain import Cue, Episode, Script
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.html.bidi_markup import mark_latin_runs
from mujaz.publish.html.parts import parts_of
from mujaz.publish.html.wording import (
    counted,
    day_in_words,
    direction,
    duration,
    forms,
    labels,
    size_in_words,
)
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.show import Show

_TEMPLATES = "publish/html/templates"
_STATIC = ("style.css", "player.js", "icon.svg")
_WORKER = "sw.js"
_WORKER_VERSION = "VERSION-OF-THE-FILES"
# Playback speeds on offer; many blind listeners use double speed and more.
_SPEEDS = (0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3)
_SLEEP_MINUTES = (5, 10, 15, 30, 45, 60)
_COUNTED = ("hours", "minutes", "seconds")


def episode_page(show: Show, episode: Episode, folder: str = "") -> str:
    """Write the page of one episode, for ``episodes/FOLDER/index.html``.

    Args:
        show: The channel.
        episode: The episode.
        folder: Name of its folder, for the page's own address; if empty, the page has none.
    """
    language = show.language
    media = "../../media/" + quote(episode.media)
    return _rendered(
        "episode.html",
        show,
        "../../",
        episode=episode,
        parts=parts_of(episode.stories, episode.cues),
        media=media,
        transcript=media.rsplit(".", 1)[0] + ".vtt",
        address=urljoin(show.base_url, f"episodes/{quote(folder)}/") if folder else "",
        media_address=urljoin(show.base_url, "media/" + quote(episode.media)),
        facts=_facts(episode, language),
        size=size_in_words(episode.size, language),
        corrected=_corrected(episode, language),
        live="",
    )


def live_page(show: Show, script: Script, day: date) -> str:
    """Write the page of an episode that is being made, for ``live/NAME/``.

    It has the whole text but no times, which the page's script fetches as they become known.
    """
    language = show.language
    unknown = float("nan")
    cues = tuple(Cue(sentence, unknown, unknown) for sentence in script.sentences)
    count = len(script.stories)
    return _rendered(
        "episode.html",
        show,
        "../../",
        episode={
            "title": script.title,
            "summary": script.title,
            "day": day,
            "duration_s": 0,
            "disclosure": "",
        },
        parts=parts_of(script.stories, cues),
        media="stream.mp3",
        transcript="",
        address="",
        media_address="",
        facts={
            "date": day_in_words(day, language),
            "length": "",
            "stories": counted(count, "stories", language) if count > 1 else "",
        },
        size="",
        corrected=None,
        live="state.json",
    )


def live_list(show: Show, titles: Mapping[str, str]) -> str:
    """Write the list of episodes that are being made, for ``live/``; titles by folder name."""
    return _rendered("live.html", show, "../", titles=titles, address="")


def show_page(show: Show, episodes: Sequence[StoredEpisode]) -> str:
    """Write the page of the show, for ``index.html``; episodes newest first."""
    return _rendered(
        "show.html",
        show,
        "",
        episodes=[(s.episode, s.folder, _facts(s.episode, show.language)) for s in episodes],
        address=show.base_url,
    )


def static_files(show: Show) -> dict[str, bytes]:
    """Files that are the same for all episodes, by name."""
    out = {name: _read(name) for name in _STATIC}
    out["show.webmanifest"] = _web_manifest(show)
    version = hashlib.sha256(b"".join(out[name] for name in sorted(out))).hexdigest()[:12]
    out[_WORKER] = _read(_WORKER).replace(_WORKER_VERSION.encode(), version.encode())
    return out


def _web_manifest(show: Show) -> bytes:
    """Write the W3C "Web Application Manifest", which phones need for their home screen."""
    data = {
        "name": show.title,
        "short_name": show.title,
        "description": show.description,
        "lang": show.language,
        "dir": direction(show.language),
        "start_url": "index.html",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#00396b",
        "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _facts(episode: Episode, language: str) -> dict[str, str]:
    """The line under a title: date, length, number of stories."""
    count = len(episode.stories)
    return {
        "date": day_in_words(episode.day, language),
        "length": labels(language)["length"].format(
            duration=duration(episode.duration_s, language)
        ),
        "stories": counted(count, "stories", language) if count > 1 else "",
    }


def _corrected(episode: Episode, language: str) -> dict[str, str] | None:
    if episode.updated is None:
        return None
    moment = episode.updated.astimezone(UTC)
    return {"iso": moment.date().isoformat(), "date": day_in_words(moment.date(), language)}


def _rendered(template: str, show: Show, home: str, **values: Any) -> str:
    language = show.language
    feed_address, app_address = _subscriptions(show.base_url)
    page = _environment(language).get_template(template)
    return str(
        page.render(
            show=show,
            home=home,
            t=labels(language),
            direction=direction(language),
            feed_address=feed_address,
            app_address=app_address,
            words=_shared_part("player-words.html", language),
            controls=_shared_part("player-controls.html", language),
            **values,
        )
    )


@cache
def _subscriptions(base_url: str) -> tuple[str, str]:
    """Address of the feed for a browser, and for a podcast app."""
    bare = base_url.split("://", 1)[-1]
    app = "podcast://" + urljoin("//" + bare, MAIN_FEED).removeprefix("//")
    return urljoin(base_url, MAIN_FEED), app


@cache
def _shared_part(template: str, language: str) -> Any:
    """Render a part that all pages of a language share, once."""
    from markupsafe import Markup

    page = _environment(language).get_template(template)
    return Markup(
        page.render(
            t=labels(language),
            speeds=_SPEEDS,
            sleeps=[(m * 60, counted(m, "minutes", language)) for m in _SLEEP_MINUTES],
            counts={noun: "|".join(forms(noun, language)) for noun in _COUNTED},
        )
    )


def _read(name: str) -> bytes:
    """Read a file without indentation and comment lines, to save listeners' data volume."""
    text = (files("mujaz") / _TEMPLATES / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//")).encode()


@cache
def _environment(language: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mujaz", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates do not change while the program runs; checking costs eight system calls a page.
        auto_reload=False,
    )
    environment.filters["marked"] = lambda text: mark_latin_runs(text, language)
    environment.filters["seconds"] = _seconds
    environment.filters["clock"] = _clock
    return environment


def _seconds(value: float) -> str:
    """Format a time for the script and media fragments, in hundredths of a second."""
    if isnan(value):
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
