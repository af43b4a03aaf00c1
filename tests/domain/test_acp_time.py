"""Minutes of conversation as the two CPT time codes count them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.acp_time import AcpUnits, count_units


@pytest.mark.parametrize(
    ("minutes", "first", "further"),
    [
        (0, 0, 0),
        (15, 0, 0),
        (16, 1, 0),
        (45, 1, 0),
        (46, 1, 1),
        (75, 1, 1),
        (76, 1, 2),
        (105, 1, 2),
        (106, 1, 3),
    ],
)
def test_each_span_of_minutes_counts_as_its_source_says(minutes: int, first: int, further: int) -> None:
    assert count_units(minutes) == AcpUnits(first, further)


def test_a_started_minute_does_not_count() -> None:
    assert count_units(Decimal("15.9")) == AcpUnits(0, 0)


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        count_units(-1)


@given(st.integers(0, 600), st.integers(0, 60))
def test_more_minutes_never_count_less(minutes: int, more: int) -> None:
    one, other = count_units(minutes), count_units(minutes + more)
    assert (one.first, one.further) <= (other.first, other.further)


def test_only_the_codes_that_were_reached_are_named() -> None:
    assert count_units(15).by_code == {}
    assert count_units(76).by_code == {"99497": 1, "99498": 2}
