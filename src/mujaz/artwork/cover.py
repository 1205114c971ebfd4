"""The show's cover, drawn from its title or made from a given picture.

Apple requires a square JPEG or PNG of 1400 to 3000 pixels in RGB
(podcasters.apple.com/support/896). The cover inside an MP3 is part of every download, so it has at
most 300 kB.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import cast

from PIL import Image, ImageDraw, ImageOps

from mujaz.artwork.lettering import Line, draw_line, drawable, wrapped
from mujaz.artwork.sizes import FEED_PIXELS, PAGE_PIXELS, TAG_BYTES, TAG_PIXELS
from mujaz.errors import ArtworkError
from mujaz.settings.values import DEFAULT_TEXTS

PAGE_BYTES = 40_000
_LEAST_PIXELS = 1400

# White on navy: contrast 15.6:1, readable as a thumbnail of 60 pixels.
_BACKGROUND = (11, 37, 69)
_INK = (255, 255, 255)
_ACCENT = (244, 185, 66)
# Heights of the bars of the sound wave under the title, as shares of the tallest bar.
_WAVE = (0.25, 0.5, 0.8, 0.45, 1.0, 0.6, 0.9, 0.4, 0.7, 0.3)
_NAMELESS = DEFAULT_TEXTS["author"]  # if the font has no character of the title
_MOST_CHARS = 90
_MOST_LINES = 4
# Font sizes to try, as shares of the picture's width.
_EM_SHARES = (0.22, 0.19, 0.165, 0.145, 0.125, 0.11, 0.095, 0.08, 0.065, 0.05, 0.035)
_TEXT_WIDTH = 0.84
_TEXT_HEIGHT = 0.62
_LEADING = 1.5
_QUALITIES = (90, 85, 80, 72, 64, 55, 45, 35)
_DPI = (72, 72)


def feed_cover(title: str, custom: Path | None = None) -> bytes:
    """Return the cover for the feed, a JPEG of 3000 × 3000 pixels.

    Args:
        title: Title of the show, drawn if there is no picture.
        custom: A picture to use instead.

    Returns:
        The same bytes for the same title or picture.

    Raises:
        ArtworkError: If the picture is missing or cannot be read.
    """
    return _cover(title, custom, FEED_PIXELS, most_bytes=0)


def tag_cover(title: str, custom: Path | None = None) -> bytes:
    """Return the cover for an episode's tag, a JPEG of 1400 × 1400 pixels and at most 300 kB.

    Raises:
        ArtworkError: As :func:`feed_cover`.
    """
    return _cover(title, custom, TAG_PIXELS, most_bytes=TAG_BYTES)


@lru_cache(maxsize=2)
def page_cover(cover: bytes) -> bytes:
    """Return a small copy of the feed's cover for pages: 480 × 480 pixels, at most 40 kB."""
    with Image.open(io.BytesIO(cover)) as image:
        # The decoder reads a large JPEG at a fraction of its size.
        image.draft("RGB", (PAGE_PIXELS, PAGE_PIXELS))
        small = image.resize((PAGE_PIXELS, PAGE_PIXELS), Image.Resampling.LANCZOS)
    return _jpeg(small, PAGE_BYTES)


def check_image(custom: Path) -> str:
    """Check a picture before it is needed.

    Returns:
        A warning, or an empty text.

    Raises:
        ArtworkError: If the picture is missing or cannot be read.
    """
    width, height = _opened(custom).size
    if min(width, height) < _LEAST_PIXELS:
        return (
            f"{custom}: the cover is {width} × {height} pixels; "
            f"feeds ask for at least {_LEAST_PIXELS} × {_LEAST_PIXELS}, so it will look soft"
        )
    return ""


def _cover(title: str, custom: Path | None, size: int, most_bytes: int) -> bytes:
    if custom:
        return _jpeg(_fitted(_opened(custom), size), most_bytes)
    return _drawn_cover(title, size, most_bytes)


@lru_cache(maxsize=4)
def _drawn_cover(title: str, size: int, most_bytes: int) -> bytes:
    """A cover of a title; a process that makes several episodes draws it once."""
    return _jpeg(_drawn(title, size), most_bytes)


def _opened(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures of more than 89 million pixels, however small the file is.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(path)
            image.load()
    except FileNotFoundError as error:
        raise ArtworkError("there is no such picture", **_advice(path)) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ArtworkError(
            f"this is no picture that can be read: {error}", **_advice(path)
        ) from error
    except Image.DecompressionBombWarning as error:
        raise ArtworkError("the picture is too large", **_advice(path)) from error
    upright = ImageOps.exif_transpose(image)
    return upright if upright is not None else image


def _advice(path: Path) -> dict[str, str]:
    return {
        "where": str(path),
        "hint": "set show.image to a square JPEG or PNG of 1400 to 3000 pixels",
    }


def _fitted(image: Image.Image, size: int) -> Image.Image:
    """The whole picture in a square of the size; margins take the colour of its corner."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        image = Image.alpha_composite(ground, layer)
    image = image.convert("RGB")
    corner = cast("tuple[int, ...]", image.getpixel((0, 0)))
    return ImageOps.pad(image, (size, size), Image.Resampling.LANCZOS, color=corner)


def _drawn(title: str, size: int) -> Image.Image:
    """The name in large letters over a sound wave."""
    image = Image.new("RGB", (size, size), _BACKGROUND)
    name = drawable(title, _MOST_CHARS) or _NAMELESS
    lines, step = _set(name, size)
    middle = round(size * 0.44)
    top = middle - step * len(lines) // 2
    for number, line in enumerate(lines):
        baseline = top + round(step * (number + 0.66))
        left = (size - line.mask.width) // 2
        image.paste(_INK, (left, baseline - line.ascent), line.mask)
    _wave(image, size)
    return image


def _set(name: str, size: int) -> tuple[list[Line], int]:
    """Lay out the title in the largest size that fits; return its lines and their distance."""
    for share in _EM_SHARES:
        em = round(size * share)
        step = round(em * _LEADING)
        texts = wrapped(name, em, round(size * _TEXT_WIDTH), _MOST_LINES)
        if texts is not None and step * len(texts) <= size * _TEXT_HEIGHT:
            return [draw_line(text, em) for text in texts], step
    # One word is wider than the picture at the smallest size.
    return _set(name[: len(name) // 2], size)


def _wave(image: Image.Image, size: int) -> None:
    draw = ImageDraw.Draw(image)
    height, width, gap = size * 0.12, size * 0.02, size * 0.045
    left = (size - gap * (len(_WAVE) - 1) - width) / 2
    for number, share in enumerate(_WAVE):
        x = left + number * gap
        half = height * share / 2
        box = (x, size * 0.86 - half, x + width, size * 0.86 + half)
        draw.rounded_rectangle(tuple(map(round, box)), radius=round(width / 2), fill=_ACCENT)


def _jpeg(image: Image.Image, most_bytes: int) -> bytes:
    """Return a JPEG; the quality is lowered until it fits (0 bytes: no limit)."""
    data = b""
    for quality in _qualities(most_bytes):
        out = io.BytesIO()
        # Optimizing needs three bytes of memory per pixel and more, so only if the size is limited.
        image.save(out, "JPEG", quality=quality, optimize=bool(most_bytes), dpi=_DPI)
        data = out.getvalue()
        if len(data) <= most_bytes:
            return data
    if most_bytes and len(data) > most_bytes:
        smaller = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
        return _jpeg(smaller, most_bytes)
    return data


def _qualities(most_bytes: int) -> Iterable[int]:
    return _QUALITIES if most_bytes else _QUALITIES[:1]
