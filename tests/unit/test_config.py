"""Configuration: precedence and what is refused."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from mujaz.errors import ConfigError
from mujaz.settings.loading import load_config
from mujaz.settings.values import BOUNDS, CHOICES, SECTIONS, Config


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


@pytest.mark.parametrize(
    ("text", "environ"),
    [('[text]\ndigits = "words"\n', {}), ("", {"MUJAZ_TEXT_DIGITS": "words"})],
)
def test_a_setting_that_was_removed_says_so(
    tmp_path: Path, text: str, environ: dict[str, str]
) -> None:
    with pytest.raises(ConfigError, match="'digits'") as caught:
        _load(tmp_path, text, **environ)
    assert caught.value.hint == "remove it: numbers are always read in words"


_SOURCE = '[[bulletin.sources]]\nurl = "https://a.example/rss"\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[show]\n\nkeep = 'x'\n", 3, "show.keep"),
        ('[show]\ntitle = """\nkeep = 1\n"""\nkeep = \'x\'\n', 5, "show.keep"),
        (f"{_SOURCE}{_SOURCE}sektion = 'x'\n", 5, "sektion"),
        (f"{_SOURCE}[[bulletin.sources]]\npriority = 1\n", 3, "either a url or a path"),
        (f"{_SOURCE}priority = 12\n", 3, "between 1 and 9"),
        ("[bulletin]\nvoices = { headline = 'x' }\n", 2, "headline"),
        ("[bulletin]\n# since\nsince = 'yesterday'\n", 3, "since"),
        ("[bulletin]\nsources = ['https://a.example']\n", 2, "tables"),
        ("[fetch]\nallow_hosts = [1]\n", 2, "strings"),
        ('[show]\nembed_on = ["https://a.example; script-src *"]\n', 2, "embed_on"),
        ("bulletin.max_stories = 0\n", 1, "between"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        _load(tmp_path, text)
    assert caught.value.where.endswith(f"mujaz.toml:{line}")


def test_the_environment_reaches_the_bulletin(tmp_path: Path) -> None:
    config = _load(
        tmp_path,
        "",
        MUJAZ_BULLETIN_SOURCES="https://a.example/rss, stories/",
        MUJAZ_BULLETIN_SINCE="12",
        MUJAZ_BULLETIN_VOICES="headlines=a,body=b",
        MUJAZ_FETCH_ALLOW_HOSTS="cms.example:8080,localhost",
    )
    assert [(s.url, s.path) for s in config.bulletin.sources] == [
        ("https://a.example/rss", ""),
        ("", "stories/"),
    ]
    assert config.bulletin.since == 12
    assert config.bulletin.voices == {"headlines": "a", "body": "b"}
    assert config.fetch.allow_hosts == ("cms.example:8080", "localhost")


def test_the_starter_file_loads_and_shows_the_defaults_as_they_are(tmp_path: Path) -> None:
    """Every line that is switched off is a real key; those that state a default state it right."""
    import re
    import tomllib
    from importlib.resources import files

    text = (files("mujaz.cli") / "starter" / "mujaz.toml").read_text("utf-8")
    assert _load(tmp_path, text).bulletin.sources[0].path == "stories/"
    on = re.sub(r"^# (?=\w+ = |\[)", "", text, flags=re.MULTILINE)
    config = _load(tmp_path, on)
    assert config.bulletin.sources[0].publisher == "وكالة المثال"
    differ = {"voices", "sources", "editions"}
    for name, value in tomllib.loads(on)["bulletin"].items():
        if name not in differ:
            assert value == getattr(Config().bulletin, name), name


def test_the_schema_agrees_with_the_reader() -> None:
    from mujaz.settings.schema import json_schema

    schema = json_schema()["properties"]
    assert schema["bulletin"]["properties"]["max_stories"]["maximum"] == 1000
    assert schema["bulletin"]["properties"]["since"]["type"] == ["string", "integer"]
    source = schema["bulletin"]["properties"]["sources"]["items"]
    assert source["properties"]["content"]["enum"] == ["auto", "page", "feed"]
    assert source["additionalProperties"] is False
    for name in ("show", "text", "speech", "audio", "fetch", "bulletin"):
        known = getattr(Config(), name).__slots__
        assert set(schema[name]["properties"]) == set(known)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load_config(tmp_path / "none.toml", {})


def _limits(kind: str) -> list[tuple[str, str, tuple[float, ...]]]:
    return [
        (section, item.name, item.metadata[kind])
        for section, table in SECTIONS.items()
        for item in fields(table)
        if kind in item.metadata
    ]


@pytest.mark.parametrize(("section", "key", "bounds"), _limits(BOUNDS))
def test_bounds_are_allowed_and_nothing_beyond(
    tmp_path: Path, section: str, key: str, bounds: tuple[float, float]
) -> None:
    low, high = bounds
    for value in (low, high):
        config = _load(tmp_path, f"[{section}]\n{key} = {value}\n")
        assert getattr(getattr(config, section), key) == value
    for value in (low - 1, high + 1):
        with pytest.raises(ConfigError, match="between"):
            _load(tmp_path, f"[{section}]\n{key} = {value}\n")


@pytest.mark.parametrize(("section", "key", "allowed"), _limits(CHOICES))
def test_each_choice_is_allowed_and_nothing_else(
    tmp_path: Path, section: str, key: str, allowed: tuple[object, ...]
) -> None:
    for value in allowed:
        config = _load(tmp_path, f"[{section}]\n{key} = {json.dumps(value)}\n")
        assert getattr(getattr(config, section), key) == value
    other = 1 if isinstance(allowed[0], int) and not isinstance(allowed[0], bool) else '"other"'
    with pytest.raises(ConfigError, match="cannot be"):
        _load(tmp_path, f"[{section}]\n{key} = {other}\n")
