"""What a bulletin is made of: languages, stories told once, dates and lines read right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mujaz.arabic.language import language_of
from mujaz.arabic.marks import shadda_first, strip_marks
from mujaz.bulletin.dates import gregorian, hijri
from mujaz.bulletin.lines import Lines, Occasion, stories_in_words
from mujaz.bulletin.section_names import definite
from mujaz.bulletin.selection import start_of_news, too_old, unfit
from mujaz.bulletin.similarity import imprint, tell_the_same
from mujaz.domain import Article
from mujaz.errors import ConfigError, MujazError
from mujaz.pipeline.read import reading
from mujaz.settings.values import BulletinConfig, Config

_PAIRS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "data" / "same_story.tsv")
    .read_text("utf-8")
    .splitlines()[2:]
]
_DAY = date(2026, 11, 24)
_MORNING = datetime(2026, 11, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize("pair", _PAIRS, ids=[pair[1][:20] for pair in _PAIRS])
def test_one_story_from_two_desks_is_known(pair: list[str]) -> None:
    one, other = imprint(pair[1], [pair[2]]), imprint(pair[3], [pair[4]])
    assert tell_the_same(one, other) is (pair[0] == "yes")
    assert tell_the_same(other, one) is (pair[0] == "yes")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "افتتحت المدينة جسرا جديدا فوق النهر صباح اليوم الأحد."),
        ("ar", "قال چافيز في مؤتمر صحافي مع گوميز إن پاريس ستشارك في المؤتمر"),
        ("fa", "رئیس جمهور در سفر به این کشور گفت که روابط دو طرف باید گسترش یابد."),
        ("fa", "پژوهشگران گیاهان دارویی جنگل گیلان شناسایی کردند"),
        ("ur", "وزیر اعظم نے کہا ہے کہ حکومت عوام کے مسائل حل کرنے میں سنجیدہ ہے۔"),
        ("ckb", "سەرۆکی هەرێم لە کۆبوونەوەیەکدا لەگەڵ شاندێکی وڵات باسی پەیوەندییەکانی کرد."),
        ("ps", "د حکومت ویاند وايي چې په دې سیمه کې امنیت ښه شوی دی."),
        ("und", "The minister said on Sunday that the bridge الجسر is open"),
    ],
)
def test_languages_are_told_apart(language: str, text: str) -> None:
    assert language_of(text) == language


def test_an_article_is_unfit_for_a_reason() -> None:
    good = Article("عنوان", ("افتتحت المدينة جسرا جديدا فوق النهر صباح اليوم الأحد.",))
    assert unfit(good, 5) == ""
    assert "too short: 9 words" in unfit(good, 30)
    assert "empty" in unfit(replace(good, paragraphs=()), 0)


def test_news_is_what_came_since_the_last_bulletin() -> None:
    last = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert start_of_news(3, last, _MORNING).hour == 4
    assert start_of_news("last", last, _MORNING) < last
    assert start_of_news("last", None, _MORNING).day == 23
    assert too_old(None, last) == ""
    assert "2026-11-01" in too_old(datetime(2026, 11, 1, tzinfo=UTC), last)


@pytest.mark.parametrize(
    ("day", "written", "spoken"),
    [
        (
            date(2026, 11, 24),
            "الثلاثاء 24 تشرين الثاني/نوفمبر 2026",
            "الثُّلَاثَاءَ الرَّابِعَ وَالْعِشْرِينَ مِنْ تِشْرِينَ الثَّانِي نُوفَمْبِرَ أَلْفَيْنِ وَسِتَّةٍ وَعِشْرِينَ",
        ),
        (
            date(2027, 1, 1),
            "الجمعة 1 كانون الثاني/يناير 2027",
            "الْجُمُعَةَ الْأَوَّلَ مِنْ كَانُونَ الثَّانِي يَنَايِرَ أَلْفَيْنِ وَسَبْعَةٍ وَعِشْرِينَ",
        ),
        (
            date(2030, 5, 12),
            "الأحد 12 أيار/مايو 2030",
            "الْأَحَدَ الثَّانِيَ عَشَرَ مِنْ أَيَّارَ مَايُو أَلْفَيْنِ وَثَلَاثِينَ",
        ),
    ],
)
def test_a_date_is_said_in_full(day: date, written: str, spoken: str) -> None:
    both = gregorian(day)
    assert (both.written, both.spoken) == (written, shadda_first(spoken))


@pytest.mark.parametrize("months", ["levant", "egypt", "maghreb"])
def test_every_day_of_a_year_is_said_without_a_figure_or_a_bare_word(months: str) -> None:
    for number in range(365):
        day = date.fromordinal(date(2027, 1, 1).toordinal() + number)
        for said in (gregorian(day, months).spoken, hijri(day).spoken):
            assert not any(char.isdigit() for char in said)
            assert all(strip_marks(word) != word for word in said.split()), said


def test_the_hijri_date_is_that_of_umm_al_qura() -> None:
    # 1 Ramadan 1447, announced for 18 February 2026.
    assert hijri(date(2026, 2, 18)).written == "1 رمضان 1447 للهجرة"
    assert hijri(date(2026, 2, 18), adjust=1).written == "2 رمضان 1447 للهجرة"
    assert hijri(date(2026, 5, 18)).spoken.startswith(shadda_first("الْأَوَّلَ مِنْ ذِي الْحِجَّةِ أَلْفٍ"))
    assert hijri(date(2026, 5, 18)).written == "1 ذي الحجة 1447 للهجرة"
    with pytest.raises(MujazError, match="Hijri"):
        hijri(date(1800, 1, 1))


_SAID = {
    "greeting": "صَبَاحُ الْخَيْر.|أَهْلًا بِكُمْ فِي مُوجَزِ الْأَخْبَارِ، الْيَوْمَ الثُّلَاثَاءَ الرَّابِعَ وَالْعِشْرِينَ مِنْ "
    "تِشْرِينَ الثَّانِي نُوفَمْبِرَ أَلْفَيْنِ وَسِتَّةٍ وَعِشْرِينَ، الْمُوَافِقَ الرَّابِعَ عَشَرَ مِنْ جُمَادَى الْآخِرَةِ أَلْفٍ "
    "وَأَرْبَعِمِئَةٍ وَثَمَانِيَةٍ وَأَرْبَعِينَ لِلْهِجْرَة.",
    "headlines_line": "وَهَذِهِ أَبْرَزُ الْعَنَاوِين:",
    "details_line": "وَإِلَى تَفَاصِيلِ النَّشْرَة.",
    "disclosure_brief": "تَسْمَعُونَ هَذِهِ النَّشْرَةَ بِصَوْتٍ اصْطِنَاعِيّ.",
    "section_line": "وَفِي الثَّقَافَة.",
    "credit": "نَقْلًا عَنْ صَحِيفَةِ الضِّفَّةِ الْجَدِيدَة.",
    "disclosure": "تُقْرَأُ هَذِهِ النَّشْرَةُ بِصَوْتٍ اصْطِنَاعِيّ.",
    "sign_off": "بِهَذَا نَصِلُ إِلَى خِتَامِ النَّشْرَة.|شُكْرًا لِحُسْنِ اسْتِمَاعِكُمْ، وَإِلَى اللِّقَاء.",
}


def _lines(moment: datetime = _MORNING, **changes: object) -> Lines:
    settings = replace(BulletinConfig(hijri=True), **changes)  # type: ignore[arg-type]
    config = Config(bulletin=settings)
    return Lines(config, Occasion(_DAY, moment, ("أ", "ب")), reading(config))


@pytest.mark.parametrize("name", list(_SAID))
def test_each_default_line_is_read_right(name: str) -> None:
    values: dict[str, object] = {}
    if name == "section_line":
        values = {"section": "ثقافة", "the_section": definite("ثقافة"), "sections": 2, "turn": 1}
    if name == "credit":
        values = {**dict.fromkeys(("author", "title", "section"), ""), "run": 1, "turn": 0}
        values["publisher"] = "صحيفة الضفة الجديدة"
    sentences = _lines().sentences(name, **values)
    assert "|".join(sentence.spoken for sentence in sentences) == shadda_first(_SAID[name])


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "خبرٌ واحد"), (2, "خبران"), (3, "ثلاثة أخبار"), (10, "عشرة أخبار"),
     (11, "أحد عشر خبرًا"), (20, "عشرون خبرًا"), (100, "مئة خبر"), (103, "مئة وثلاثة أخبار")],
)  # fmt: skip
def test_a_number_of_stories_agrees(count: int, words: str) -> None:
    assert stories_in_words(count) == words


@pytest.mark.parametrize(
    ("section", "said"),
    [("سياسة", "السياسة"), ("شؤون دولية", "الشؤون الدولية"), ("الرياضة", "الرياضة"),
     ("أخبار العالم", "أخبار العالم"), ("محليات", "المحليات"), ("Sport", "Sport"),
     ("الثقافة والفنون", "الثقافة والفنون"), ("ثقافة وفنون", "الثقافة والفنون"),
     ("ثقافة و فنون", "الثقافة و الفنون"), ("اقتصاد وأعمال", "الاقتصاد والأعمال"),
     ("عربي ودولي", "العربي والدولي"), ("علوم وتكنولوجيا", "العلوم والتكنولوجيا"),
     ("أخبار محلية وعربية", "الأخبار المحلية والعربية"), ("شؤون وطنية", "الشؤون الوطنية"),
     ("أخبار وزارية", "الأخبار الوزارية"), ("وظائف", "الوظائف"), ("كرة قدم", "كرة القدم"),
     ("أخبار عاجلة", "الأخبار العاجلة"), ("لبنان", "لبنان"), ("لبنان والعالم", "لبنان والعالم"),
     ("لبنان وسوريا", "لبنان وسوريا"), ("أخبار لبنان", "أخبار لبنان"), ("رأي", "الرأي"),
     ("مقالات رأي", "مقالات الرأي"), ("حول العالم", "حول العالم")],
)  # fmt: skip
def test_a_section_is_announced_with_the_article(section: str, said: str) -> None:
    assert definite(section) == said


def test_the_date_is_said_in_the_shows_own_style() -> None:
    lines = _lines(date="{{ day }} {{ month }}", greeting="اليومَ {{ date }}.")
    (sentence,) = lines.sentences("greeting")
    assert sentence.text == "اليومَ 24 تشرين الثاني/نوفمبر."
    assert shadda_first("الرَّابِعَ وَالْعِشْرِينَ مِنْ تِشْرِينَ الثَّانِي") in sentence.spoken
    assert "أَلْفَيْن" not in sentence.spoken


def test_a_date_whose_style_writes_of_says_it_once() -> None:
    lines = _lines(date="{{ day }} من {{ month }}", greeting="اليومَ {{ date }}.")
    (sentence,) = lines.sentences("greeting")
    assert sentence.text == "اليومَ 24 من تشرين الثاني/نوفمبر."
    assert shadda_first("الرَّابِعَ وَالْعِشْرِينَ مِنْ تِشْرِينَ الثَّانِي") in sentence.spoken


def test_an_evening_is_greeted_as_one() -> None:
    evening = _lines(_MORNING.replace(hour=19)).sentences("greeting")
    assert evening[0].spoken == "مَسَاءُ الْخَيْر."


def test_lines_are_templates_in_a_sandbox() -> None:
    assert _lines(title="{show} {{ count }}").title() == "موجز الأخبار 2"
    assert _lines(disclosure="").sentences("disclosure")
    assert not _lines(sign_off="").sentences("sign_off")
    for bad in ("{{ nothing }}", "{{ show.__class__.__mro__ }}", "{% if %}", "{{ 1 / 0 }}"):
        with pytest.raises(ConfigError, match="sign_off"):
            _lines(sign_off=bad).sentences("sign_off")


def test_a_word_time_never_points_past_the_written_words() -> None:
    for sentence in _lines().sentences("greeting"):
        assert len(sentence.word_map) in (0, len(sentence.spoken.split()))
        assert max(sentence.word_map, default=0) < len(sentence.text.split())
