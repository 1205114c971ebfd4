"""Configuration: precedence and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.config import Config, load_config
from mujaz.errors import ConfigError


def _load(tmp_path: Path, text: str, **environ: str) -> Config:
    path = tmp_path / "mujaz.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, environ)


def test_the_environment_outranks_the_file_and_the_file_the_default(tmp_path: Path) -> None:
    text = '[show]\ntitle = "ملف"\nkeep = 5\n'
    assert _load(tmp_path, text).show.title == "ملف"
    config = _load(tmp_path, text, MUJAZ_SHOW_TITLE="بيئة", MUJAZ_SHOW_EXPLICIT="true")
    assert (config.show.title, config.show.keep, config.show.explicit) == ("بيئة", 5, True)
    assert load_config(None, {}).show.keep == 60


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('[show]\ntitel = "x"\n', "titel", "title"),
        ("[shows]\n", "shows", "show"),
        ("[show]\nkeep = 'many'\n", "show.keep", ""),
        ("[audio]\nloudness_lufs = 3\n", "between", ""),
        ('[text]\nmonths = "mars"\n', "mars", "levant"),
        ("[show\n", "TOML", ""),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        _load(tmp_path, text)
    assert hint in caught.value.hint


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load_config(tmp_path / "none.toml", {})
