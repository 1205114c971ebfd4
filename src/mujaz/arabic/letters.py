"""Arabic letters and marks as named constants and character classes.

Invisible and combining characters are never pasted into code: they cannot be read there.
Names follow the Unicode character names.
"""

from __future__ import annotations

import re

FATHATAN = "\u064b"
DAMMATAN = "\u064c"
KASRATAN = "\u064d"
FATHA = "\u064e"
DAMMA = "\u064f"
KASRA = "\u0650"
SHADDA = "\u0651"
SUKUN = "\u0652"
DAGGER_ALIF = "\u0670"
TATWEEL = "\u0640"

HAMZA = "\u0621"
ALIF_MADDA = "\u0622"
ALIF_HAMZA = "\u0623"
WAW_HAMZA = "\u0624"
ALIF_HAMZA_BELOW = "\u0625"
YEH_HAMZA = "\u0626"
ALIF = "\u0627"
TEH_MARBUTA = "\u0629"
LAM = "\u0644"
WAW = "\u0648"
ALIF_MAKSURA = "\u0649"
YEH = "\u064a"
ALIF_WASLA = "\u0671"

SHORT_VOWELS = FATHA + DAMMA + KASRA
TANWIN = FATHATAN + DAMMATAN + KASRATAN
HARAKAT = TANWIN + SHORT_VOWELS + SHADDA + SUKUN
MARKS = HARAKAT + DAGGER_ALIF

# U+0621-063A and U+0641-064A, alif wasla, and the letters foreign names bring:
# peh, tcheh, jeh, veh, gaf, and Persian yeh and kaf.
FOREIGN_LETTERS = "\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc"
LETTERS = (
    "".join(chr(code) for code in (*range(0x0621, 0x063B), *range(0x0641, 0x064B)))
    + ALIF_WASLA
    + FOREIGN_LETTERS
)

# The same within square brackets of a regular expression, which reads a range faster.
LETTER_RANGES = "\u0621-\u063a\u0641-\u064a" + ALIF_WASLA + FOREIGN_LETTERS
MARK_RANGES = "\u064b-\u0652" + DAGGER_ALIF

SUN_LETTERS = frozenset("تثدذرزسشصضطظلن")

LETTER_CLASS = f"[{LETTER_RANGES}]"
MARK_CLASS = f"[{MARK_RANGES}]"
# A word as a diacritizer sees it: it begins with a letter and may carry marks.
WORD = re.compile(f"[{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*")

PAUSING = frozenset(".!?؟؛:…")
COMMAS = frozenset("،,")


def has_arabic(text: str) -> bool:
    """Whether a text holds at least one Arabic letter."""
    return WORD.search(text) is not None
