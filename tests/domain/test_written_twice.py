"""When two visits of one nurse are one visit that was written twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.drafts import Written, find_twice, pair_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def visit(
    name: str, start: int, end: int | None, *, signed: bool = True, who: str = "p", of: str = ""
) -> Written:
    left = None if end is None else NOON + timedelta(minutes=end)
    return Written(name, who, NOON + timedelta(minutes=start), left, signed, of)


@pytest.mark.parametrize(
    ("one", "other", "twice"),
    [
        (visit("a", 0, 40), visit("b", 20, 60), True),
        (visit("a", 0, 40), visit("b", 40, 60), False),
        (visit("a", 0, 0), visit("b", 0, 30), True),
        (visit("a", 0, 40), visit("b", 20, 60, who="q"), False),
        (visit("a", 0, 40), visit("b", 300, 340, of="a"), True),
        (visit("a", 0, 40, of="z"), visit("b", 300, 340, of="z"), True),
        (visit("a", 0, 40), visit("b", 20, None, signed=False), False),
        (visit("a", 0, None, signed=False), visit("b", 20, 60, of="a"), True),
        (visit("a", 0, 40, signed=False), visit("b", 20, 60, signed=False), False),
    ],
    ids=[
        "share time",
        "one after the other",
        "begin together",
        "two people",
        "one goes on from the other",
        "both go on from a third",
        "an open draft has no end to share",
        "a draft, and the visit signed from its copy",
        "two drafts are hers to finish",
    ],
)
def test_nobody_is_in_two_visits_at_once(one: Written, other: Written, twice: bool) -> None:
    for held in ([one, other], [other, one]):
        found = find_twice(held)
        assert bool(found) is twice
        assert not found or found[0][0].signed, "the signed one stands first"


def test_what_she_said_are_two_visits_is_not_asked_again() -> None:
    one, other = visit("a", 0, 40), visit("b", 20, 60)
    assert find_twice([one, other], [pair_of("b", "a")]) == ()
