"""mishkal, the rule-based vocaliser by Taha Zerrouki, made safe.

Its traps, each met here: SQLite connections that only the thread that opened them may use or
close (so one thread makes, runs and drops the vocaliser), a silent cut at 1000 tokens (the limit
is raised), full stops turned into U+0001 (no punctuation reaches it), and a cache folder in the
user's home (a temporary one is given).
"""

from __future__ import annotations

import contextlib
import gc
import io
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TOKEN_LIMIT = 100_000
_CONTROL = re.compile("[\x00-\x08]")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What mishkal knows of a word in its sentence.

    Attributes:
        chosen: The vocalised form that its grammar prefers here.
        known: Every vocalised form that its dictionary and affixes allow.
    """

    chosen: str
    known: tuple[str, ...]


class MishkalDiacritizer:
    """Slower and less accurate than the default; explains itself by grammar, not by a model."""

    name = "mishkal"
    version = "mishkal-0.4"
    packages = ("mishkal",)

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mishkal")
        self._local = threading.local()
        release = weakref.finalize(self, _release, self._thread, self._local)
        # At the interpreter's end the pool joins its thread, whose locals go with it.
        release.atexit = False

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with marks; if their number changed, as they came."""
        if not words:
            return []
        marked = self._run(words, suggestion=False)
        answer = [_CONTROL.sub("", word) for word in str(marked).split()]
        return answer if len(answer) == len(words) else list(words)

    def analyze(self, words: Sequence[str]) -> list[Analysis | None]:
        """What mishkal knows of each word; None of all if it counted them differently."""
        if not words:
            return []
        found = self._run(words, suggestion=True)
        if len(found) != len(words):
            return [None] * len(words)
        return [Analysis(one["chosen"], tuple(one["suggest"].split(";"))) for one in found]

    def _run(self, words: Sequence[str], *, suggestion: bool) -> Any:
        line = " ".join(words)
        return self._thread.submit(_tashkeel, self._local, line, suggestion).result()


def _tashkeel(local: threading.local, line: str, suggestion: bool) -> Any:
    # Some of its paths write to stdout, which belongs to the caller's data.
    with contextlib.redirect_stdout(io.StringIO()):
        if not hasattr(local, "held"):
            local.held = _Held()
        return local.held.vocalizer.tashkeel(line, suggestion=suggestion)


def _release(thread: ThreadPoolExecutor, local: threading.local) -> None:
    thread.submit(_drop, local)
    thread.shutdown(wait=False)


def _drop(local: threading.local) -> None:
    local.__dict__.clear()


class _Held:
    """Owns a vocaliser; must be made and dropped in the same thread.

    The vocaliser holds itself in reference cycles. Left alone, whichever thread collects garbage
    next would close its connections, which SQLite refuses.
    """

    def __init__(self) -> None:
        from mishkal.tashkeel import TashkeelClass

        self._folder = Path(tempfile.mkdtemp(prefix="mujaz-mishkal-"))
        self.vocalizer: Any = TashkeelClass(mycache_path=str(self._folder / "cache"))
        self.vocalizer.set_limit(_TOKEN_LIMIT)

    def __del__(self) -> None:
        self.vocalizer = None
        gc.collect()
        shutil.rmtree(self._folder, ignore_errors=True)
