"""Numbers with what they count: nouns, money, units, percentages, ranges, ordinals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import LETTERS
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at, word_after, words_before
from mujaz.text.normalize.nouns import Noun, counted, decimal, gender_of
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, digits, ordinal

# A number as written: thousands grouped by comma, Arabic comma, thin or plain space, or dots.
_NUM = (
    r"\d{1,3}(?:[,٬،]\d{3})+(?:[.٫]\d+)?|\d{1,3}(?:\.\d{3}){2,}"
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)|\d+(?:[.٫]\d+)?"
)
NUMBER = rf"(?<![\d.,٫٬])(?P<n>{_NUM})(?![\d])"
PREFIX = rf"(?:(?<![{LETTERS}])(?P<prefix>[وف]?[بلك]?)ـ?)?"
# Scale words as written -> singular and plural.
_SCALES = {
    written: (singular, plural)
    for singular, plural, spellings in (
        ("ألف", "آلاف", "ألف ألفا آلاف الف"),
        ("مليون", "ملايين", "مليون مليونا ملايين"),
        ("مليار", "مليارات", "مليار مليارا مليارات بليون"),
        ("تريليون", "تريليونات", "تريليون تريليونا تريليونات"),
    )
    for written in spellings.split()
}
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_ORDINAL_HEADS = {
    "القرن": "m", "المركز": "m", "الدورة": "f", "الدقيقة": "f", "الجولة": "f", "المادة": "f",
    "الذكرى": "f", "المرة": "f", "النسخة": "f", "المرحلة": "f", "الحلقة": "f", "الصفحة": "f",
    "الطابق": "m", "الفصل": "m", "البند": "m", "الأسبوع": "m", "اليوم": "m", "الشهر": "m",
    "الفقرة": "f", "الطبعة": "f", "الجلسة": "f", "القمة": "f", "المحطة": "f",
    "الفوج": "m", "اللواء": "m", "الموسم": "m", "العام": "m", "السنة": "f", "الدفعة": "f",
    "المقعد": "m", "الدور": "m", "الشوط": "m", "الساعة": "f", "المؤتمر": "m",
    "المهرجان": "m",
}  # fmt: skip
# After these a bare number counts what follows: شارك في المؤتمر 200 باحث.
_ONLY_WITH_ARTICLE = frozenset(
    "اليوم الشهر العام السنة الموسم المؤتمر المهرجان القمة المحطة اللواء الفوج الجلسة المرة".split()
)
_AGE = re.compile(r"\((?P<n>\d{1,3}) (?P<noun>عاما|عامًا|سنة|أعوام|سنوات)\)")


def read_number(text: str) -> tuple[str, str]:
    """Integer and fraction digits of a number as written."""
    text = text.replace("٫", ".")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", text):
        text = text.replace(".", "")
    text = re.sub(r"[,٬،\s]", "", text)
    whole, _, fraction = text.partition(".")
    return whole, fraction


def tag_percent(line: Line) -> None:
    """3.5%, %3, 75 بالمئة."""
    sign = re.compile(
        rf"{PREFIX}(?:{NUMBER}\s?[%٪]|(?<!\d)[%٪]\s?(?P<m>{_NUM})"
        rf"|(?<![\d.,])(?P<k>{_NUM})(?=\s(?:في المئة|في المائة|بالمئة|بالمائة)))"
    )

    def read(match: re.Match[str]) -> str:
        prefix = match["prefix"] or ""
        number = match["n"] or match["m"] or match["k"]
        case = case_at(line.text, match.start(), prefix)
        if match["k"] and len(words_before(line.text, match.start())) >= 2:
            case = _percent_subject(line.text, match, case)
        words = quantity(number, Form(Gender.MASCULINE, case))
        tail = "" if match["k"] else " في المئة"
        return f"{prefix}{words}{tail}"

    line.each(sign, read, "percent")
    line.each(re.compile(r"(?<=\d )(بالمئة|بالمائة|في المائة)"), lambda m: "في المئة", "percent")


def _percent_subject(text: str, match: re.Match[str], case: Case) -> Case:
    """أيد القرار 75 بالمئة من الناخبين: a share of people is the subject of the first verb."""
    after = text[match.end() :].lstrip().split()[:4]
    before = words_before(text, match.start())
    if len(after) > 1 and any(w.startswith("من") for w in after) and len(before) == 2:
        return Case.NOMINATIVE
    return case


def tag_money(line: Line) -> None:
    """$85, 85 دولار$, 500 ر.س, £1,500, 3.2 مليون $."""
    signs = "|".join(sorted(map(re.escape, currencies()), key=len, reverse=True))
    guard = rf"(?![{LETTERS}A-Za-z])"
    before = re.compile(
        rf"{PREFIX}(?P<sign>{signs})\s?{NUMBER}(?:\s(?P<scale>{_SCALE})(?![{LETTERS}]))?"
    )
    after = re.compile(rf"{PREFIX}{NUMBER}(?:\s(?P<scale>{_SCALE}))?\s?(?P<sign>{signs}){guard}")
    for pattern in (before, after):
        line.each(pattern, lambda match: _money(line.text, match), "money")


def _money(text: str, match: re.Match[str]) -> str:
    prefix = match["prefix"] or ""
    currency = currencies()[match["sign"]]
    noun = Noun(
        currency["singular"], currency["plural"], Gender(currency["gender"]), currency["adjective"]
    )
    case = case_at(text, match.start(), prefix)
    whole, fraction = read_number(match["n"])
    scale = match["scale"]
    if scale:
        words = scaled(match["n"], scale, case, noun_follows=True)
        return prefix + " ".join(filter(None, [words, noun.singular, noun.adjective]))
    parts = int(currency["parts"] or 0)
    number = int(whole)
    if not fraction.strip("0"):
        return prefix + counted(number, noun, case)
    if fraction in ("5", "50") and number:
        return f"{prefix}{counted(number, noun, case)} ونصف"
    if parts and len(fraction) <= len(str(parts)) - 1:
        small = int(fraction.ljust(len(str(parts)) - 1, "0"))
        subunit = Noun(
            currency["subunit"], currency["subunit_plural"], gender_of(currency["subunit"])
        )
        said = counted(small, subunit, case)
        return f"{prefix}{counted(number, noun, case)} و{said}" if number else prefix + said
    words = decimal(whole, fraction, Form(noun.gender, case))
    return prefix + " ".join(filter(None, [words, noun.singular, noun.adjective]))


def tag_units(line: Line) -> None:
    """50 كم, 120 كم/س, 40°م, 5 GB: the noun is made and inflected; never without a number."""
    symbols = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    pattern = re.compile(
        rf"{PREFIX}{NUMBER}(?:\s(?P<scale>{_SCALE}))?\s?(?P<unit>{symbols})(?![{LETTERS}A-Za-z²³/])"
    )

    def read(match: re.Match[str]) -> str | None:
        prefix = match["prefix"] or ""
        unit = units()[match["unit"]]
        if (
            match["unit"] == "م"
            and re.fullmatch(r"\d{3,4}", match["n"])
            and _names_year(line, match)
        ):
            return f"{prefix}{cardinal(int(match['n']), Form())} ميلادية"
        noun = Noun(unit["singular"], unit["plural"], Gender(unit["gender"]), unit["adjective"])
        case = case_at(line.text, match.start(), prefix)
        whole, fraction = read_number(match["n"])
        if match["scale"]:
            words = scaled(match["n"], match["scale"], case, noun_follows=True)
            return prefix + " ".join(filter(None, [words, noun.singular, noun.adjective]))
        if not fraction:
            return prefix + counted(int(whole), noun, case)
        if fraction == "5" and int(whole):
            return f"{prefix}{counted(int(whole), noun, case)} ونصف"
        words = decimal(whole, fraction, Form(noun.gender, case))
        return prefix + " ".join(filter(None, [words, noun.singular, noun.adjective]))

    line.each(pattern, read, "unit")


def _names_year(line: Line, match: re.Match[str]) -> bool:
    """عام 1975م is a year of the common era; 1975 م of a road are metres."""
    before = words_before(line.text, match.start())
    named = bool(before) and before[-1].lstrip("وبلف").removeprefix("ال") in ("عام", "سنة")
    return named or (
        len(match["n"]) == 4 and match["n"][0] in "12" and match.group().endswith(match["n"] + "م")
    )


def tag_fractions(line: Line) -> None:
    """3/4 المخزون and the single characters ½ ¼ ¾."""
    names = {
        2: "نصف",
        3: "ثلث",
        4: "ربع",
        5: "خمس",
        6: "سدس",
        7: "سبع",
        8: "ثمن",
        9: "تسع",
        10: "عشر",
    }
    plural = {
        3: "أثلاث",
        4: "أرباع",
        5: "أخماس",
        6: "أسداس",
        7: "أسباع",
        8: "أثمان",
        9: "أتساع",
        10: "أعشار",
    }

    def words(top: int, bottom: int, case: Case) -> str | None:
        if bottom not in names or not 0 < top < bottom:
            return None
        if top == 1:
            return names[bottom]
        if top == 2 and bottom > 2:
            return names[bottom] + ("ا" if case is Case.NOMINATIVE else "ي")
        return f"{cardinal(top)} {plural[bottom]}" if bottom in plural else None

    def read(match: re.Match[str]) -> str | None:
        case = case_at(line.text, match.start(), match["prefix"] or "")
        said = words(int(match["top"]), int(match["bottom"]), case)
        return None if said is None else (match["prefix"] or "") + said

    slash = re.compile(rf"{PREFIX}(?<![\d/])(?P<top>\d)/(?P<bottom>\d{{1,2}})(?![\d/])")
    line.each(slash, read, "fraction")
    signs = {"½": "نصف", "¼": "ربع", "¾": "ثلاثة أرباع", "⅓": "ثلث", "⅔": "ثلثي", "⅛": "ثمن"}

    def read_sign(match: re.Match[str]) -> str:
        said = signs[match["sign"]]
        if not match["n"]:
            return said
        return f"{quantity(match['n'], Form())} و{said}"

    line.each(
        re.compile(rf"(?:(?<!\d)(?P<n>\d+)\s?)?(?P<sign>[{''.join(signs)}])"), read_sign, "fraction"
    )


def tag_ordinals(line: Line) -> None:
    """القرن 21، الدقيقة 90، الذكرى الـ50; and الـ5 after a definite plural."""
    heads = "|".join(_ORDINAL_HEADS)
    pattern = re.compile(
        rf"(?<![{LETTERS}])(?:[وفبلك]|بال|لل)?(?P<head>{heads})\s(?P<num>(?:ال(?:ـ|-)?\s?)?(?P<n>\d{{1,3}}))(?!\s?[-–]\s?\d|[\d.,:/%٪]|\s?(?:[{LETTERS}]*دقيقة))"
    )
    for match in pattern.finditer(line.text):
        letter = _ORDINAL_HEADS[match["head"]]
        bare = match["num"] == match["n"]
        if bare and (match["head"] in _ONLY_WITH_ARTICLE or len(match["n"]) > 2):
            continue
        case = case_at(line.text, match.start("head"))
        before = words_before(line.text, match.start("head"))
        if before and before[-1] in ("في", "من", "إلى", "على", "خلال", "بعد", "قبل", "منذ", "حتى"):
            case = Case.OBLIQUE
        said = ordinal(int(match["n"]), Form(Gender(letter), case, definite=True))
        line.claim(match.start("num"), match.end("num"), said, "ordinal")
    definite = re.compile(
        rf"(?<![{LETTERS}])(?P<prefix>[وفبك]?)(?:ال|(?P<lil>لل))[ـ\-]?\s?(?P<n>{_NUM})(?!\d)"
    )

    def read(match: re.Match[str]) -> str | None:
        before = words_before(line.text, match.start())
        head = before[-1] if before else ""
        after = word_after(line.text, match.end())
        whole, fraction = read_number(match["n"])
        if fraction or not head:
            return None
        number = int(whole)
        case = Case.OBLIQUE
        if head in ("مجموعة", "قمة"):
            said = cardinal(number, Form(Gender.FEMININE, case, definite=True))
        elif _ORDINAL_HEADS.get(head):
            said = ordinal(number, Form(Gender(_ORDINAL_HEADS[head]), case, definite=True))
        elif plural := _plural_of_idafa(before):
            said = cardinal(number, Form(gender_of(plural), case, definite=True))
        elif head.startswith("ال") and not _is_plural(head):
            said = ordinal(number, Form(gender_of(head), case, definite=True))
        else:
            said = cardinal(number, Form(gender_of(head or after), case, definite=True))
        prefix = match["prefix"] or ""
        if match["lil"]:
            said = "لل" + said.removeprefix("ال")
        return prefix + said

    line.each(definite, read, "definite")


def _is_plural(word: str) -> bool:
    bare = word.removeprefix("ال")
    return bare.endswith(("ات", "ون", "ين")) or bare in _broken_plurals()


@cache
def _broken_plurals() -> frozenset[str]:
    return frozenset(
        row["noun"] for row in rows("noun_gender.tsv") if not row["noun"].endswith("ة")
    )


def _plural_of_idafa(before: list[str]) -> str:
    """أعضاء مجلس الأمن الـ15: the number counts the first noun of the chain."""
    for word in reversed(before[-4:]):
        if not word.startswith("ال") and (_is_plural(word) or word.endswith("اء")):
            return word
    return ""


def tag_ranges(line: Line) -> None:
    """50-60 ألفا, 12-17 سنة; the noun's form follows the last number."""
    dash = r"\s?[-–—−]\s?"
    pattern = re.compile(
        rf"(?<![\d.,/:\-A-Za-z])(?P<a>\d{{1,3}}(?:,\d{{3}})*){dash}(?P<b>\d{{1,3}}(?:,\d{{3}})*)(?![\d.,/:\-])(?=\s?(?P<noun>[{LETTERS}]+)?)"
    )

    def read(match: re.Match[str]) -> str | None:
        if not match["noun"]:
            return None
        noun = match["noun"]
        gender = Gender.MASCULINE if noun in _SCALES else gender_of(noun)
        form = Form(gender, Case.OBLIQUE)
        low, high = (int(read_number(match[g])[0]) for g in ("a", "b"))
        joined = " و" if words_before(line.text, match.start())[-1:] == ["بين"] else " إلى "
        return f"{cardinal(low, form)}{joined}{cardinal(high, form)}"

    line.each(pattern, read, "range")


def tag_ages(line: Line) -> None:
    """أحمد (45 عاما): an age in brackets."""

    def read(match: re.Match[str]) -> str:
        noun = match["noun"]
        form = Form(gender_of(noun), Case.OBLIQUE, construct=True)
        return f"{cardinal(int(match['n']), form)} {noun}"

    line.each(_AGE, read, "age")


def tag_counts(line: Line) -> None:
    """Every other number: a counted noun beside it decides gender, what precedes decides case."""
    pattern = re.compile(
        rf"{PREFIX}(?P<sign>(?<![\d\w])[-−+])?{NUMBER}(?:\s(?P<scale>{_SCALE})(?![{LETTERS}]))?"
    )
    line.each(pattern, lambda match: _count(line, match), "number")


def _count(line: Line, match: re.Match[str]) -> str:
    text = line.text
    prefix = match["prefix"] or ""
    case = case_at(text, match.start(), prefix)
    whole, fraction = read_number(match["n"])
    sign = {"-": "ناقص ", "−": "ناقص ", "+": "زائد ", None: ""}[match["sign"]]
    if match["scale"]:
        after = word_after(text, match.end())
        return prefix + sign + scaled(match["n"], match["scale"], case, noun_follows=bool(after))
    if (len(whole) > 1 and whole.startswith("0")) or len(whole) > 15:
        return prefix + digits(whole)
    noun = word_after(text, match.end())
    if _is_year(text, match, whole):
        gender = (
            Gender.FEMININE
            if words_before(text, match.start())[-1:] == ["سنة"]
            else Gender.MASCULINE
        )
        return prefix + cardinal(int(whole), Form(gender, Case.OBLIQUE))
    if not noun or noun in (
        "من",
        "في",
        "على",
        "إلى",
        "و",
        "أو",
        "عن",
        "مقابل",
        "بعد",
        "قبل",
        "كما",
        "حتى",
    ):
        gender = _implied_gender(text, match.start())
        form = Form(gender, case)
    else:
        form = Form(gender_of(_counted_noun(text, match, noun)), case, construct=True)
    if fraction:
        return prefix + sign + decimal(whole, fraction, Form(Gender.MASCULINE, case))
    return prefix + sign + cardinal(int(whole), form)


def _counted_noun(text: str, match: re.Match[str], noun: str) -> str:
    """The noun that a number counts: the next word, or the one after «من»."""
    joined = re.match(rf"\s?(?:و|أو|إلى|ـ)+\s?\d+\s([{LETTERS}]+)", text[match.end() :])
    return joined[1] if joined else noun


def _implied_gender(text: str, position: int) -> Gender:
    """بين 10 و15 شخصا: a number without a noun shares the next number's."""
    joined = re.match(rf"[\d.,]+\s(?:و|أو|إلى)\s?\d[\d.,]*\s([{LETTERS}]+)", text[position:])
    return gender_of(strip_marks(joined[1])) if joined else Gender.MASCULINE


def _is_year(text: str, match: re.Match[str], whole: str) -> bool:
    if len(whole) != 4 or match["n"] != whole:
        return False
    before = words_before(text, match.start())[-1:]
    if before and before[0].lstrip("وبلف") in (
        "عام",
        "سنة",
        "لعام",
        "العام",
        "موسم",
        "رؤية",
        "مونديال",
    ):
        return True
    if before and before[0].removeprefix("ال") in ("عام", "سنة", "صيف", "شتاء", "ربيع", "خريف"):
        return True
    return 1900 <= int(whole) <= 2100 and not word_after(text, match.end())


def quantity(number: str, form: Form) -> str:
    """A number as written, in words."""
    whole, fraction = read_number(number)
    if fraction.strip("0"):
        return decimal(whole, fraction, form)
    return cardinal(int(whole), form)


def scaled(number: str, scale: str, case: Case, *, noun_follows: bool) -> str:
    """A number of thousands, millions ... with the scale word in its right form."""
    singular, plural = _SCALES[scale]
    whole, fraction = read_number(number)
    value = int(whole)
    if fraction == "5" and value:
        return f"{scaled(whole, scale, case, noun_follows=False)} ونصف ال{singular}"
    if fraction.strip("0"):
        return f"{decimal(whole, fraction, Form(Gender.MASCULINE, case))} {singular}"
    if value == 1:
        return singular
    if value == 2:
        stem = singular + ("ا" if case is Case.NOMINATIVE else "ي")
        return stem if noun_follows else stem + "ن"
    below = value % 100
    words = cardinal(value, Form(Gender.MASCULINE, case, construct=True))
    if 3 <= below <= 10:
        return f"{words} {plural}"
    if 11 <= below <= 99 and not noun_follows:
        return f"{words} {singular}ا"
    return f"{words} {singular}"


@cache
def currencies() -> Mapping[str, Mapping[str, str]]:
    """Every sign, code and abbreviation -> its row."""
    return {sign: row for row in rows("currencies.tsv") for sign in row["symbols"].split(" ")}


@cache
def units() -> Mapping[str, Mapping[str, str]]:
    """Every unit symbol -> its row."""
    return {sign: row for row in rows("units.tsv") for sign in row["symbols"].split(" ") if sign}
