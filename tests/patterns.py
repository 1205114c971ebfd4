"""Short texts that, repeated to a long line, once took or could take quadratic time.

``TEXT`` is for every stage that reads text; stages add lists of their own below. A pattern is
repeated until the text has the wanted number of characters.
"""

from __future__ import annotations

# Punctuation, markup and letters that begin something which a rule looks for the end of.
TEXT = (
    "100 ", "1", "1 000 ", "1,", "1.", "1/", "1-", "1:", "12/9/2023 ", "١", "٪", "½", "%", "$",
    "A.", "A-", "A", "a b ", "www.", "http://", "https://a.b/",
    "@a ", "#", "#كلمة ", "_", "__",
    "*", "**", "** ", "*a ", "_a ", "***a", "`", "[", "[a](", "](", "[[", "](x) ",
    "[a](x", "[a](x(", "[a", "<", "<a", "<a ", "<!--", "<p>", "<div>",
    "&amp;", "&#", "&lt;p&gt;", "(", ")", "()", "«", "»", "«»", '"', "'", "“", "”", "{", "}",
    ".", "..", ". ", "...", "…", "؟", "!", "؟!", "،", "؛", ":", " : ", "-", " - ", "–", "|", " | ",
    ">", " > ", "/", "//", "\\", "+", "+صور ", "\u00a0", "\u200f", "\u0640", "\u064e", "\u0651",
    "ا", "و", "وال", "كم2 ", "كم ", "م. ", "د. ", "أ.د. ", "هـ. ", "2020 م. ", "قال. ", "قال ",
    "عبدالله ", "عبد", "بتوقيت ", "بتوقيت x", "1 من ", "1 من شهر ", "3 مايو ", "مايو ", "في ",
    "كتب: ", "بقلم ", "اقرأ أيضا ", "[اقرأ ", "(شاهد ", "صور|", "ط§", "Ø§", "\ufefb", "\ufdfa",
    "\u0649\u0654", "😀", "😀 ", "👍🏽", "[caption] ", "[/caption]", "function ( ", "\t", "x" * 30,
)  # fmt: skip

# Figures, signs, abbreviations and Latin letters, for the normalizer.
NORMALIZE = (
    "12", "1,000 ", "1,000", "100,", "1.000", "1.000 ", "1.5 ", "1 - ", "1/2 ", "10:", "10:30 ",
    "1+", "1%", "% 1", "5 و", "و5", "5 إلى 6 ", "5-6 ", "0", "00 ", "+1 ", "(1)", "٣٤ ",
    "2022 ", "12/5/2022 ", "29/ 11/ 2026 ", "5 مايو ", "عام 2020 ", "الـ5 ", "ال5", "12 ألف ",
    "3 ملايين و", "المادة 5 ", "الساعة 5 ", "2-1 ", "فاز 2-1 ", "رقم 12-", "$5 ", "5$",
    "€5 أو ", "1½ ", "°", "5°م ", "5 كم ", "م", "م ", "5م ", "#وسم_", "@", "@a", "&", "– ",
    "!؟", "«ا» ", "<a>", "<b>ا</b> ", "&lt;", "~", "^", "A ", "Ab ", "AB1 ", "a", "aB", "a.b",
    "a@b.", "A&", "A+", "XIV ", "I", "USD ", "أ.", "أ. ", "م.ع.", "د. أحمد ", "(ص) ", "هـ",
    "5هـ ", "ا-", "كلمة", "كلمة ", "والـ", "بـ", "و ", "من ", "قال إن ", "قتل 5 جنود و",
    "ثلاثة ", "ب\u064e", "  ", "漢", "é ",
    "1" * 50 + " كم ",
)  # fmt: skip


def repeated(pattern: str, chars: int) -> str:
    """Return a text of about ``chars`` characters that repeats a pattern.

    The last repetition is whole too: texts of two sizes that end otherwise cannot be compared.
    """
    return pattern * max(1, round(chars / len(pattern)))
