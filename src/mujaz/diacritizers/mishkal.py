"""mishkal, the rule-based vocaliser by Taha Zerrouki, with workarounds.

Its SQLite connections may be used and closed only by the thread that opened them, so one thread
makes, runs and drops the vocaliser. It silently cuts at 1000 tokens; the limit is raised. It turns
full stops into U+0001; it gets no punctuation. It makes a cache folder in the user's home; it is
given a temporary one. It configures the root logger; that is undone.
"""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TOKEN_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Analysis:
    """Mishkal's analysis of a word in its sentence.

    Attributes:
        chosen: The vocalised form that its grammar rules select.
        known: Every vocalised form that its dictionary and affixes allow.
    """

    chosen: str
    known: tuple[str, ...]


class MishkalDiacritizer:
    """Slower and less accurate than the default; works by grammar rules, without a network."""

    name = "mishkal"
    version = "mishkal-0.4"
    packages = ("mishkal",)

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mishkal")
        self._local = threading.local()
        release = weakref.finalize(self, _release, self._thread, self._local)
        # At interpreter exit the executor joins its thread, which frees the thread's locals.
        release.atexit = False

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with marks, or unchanged if mishkal returned another number of words."""
        if not words:
            return []
        marked = self._run(words, suggestion=False)
        answer = str(marked).split()
        return answer if len(answer) == len(words) else list(words)

    def analyze(self, words: Sequence[str]) -> list[Analysis | None]:
        """Return the analysis of each word; None for all if mishkal counted them differently."""
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
    # Parts of mishkal print to standard output.
    with contextlib.redirect_stdout(io.StringIO()):
        if not hasattr(local, "held"):
            local.held = _Held()
        return local.held.vocalizer.tashkeel(line, suggestion=suggestion)


def _release(thread: ThreadPoolExecutor, local: threading.local) -> None:
    thread.submit(_drop, local)
    thread.shutdown(wait=False)


def _drop(local: threading.local) -> None:
    local.__dict__.clear()


@contextlib.contextmanager
def _root_logger_kept() -> Iterator[None]:
    """Take away the handler that mishkal gives the root logger: it would show our lines twice."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


class _Held:
    """Owns a vocaliser; must be made and dropped in the same thread.

    The vocaliser has reference cycles. Unless it is collected here, any thread's garbage
    collection might close its connections, which SQLite refuses.
    """

    def __init__(self) -> None:
        from mishkal.tashkeel import TashkeelClass

        self._folder = Path(tempfile.mkdtemp(prefix="mujaz-mishkal-"))
        with _root_logger_kept():
            self.vocalizer: Any = TashkeelClass(mycache_path=str(self._folder / "cache"))
        self.vocalizer.set_limit(_TOKEN_LIMIT)

    def __del__(self) -> None:
        self.vocalizer = None
        gc.collect()
        shutil.rmtree(self._folder, ignore_errors=True)
