"""Links to podcast apps, the QR code, and where errors are reported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from mujaz.errors import ConfigError
from mujaz.publish.folder.state import ShowState
from mujaz.publish.html.subscribing import apps, qr_code
from mujaz.publish.show import published_show
from mujaz.settings.values import ShowConfig
from mujaz.tables import read_table
from tests.shows import CONFIG, episode, publish


def _apps(config: ShowConfig) -> dict[str, str]:
    return {app.name: app.address for app in apps(published_show(config, ShowState()))}


def test_apps_get_the_address_of_the_feed() -> None:
    found = _apps(CONFIG)
    assert found["Pocket Casts"] == "pktc://subscribe/news.example/audio/feed.xml"
    for name in ("Overcast", "AntennaPod"):
        asked = parse_qs(urlsplit(found[name]).query)
        assert asked["url"] == ["https://news.example/audio/feed.xml"]
    assert "Spotify" not in found, "it is named only with a page of the show"


def test_pages_of_the_show_in_directories_replace_and_follow_the_table() -> None:
    listings = {"spotify": "https://open.spotify.com/show/x", "apple": "https://podcasts.apple.com/x",
                "إذاعة الساحل": "https://coast.example/"}  # fmt: skip
    found = _apps(replace(CONFIG, listings=listings))
    assert found["Spotify"] == listings["spotify"]
    assert found["Apple Podcasts"] == listings["apple"]
    assert list(found)[-1] == "إذاعة الساحل"


@pytest.mark.parametrize(
    "base",
    [
        "http://127.0.0.1:8000/",
        "http://localhost/a/",
        "http://[::1]:9/",
        "http://192.168.1.5/",
        "http://desk.local/",
    ],
)
def test_no_app_is_offered_an_address_that_it_cannot_open(base: str, tmp_path: Path) -> None:
    config = replace(CONFIG, base_url=base, listings={"spotify": "https://open.spotify.com/show/x"})
    assert _apps(config) == {"Spotify": "https://open.spotify.com/show/x"}
    publish(tmp_path, episode(0), config=replace(config, listings={}))
    page = html.fromstring((tmp_path / "index.html").read_text("utf-8"))
    links = [link.get("href") for link in page.iterfind(".//footer//a")]
    assert links
    assert not [link for link in links if link.startswith("podcast:")]


def test_every_app_states_its_source() -> None:
    assert all(row["source"] for row in read_table("mujaz.publish.html", "apps.tsv"))


@pytest.mark.parametrize(
    "fields",
    [
        {"listings": {"spotify": "open.spotify.com"}},
        {"listings": {"spotify": "javascript:alert(1)"}},
        {"report": "desk"},
        {"report": "desk@news.example?bcc=x@y.example"},
        {"report": "javascript:alert(1)"},
    ],
)
def test_addresses_that_lead_nowhere_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        published_show(replace(CONFIG, **fields), ShowState())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "scheme"),
    [("desk@news.example", "mailto"), ("https://news.example/report?form=1", "https")],
)
def test_an_error_is_reported_without_a_script(tmp_path: Path, setting: str, scheme: str) -> None:
    made = episode(0, title="«أسعار» {القمح} & الخبز")
    publish(tmp_path, made, config=replace(CONFIG, report=setting))
    page = next(tmp_path.glob("episodes/*/index.html"))
    (link,) = html.fromstring(page.read_bytes()).xpath("//li/a[@class='report']/@href")
    address = urlsplit(str(link))
    said = " ".join(value for values in parse_qs(address.query).values() for value in values)
    assert address.scheme == scheme
    assert made.title in said
    assert f"https://news.example/audio/episodes/{page.parent.name}/" in said


def test_no_report_is_offered_without_an_address(tmp_path: Path) -> None:
    publish(tmp_path, episode(0))
    assert "report" not in next(tmp_path.glob("episodes/*/index.html")).read_text("utf-8")


def test_the_code_is_drawn_dark_on_light() -> None:
    svg = qr_code("https://news.example/audio/#subscribe").decode()
    assert 'fill="#fff"' in svg
    assert 'stroke="#000"' in svg
    assert len(svg) < 4000
