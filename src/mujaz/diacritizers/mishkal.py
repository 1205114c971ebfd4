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
import shutil
import tempfile
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_TOKEN_LIMIT = 100_000


class MishkalDiacritizer:
    """Slower and less accurate than the default; explains itself by grammar, not by a model."""

    name = "mishkal"
    version = "mishkal-0.4"

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mishkal")
        self._local = threading.local()
        release = weakref.finalize(self, _release, self._thread, self._local)
        # At the interpreter's end the pool joins its thread, whose locals go with it.
        release.atexit = False

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with marks; if their number changed, as they came."""
        return self._thread.submit(_diacritize, self._local, list(words)).result()


def _diacritize(local: threading.local, words: list[str]) -> list[str]:
    # Some of its paths write to stdout, which belongs to the caller's data.
    with contextlib.redirect_stdout(io.StringIO()):
        if not hasattr(local, "held"):
            local.held = _Held()
        marked = str(local.held.vocalizer.tashkeel(" ".join(words))).split()
    return marked if len(marked) == len(words) else words


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
