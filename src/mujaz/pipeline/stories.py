"""Name one story of an episode: by its number, its address, or words of its title."""

from __future__ import annotations

from collections.abc import Sequence

from mujaz.arabic.marks import strip_marks
from mujaz.errors import SourceError


def story_index(wanted: str, stories: Sequence[tuple[str, str]], where: str = "") -> int:
    """Find the story that an editor means.

    Args:
        wanted: Its number from 1, its address or path, or words of its title.
        stories: Title and address of each story.
        where: The episode, for errors.

    Raises:
        SourceError: If none or several stories fit.
    """
    text = wanted.strip()
    if text.isdigit() and 1 <= int(text) <= len(stories):
        return int(text) - 1
    by_address = [index for index, (_, url) in enumerate(stories) if url and url == text]
    words = _words(text)
    by_title = [
        index for index, (title, _) in enumerate(stories) if words and words <= _words(title)
    ]
    found = by_address or by_title
    listed = "; ".join(f"{number}. {title}" for number, (title, _) in enumerate(stories, 1))
    if not found:
        raise SourceError(
            f"no story is meant by {wanted!r}", where=where, hint=f"the stories are: {listed}"
        )
    if len(found) > 1:
        raise SourceError(
            f"{wanted!r} may be {len(found)} stories",
            where=where,
            hint=f"name its number: {listed}",
        )
    return found[0]


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".,،؛:!؟?«»\"'()") for word in strip_marks(text).split()) - {""}
