"""What was counted in the home against what should be there: exact, and never hidden by an empty field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import home_count as count
from app.domain.home_count import LastCount
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Entry, Value

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=3, allow_nan=False, allow_infinity=False)


def counted(entry_id: str = "e1", about: str | None = None, **given: Value | None) -> Entry:
    answers = {
        f"hc-{link.replace('_', '-')}": Answer(AT, value)
        for link, value in given.items()
        if value is not None
    }
    return Entry(entry_id, answers, about)


def last(
    name: str, left: str, unit: str = "tablets", *, days: int = 3, about: str | None = None
) -> LastCount:
    return LastCount(name, unit, Decimal(left), AT - timedelta(days=days), "Ana", "Rosa", f"v-{days}", about)


@settings(max_examples=30, deadline=None)
@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_difference_is_exactly_what_the_numbers_make(
    before: Decimal, received: Decimal, given_out: Decimal, there: Decimal, gone: Decimal
) -> None:
    made = count.reckon(
        counted(
            name="Morphine", unit="ml", before=before, before_unit="ml",
            received=received, given=given_out, now=there, gone=gone,
        )
    )  # fmt: skip
    assert made is not None
    assert made.difference == there - before - received + given_out
    assert made.left == there - gone


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=6), AMOUNTS)
def test_counts_one_after_another_never_lose_a_dose(
    steps: list[tuple[Decimal, Decimal, Decimal]], first: Decimal
) -> None:
    """Whoever counts truly finds no difference at any visit, whatever came in, was given and was destroyed."""
    left = first
    for received, out, gone in steps:
        there = left + received - out
        made = count.reckon(
            counted(name="M", unit="ml", before=left, before_unit="ml", received=received, given=out,
                    now=there, gone=gone)
        )  # fmt: skip
        assert made is not None
        assert made.difference == 0
        left = made.left
    assert left == first + sum((r - o - g for r, o, g in steps), Decimal(0))


def test_what_nobody_said_counts_as_none_so_that_an_empty_field_hides_nothing() -> None:
    off = count.list_differences(
        [
            counted(
                name="Oxycodone", unit="tablets", before=Decimal(12), before_unit="tablets", now=Decimal(10)
            )
        ]
    )
    assert [one.difference for one in off] == [Decimal(-2)]
    assert count.say_difference(off[0]) == ("Oxycodone: 2 tablets less than expected (10 there, 12 expected)")


def test_more_than_expected_is_a_difference_too_and_says_what_they_say() -> None:
    (off,) = count.list_differences(
        [
            counted(
                name="Lorazepam",
                unit="tablets",
                before=Decimal(4),
                before_unit="tablets",
                now=Decimal("5"),
                explained="counted-wrong",
            )
        ]
    )
    assert count.say_difference(off).endswith(
        "1 tablet more than expected (5 there, 4 expected); said: the last count may have been wrong"
    )


def test_a_first_count_and_one_in_another_unit_are_compared_with_nothing() -> None:
    first = count.reckon(counted(name="Morphine", unit="ml", now=Decimal(30)))
    other = count.reckon(
        counted(name="Morphine", unit="vials", now=Decimal(2), before=Decimal(30), before_unit="ml")
    )
    assert first is not None
    assert first.difference is None
    assert other is not None
    assert other.difference is None
    assert count.reckon(counted(name="Morphine", unit="ml", given=Decimal(2))) is None


@pytest.mark.parametrize(
    ("allowed", "told"), [("0", ["ml", "tablets"]), ("0.5", ["tablets"]), ("0.4", ["ml", "tablets"])]
)
def test_a_plan_may_allow_some_drops_of_a_liquid_and_never_a_tablet(allowed: str, told: list[str]) -> None:
    plan = PlanSettings(rules={count.RULE: {"ml_allowed": Decimal(allowed)}})
    entries = [
        counted("a", name="M", unit="ml", before=Decimal(30), before_unit="ml", now=Decimal("29.5")),
        counted("b", name="O", unit="tablets", before=Decimal(3), before_unit="tablets", now=Decimal("2.5")),
    ]
    assert [one.unit for one in count.list_differences(entries, plan)] == told


def test_the_list_to_count_holds_what_the_plan_lists_what_was_left_and_what_was_added() -> None:
    listed = [("Morphine 10 mg/5 mL", "MedicationRequest/m")]
    counts = (last("Morphine 10 mg/5 ml", "40", "ml"), last("Lorazepam 1 mg", "6"), last("Old one", "0"))
    added = counted("x", name="Haloperidol")
    lines = count.list_lines(listed, [added], counts)
    assert [(line.name, line.last is not None) for line in lines] == [
        ("Morphine 10 mg/5 mL", True),
        ("Lorazepam 1 mg", True),
        ("Haloperidol", False),
    ]
    assert count.first_answers(lines[0])["hc-before"] == Decimal(40)
    assert "hc-before" not in count.first_answers(lines[2])


def test_an_order_that_was_renewed_is_known_by_its_name_and_the_newest_count_wins() -> None:
    counts = (
        last("Morphine", "10", days=9, about="MedicationRequest/old"),
        last("Morphine", "4", days=2, about="MedicationRequest/older"),
    )
    found = count.find_last(counts, "morphine", "MedicationRequest/new")
    assert found is not None
    assert found.left == 4


def test_a_visit_asks_again_after_the_plans_days_and_not_while_it_is_being_counted() -> None:
    lines = count.list_lines([("M", "MedicationRequest/m")], [], (last("M", "4", days=6),))
    weekly = PlanSettings(rules={count.RULE: {"again_days": Decimal(6)}})
    begun = count.list_lines([("M", "r")], [counted("e", "r", name="M")], ())
    assert not count.is_due(lines, AT)
    assert count.is_due(lines, AT, weekly)
    assert not count.is_due(begun, AT)
    assert count.is_due(count.list_lines([("M", "r")], [], ()), AT)


def test_numbers_stand_once_it_is_said_who_counted_or_the_nurse_has_left() -> None:
    assert not count.is_finished({}, left=False)
    assert count.is_finished({count.WITH: Answer(AT, "Rosa")}, left=False)
    assert count.is_finished({count.ALONE: Answer(AT, "nobody-there")}, left=False)
    assert count.is_finished({}, left=True)
