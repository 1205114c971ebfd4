"""An episode's own picture: in feed, tags and pages, kept by corrections, and gone with it."""

from __future__ import annotations

import io
import json
from pathlib import Path

from lxml import etree, html
from mutagen.id3 import ID3
from PIL import Image

from tests.conftest import Mujaz

_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


def _picture(path: Path, colour: str) -> Path:
    Image.new("RGB", (1600, 1400), colour).save(path)
    return path


def _manifest(show: Path) -> dict[str, object]:
    path = next(show.glob("episodes/*/episode.json"))
    return dict(json.loads(path.read_text("utf-8")))


def _check(show: Path) -> str:
    """Hold feed, tags and pages against the picture that the manifest names; gives its name."""
    name = str(_manifest(show)["image"])
    data = (show / "media" / name).read_bytes()
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (1400, 1400), "RGB")
    item = etree.parse(show / "feed.xml").find("channel/item")
    assert item.find(f"{_ITUNES}image").get("href").endswith(f"/media/{name}")
    mp3 = show / "media" / item.find("enclosure").get("url").rsplit("/", 1)[1]
    assert ID3(mp3).getall("APIC")[0].data == data
    small = name.replace(".jpg", ".small.jpg")
    assert (show / "media" / small).stat().st_size <= 40_000
    for page in (*show.glob("episodes/*/index.html"), *show.glob("embed/*/index.html")):
        tree = html.fromstring(page.read_text("utf-8"))
        assert tree.find(".//img[@class='cover']").get("src") == f"../../media/{small}"
        assert tree.get_element_by_id("player").get("data-cover") == f"../../media/{small}"
        shared = tree.find(".//meta[@property='og:image']").get("content")
        assert shared.endswith(f"/media/{name}")
    return name


def test_a_picture_is_everywhere_and_stays_until_another_comes(
    tmp_path: Path, mujaz: Mujaz
) -> None:
    article, show = tmp_path / "a.txt", tmp_path / "show"
    article.write_text("خبر قصير\n\nقال المدير إن العمل مستمر.\n", encoding="utf-8")
    red = _picture(tmp_path / "red.png", "red")
    assert mujaz("make", article, "-o", show, "--image", red).returncode == 0
    first = _check(show)
    made = _manifest(show)
    # Unchanged without a word about it.
    assert mujaz("make", article, "-o", show).returncode == 0
    assert _manifest(show) == made
    # A correction keeps it; another picture is a correction.
    article.write_text("خبر قصير\n\nقال المدير إن العمل بدأ.\n", encoding="utf-8")
    assert mujaz("make", article, "-o", show).returncode == 0
    assert _check(show) == first
    blue = _picture(tmp_path / "blue.png", "blue")
    assert mujaz("make", article, "-o", show, "--image", blue).returncode == 0
    second = _check(show)
    assert second != first
    checked = mujaz("show", "check", show)
    assert checked.returncode == 0, checked.stdout
    guid = str(_manifest(show)["guid"])
    assert mujaz("show", "retract", guid, show).returncode == 0
    assert not (show / "media" / second).exists()


def test_what_is_no_picture_is_refused_before_anything_is_spoken(
    tmp_path: Path, mujaz: Mujaz
) -> None:
    article = tmp_path / "a.txt"
    article.write_text("خبر قصير\n\nقال المدير إن العمل مستمر.\n", encoding="utf-8")
    result = mujaz("make", article, "-o", tmp_path / "show", "--image", article)
    assert result.returncode == 1
    assert b"1400" in result.stderr
    assert not list(tmp_path.glob("show/episodes/*"))
