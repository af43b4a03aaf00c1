"""Medicines counted in the home: more or less than expected."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.safety.case import Case, Hit


def home_count(case: Case) -> Iterator[Hit]:
    """All differences of one visit in one alert: the supervisor looks at the house as a whole."""
    if case.context.facts.count_differences:
        yield Hit("MEDICINE_COUNT", words={"finding": ". ".join(case.context.facts.count_differences) + "."})
