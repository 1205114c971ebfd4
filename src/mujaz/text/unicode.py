"""Unicode at the door: every code point hazard handled once, before anything else reads text.

This is the only place that normalizes (NFC, once, before any diacritics are added). Compatibility
mapping (NFKC) is applied to Arabic presentation forms alone: on a whole text it would turn m² into
m2 and ½ into 1⁄2. What is deleted or mapped follows the Unicode Standard ch. 9.2 (Arabic) and
UAX #9 (bidirectional controls).
"""

from __future__ import annotations

import html
import re
import unicodedata

from mujaz.arabic.letters import ALIF_MAKSURA, LETTER_RANGES, MARK_RANGES

_PRESENTATION = re.compile("[\ufb50-\ufdef\ufdf0-\ufdff\ufe70-\ufefc]")
# Whole-word ligatures whose compatibility mapping is missing or misspelt.
_LIGATURES = {
    "\ufdfa": "صلى الله عليه وسلم",
    "\ufdfb": "جل جلاله",
    "\ufdf2": "الله",
    "\ufdfc": "ريال",
    "\ufdfd": "بسم الله الرحمن الرحيم",
}
_DELETED = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    # Quranic annotation signs and honorifics written as marks.
    "\u0610-\u061a\u06d6-\u06ed\u0656-\u065f\ufe00-\ufe0f]"
)
# Line and tab are layout; every other control character is noise. Surrogates and
# noncharacters cannot be written to a file at all.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|\r|\u0085|\u2028|\u2029")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LETTER_MAP = str.maketrans(
    {
        "\u06a9": "\u0643",  # Persian kaf
        "\u06aa": "\u0643",  # swash kaf
        "\u06c1": "\u0647",  # heh goal
        "\u06be": "\u0647",  # heh doachashmee
        "\u06d5": "\u0647",  # ae
        "\u06d2": "\u064a",  # yeh barree
        "\u06d4": ".",  # Urdu full stop
        "\ufd3e": "«",  # ornate parentheses
        "\ufd3f": "»",
    }
)
_PERSIAN_YEH = "\u06cc"
_FINAL_PERSIAN_YEH = re.compile(
    f"(?<![{LETTER_RANGES}{MARK_RANGES}])(إل|عل|حت|مت|لد)({_PERSIAN_YEH})(?![{LETTER_RANGES}{MARK_RANGES}])"
)
_YEH_HAMZA_ABOVE = re.compile("[\u0649\u06cc]\u0654")
_TAG_LIKE = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def normalize_unicode(text: str) -> str:
    """Text with every code-point hazard settled; its lines and its wording stay.

    Entities are decoded (twice: content systems escape twice), mojibake is mended, composed
    forms are canonical, presentation forms are letters, Persian letters that stand for Arabic
    ones are Arabic, invisible controls are gone, every space is a space, and lines end in
    ``\\n``. Tatweel stays: it is needed to read «الـ20».
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    for _ in range(2):
        if _TAG_LIKE.search(text):
            text = html.unescape(text)
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", _mended(text)))
    text = unicodedata.normalize("NFC", text)
    text = _PRESENTATION.sub(lambda match: _presentation(match.group()), text)
    text = _DELETED.sub("", text)
    text = _YEH_HAMZA_ABOVE.sub("\u0626", text)
    text = text.replace("\u0654", "").replace("\u0655", "").replace("\u0653", "")
    text = _FINAL_PERSIAN_YEH.sub(rf"\1{ALIF_MAKSURA}", text).replace(_PERSIAN_YEH, "\u064a")
    return _SPACES.sub(" ", text.translate(_LETTER_MAP))


def _presentation(char: str) -> str:
    if char in _LIGATURES:
        return _LIGATURES[char]
    # Isolated marks decompose to a carrier (space or tatweel) and the mark: only the mark counts.
    return unicodedata.normalize("NFKC", char).replace(" ", "").replace("\u0640", "")


# UTF-8 Arabic read as a one-byte Western or Arabic charset: Ø§ Ù„ or ط§ظ„.
def _trail_bytes(charset: str) -> str:
    """How the second bytes of two-byte UTF-8 (80 to BF) look in a one-byte charset."""
    return re.escape(bytes(range(0x80, 0xC0)).decode(charset, "ignore"))


_MOJIBAKE = re.compile(
    f"(?:[ØÙÚÛ][{_trail_bytes('cp1252')}\u0080-\u00bf]){{3}}|(?:[طظ][{_trail_bytes('cp1256')}]){{3}}"
)


def _mended(text: str) -> str:
    if not _MOJIBAKE.search(text):
        return text
    import ftfy

    for charset in ("cp1256", "cp1252"):
        lines = [_reread(line, charset) for line in text.split("\n")]
        text = "\n".join(lines)
    return str(ftfy.fix_encoding(text))


def _reread(line: str, charset: str) -> str:
    if not _MOJIBAKE.search(line):
        return line
    try:
        return line.encode(charset).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return line
