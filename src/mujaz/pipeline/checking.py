"""Sentences of texts, folders and scripts, for the search for doubtful words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from mujaz.diacritizers.doubts import Doubt, Line
from mujaz.domain import Script
from mujaz.errors import SourceError
from mujaz.ingest import read_source
from mujaz.pipeline.cache import cache_for
from mujaz.pipeline.options import Options
from mujaz.pipeline.read import SCRIPT_SUFFIX, fetcher_for, read_script
from mujaz.report import Report
from mujaz.settings.values import Config
from mujaz.storage.content_cache import cache_key
from mujaz.text.cleaning.article import clean
from mujaz.text.normalize.line import normalize_line
from mujaz.text.normalize.unread import unread
from mujaz.text.script import written_sentences
from mujaz.text.unicode import normalize_unicode

_SUFFIXES = frozenset((".txt", ".md", ".html", ".htm", ".xhtml", SCRIPT_SUFFIX))
_OFFERED = "offered"
# More words than an editor settles between two checks.
_MOST_OFFERS = 2000


def lines_of(sources: Iterable[str], config: Config) -> Iterator[Line]:
    """Yield the normalized sentences of sources.

    Args:
        sources: Files, folders, addresses, script files, or ``-`` for standard input.
        config: See :mod:`mujaz.settings.values`.

    Raises:
        SourceError: If a source cannot be read, or a folder holds no text.
        TextError: If a script file is damaged.
    """
    for source in sources:
        for path in files_of(source):
            if path.endswith(SCRIPT_SUFFIX):
                script = read_script([path], config, Options(), Report(), keep=False)
                yield from lines_of_script(script, config, path)
                continue
            with fetcher_for(path, config) as fetcher:
                article = clean(read_source(path, fetcher))
            for text in written_sentences(article):
                yield line_of_sentence(text, config, source=path)


def lines_of_script(script: Script, config: Config, source: str) -> Iterator[Line]:
    """Yield the normalized sentences of a script, each with its spoken line."""
    for sentence in (one for one in script.sentences if one.sound is None):
        yield line_of_sentence(sentence.text, config, sentence.spoken, source)


def files_of(source: str) -> Sequence[str]:
    """Return the texts and scripts of a folder and of those in it, or the source itself.

    Raises:
        SourceError: If a folder cannot be read or holds no text.
    """
    folder = Path(source)
    if source == "-" or not folder.is_dir():
        return (source,)
    found = sorted(
        str(path)
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )
    if not found:
        raise SourceError(
            "no texts in this folder",
            where=source,
            hint="texts end in " + ", ".join(sorted(_SUFFIXES)),
        )
    return found


def remember_offers(doubts: Iterable[Doubt], config: Config) -> None:
    """Keep the readings of doubtful words, so that one can be chosen by its number."""
    offers = {doubt.word: list(doubt.readings) for doubt in doubts if doubt.readings}
    kept = dict(islice({**offers, **_offers(config), **offers}.items(), _MOST_OFFERS))
    data = json.dumps(kept, ensure_ascii=False).encode("utf-8")
    cache_for(config).put(_OFFERED, _key(config), {}, data)


def offered(word: str, config: Config) -> Sequence[str]:
    """Return the readings that the last check offered for a word; none if it is not in doubt."""
    return tuple(_offers(config).get(word, ()))


def _offers(config: Config) -> Mapping[str, Sequence[str]]:
    entry = cache_for(config).get(_OFFERED, _key(config))
    offers: Mapping[str, Sequence[str]] = json.loads(entry.data) if entry else {}
    return offers


def _key(config: Config) -> str:
    return cache_key(_OFFERED, str(config.home.resolve()))


def line_of_sentence(text: str, config: Config, spoken: str = "", source: str = "") -> Line:
    """Normalize a sentence for the search.

    Args:
        text: As it is shown.
        config: See :mod:`mujaz.settings.values`.
        spoken: Its spoken line, which an editor may have changed; or empty.
        source: Where it comes from.
    """
    months = config.text.months
    written = normalize_unicode(text)
    left = tuple(one.text for one in unread(text, months))
    return Line(normalize_line(written, months, marks=True), spoken, source, left)
