"""Cache of diacritized lines from one run to the next.

Diacritizing takes most of a correction's time, although most lines are unchanged. The lines of a
configuration are one entry of the content cache; its key includes the diacritizer's version, the
lexicon and the code, so that a change of these makes the entry invalid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from mujaz.diacritizers import lexicon_for, lexicon_path
from mujaz.pipeline.cache import cache_for
from mujaz.plugins import diacritizer_packages, diacritizer_version
from mujaz.settings.values import Config
from mujaz.storage.content_cache import cache_key, code_version
from mujaz.storage.hashing import sha256_of

_READ = "read"
# More lines than the longest bulletin has.
_MOST_LINES = 4000


@contextmanager
def cached_diacritics(
    config: Config, diacritize: Callable[[str], str], *, keep: bool = True
) -> Iterator[Callable[[str], str]]:
    """Put the cache before a diacritizer.

    Args:
        config: See :mod:`mujaz.settings.values`.
        diacritize: Called for lines that are not in the cache.
        keep: Whether to write new lines to the cache at the end.

    Yields:
        A function to call in place of ``diacritize``.

    Raises:
        DiacritizerError: If there is no diacritizer of the configured name.
        ConfigError: If the newsroom's lexicon cannot be read.
    """
    store, key = cache_for(config), _key(config)
    kept = store.get(_READ, key)
    before: dict[str, str] = json.loads(kept.data) if kept else {}
    lines: dict[str, str] = {}
    is_new = False

    def cached(line: str) -> str:
        nonlocal is_new
        if line not in lines:
            is_new = is_new or line not in before
            lines[line] = before[line] if line in before else diacritize(line)
        return lines[line]

    yield cached
    if is_new and keep:
        last = dict(islice({**lines, **before}.items(), _MOST_LINES))
        store.put(_READ, key, {}, json.dumps(last, ensure_ascii=False).encode("utf-8"))


def _key(config: Config) -> str:
    own = ""
    if config.text.lexicon or lexicon_path(config).is_file():
        lexicon_for(config)  # an unreadable lexicon is an error even if all lines are cached
        own = sha256_of(lexicon_path(config))
    return cache_key(
        str(config.home.resolve()),
        config.text.diacritizer,
        diacritizer_version(config.text.diacritizer),
        own,
        config.text.repair_spelling,
        code_version("mujaz.diacritizers", diacritizer_packages(config.text.diacritizer)),
        code_version("mujaz.arabic"),
    )
