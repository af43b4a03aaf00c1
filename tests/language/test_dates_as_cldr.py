"""Our small tables of dates say what CLDR says: compared with Babel's, which is too large for a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from babel.dates import format_skeleton, get_day_names, get_month_names
from babel.numbers import format_percent

from app.language import ENGLISH, LANGUAGES, dates, speak

BABEL = {"en": "en_US", "es": "es_US"}
DAYS = [date(2026, month, 3 + month) for month in range(1, 13)]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    speak(ENGLISH)


@pytest.mark.parametrize("code", [one.code for one in LANGUAGES])
def test_months_and_weekdays_are_those_of_cldr(code: str) -> None:
    speak(code)
    months, days = (
        get_month_names("abbreviated", locale=BABEL[code]),
        get_day_names("abbreviated", locale=BABEL[code]),
    )
    assert dates.get_writing().months == tuple(months[number] for number in range(1, 13))
    assert dates.get_writing().days == tuple(days[number] for number in range(7))


@pytest.mark.parametrize("code", [one.code for one in LANGUAGES])
def test_dates_are_written_as_cldr_writes_them(code: str) -> None:
    speak(code)
    for on in DAYS:
        for say, skeleton in (
            (dates.say_month_day, "MMMd"),
            (dates.say_date, "yMMMd"),
            (dates.say_weekday, "MMMEd"),
            (dates.say_full_date, "yMMMEd"),
        ):
            assert say(on) == format_skeleton(skeleton, on, locale=BABEL[code])


@pytest.mark.parametrize("code", [one.code for one in LANGUAGES])
def test_a_percentage_is_written_as_cldr_writes_it(code: str) -> None:
    speak(code)
    assert dates.say_percent(66) == format_percent(0.66, locale=BABEL[code])


def test_what_is_typed_has_the_month_first_in_both() -> None:
    for language in LANGUAGES:
        speak(language.code)
        assert dates.say_typed_date(date(2026, 11, 2)) == "11/02/2026"
