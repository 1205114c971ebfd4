"""Lines with their marks, remembered until the next run.

Diacritizing takes most of a correction's time, and all lines but one are as they were. What was
read last for a newsroom is one entry of the store; another version of what reads it, another
lexicon or setting, and nothing of it is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from mujaz.diacritizers import lexicon_for, lexicon_path
from mujaz.pipeline.run import store_for
from mujaz.plugins import diacritizer_packages, diacritizer_version
from mujaz.settings.values import Config
from mujaz.storage.content_cache import address, made_by

_READ = "read"
# More than the longest bulletin has.
_MOST_LINES = 4000


@contextmanager
def remembering(
    config: Config, diacritize: Callable[[str], str], *, keep: bool = True
) -> Iterator[Callable[[str], str]]:
    """A diacritizer's memory.

    Args:
        config: Says where it lies.
        diacritize: Asked for lines that are not remembered.
        keep: Whether the next run shall remember them; else nothing is written.

    Yields:
        What is to be asked instead.

    Raises:
        DiacritizerError: If there is no diacritizer of the configured name.
        ConfigError: If the newsroom's lexicon cannot be read.
    """
    store, key = store_for(config), _key(config)
    kept = store.get(_READ, key)
    before: dict[str, str] = json.loads(kept.data) if kept else {}
    lines: dict[str, str] = {}
    is_new = False

    def remembered(line: str) -> str:
        nonlocal is_new
        if line not in lines:
            is_new = is_new or line not in before
            lines[line] = before[line] if line in before else diacritize(line)
        return lines[line]

    yield remembered
    if is_new and keep:
        last = dict(islice({**lines, **before}.items(), _MOST_LINES))
        store.put(_READ, key, {}, json.dumps(last, ensure_ascii=False).encode("utf-8"))


def _key(config: Config) -> str:
    own = ""
    if config.text.lexicon or lexicon_path(config).is_file():
        lexicon_for(config)  # one that cannot be read is an error, whatever is remembered
        own = hashlib.sha256(lexicon_path(config).read_bytes()).hexdigest()
    return address(
        str(config.home.resolve()),
        config.text.diacritizer,
        diacritizer_version(config.text.diacritizer),
        own,
        made_by("mujaz.diacritizers", diacritizer_packages(config.text.diacritizer)),
        made_by("mujaz.arabic"),
    )
