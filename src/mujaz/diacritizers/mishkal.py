"""mishkal, the rule-based vocaliser by Taha Zerrouki, made safe.

Its traps, each met here: SQLite objects that belong to the thread that made them (so one
thread of its own does all the work), a silent cut at 1000 tokens (the limit is raised), full
stops turned into U+0001 (no punctuation reaches it), and a cache folder in the user's home
(a temporary one is given).
"""

from __future__ import annotations

import atexit
import contextlib
import io
import shutil
import tempfile
import threading
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
        # Thread-local: its SQLite connections must be closed by the thread that opened them,
        # and that is when a thread's locals go.
        self._local = threading.local()

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with marks; if their number changed, as they came."""
        return self._thread.submit(self._diacritize, list(words)).result()

    def _diacritize(self, words: list[str]) -> list[str]:
        # Some of its paths write to stdout, which belongs to the caller's data.
        with contextlib.redirect_stdout(io.StringIO()):
            if not hasattr(self._local, "vocalizer"):
                self._local.vocalizer = _make()
            answer = str(self._local.vocalizer.tashkeel(" ".join(words))).split()
        return answer if len(answer) == len(words) else words


def _make() -> Any:
    from mishkal.tashkeel import TashkeelClass

    folder = Path(tempfile.mkdtemp(prefix="mujaz-mishkal-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    vocalizer = TashkeelClass(mycache_path=str(folder / "cache"))
    vocalizer.set_limit(_TOKEN_LIMIT)
    return vocalizer
