"""The flash briefing for Alexa: its rules, and when it is there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mujaz.errors import ConfigError
from mujaz.publish.folder.state import ShowState
from mujaz.publish.show import published_show
from tests.shows import CONFIG, episode, publish

_CONFIG = replace(CONFIG, alexa=True)


def test_the_newest_five_are_offered_newest_first(tmp_path: Path) -> None:
    publish(tmp_path, *(episode(number) for number in range(7)), config=_CONFIG)
    data = (tmp_path / "alexa.json").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    items = json.loads(data)
    assert len(items) == 5
    dates = [item["updateDate"] for item in items]
    assert dates == sorted(dates, reverse=True)
    assert len({item["uid"] for item in items}) == 5
    for item in items:
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", item["uid"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0Z", item["updateDate"])
        assert item["titleText"]
        assert item["mainText"] == ""
        assert item["streamUrl"].startswith("https://")
        assert (tmp_path / "media" / item["streamUrl"].rsplit("/", 1)[1]).is_file()


def test_it_goes_with_its_setting_and_needs_https(tmp_path: Path) -> None:
    publish(tmp_path, episode(0), config=_CONFIG)
    publish(tmp_path, episode(1), config=CONFIG)
    assert not (tmp_path / "alexa.json").exists()
    with pytest.raises(ConfigError):
        published_show(replace(_CONFIG, base_url="http://news.example/"), ShowState())
