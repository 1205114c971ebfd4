"""What is neither Arabic word nor number: abbreviations, Latin, addresses, signs, emoji."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial

from mujaz.arabic.letters import LETTERS
from mujaz.arabic.tables import column, rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import words_before
from mujaz.text.normalize.nouns import gender_of
from mujaz.text.normalize.numbers import Form, Gender, cardinal, digits, ordinal

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s،؛»\"<>]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|(?<![a-zA-Z0-9.-])[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63}){0,5}\.(?:com|org|net|gov|edu|info|io|tv|me|news)(?:/[^\s،؛]*)?",
)
_MENTION = re.compile(r"(?<!\w)@[\w.]+")
_HASHTAG = re.compile(r"#(?=[\w])([\w]+)")
_ROMAN = re.compile(r"(?<![A-Za-z])(?P<r>[IVXLC]+)(?![A-Za-z])")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_RULERS = frozenset(
    "لويس هنري تشارلز جورج إدوارد وليام فيليب نيكولاس بطرس بولس يوحنا بيوس بنديكتوس محمد عبد "
    "كارل غوستاف ألفونسو خوان فريدريك رمسيس البابا الملك الملكة إليزابيث".split()
)
_LATIN = re.compile(
    r"(?P<prefix>(?<![ء-ي])(?:[وفبل]|ال|لل|بال|وال)?ـ?)(?P<word>[A-Za-z][A-Za-z'’.&-]*[A-Za-z]|[A-Za-z])(?P<num>[-‑]?\d+)?"
)
_PHONE_WORDS = frozenset(
    "ت هاتف الهاتف للتواصل للاستفسار للحجز تلفون الرقم الأرقام جوال الجوال واتساب فاكس "
    "الطوارئ".split()
)
_LETTER_SOUNDS = (
    ("tch", "تش"), ("sch", "ش"), ("ough", "و"), ("ch", "تش"), ("sh", "ش"), ("th", "ث"), ("ph", "ف"),
    ("kh", "خ"), ("gh", "غ"), ("ck", "ك"), ("qu", "كو"), ("oo", "و"), ("ee", "ي"), ("ea", "ي"),
    ("ou", "و"), ("ai", "اي"), ("ay", "اي"), ("au", "او"), ("ow", "او"), ("x", "كس"), ("b", "ب"),
    ("c", "ك"), ("d", "د"), ("f", "ف"), ("g", "غ"), ("h", "ه"), ("j", "ج"), ("k", "ك"), ("l", "ل"),
    ("m", "م"), ("n", "ن"), ("p", "ب"), ("q", "ك"), ("r", "ر"), ("s", "س"), ("t", "ت"), ("v", "ف"),
    ("w", "و"), ("z", "ز"), ("a", "ا"), ("e", "ي"), ("i", "ي"), ("o", "و"), ("u", "و"), ("y", "ي"),
)  # fmt: skip


def tag_addresses(line: Line) -> None:
    """URLs and e-mail are never spelled; mentions too; hashtags lose their sign."""
    line.each(_ADDRESS, lambda match: "", "address")
    line.each(_MENTION, lambda match: "", "mention")
    line.each(_HASHTAG, lambda match: match[1].replace("_", " "), "hashtag")


def tag_abbreviations(line: Line) -> None:
    """د. before a name, إلخ, ق.م, agency credits; each only in its context."""
    for short, pattern, spoken in _abbreviations():
        if short in line.text:
            line.each(pattern, partial(_title, line.text, spoken), "abbreviation")


@cache
def _abbreviations() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Each abbreviation, where it is one, and what is said; the longest first."""
    out: list[tuple[str, re.Pattern[str], str]] = []
    for row in sorted(rows("abbreviations.tsv"), key=lambda r: -len(r["abbreviation"])):
        short, context = row["abbreviation"], row["context"]
        head = rf"(?<![{LETTERS}.])" if context != "afternumber" else r"(?<=\d)\s?"
        prefix = r"(?P<prefix>[وفبلك]?)" if context == "before" else "(?P<prefix>)"
        tail = {
            "before": rf"(?=\s?[{LETTERS}]{{2,}})",
            "phone": r"(?=\s?[\d+])",
            "afternumber": rf"(?![{LETTERS}.])",
        }.get(context, rf"(?![{LETTERS}])")
        out.append((short, re.compile(head + prefix + re.escape(short) + tail), row["spoken"]))
    return tuple(out)


def _title(text: str, spoken: str, match: re.Match[str]) -> str:
    """A title agrees with the name behind it: أ. منى is الأستاذة."""
    if match["prefix"] == "ل" and spoken.startswith("ال"):
        return "ل" + spoken[1:] + " "
    name = re.match(rf"\s?([{LETTERS}]+)", text[match.end() :])
    titled = spoken in ("الدكتور", "الأستاذ", "المهندس")
    if titled and name and _is_womans_name(name[1], text, match.start()):
        spoken += "ة"
    after_digit = match.start() > 0 and text[match.start() - 1].isdigit()
    lead = " " if after_digit or text[match.start()] == " " else ""
    return f"{lead}{match['prefix']}{spoken} " if titled else f"{lead}{spoken}"


@cache
def _womens_names() -> frozenset[str]:
    return frozenset(column("womens_names.tsv", "name"))


def _is_womans_name(name: str, text: str, position: int) -> bool:
    if name in _womens_names():
        return True
    if name.endswith("ة") and name not in (
        "حمزة",
        "أسامة",
        "طلحة",
        "معاوية",
        "عبيدة",
        "قتادة",
        "حذيفة",
        "عطية",
    ):
        return True
    before = words_before(text, position)
    return bool(before) and before[-1] in ("قالت", "أضافت", "أكدت", "وقالت", "وأضافت", "السيدة")


def tag_latin(line: Line) -> None:
    """Roman numerals after known heads; names by table, acronyms by letter, the rest by sound."""
    for match in _ROMAN.finditer(line.text):
        value = _roman(match["r"])
        before = words_before(line.text, match.start())
        if value and before and (before[-1] in _RULERS or before[-1].startswith("ال")):
            gender = gender_of(before[-2] if _is_adjective(before) else before[-1])
            if before[-1] in _RULERS:
                gender = (
                    Gender.FEMININE if before[-1] in ("إليزابيث", "الملكة") else Gender.MASCULINE
                )
            said = ordinal(value, Form(gender, definite=True))
            line.claim(match.start(), match.end(), said, "roman")
    parenthesis = re.compile(r"(?<=[ء-ي])\s?\((?P<word>[A-Z][A-Za-z.&-]{1,9})\)")
    line.each(parenthesis, lambda match: "", "acronym repeated")
    line.each(_LATIN, lambda match: _latin(line.text, match), "latin")


def _is_adjective(before: list[str]) -> bool:
    return len(before) > 1 and before[-1].startswith("ال") and before[-2].startswith("ال")


def _roman(text: str) -> int:
    total = 0
    for char, following in zip(text, [*text[1:], "I"], strict=True):
        value = _ROMAN_VALUES[char]
        total += -value if value < _ROMAN_VALUES[following] else value
    return total if 0 < total <= 50 else 0


def _latin(text: str, match: re.Match[str]) -> str:
    prefix = match["prefix"].replace("ـ", "")
    word, number = match["word"], match["num"] or ""
    whole = word + number
    known = _names()
    if whole in known or whole.lower() in known:
        said = known.get(whole) or known[whole.lower()]
        before = words_before(text, match.start())
        if before and said.startswith(before[-1].removeprefix("ال") + " "):
            # مجموعة G7: the noun is part of the name and already there.
            said = said.partition(" ")[2]
        return _joined(prefix, said)
    said = _word(word)
    if number:
        said += " " + cardinal(int(number.lstrip("-‑")))
    return _joined(prefix, said)


def _joined(prefix: str, said: str) -> str:
    if prefix == "لل":
        return "لل" + said.removeprefix("ال")
    if prefix.endswith("ال") and said.startswith("ال"):
        said = said[2:]
    if prefix == "ل" and said.startswith("ال"):
        return "لل" + said[2:]
    return prefix + said


def _word(word: str) -> str:
    known = _names()
    if word in known or word.lower() in known:
        return known.get(word) or known[word.lower()]
    bare = re.sub(r"[^A-Za-z]", "", word)
    if len(bare) == 1 or (bare.isupper() and len(bare) <= 5):
        return " ".join(_letter_names()[char] for char in bare.upper())
    return " ".join(_sounds(part) for part in re.split(r"[^A-Za-z]+", word) if part)


def _sounds(word: str) -> str:
    text, out = word.lower(), ""
    if text.endswith("e") and len(text) > 3:
        text = text[:-1]
    while text:
        for latin, arabic in _LETTER_SOUNDS:
            if text.startswith(latin):
                out += (
                    "أ"
                    if not out and latin in ("a", "u")
                    else "إ"
                    if not out and latin in ("e", "i")
                    else arabic
                )
                text = text[len(latin) :]
                break
    return re.sub(r"(.)\1+", r"\1", out)


@cache
def _names() -> Mapping[str, str]:
    out: dict[str, str] = {}
    for row in rows("latin.tsv"):
        out[row["latin"]] = row["spoken"]
        out.setdefault(row["latin"].lower(), row["spoken"])
    return out


@cache
def _letter_names() -> Mapping[str, str]:
    return {row["letter"]: row["spoken"] for row in rows("latin_letters.tsv")}


def tag_phones(line: Line) -> None:
    """Telephone numbers digit by digit: with +, in groups, or after a word that announces one."""
    international = re.compile(r"(?<!\d)(?:\+|00)\d[\d\s()./-]{6,18}\d(?!\d)")
    line.each(international, lambda match: _phone(match.group()), "phone")
    after_word = re.compile(r"(?<![\d.,])\d[\d\s-]{1,14}\d(?![\d.,%])|(?<![\d.,])\d{3,}(?![\d.,%])")

    def read(match: re.Match[str]) -> str | None:
        before = words_before(line.text.replace(":", " "), match.start())[-2:]
        before = [word.removeprefix("ب").removeprefix("و") for word in before]
        plain = re.sub(r"\D", "", match.group())
        if any(word in _PHONE_WORDS for word in before) and len(plain) >= 3:
            return _phone(match.group())
        long_code = len(plain) >= 7 and plain.startswith("0")
        return _phone(match.group()) if long_code else None

    line.each(after_word, read, "phone")


def _phone(text: str) -> str:
    groups = re.findall(r"\d+", text)
    lead = "زائد " if text.startswith("+") else ""
    return lead + "، ".join(digits(group) for group in groups)


def tag_scores(line: Line) -> None:
    """2-1 in a sporting line: «اثنين واحد»."""
    sport = re.compile(
        rf"(?<![{LETTERS}])(?:و|ف|ب)?(?:فاز|فازت|خسر|خسرت|تعادل|تعادلا|تعادلت|تغلب|تغلبت|هزم|هزمت|بنتيجة|النتيجة|نتيجة|"
        r"المباراة|مباراة|الشوط|هدف|هدفا|أهداف|سحق|اكتسح|تفوق|فوزه|فوز|الفوز|خسارة|تأخره|بفوزه|انتصار|انتهت|انتهى)"
        rf"(?![{LETTERS}])"
    )
    if not sport.search(line.text):
        return
    score = re.compile(
        r"(?<![\d.,/:\-])(?P<a>\d{1,3})\s?[-–—:]\s?(?P<b>\d{1,3})(?![\d.,/:\-%])(?!\s?(?:يناير|فبراير|مارس))"
    )

    def read(match: re.Match[str]) -> str | None:
        high, low = int(match["a"]), int(match["b"])
        if ":" in match.group() and max(high, low) > 20:
            return None
        joiner = " مقابل " if max(high, low) > 20 else " "
        return f"{cardinal(high)}{joiner}{cardinal(low)}"

    line.each(score, read, "score")


def tag_symbols(line: Line) -> None:
    """+ = between numbers are said; &, signs, bullets, brackets and emoji are not."""
    said = {"+": " زائد ", "=": " يساوي ", "×": " في ", "÷": " على "}
    between = re.compile(r"(?<=[\d\s])\s?([+=×÷])\s?(?=\s?\d)")
    line.each(between, lambda match: said[match[1]], "operator")
    line.each(re.compile(r"\s?&\s?"), lambda match: " و", "symbol")
    # A hyphen with space on both sides is a pause; any other is silent.
    line.each(re.compile(r"^\s*-|(?<!\s)[-–—/_]|[-–—/_](?!\s)"), lambda match: " ", "hyphen")
    line.each(
        re.compile(r"[•▪●◦■□►▶★☆✓✔→←«»﴾﴿\"“”‘’<>{}\[\]|*~^`\\#@_°€$£¥©®™§¶=+×÷]"),
        lambda m: "",
        "symbol",
    )
