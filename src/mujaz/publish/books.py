"""The kinds of books that an episode is also written as, and the names of their files."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mujaz.domain import Episode
from mujaz.publish.show import Show

# Ending of a book's name by its kind; the kinds are also settings of the show.
BOOK_SUFFIXES: Mapping[str, str] = MappingProxyType({"epub": ".epub", "daisy": ".daisy.zip"})


def wanted_books(show: Show, episode: Episode) -> tuple[str, ...]:
    """Kinds of books of an episode: those of the show, and those asked for when it was made."""
    of_the_show = {"epub": show.epub, "daisy": show.daisy}
    return tuple(kind for kind in BOOK_SUFFIXES if of_the_show[kind] or kind in episode.books)
