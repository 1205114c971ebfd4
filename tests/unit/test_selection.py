"""Which stories a bulletin tells, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mujaz.bulletin.gathering import Offer
from mujaz.bulletin.listing import Candidate
from mujaz.bulletin.selection import Limits, choose, start_of_news, too_old
from mujaz.domain import Article
from mujaz.settings.values import SourceConfig

_SUBJECTS = {
    "a0": ("الحكومة تعلن خطة لتطوير المطارات", "تشمل الخطة توسيع المدارج وبناء صالات جديدة للركاب"),
    "a1": ("فوز المنتخب على ضيفه في التصفيات", "سجل المهاجم هدفين في الشوط الثاني أمام جمهور كبير"),
    "b0": (
        "أمطار غزيرة تغلق طرقا جبلية",
        "حذرت الأرصاد السائقين من انزلاقات في المرتفعات الشمالية",
    ),
    "b1": ("ارتفاع أسعار النفط عند التسوية", "أرجع محللون الزيادة إلى انخفاض المخزونات في الأسواق"),
    "c0": ("علماء يكتشفون كوكبا بعيدا", "رصد التلسكوب إشارات من نجم خافت بعد مراقبة طويلة"),
}


def _offer(name: str, *, priority: int = 5, section: str = "") -> Offer:
    title, text = _SUBJECTS[name]
    place, rank = "abc".index(name[0]), int(name[1])
    source = SourceConfig(url=f"https://{name[0]}.example/", priority=priority, section=section)
    candidate = Candidate(source, place, rank, f"https://{name[0]}.example/{rank}")
    return Offer(candidate, Article(title, (text,)))


def _names(offers: list[Offer]) -> list[str]:
    return [f"{'abc'[o.candidate.place]}{o.candidate.rank}" for o in offers]


def _limits(stories: int = 9, minutes: float = 99.0) -> Limits:
    return Limits(stories, minutes, 0.5, lambda article: 1.0)


def test_each_source_gives_its_first_story_before_any_gives_its_second() -> None:
    offers = [_offer(name) for name in ("a0", "a1", "b0", "b1", "c0")]
    chosen, left_out = choose(offers, _limits(stories=4))
    assert _names(chosen) == ["a0", "b0", "c0", "a1"]
    assert [left.reason for left in left_out] == ["over the limit of 4 stories"]


def test_a_smaller_priority_number_goes_before_everything_else() -> None:
    offers = [_offer("a0"), _offer("a1"), _offer("b0", priority=1), _offer("b1", priority=1)]
    assert _names(choose(offers, _limits())[0]) == ["b0", "b1", "a0", "a1"]


def test_stories_of_a_section_stand_together_in_the_order_of_their_first() -> None:
    offers = [
        _offer("a0", section="politics"),
        _offer("b0", section="weather"),
        _offer("a1", section="politics"),
        _offer("c0"),
    ]
    assert _names(choose(offers, _limits())[0]) == ["a0", "a1", "b0", "c0"]


@pytest.mark.parametrize(
    ("minutes", "told"), [(0.1, ["a0"]), (1.4, ["a0"]), (2.4, ["a0"]), (2.5, ["a0", "b0"])]
)
def test_minutes_are_a_limit_but_one_story_is_told_in_any_case(
    minutes: float, told: list[str]
) -> None:
    offers = [_offer("a0"), _offer("b0"), _offer("c0")]
    chosen, left_out = choose(offers, _limits(minutes=minutes))
    assert _names(chosen) == told
    assert {left.reason for left in left_out} == {f"over the limit of {minutes:g} minutes"}


def test_the_same_story_is_told_once_by_the_source_that_goes_first() -> None:
    title, text = _SUBJECTS["a0"]
    copy = Offer(_offer("b0", priority=1).candidate, Article(title, (text,)))
    chosen, left_out = choose([_offer("a0"), copy], _limits())
    assert _names(chosen) == ["b0"]
    assert left_out[0].reason == f"the same story as: {title} (https://b.example/0)"
    assert left_out[0].source == "https://a.example/0"
    assert not left_out[0].failed


def test_news_starts_six_hours_before_the_last_bulletin() -> None:
    now = datetime(2026, 5, 2, 18, tzinfo=UTC)
    last = now - timedelta(hours=12)
    assert start_of_news("last", last, now) == now - timedelta(hours=18)
    assert start_of_news("last", None, now) == now - timedelta(hours=24)
    assert start_of_news(3, last, now) == now - timedelta(hours=3)
    assert too_old(now, now) == ""
    assert too_old(None, now) == ""
    assert too_old(now - timedelta(seconds=1), now) == "not new: published 2026-05-02"
