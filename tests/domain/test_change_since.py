"""What stands beside an item: how far it moved, what was tried before, the last whole score, her comfort level."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.change_since import Change, Direction, Meaning, between, find_change, find_meaning
from app.domain.comfort import ComfortLevel, comfort_items, has_comfort, is_above, is_raised
from app.domain.instruments import get_instrument
from app.domain.last_scores import find_last_scores
from app.domain.tried import MOST, Repeated, Tried, list_tried
from app.domain.visit import Absent, Again, Answer, Value

AT = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
LATER = AT + timedelta(minutes=35)
amounts = st.decimals(-1000, 1000, places=1)


def answer(*values: Value | Absent, done: str = "", name: str | None = None, at: datetime = AT) -> Answer:
    """The first is the first measurement, the others were measured again."""

    def split(one: Value | Absent) -> tuple[Value | None, Absent | None]:
        return (None, one) if isinstance(one, Absent) else (one, None)

    again = [Again(at + timedelta(minutes=35 * n), *split(one), done) for n, one in enumerate(values) if n]
    value, absent = split(values[0])
    return Answer(at, value, absent, name, tuple(again))


@given(amounts, amounts)
def test_the_way_back_is_as_far_in_the_other_direction(first: Decimal, second: Decimal) -> None:
    there, back = between(second, first), between(first, second)
    assert there is not None
    assert back is not None
    assert there.by == back.by == abs(first - second)
    other = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}
    assert back.direction == other.get(there.direction, Direction.SAME)


@pytest.mark.parametrize(
    ("link_id", "form", "now", "last", "change"),
    [
        ("esas-pain", "esas-r", answer(6), answer(4), Change(Direction.HIGHER, Decimal(2))),
        ("esas-pain", "esas-r", answer(6), answer(8, 4), Change(Direction.HIGHER, Decimal(2))),
        ("esas-pain", "esas-r", answer(8, 3), answer(4), Change(Direction.LOWER, Decimal(1))),
        ("esas-pain", "esas-r", answer(Absent.SLEEPY), answer(4), None),
        ("esas-pain", "esas-r", answer(6), answer(8, Absent.SLEEPY), None),
        ("akps", "akps", answer("40"), answer("60"), Change(Direction.LOWER, Decimal(20))),
        ("phase", "phase", answer("unstable"), answer("stable"), Change(Direction.OTHER)),
        ("phase", "phase", answer("stable"), answer("stable"), Change(Direction.SAME)),
        ("phase", "phase", answer("of a newer app"), answer("stable"), Change(Direction.OTHER)),
        ("akps", "akps", answer("of a newer app"), answer("60"), None),
        ("painad-1", "painad", answer("noisy"), answer("normal"), Change(Direction.HIGHER, Decimal(2))),
        (
            "vital-weight",
            "vitals",
            answer(Decimal("131.5")),
            answer(Decimal("136")),
            Change(Direction.LOWER, Decimal("4.5")),
        ),
    ],
)
def test_a_change_goes_from_the_last_measurement_then_to_the_last_one_now(
    link_id: str, form: str, now: Answer, last: Answer, change: Change | None
) -> None:
    instrument = get_instrument(form)
    assert find_change(instrument, instrument.get_item(link_id), now, last) == change
    assert find_change(instrument, instrument.get_item(link_id), None, last) is None


def test_what_the_person_named_is_compared_with_what_had_the_same_name_only() -> None:
    scale = get_instrument("esas-r")
    item = next(one for one in scale.items if one.named)
    itch = answer(6, name="Itch")
    assert find_change(scale, item, itch, answer(4, name="itch")) == Change(Direction.HIGHER, Decimal(2))
    assert find_change(scale, item, itch, answer(4, name="Hiccups")) is None
    assert not has_comfort(item.link_id)


def test_what_was_tried_says_the_numbers_before_and_after_and_who_lower_ones_first() -> None:
    older = answer(8, 4, done=" 5 mg morphine ", at=AT - timedelta(days=9))
    newer = answer(7, 7, done="heat pack", at=AT - timedelta(days=2))
    found = list_tried([
        Repeated("Ben", {"esas-pain": newer}),
        Repeated("Ana", {"esas-pain": older, "akps": answer("50", "40", done="x")}),
    ])  # fmt: skip
    assert set(found) == {"esas-pain"}
    helped, not_so = found["esas-pain"]
    at = AT - timedelta(days=9) + timedelta(minutes=35)
    assert helped == Tried(at, "5 mg morphine", 8, 4, "Ana")
    assert (not_so.done, not_so.lower, helped.lower) == ("heat pack", False, True)


def test_what_says_nothing_of_what_was_done_or_has_no_number_was_not_tried() -> None:
    for one in (
        answer(8, 4),
        answer(8, Absent.SLEEPY, done="morphine"),
        answer(Absent.SLEEPY, 4, done="morphine"),
        answer(8),
    ):
        assert list_tried([Repeated("Ana", {"esas-pain": one})]) == {}


def test_each_step_of_several_is_a_try_and_a_late_note_has_the_day_of_its_visit() -> None:
    steps = answer(9, 8, 5, 3, 2, done="2 mg hydromorphone")
    (found,) = list_tried([Repeated("Ana", {"esas-pain": steps}, began_at=AT)]).values()
    assert len(found) == MOST
    assert {one.at for one in found} == {AT}
    assert (found[0].before, found[-1].after) == (9, 3)


def test_a_scale_of_signs_counts_as_one_try_by_its_totals() -> None:
    first = {
        "painad-1": "occasional",
        "painad-2": "repeated",
        "painad-3": "grimacing",
        "painad-4": "tense",
        "painad-5": "distracted",
    }
    then = {
        "painad-1": "normal",
        "painad-2": "none",
        "painad-3": "sad-frightened-frown",
        "painad-4": "relaxed",
        "painad-5": "no-need",
    }
    held = {link: answer(first[link], then[link], done="2.5 mg morphine") for link in first}
    (one,) = list_tried([Repeated("Ana", held)])["painad"]
    assert (one.before, one.after, one.done) == (7, 1, "2.5 mg morphine")
    part = {link: replace(one, again=()) if link == "painad-5" else one for link, one in held.items()}
    assert list_tried([Repeated("Ana", part)]) == {}


def test_the_last_score_is_of_the_newest_visit_in_which_the_scale_was_whole() -> None:
    whole = {f"4at-{n}": answer(code) for n, code in zip(range(1, 5), _codes("4at"), strict=True)}
    cut = {link: one for link, one in whole.items() if link != "4at-4"}
    found = find_last_scores([(AT, cut), (AT - timedelta(days=8), whole), (AT - timedelta(days=20), whole)])
    assert found["4at"].at == AT - timedelta(days=8)
    assert "esas-r" not in found, "its total is never shown"


def test_scores_into_which_something_kept_apart_went_are_not_shown_beside_the_next() -> None:
    of, codes = get_instrument("ahc-hrsn").total.of, _codes("ahc-hrsn")
    safety = {link: answer(code) for link, code in zip(of, codes, strict=True)}
    assert find_last_scores([(AT, safety)]) == {}


def _codes(name: str) -> list[str]:
    instrument = get_instrument(name)
    return [instrument.get_item(link).options[0].code for link in instrument.total.of]


@given(st.integers(0, 10), st.integers(0, 10), st.none() | st.integers(0, 10))
def test_above_is_what_the_latest_number_is(first: int, level: int, then: int | None) -> None:
    held = answer(first) if then is None else answer(first, then)
    comfort = ComfortLevel("esas-pain", level, AT, "Ana", ("Goal/g",))
    latest = first if then is None else then
    assert is_above(held, comfort) == (latest > level)
    assert not is_above(held, None)
    assert is_raised(held, comfort) == (max(first, latest) >= 4 or latest > level)
    assert not is_raised(None, comfort)


def test_every_symptom_of_the_scale_has_a_code_by_which_its_comfort_level_travels() -> None:
    codes = [item.code.code for item in comfort_items() if item.code]
    assert len(codes) == len(set(codes)) == 9


@pytest.mark.parametrize(
    ("form", "higher", "lower"),
    [
        ("esas-r", Meaning.WORSE, Meaning.BETTER),
        ("4at", Meaning.WORSE, Meaning.BETTER),
        ("peg-3", Meaning.WORSE, Meaning.BETTER),
        ("akps", Meaning.LESS_HELP, Meaning.MORE_HELP),
        ("painad", None, None),
        ("phase", None, None),
        ("vitals", None, None),
    ],
)
def test_what_a_change_means_is_said_only_where_the_instrument_says_which_end_is_worse(
    form: str, higher: Meaning | None, lower: Meaning | None
) -> None:
    instrument = get_instrument(form)
    by = Decimal(2)
    assert find_meaning(instrument, Change(Direction.HIGHER, by)) is higher
    assert find_meaning(instrument, Change(Direction.LOWER, by)) is lower
    for none in (None, Change(Direction.SAME), Change(Direction.OTHER)):
        assert find_meaning(instrument, none) is None
