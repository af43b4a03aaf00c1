"""Dates and numbers as each language writes them. Months, weekdays and patterns are those of CLDR.

The tables hold what the screens use and nothing more: Babel's data are 30 MB on a phone. A test compares them with
Babel's. The clock has 24 hours in every language: so do the records, and nobody has to read "a. m." in a hurry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.language.names import ENGLISH
from app.language.now import get_language


@dataclass(frozen=True, slots=True)
class Writing:
    """Abbreviated names, Monday and January first, and the patterns around them."""

    months: tuple[str, ...]
    days: tuple[str, ...]
    month_day: str
    month_day_year: str
    day_month_day: str
    day_month_day_year: str
    typed: str
    """The numeric date in the United States: for both languages the month comes first in what forms ask for."""
    percent: str


_WRITINGS = {
    ENGLISH: Writing(
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        month_day="{month} {day}",
        month_day_year="{month} {day}, {year}",
        day_month_day="{weekday}, {month} {day}",
        day_month_day_year="{weekday}, {month} {day}, {year}",
        typed="%m/%d/%Y",
        percent="{number}%",
    ),
    "es": Writing(
        months=("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
        days=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        month_day="{day} {month}",
        month_day_year="{day} {month} {year}",
        day_month_day="{weekday}, {day} de {month}",
        day_month_day_year="{weekday}, {day} de {month} de {year}",
        typed="%m/%d/%Y",
        percent="{number}%",
    ),
}
"""CLDR `en-US` and `es-US`, as Babel 2.18 carries it: abbreviated names, and the patterns of the skeletons MMMd,
yMMMd, MMMEd and yMMMEd, and that of a percentage. The made-up languages write as English does."""


def get_writing() -> Writing:
    """How the language that is spoken writes dates."""
    return _WRITINGS.get(get_language().code, _WRITINGS[ENGLISH])


def say_month_day(on: date) -> str:
    """`Nov 21`."""
    return _fill(get_writing().month_day, on)


def say_date(on: date) -> str:
    """`Nov 21, 2026`."""
    return _fill(get_writing().month_day_year, on)


def say_weekday(on: date) -> str:
    """`Sat, Nov 21`."""
    return _fill(get_writing().day_month_day, on)


def say_full_date(on: date) -> str:
    """`Sat, Nov 21, 2026`."""
    return _fill(get_writing().day_month_day_year, on)


def say_typed_date(on: date) -> str:
    """`11/21/2026`: as it is typed into a field."""
    return on.strftime(get_writing().typed)


def say_percent(number: int) -> str:
    """`66%`."""
    return get_writing().percent.format(number=number)


def _fill(pattern: str, on: date) -> str:
    writing = get_writing()
    return pattern.format(
        weekday=writing.days[on.weekday()], month=writing.months[on.month - 1], day=on.day, year=on.year
    )
