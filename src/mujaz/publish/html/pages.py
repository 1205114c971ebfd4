"""Write the listening pages; they work without JavaScript and with a screen reader.

All texts are in ``labels.tsv``; the script finds its texts in the page.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from markupsafe import escape

from mujaz.domain import Cue, Episode, Script
from mujaz.publish.books import BOOK_SUFFIXES, wanted_books
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.html.parts import parts_of
from mujaz.publish.html.plain import file_name, one_line
from mujaz.publish.html.rendering import read_static, rendered
from mujaz.publish.html.search_words import folding, prefixes, suffixes
from mujaz.publish.html.subscribing import apps, qr_code
from mujaz.publish.html.wording import (
    counted,
    day_in_words,
    direction,
    duration,
    labels,
    size_in_words,
)
from mujaz.publish.show import Show
from mujaz.settings.values import DEFAULT_BASE_URL

_STATIC = (
    "style.css",
    "list.css",
    "embed.css",
    "player.js",
    "lock-screen.js",
    "text.js",
    "painting.js",
    "next-episode.js",
    "report.js",
    "low-data.js",
    "saving.js",
    "show.js",
    "share.js",
    "find.js",
    "search.js",
    "icon.svg",
)
# Height of the embedded player in CSS pixels: what it needs on a narrow page.
EMBED_HEIGHT = 300
# Labels of the parts that scripts fetch when they are opened, by the beginning of their key.
_FETCHED_LABELS = ("share_", "find_", "search_", "sav", "unsave")
QR_CODE = "subscribe.svg"
_WORKER = "sw.js"
_WORKER_VERSION = "VERSION-OF-THE-FILES"
_ABOUT_CHARS = 180
# Episodes on the show page; the archive has all.
MOST_LISTED = 200


def episode_page(show: Show, episode: Episode, folder: str = "") -> str:
    """Write the page of one episode, for ``episodes/FOLDER/index.html``.

    Args:
        show: The channel.
        episode: The episode.
        folder: Name of its folder, for the page's own address; if empty, the page has none.
    """
    language = show.language
    media = "../../media/" + quote(episode.media)
    return rendered(
        "episode.html",
        show,
        "../../",
        episode=episode,
        parts=parts_of(episode.stories, episode.cues),
        media=media,
        opus=_opus(episode, language),
        transcript=media.rsplit(".", 1)[0] + ".vtt",
        books=_books(show, episode, media),
        address=urljoin(show.base_url, f"episodes/{quote(folder)}/") if folder else "",
        embed_address=f"../../embed/{quote(folder)}/" if folder else "",
        embed_height=EMBED_HEIGHT,
        report=show.report,
        report_link=_report_link(show, episode, folder),
        oembed_address=urljoin(show.base_url, f"embed/{quote(folder)}/oembed.json"),
        media_address=urljoin(show.base_url, "media/" + quote(episode.media)),
        facts=episode_facts(episode, language),
        size=size_in_words(episode.size, language),
        corrected=_corrected(episode, language),
        file_name=file_name(f"{show.title} - {episode.title}", episode.day),
        live="",
    )


def _books(show: Show, episode: Episode, media: str) -> list[dict[str, str]]:
    """Links to the books of an episode, with their labels."""
    words = labels(show.language)
    stem = media.rsplit(".", 1)[0]
    return [
        {"file": stem + BOOK_SUFFIXES[kind], "suffix": BOOK_SUFFIXES[kind], "label": words[kind]}
        for kind in wanted_books(show, episode)
    ]


def _report_link(show: Show, episode: Episode, folder: str) -> str:
    """Write the address for errors in an episode; the script adds sentence and time."""
    if not show.report:
        return ""
    words = labels(show.language)
    values = {
        "title": episode.title,
        "address": urljoin(show.base_url, f"episodes/{quote(folder)}/"),
        "sentence": "",
    }
    if "://" in show.report:
        joint = "&" if "?" in show.report else "?"
        return show.report + joint + urlencode(values)
    subject, body = (
        words[key].replace("\\n", "\n").format(**values)
        for key in ("report_subject", "report_body")
    )
    return f"mailto:{show.report}?subject={quote(subject)}&body={quote(body)}"


def live_page(show: Show, script: Script, day: date) -> str:
    """Write the page of an episode that is being made, for ``live/NAME/``.

    It has the whole text but no times, which the page's script fetches as they become known.
    """
    language = show.language
    unknown = float("nan")
    cues = tuple(Cue(sentence, unknown, unknown) for sentence in script.sentences)
    count = len(script.stories)
    return rendered(
        "episode.html",
        show,
        "../../",
        episode={
            "title": script.title,
            "summary": script.title,
            "day": day,
            "duration_s": 0,
            "disclosure": "",
            "voice_credits": (),
        },
        parts=parts_of(script.stories, cues),
        media="stream.mp3",
        opus=None,
        transcript="",
        address="",
        media_address="",
        facts={
            "date": day_in_words(day, language),
            "date_line": ""
            if _names_day(script.title, day, language)
            else day_in_words(day, language),
            "length": "",
            "stories": counted(count, "stories", language) if count > 1 else "",
        },
        size="",
        corrected=None,
        file_name="",
        live="state.json",
    )


def live_list(show: Show, titles: Mapping[str, str]) -> str:
    """Write the list of episodes that are being made, for ``live/``; titles by folder name."""
    return rendered("live.html", show, "../", titles=titles, address="")


def on_air_links(show: Show, titles: Mapping[str, str]) -> str:
    """Links to episodes that are being made, which a live server puts into the show page."""
    return "".join(
        f'<p class="live"><a href="live/{quote(name)}/">'
        f"{escape(labels(show.language)['live_now'].replace('{title}', title))}</a></p>\n"
        for name, title in titles.items()
    )


def offline_page(show: Show) -> str:
    """Write the page that the service worker shows for a page that was not saved."""
    return rendered("offline.html", show, "", address="")


def show_page(show: Show, episodes: Sequence[StoredEpisode]) -> str:
    """Write the page of the show, for ``index.html``; the latest day first, as it is shown.

    Args:
        show: The show.
        episodes: Its episodes; of more than :data:`MOST_LISTED` only the latest are listed.
    """
    by_day = sorted(
        episodes, key=lambda s: (s.episode.day, s.episode.published, s.episode.guid), reverse=True
    )
    return rendered(
        "show.html",
        show,
        "",
        episodes=_entries(by_day[:MOST_LISTED], show.language),
        more=len(by_day) > MOST_LISTED,
        sections=_told_sections(show, by_day),
        address=show.base_url,
        apps=apps(show),
        # Of an address that nobody else can open there is nothing to scan.
        qr_code="" if show.base_url == DEFAULT_BASE_URL else QR_CODE,
    )


def section_anchors(show: Show) -> dict[str, str]:
    """Map each section of ``[show.sections]`` to its anchor in ``archive/index.html``.

    The prefix keeps a feed that is named ``main`` or ``search`` from the other anchors of the page.
    """
    return {section: f"section-{name}" for name, section in show.sections.items()}


def _told_sections(show: Show, episodes: Sequence[StoredEpisode]) -> dict[str, str]:
    """Anchors of the sections that the episodes have stories of, in the order of the settings."""
    told = {story.section for stored in episodes for story in stored.episode.stories}
    return {section: at for section, at in section_anchors(show).items() if section in told}


def _entries(episodes: Sequence[StoredEpisode], language: str) -> list[dict[str, Any]]:
    """Texts of the show page about each episode."""
    days = Counter(stored.episode.day for stored in episodes)
    entries = []
    for stored in episodes:
        episode = stored.episode
        facts = episode_facts(episode, language)
        # The date, which is short to hear; the title where a day has several episodes.
        which = facts["date"] if days[episode.day] == 1 else episode.title
        entries.append(
            {
                "episode": episode,
                "folder": stored.folder,
                "facts": facts,
                "about": _about(episode, language),
                "listen": labels(language)["listen_to"].replace("{date}", which),
            }
        )
    return entries


def _about(episode: Episode, language: str) -> str:
    """The line under a title in the list: the other stories, or how the only one begins."""
    others = [story.title for story in episode.stories if story.title != episode.title]
    if len(episode.stories) > 1:
        return _beginning(labels(language)["semicolon"].join(others))
    return "" if episode.summary == episode.title else _beginning(episode.summary)


def _beginning(text: str) -> str:
    """The first whole words of a text, as many as the list has room for."""
    line = one_line(text)
    if len(line) <= _ABOUT_CHARS:
        return line
    return line[:_ABOUT_CHARS].rsplit(" ", 1)[0].rstrip("…،؛:,;. ") + "…"


def _names_day(title: str, day: date, language: str) -> bool:
    """Whether a title has the day and the month already, as titles of bulletins do."""
    written = re.sub("[0-9]+", " ", day_in_words(day, language)).split()
    # Without the weekday; both names of a month may stand, with a slash between them.
    month = " ".join(written[1:])
    has_month = any(name.strip(" ,") in title for name in month.split("/") if name.strip(" ,"))
    return has_month and re.search(rf"(?<!\d){day.day}(?!\d)", title) is not None


def _opus(episode: Episode, language: str) -> dict[str, str] | None:
    if episode.opus is None:
        return None
    return {
        "file": "../../media/" + quote(episode.opus_media),
        "size": size_in_words(episode.opus.size, language),
    }


def static_files(show: Show, code: bytes = b"") -> dict[str, bytes]:
    """Files that are the same for all episodes, by name.

    Args:
        show: The show.
        code: The QR code of its address, if it was drawn before.
    """
    out = {name: read_static(name) for name in _STATIC}
    out[QR_CODE] = code or qr_code(show.base_url + "#subscribe")
    out["words.json"] = _words(show.language)
    out["show.webmanifest"] = _web_manifest(show)
    out["offline.html"] = offline_page(show).encode("utf-8", "replace")
    version = hashlib.sha256(b"".join(out[name] for name in sorted(out))).hexdigest()[:12]
    out[_WORKER] = read_static(_WORKER).replace(_WORKER_VERSION.encode(), version.encode())
    return out


def _words(language: str) -> bytes:
    words = {k: text for k, text in labels(language).items() if k.startswith(_FETCHED_LABELS)}
    search = {"folding": folding(), "prefixes": prefixes(), "suffixes": suffixes()}
    return (json.dumps({**words, **search}, ensure_ascii=False) + "\n").encode()


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
        "theme_color": "#0c2745",
        "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def episode_facts(episode: Episode, language: str) -> dict[str, str]:
    """The line under a title: date, length, number of stories."""
    count = len(episode.stories)
    date_line = day_in_words(episode.day, language)
    return {
        "date": date_line,
        "date_line": "" if _names_day(episode.title, episode.day, language) else date_line,
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
