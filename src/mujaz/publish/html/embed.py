"""Write the player that other sites embed, and its description for oEmbed.

The page is for an ``iframe``: who may frame it is said by its Content-Security-Policy, which
``http_headers`` states. The description is the answer of oEmbed 1.0 (section 2.3.4.4, "rich") as a
file: the episode's page names its address, so nothing has to be computed when it is asked for.
"""

from __future__ import annotations

import json
from urllib.parse import quote, urljoin

from markupsafe import escape

from mujaz.domain import Episode
from mujaz.publish.html.pages import EMBED_HEIGHT, episode_facts
from mujaz.publish.html.rendering import rendered
from mujaz.publish.show import Show

# In CSS pixels: the width that the player is made for.
_WIDTH = 640


def embed_page(show: Show, episode: Episode, folder: str) -> str:
    """Write the embedded player of an episode, for ``embed/FOLDER/index.html``."""
    page = f"episodes/{quote(folder)}/"
    return rendered(
        "embed.html",
        show,
        "../../",
        embed=folder,
        episode=episode,
        media="../../media/" + quote(episode.media),
        opus=None,
        live="",
        page=f"../../{page}index.html",
        address=urljoin(show.base_url, page),
        facts=episode_facts(episode, show.language),
    )


def oembed_json(show: Show, episode: Episode, folder: str) -> str:
    """Write the oEmbed description of an episode, for ``embed/FOLDER/oembed.json``."""
    address = urljoin(show.base_url, f"embed/{quote(folder)}/")
    data: dict[str, object] = {
        "version": "1.0",
        "type": "rich",
        "title": episode.title,
        "author_name": show.author,
        "provider_name": show.title,
        "provider_url": show.base_url,
        "html": iframe_line(address, episode.title),
        "width": _WIDTH,
        "height": EMBED_HEIGHT,
    }
    if show.image and show.image_width:
        size = {"thumbnail_width": show.image_width, "thumbnail_height": show.image_width}
        data |= {"thumbnail_url": show.image, **size}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def iframe_line(address: str, title: str) -> str:
    """The line of HTML that puts the player into a page."""
    named = f'src="{escape(address)}" title="{escape(title)}"'
    return (
        f'<iframe {named} width="100%" height="{EMBED_HEIGHT}" '
        'loading="lazy" allow="autoplay" style="border:0"></iframe>'
    )
