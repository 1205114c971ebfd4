"""Conversion of Hijri dates to Gregorian ones."""

from __future__ import annotations

from datetime import date, timedelta

from mujaz.arabic.calendar import WEEKDAYS
from mujaz.arabic.letters import ALIF, ALIF_HAMZA, ALIF_HAMZA_BELOW

# The announced beginning of a month may differ from the calendar by so many days.
_MOST_DAYS = 2


def hijri_to_gregorian(year: int, month: int, day: int, weekday: int | None = None) -> date | None:
    """Convert a Hijri date by the calendar of Umm al-Qura; None if it is not valid.

    Before 1343 and after 1500 AH the tabular (civil) calendar is taken (E. M. Reingold &
    N. Dershowitz, Calendrical Calculations, ch. 7).

    Args:
        year: Year of the Hijra.
        month: 1 to 12.
        day: 1 to 30.
        weekday: The day of the week that is stated beside the date, 0 for Monday. Months begin
            by the sighting of the moon, so the nearest day of that name is the right one.
    """
    from hijridate import Hijri

    if not (1 <= month <= 12 and 1 <= day <= 30):
        return None
    try:
        first = Hijri(year, month, 1).to_gregorian()
        found = date(first.year, first.month, first.day) + timedelta(days=day - 1)
    except (ValueError, OverflowError):
        days = day + (29 * (month - 1) + month // 2) + (year - 1) * 354 + (3 + 11 * year) // 30
        found = date(622, 7, 19) + timedelta(days=days - 1)
    near = (found + timedelta(days=shift) for shift in range(-_MOST_DAYS, _MOST_DAYS + 1))
    return next((one for one in near if one.weekday() == weekday), found)


def weekday_in(text: str) -> int | None:
    """Return the day of the week that a line names, 0 for Monday, or None."""
    plain = _unhamzated(text)
    places = {n: plain.find(_unhamzated(name)) for n, name in enumerate(WEEKDAYS)}
    named = [n for n, place in places.items() if place >= 0]
    return min(named, key=lambda n: places[n]) if named else None


def _unhamzated(text: str) -> str:
    return text.replace(ALIF_HAMZA, ALIF).replace(ALIF_HAMZA_BELOW, ALIF)
