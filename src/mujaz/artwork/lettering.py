"""Draw lines of Arabic and Latin text.

HarfBuzz joins the letters and places their marks, python-bidi orders runs of both directions
(Unicode UAX #9). The font is part of the package, so that the result is the same on every machine.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

import uharfbuzz as hb
from bidi.algorithm import get_display
from PIL import Image

# Noto Kufi Arabic Bold 2.109, SIL Open Font License 1.1 (fonts/OFL.txt).
_FONT_FILE = "NotoKufiArabic-Bold.ttf"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "NSM"})
_ELLIPSIS = "…"
# Invisible, but they separate or join the letters next to them.
_JOINERS = frozenset({"\u200c", "\u200d"})


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line of text.

    Attributes:
        mask: Coverage, 8 bits per pixel, cropped to the drawn pixels.
        ascent: Pixels from the top of the mask down to the baseline.
    """

    mask: Image.Image
    ascent: int


def draw_line(text: str, em: int) -> Line:
    """Draw one line.

    Args:
        text: The text in logical order; characters that the font lacks are left out.
        em: Font size in pixels.
    """
    font = _font(em)
    pen = hb.RasterDraw()
    x = 0
    for buffer in _shaped(text, font):
        for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            pen.transform = (1, 0, 0, 1, x + place.x_offset, place.y_offset)
            pen.draw_glyph(font, glyph.codepoint)
            x += place.x_advance
    image = pen.render()
    extents = image.extents
    if not extents.width or not extents.height:
        return Line(Image.new("L", (1, 1)), 1)
    size = (extents.width, extents.height)
    # HarfBuzz counts rows from the baseline up.
    mask = Image.frombytes("L", size, bytes(image.buffer), "raw", "L", extents.stride, -1)
    return Line(mask, extents.y_origin + extents.height)


def line_width(text: str, em: int) -> int:
    """Return the width of a line in pixels, without drawing it."""
    font = _font(em)
    return sum(p.x_advance for buffer in _shaped(text, font) for p in buffer.glyph_positions)


def wrapped(text: str, em: int, width: int, most_lines: int) -> list[str] | None:
    """Break a text into lines that fit a width.

    Returns:
        The lines; None if there are too many or a word is wider than a line.
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and line_width(longer, em) <= width:
            lines[-1] = longer
            continue
        if line_width(word, em) > width or len(lines) == most_lines:
            return None
        lines.append(word)
    return lines


def drawable(text: str, most_chars: int) -> str:
    """Return the characters of a text that the font can draw, cut between words if too long."""
    has = _face_characters()
    plain = unicodedata.normalize("NFC", " ".join(text[: most_chars * 4].split()))
    kept = "".join(char for char in plain if ord(char) in has and not _controls(char))
    kept = " ".join(kept.split())
    if len(kept) <= most_chars:
        return kept
    return kept[:most_chars].rsplit(" ", 1)[0] + _ELLIPSIS


def _shaped(text: str, font: hb.Font) -> list[hb.Buffer]:
    """Shape a line; return its runs from left to right."""
    out: list[hb.Buffer] = []
    for right_to_left, run in groupby(str(get_display(text)), _is_right_to_left):
        piece = "".join(run)
        buffer = hb.Buffer()
        # get_display returns visual order; HarfBuzz needs a run in logical order.
        buffer.add_str(piece[::-1] if right_to_left else piece)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        hb.shape(font, buffer)
        out.append(buffer)
    return out


def _controls(char: str) -> bool:
    """Whether a character is an invisible control, such as a direction mark."""
    return unicodedata.category(char) in ("Cc", "Cf") and char not in _JOINERS


def _is_right_to_left(char: str) -> bool:
    return unicodedata.bidirectional(char) in _RIGHT_TO_LEFT


@cache
def _face() -> hb.Face:
    with as_file(files("mujaz.artwork") / "fonts" / _FONT_FILE) as path:
        return hb.Face(path.read_bytes())


@cache
def _face_characters() -> frozenset[int]:
    return frozenset(_face().unicodes)


def _font(em: int) -> hb.Font:
    font = hb.Font(_face())
    font.scale = (em, em)
    return font
