"""The desk's colours: one accent from the show's cover, made readable by its lightness alone.

The contrast ratio is that of WCAG 2.2 (relative luminance); 7:1 is its enhanced level (1.4.6).
"""

from __future__ import annotations

import colorsys
import io
from collections import Counter
from functools import lru_cache

RATIO = 7.0
Colour = tuple[int, int, int]

# The papers of both modes (desk.css); the panel is the lighter one in the light mode.
LIGHT_PAPER: Colour = (0xFB, 0xF9, 0xF5)
DARK_PAPER: Colour = (0x12, 0x1E, 0x2D)
_FALLBACK: Colour = (0x0C, 0x27, 0x45)
_SAMPLE_PX = 48
_LEAST_SATURATION = 0.25
_STEP = 0.005


def luminance(colour: Colour) -> float:
    """Relative luminance, from 0 to 1."""
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: Colour, paper: Colour) -> Colour:
    """Move a colour in lightness, away from the paper, until it has 7:1 with it."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    step = -_STEP if luminance(paper) > 0.18 else _STEP
    moved = colour
    while contrast(moved, paper) < RATIO and 0 <= lightness <= 1:
        lightness += step
        parts = colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation)
        moved = (round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255))
    return moved


def cover_colour(picture: bytes) -> Colour:
    """The most frequent saturated colour of a cover; navy if it has none or cannot be read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as image:
            image.draft("RGB", (_SAMPLE_PX * 4, _SAMPLE_PX * 4))
            small = image.convert("RGB").resize((_SAMPLE_PX, _SAMPLE_PX))
    except (OSError, UnidentifiedImageError):
        return _FALLBACK
    data = small.tobytes()
    pixels = Counter(zip(data[::3], data[1::3], data[2::3], strict=True))
    saturated: Counter[Colour] = Counter()
    exact: dict[Colour, Colour] = {}
    for colour, count in pixels.items():
        if _saturation(colour) < _LEAST_SATURATION:
            continue
        coarse = (colour[0] // 24, colour[1] // 24, colour[2] // 24)
        saturated[coarse] += count
        if count > pixels.get(exact.get(coarse, (-1, -1, -1)), 0):
            exact[coarse] = colour
    return exact[saturated.most_common(1)[0][0]] if saturated else _FALLBACK


def _saturation(colour: Colour) -> float:
    high, low = max(colour), min(colour)
    return (high - low) / high if high else 0.0


@lru_cache(maxsize=8)
def theme(picture: bytes) -> str:
    """The style sheet with the accent of both modes."""
    colour = cover_colour(picture)
    light = readable(colour, LIGHT_PAPER)
    # White text lies on the accent too.
    light = readable(light, (255, 255, 255))
    dark = readable(colour, DARK_PAPER)
    return (
        f":root {{ --accent: {_css(light)}; --on-accent: #fff; }}\n"
        "@media (prefers-color-scheme: dark) {\n"
        f"  :root {{ --accent: {_css(dark)}; --on-accent: {_css(_ink_on(dark))}; }}\n}}\n"
    )


def _ink_on(colour: Colour) -> Colour:
    """Ink on a colour: dark of its own hue, or black or white where that has less than 7:1."""
    candidates: tuple[Colour, ...] = ((0x0B, 0x14, 0x20), (0, 0, 0), (255, 255, 255))
    for ink in candidates:
        if contrast(ink, colour) >= RATIO:
            return ink
    return max(candidates, key=lambda ink: contrast(ink, colour))


def _css(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
