"""The cover: joined letters, right order, sizes and weights that feeds and tags ask for."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mujaz.artwork.cover import check_image, feed_cover, tag_cover
from mujaz.artwork.lettering import draw_line, drawable, line_width
from mujaz.artwork.sizes import TAG_BYTES
from mujaz.errors import ArtworkError


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def _islands(mask: Image.Image) -> int:
    """Columns of ink that are parted by empty columns."""
    inked = (np.asarray(mask) > 128).any(axis=0)
    return int(np.count_nonzero(inked[1:] & ~inked[:-1])) + int(inked[0])


def _saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    ("word", "islands"), [("سمين", 1), ("دار", 3), ("BBC", 3), ("دل", 2), ("لد", 1)]
)
def test_arabic_letters_join(word: str, islands: int) -> None:
    assert _islands(draw_line(word, 200).mask) == islands


def test_a_line_runs_from_right_to_left_and_latin_within_it_from_left_to_right() -> None:
    both = np.asarray(draw_line("س II i", 200).mask)
    first = np.asarray(draw_line("س", 200).mask)
    right = both[:, -first.shape[1] :]
    assert (right > 128).any(axis=1).sum() == (first > 128).any(axis=1).sum(), "س stands rightmost"


def test_brackets_face_inwards_in_arabic() -> None:
    bracket = np.asarray(draw_line("ا(", 200).mask)[:, :30] > 128
    rows = np.flatnonzero(bracket.any(axis=1))
    tip = bracket[rows[0]].argmax()
    belly = bracket[rows[rows.size // 2]].argmax()
    assert tip < belly, "an opening bracket in Arabic bulges to the right"


@pytest.mark.parametrize(
    "title", ["", "\x00\u202e", "😀", "x" * 100_000, "كلمة " * 9999, "ا\u0301\u200d", "\n\t"]
)
def test_any_title_gives_a_cover(title: str) -> None:
    assert _opened(tag_cover(title)).size == (1400, 1400)


def test_what_the_font_lacks_and_what_turns_text_around_is_left_out() -> None:
    assert drawable("نشرة \u202e😀 24", 90) == "نشرة 24"
    assert line_width(drawable("محمد " * 50, 90), 10) < 1000


def test_the_feed_gets_3000_pixels_and_the_tag_a_light_copy() -> None:
    feed = _opened(feed_cover("موجز الأخبار"))
    tag = tag_cover("موجز الأخبار")
    assert (feed.format, feed.size, feed.mode) == ("JPEG", (3000, 3000), "RGB")
    assert feed.info["dpi"] == (72, 72), "as Apple asks"
    assert len(tag) <= TAG_BYTES
    assert tag == tag_cover("موجز الأخبار")
    assert tag != tag_cover("موجز الأنباء")


def test_the_name_fills_the_cover() -> None:
    picture = np.asarray(_opened(tag_cover("موجز الأخبار")).convert("L"))
    rows, columns = np.nonzero(picture > 200)
    assert np.ptp(columns) > 0.5 * 1400
    assert np.ptp(rows) > 0.3 * 1400
    assert columns.min() > 0.05 * 1400
    assert columns.max() < 0.95 * 1400


def test_a_picture_full_of_noise_still_fits_the_tag(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1500, 1500, 3), dtype=np.uint8)
    path = _saved(tmp_path / "noise.png", Image.fromarray(noise))
    assert len(tag_cover("موجز", path)) <= TAG_BYTES
    assert _opened(feed_cover("موجز", path)).size == (3000, 3000)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P", "CMYK", "1", "I;16"])
def test_pictures_of_any_mode_become_rgb(tmp_path: Path, mode: str) -> None:
    suffix = "tiff" if mode == "CMYK" else "png"
    path = _saved(tmp_path / f"own.{suffix}", Image.new(mode, (1600, 1400)))
    assert (_opened(tag_cover("", path)).mode, check_image(path)) == ("RGB", "")


def test_the_whole_of_an_oblong_picture_is_kept(tmp_path: Path) -> None:
    image = Image.new("RGB", (2000, 1000), (200, 0, 0))
    image.paste((0, 0, 200), (1990, 0, 2000, 1000))
    cover = np.asarray(_opened(tag_cover("", _saved(tmp_path / "wide.png", image))), np.int16)
    assert cover[700, 1398, 2] > 150, "the right edge is still there"
    assert cover[5, 700, 0] > 150, "the margin has the colour of the corner"


def test_a_transparent_picture_stands_on_white(tmp_path: Path) -> None:
    path = _saved(tmp_path / "clear.png", Image.new("RGBA", (1400, 1400), (0, 0, 0, 0)))
    assert np.asarray(_opened(tag_cover("", path))).min() > 250


def test_a_small_picture_is_used_and_noted(tmp_path: Path) -> None:
    path = _saved(tmp_path / "small.png", Image.new("RGB", (600, 600)))
    assert "600 × 600" in check_image(path)
    assert _opened(feed_cover("", path)).size == (3000, 3000)


@pytest.mark.parametrize("size", [(1400, 1399), (1399, 1400)])
def test_a_picture_small_in_one_direction_is_noted(size: tuple[int, int], tmp_path: Path) -> None:
    assert check_image(_saved(tmp_path / "flat.png", Image.new("RGB", size)))
    assert not check_image(_saved(tmp_path / "whole.png", Image.new("RGB", (1400, 1400))))


@pytest.mark.parametrize(
    "content", [None, b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<svg/>"]
)
def test_what_is_no_picture_is_refused_with_advice(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cover.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ArtworkError) as caught:
        check_image(path)
    assert "show.image" in caught.value.hint
    assert caught.value.where == str(path)


@pytest.mark.slow
def test_a_picture_bomb_is_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path / "bomb.png", Image.new("1", (40_000, 40_000)))
    with pytest.raises(ArtworkError):
        check_image(path)
