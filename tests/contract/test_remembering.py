"""Lines kept from the last run are used again only if they would be read the same now."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from mujaz.errors import ConfigError
from mujaz.pipeline import make_episode
from mujaz.pipeline.read import cached_reading, reading
from mujaz.settings.loading import load_config
from mujaz.settings.values import Config
from tests.contract.test_cache import article

_LINES = ("وصل الوفد إلى العاصمة.", "زار دباس المدينة.", "ارتفعت الأسعار في السوق.")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    environ = {**os.environ, "MUJAZ_SPEECH_CACHE": str(tmp_path / "cache")}
    return dataclasses.replace(load_config(environ=environ), home=tmp_path)


def _read(config: Config, lines: tuple[str, ...] = _LINES, *, keep: bool = True) -> list[str]:
    with cached_reading(config, keep=keep) as how:
        return [how.spoken(line) for line in lines]


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.read"))


def test_what_is_remembered_is_what_would_be_read(config: Config, tmp_path: Path) -> None:
    expected = [reading(config).spoken(line) for line in _LINES]
    assert _read(config) == expected
    (entry,) = _entries(tmp_path / "cache")
    written = entry.stat().st_mtime_ns, entry.read_bytes()
    assert _read(config) == expected
    assert _read(config, _LINES[::-1]) == expected[::-1]
    assert entry.read_bytes() == written[1], "nothing new was read"
    assert _read(config, (*_LINES, "كلمة أخرى.")) == [
        *expected,
        reading(config).spoken("كلمة أخرى."),
    ]
    assert entry.read_bytes() != written[1]


def test_a_lexicon_is_heeded_at_once(config: Config, tmp_path: Path) -> None:
    before = _read(config)
    (tmp_path / "lexicon.tsv").write_text("دباس\tدُبَاسَ\n", encoding="utf-8")
    after = _read(config)
    assert after == [reading(config).spoken(line) for line in _LINES]
    assert after[1] != before[1]
    (tmp_path / "lexicon.tsv").write_text("دباس\tدِبَّاسُ\n", encoding="utf-8")
    assert _read(config)[1] not in (before[1], after[1])
    (tmp_path / "lexicon.tsv").unlink()
    assert _read(config) == before


def test_a_lexicon_that_went_is_told_whatever_is_remembered(config: Config, tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("دباس\tدِبَّاسُ\n", encoding="utf-8")
    named = dataclasses.replace(config, text=dataclasses.replace(config.text, lexicon="words.tsv"))
    _read(named)
    (tmp_path / "words.tsv").unlink()
    with pytest.raises(ConfigError):
        _read(named)


def test_another_diacritizer_finds_nothing(config: Config) -> None:
    _read(config)
    none = dataclasses.replace(config, text=dataclasses.replace(config.text, diacritizer="none"))
    assert _read(none) == [reading(none).spoken(line) for line in _LINES]


@pytest.mark.parametrize("junk", [b"", b"x" * 900, None])
def test_damage_is_noticed(config: Config, tmp_path: Path, junk: bytes | None) -> None:
    expected = _read(config)
    (entry,) = _entries(tmp_path / "cache")
    data = bytearray(entry.read_bytes())
    data[-30] ^= 4
    entry.write_bytes(data if junk is None else junk)
    assert _read(config) == expected


def test_without_keeping_nothing_is_written(config: Config, tmp_path: Path) -> None:
    _read(config, keep=False)
    assert not (tmp_path / "cache").exists()


def test_a_corrected_episode_is_as_if_made_at_once(config: Config, tmp_path: Path) -> None:
    source = article(tmp_path / "a.txt", sentences=20)
    make_episode([str(source)], tmp_path / "show", config)
    article(source, sentences=20, changed=11)
    corrected = make_episode([str(source)], tmp_path / "show", config)
    other = dataclasses.replace(config.speech, cache=str(tmp_path / "other"))
    fresh = make_episode(
        [str(source)], tmp_path / "fresh", dataclasses.replace(config, speech=other)
    )
    assert corrected.clips["made"] == 1
    assert corrected.episode is not None
    assert fresh.episode is not None
    assert corrected.episode.duration_s == fresh.episode.duration_s
