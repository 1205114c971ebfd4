"""A large table of words, searched in the file's own bytes.

Parsing tens of thousands of rows would take longer than all else when a program starts, and a
dictionary of them several times the memory of the file.
"""

from __future__ import annotations

from bisect import bisect_right

# One key is kept for so many bytes of the table.
_BLOCK = 4096


class SortedTable:
    """Lines of a word, a tab, and what is said of it, sorted by the words' bytes in UTF-8."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        # Starts of lines, one a block, and the words there.
        self._starts = [0]
        while 0 < (start := text.find(b"\n", self._starts[-1] + _BLOCK) + 1) < len(text):
            self._starts.append(start)
        self._words = [text[start : text.find(b"\t", start)] for start in self._starts]

    def line(self, word: str) -> bytes:
        """Return what follows a word and its tab; empty if the table lacks it."""
        wanted = word.encode("utf-8")
        block = bisect_right(self._words, wanted)
        if not block:
            return b""
        start = self._starts[block - 1]
        end = self._starts[block] if block < len(self._starts) else len(self._text)
        wanted += b"\t"
        if not self._text.startswith(wanted, start):
            start = self._text.find(b"\n" + wanted, start, end) + 1
            if not start:
                return b""
        end = self._text.find(b"\n", start)
        return self._text[start + len(wanted) : end if end >= 0 else len(self._text)]
