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

SUN_LETTERS = frozenset("تثدذرزسشصضطظلن")

LETTER_CLASS = f"[{LETTERS}]"
MARK_CLASS = f"[{MARKS}]"
# A word as a diacritizer sees it: it begins with a letter and may carry marks.
WORD = re.compile(f"[{LETTERS}][{LETTERS}{MARKS}]*")

PAUSING = frozenset(".!?؟؛:…")
COMMAS = frozenset("،,")


def has_arabic(text: str) -> bool:
    """Whether a text holds at least one Arabic letter."""
    return WORD.search(text) is not None
