"""Render the templates of the pages; texts are in ``labels.tsv``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import isnan
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urljoin

from markupsafe import Markup

from mujaz.publish.html.bidi_markup import mark_latin_runs
from mujaz.publish.html.minify import smaller_script, smaller_style
from mujaz.publish.html.subscribing import is_local
from mujaz.publish.html.wording import counted, direction, forms, labels
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.show import Show
from mujaz.publish.templates import templates_in

_TEMPLATES = "publish/html/templates"
# Playback speeds on offer; many blind listeners use double speed and more.
_SPEEDS = (0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3)
_SLEEP_MINUTES = (5, 10, 15, 30, 45, 60)
_SMALLER = {".js": smaller_script, ".css": smaller_style}
_COUNTED = ("hours", "minutes", "seconds")
# Where a live server puts its links.
ON_AIR = "<!-- on air -->"


def rendered(template: str, show: Show, home: str, **values: Any) -> str:
    """Render a page of a show.

    Args:
        template: Name of the template.
        show: The channel.
        home: Path from the page to the show folder.
        values: What the template needs beside them.
    """
    language = show.language
    absent = dict.fromkeys(("embed", "embed_address", "apps", "qr_code", "report", "books"), "")
    values = {"on_air": Markup(ON_AIR), **absent, **values}
    feed_address, app_address = _subscriptions(show.base_url)
    page = environment(language).get_template(template)
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
            dock=_shared_part("dock.html", language),
            **_pictures(show, home, values.get("episode")),
            **values,
        )
    )


def _pictures(show: Show, home: str, episode: Any) -> dict[str, str]:
    """The picture of a page and the one that other sites show of it: an episode's own, if any."""
    image = getattr(episode, "image", "")
    if image:
        media = home + "media/" + quote(episode.small_image)
        return {"cover": media, "shared_image": urljoin(show.base_url, "media/" + quote(image))}
    return {"cover": home + show.page_cover if show.page_cover else "", "shared_image": show.image}


@cache
def _subscriptions(base_url: str) -> tuple[str, str]:
    """Address of the feed for a browser, and for a podcast app (none of a local address)."""
    feed = urljoin(base_url, MAIN_FEED)
    if is_local(base_url):
        return feed, ""
    bare = base_url.split("://", 1)[-1]
    app = "podcast://" + urljoin("//" + bare, MAIN_FEED).removeprefix("//")
    return feed, app


@cache
def _shared_part(template: str, language: str) -> Any:
    """Render a part that all pages of a language share, once."""
    page = environment(language).get_template(template)
    return Markup(
        page.render(
            t=labels(language),
            speeds=_SPEEDS,
            sleeps=[(m * 60, counted(m, "minutes", language)) for m in _SLEEP_MINUTES],
            counts={noun: "|".join(forms(noun, language)) for noun in _COUNTED},
        )
    )


def read_static(name: str) -> bytes:
    """Read a file; of scripts and style sheets only what browsers need, to save data volume."""
    text = (files("mujaz") / _TEMPLATES / name).read_text(encoding="utf-8")
    smaller = _SMALLER.get(PurePath(name).suffix)
    return (smaller(text) if smaller else text).encode()


@cache
def environment(language: str) -> Any:
    """The jinja2 environment of pages in a language."""
    made = templates_in(_TEMPLATES)
    made.filters["marked"] = lambda text: mark_latin_runs(text, language)
    made.filters["seconds"] = _seconds
    made.filters["clock"] = _clock
    return made


def _seconds(value: float) -> str:
    """Format a time for the script and media fragments, in hundredths of a second."""
    if isnan(value):
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
