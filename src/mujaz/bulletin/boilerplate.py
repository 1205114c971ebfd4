"""Sentences that a site puts on its pages beside the news, learnt from several of its pages.

A site's own sentences stand at the edge of its articles, on most of them, and have no word of their
headlines. Background that an agency repeats has, so it stays.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from mujaz.arabic.letters import WORD
from mujaz.domain import Article, Dropped
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.storage.atomic import atomic_write

_NAME = "site-sentences.json"
# A sentence is the site's own if so many pages have it, and at least this share of those read.
_FEWEST_PAGES = 3
_SHARE = 0.5
# Paragraphs at the end of an article that may be the site's; one at the beginning.
_LAST = 2
# Words of fewer letters, without the article, tell nothing.
_SHORTEST_WORD = 4
_ARTICLE = re.compile("^(?:وال|بال|كال|فال|لل|ال)")
REASON = "repeated on the site's pages"


@dataclass(slots=True)
class SiteSentences:
    """The sentences known of each host, as hashes.

    Attributes:
        hosts: Hashes by host.
    """

    hosts: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, articles: Sequence[Article]) -> None:
        """Learn from the articles that were read together."""
        by_host: dict[str, list[Article]] = defaultdict(list)
        for article in articles:
            if host := _host(article.url):
                by_host[host].append(article)
        for host, pages in by_host.items():
            seen: dict[str, list[tuple[str, Article]]] = defaultdict(list)
            for page in pages:
                for paragraph in {page.paragraphs[n] for n in _edges(page)}:
                    seen[_hash(paragraph)].append((paragraph, page))
            for key, found in seen.items():
                often = len(found) >= max(_FEWEST_PAGES, _SHARE * len(pages))
                if often and not any(_is_about(text, page.title) for text, page in found):
                    self.hosts.setdefault(host, set()).add(key)

    def without(self, article: Article) -> Article:
        """Return an article without its site's own sentences, which are listed as dropped."""
        known = self.hosts.get(_host(article.url), set())
        kept = list(article.paragraphs)
        dropped: list[Dropped] = []
        while known and len(kept) > 1:
            edges = [0, *range(len(kept) - 1, max(0, len(kept) - 1 - _LAST), -1)]
            place = next((n for n in edges if _hash(kept[n]) in known), None)
            if place is None:
                break
            dropped.append(Dropped(kept.pop(place), REASON))
        if not dropped:
            return article
        return replace(
            article, paragraphs=tuple(kept), dropped=(*article.dropped, *reversed(dropped))
        )


def read_site_sentences(show: Path) -> SiteSentences:
    """Read what was learnt for a show; nothing if the file is missing or damaged."""
    try:
        data = json.loads((show / PRIVATE / _NAME).read_text(encoding="utf-8"))
        return SiteSentences({str(host): set(map(str, keys)) for host, keys in data.items()})
    except (OSError, ValueError, AttributeError, TypeError):
        return SiteSentences()


def write_site_sentences(show: Path, sentences: SiteSentences) -> None:
    """Write what was learnt, unless it is on disk already."""
    if not sentences.hosts or read_site_sentences(show).hosts == sentences.hosts:
        return
    data = {host: sorted(keys) for host, keys in sorted(sentences.hosts.items())}
    with atomic_write(show / PRIVATE / _NAME) as stream:
        stream.write(json.dumps(data).encode())


def _edges(article: Article) -> list[int]:
    """Return the places of the paragraphs at the edges; an only paragraph is the news."""
    count = len(article.paragraphs)
    return sorted({0, *range(max(1, count - _LAST), count)}) if count > 1 else []


def _is_about(paragraph: str, title: str) -> bool:
    """Return whether a paragraph has a word of a headline."""
    return bool(_content_words(paragraph) & _content_words(title))


def _content_words(text: str) -> set[str]:
    bare = (_ARTICLE.sub("", match.group()) for match in WORD.finditer(text))
    return {word for word in bare if len(word) >= _SHORTEST_WORD}


def _hash(paragraph: str) -> str:
    letters = "".join(char for char in paragraph if char.isalnum())
    return sha256(letters.encode()).hexdigest()[:16]


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
