"""Mark Latin text within Arabic, so that it keeps its order and is read in its own language."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# A Latin word; digits and joining characters only after its first letter.
_LATIN = r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9&.@_/+'’-]*"
_RUN = re.compile(rf"{_LATIN}(?:[ \u00a0](?:{_LATIN}|\d+(?:\.\d+)*))*(?<![.'’-])")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")


def mark_latin_runs(text: str, language: str) -> Markup:
    """Escape a text and mark its Latin runs if the page is in Arabic.

    A phrase is marked as English, so that a screen reader changes its voice; a single word, usually
    a name, is only isolated (WCAG 2.2, 3.1.2 exempts proper names).
    """
    if not language.startswith("ar") or not _LATIN_LETTER.search(text) or not _ARABIC.search(text):
        return escape(text)
    out = Markup("")
    last = 0
    for match in _RUN.finditer(text):
        run = match[0]
        mark = '<bdi lang="en" dir="ltr">' if " " in run else "<bdi>"
        out += escape(text[last : match.start()])
        out += Markup(mark) + escape(run) + Markup("</bdi>")
        last = match.end()
    return out + escape(text[last:])
