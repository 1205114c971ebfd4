"""Unicode normalization of text from outside, applied once before any other processing.

This is the only place that applies NFC, before any diacritics are added. Compatibility mapping
(NFKC) is applied only to Arabic presentation forms: on a whole text it would turn m² into m2 and
½ into 1⁄2. Deletions and mappings follow the Unicode Standard ch. 9.2 (Arabic) and UAX #9
(bidirectional controls).
"""

from __future__ import annotations

import html
import re
import unicodedata

from mujaz.arabic.letters import (
    ALIF_MAKSURA,
    DAMMATAN,
    FATHATAN,
    KASRATAN,
    LETTER_RANGES,
    MARK_RANGES,
    SUKUN,
    TATWEEL,
    YEH,
    YEH_HAMZA,
)
from mujaz.arabic.tables import column, rows

_PRESENTATION = re.compile("[\ufb50-\ufdef\ufdf0-\ufdff\ufe70-\ufefc]")
_LIGATURES = {chr(int(row["code_point"], 16)): row["words"] for row in rows("ligatures.tsv")}
_DELETED = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    # Quranic annotation signs and honorifics written as marks.
    "\u0610-\u061a\u06d6-\u06ed\u0656-\u065f\ufe00-\ufe0f]"
)
# Control characters except line feed, carriage return and tab; surrogates and noncharacters,
# which cannot be written to a UTF-8 file.
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
        # Ornate parentheses: U+FD3F opens in text from right to left.
        "\ufd3f": "«",
        "\ufd3e": "»",
    }
)
_ORNATE = re.compile("[\ufd3e\ufd3f]([^\ufd3e\ufd3f\n]*)[\ufd3e\ufd3f]")
# Marks of the Quran that stand for common ones: the open tanwins and the head of khah.
_QURANIC = str.maketrans(
    {
        "\u06e1": SUKUN,
        "\u0657": FATHATAN,
        "\u065e": DAMMATAN,
        "\u0656": KASRATAN,
        "\u08f0": FATHATAN,
        "\u08f1": DAMMATAN,
        "\u08f2": KASRATAN,
    }
)
_PERSIAN_YEH = "\u06cc"
_MAKSURA_STEMS = "|".join(word[:-1] for word in column("final_alif_maksura.tsv", "word"))
_FINAL_PERSIAN_YEH = re.compile(
    f"(?<![{LETTER_RANGES}{MARK_RANGES}])({_MAKSURA_STEMS}){_PERSIAN_YEH}"
    f"(?![{LETTER_RANGES}{MARK_RANGES}])"
)
_HAMZA_ABOVE, _HAMZA_BELOW, _MADDAH_ABOVE = "\u0654", "\u0655", "\u0653"
_YEH_HAMZA_ABOVE = re.compile(f"[{ALIF_MAKSURA}{_PERSIAN_YEH}]{_HAMZA_ABOVE}")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def normalize_unicode(text: str) -> str:
    """Normalize the code points of a text; its lines and words stay the same.

    Decode HTML entities (twice, because content management systems escape twice), repair
    mojibake, apply NFC, map presentation forms and Persian letters to Arabic letters, delete
    invisible controls, replace every kind of space by U+0020 and every line end by ``\\n``.
    Tatweel is kept: it is needed to read «الـ20».
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    for _ in range(2):
        if _ENTITY.search(text):
            text = html.unescape(text)
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", _repair_mojibake(text)))
    text = unicodedata.normalize("NFC", text)
    text = _PRESENTATION.sub(lambda match: _presentation(match.group()), text)
    text = _DELETED.sub("", text.translate(_QURANIC))
    text = _YEH_HAMZA_ABOVE.sub(YEH_HAMZA, text)
    for mark in (_HAMZA_ABOVE, _HAMZA_BELOW, _MADDAH_ABOVE):
        text = text.replace(mark, "")
    text = _FINAL_PERSIAN_YEH.sub(rf"\1{ALIF_MAKSURA}", text).replace(_PERSIAN_YEH, YEH)
    text = _ORNATE.sub(r"«\1»", text)
    return _SPACES.sub(" ", text.translate(_LETTER_MAP))


def _presentation(char: str) -> str:
    if char in _LIGATURES:
        return _LIGATURES[char]
    # Isolated marks decompose to a space or tatweel and the mark: keep only the mark.
    return unicodedata.normalize("NFKC", char).replace(" ", "").replace(TATWEEL, "")


def _trail_bytes(charset: str) -> str:
    """Return the second bytes of two-byte UTF-8 (80 to BF) decoded with a one-byte charset."""
    return re.escape(bytes(range(0x80, 0xC0)).decode(charset, "ignore"))


# UTF-8 Arabic decoded with a one-byte Western or Arabic charset: Ø§ Ù„ or ط§ظ„.
_MOJIBAKE = re.compile(
    f"(?:[ØÙÚÛ][{_trail_bytes('cp1252')}\u0080-\u00bf]){{3}}|(?:[طظ][{_trail_bytes('cp1256')}]){{3}}"
)


def _repair_mojibake(text: str) -> str:
    if not _MOJIBAKE.search(text):
        return text
    import ftfy

    for charset in ("cp1256", "cp1252"):
        lines = [_redecode(line, charset) for line in text.split("\n")]
        text = "\n".join(lines)
    return str(ftfy.fix_encoding(text))


def _redecode(line: str, charset: str) -> str:
    """Decode a line as UTF-8 if it was decoded with the wrong charset, else return it."""
    if not _MOJIBAKE.search(line):
        return line
    try:
        return line.encode(charset).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return line
