"""Arabic letters, marks and digits as named constants and character classes.

Invisible and combining characters are written as escapes, because they cannot be read in code.
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

# Letters in foreign names: peh, tcheh, jeh, veh, keheh, gaf and Persian yeh.
FOREIGN_LETTERS = "\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc"
# U+0621-063A and U+0641-064A, alif wasla, and the letters of foreign names.
LETTERS = (
    "".join(chr(code) for code in (*range(0x0621, 0x063B), *range(0x0641, 0x064B)))
    + ALIF_WASLA
    + FOREIGN_LETTERS
)

# The same as ranges within square brackets of a regular expression, which match faster.
LETTER_RANGES = "\u0621-\u063a\u0641-\u064a" + ALIF_WASLA + FOREIGN_LETTERS
MARK_RANGES = "\u064b-\u0652" + DAGGER_ALIF

# Translation table from Arabic-Indic and Persian digits to ASCII digits.
ASCII_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

SUN_LETTERS = frozenset("تثدذرزسشصضطظلن")

LETTER_CLASS = f"[{LETTER_RANGES}]"
MARK_CLASS = f"[{MARK_RANGES}]"
# A word as diacritizers take it: it begins with a letter and may have marks.
WORD = re.compile(f"[{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*")

PAUSING = frozenset(".!?؟؛:…")
COMMAS = frozenset("،,")


def has_arabic(text: str) -> bool:
    """Return whether a text contains at least one Arabic letter."""
    return WORD.search(text) is not None
