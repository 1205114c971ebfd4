"""Dates as news pages write them."""

from __future__ import annotations

from datetime import date

import pytest

from mujaz.arabic.calendar import written_date
from mujaz.text.cleaning.dates import find_date, is_dateline, time_line
from mujaz.text.normalize.line import normalize_line


@pytest.mark.parametrize(
    ("line", "day", "time"),
    [
        ("الأحد 8 مايو 2022 - 17:54 بتوقيت طهران", date(2022, 5, 8), "17:54"),
        ("الجمعة، 15 مارس 2024 10:45 م", date(2024, 3, 15), "22:45"),
        ("٩ آذار ٢٠٢٣", date(2023, 3, 9), ""),
        ("12/9/2023", date(2023, 9, 12), ""),
        ("2024-04-10T07:15:00", date(2024, 4, 10), "07:15"),
        ("Wed, 10 Apr 2024 07:15:00 GMT", date(2024, 4, 10), "07:15"),
        ("3 كانون الثاني/يناير 2021", date(2021, 1, 3), ""),
        ("24 فيفري 2022", date(2022, 2, 24), ""),
        ("15 غشت 2022", date(2022, 8, 15), ""),
        ("April 5, 2024", date(2024, 4, 5), ""),
        ("1 رمضان 1445 هـ الموافق 11 مارس 2024", date(2024, 3, 11), ""),
    ],
)
def test_a_dateline_is_understood(line: str, day: date, time: str) -> None:
    found = find_date(line)
    assert found is not None
    assert (found.day, found.time) == (day, time)
    assert is_dateline(line)


def test_a_hijri_date_alone_is_converted_within_two_days() -> None:
    found = find_date("1 رمضان 1445 هـ")
    assert found is not None
    assert abs((found.day - date(2024, 3, 11)).days) <= 2


@pytest.mark.parametrize("line", ["منذ 3 ساعات", "31/31/2022", "رقم 123456", "عام 2022"])
def test_what_is_no_date_gives_none(line: str) -> None:
    assert find_date(line) is None


def test_a_date_that_we_write_is_read_with_an_ordinal() -> None:
    written = written_date(date(2022, 5, 8), "egypt")
    assert normalize_line(written) == "الأحد الثامن من مايو ألفين واثنين وعشرين"


@pytest.mark.parametrize(
    ("written", "time"),
    [("12:15 ص", "00:15"), ("12:15 م", "12:15"), ("1:05 م", "13:05"), ("9:20 AM", "09:20")],
)
def test_halves_of_the_day(written: str, time: str) -> None:
    found = find_date(f"8 مايو 2022 {written}")
    assert found is not None
    assert found.time == time


@pytest.mark.parametrize(
    ("written", "day"), [("5/4/2022", date(2022, 4, 5)), ("12/25/2022", date(2022, 12, 25))]
)
def test_numeric_dates_are_day_first_where_both_orders_are_possible(
    written: str, day: date
) -> None:
    found = find_date(written)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize("zone", ["جمت", "GMT", "بتوقيت القاهرة", "غرينتش"])
def test_the_stamp_of_a_dispatch_is_a_date(zone: str) -> None:
    found = find_date(f"17112024 0905 {zone}")
    assert found is not None
    assert (found.day, found.time) == (date(2024, 11, 17), "09:05")
    assert find_date(f"17112024 {zone}") is None


@pytest.mark.parametrize(
    "line",
    ["20:05", "٢٠:٠٥ بتوقيت دمشق", "[20:05]", "08:05 م", "20:05 GMT", "20:05 - بتوقيت بيروت"],
)
def test_a_line_that_is_only_a_time(line: str) -> None:
    assert time_line(line) in ((20, 5), (8, 5))


@pytest.mark.parametrize(
    "line", ["20:05 انطلاق المباراة", "الجمعة 20:05", "20:05:11", "بتوقيت دمشق"]
)
def test_a_line_with_other_words_is_not_only_a_time(line: str) -> None:
    assert time_line(line) is None
