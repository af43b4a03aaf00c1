"""What a comparison of ids says, for any two sides, and which of two versions is the later one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync.listing import Listing
from app.sync.sweep import FEW, Sweep, believable, compare
from app.sync.versions import is_later, same, went_back

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(seconds: float) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


KEYS = st.tuples(st.sampled_from(["Patient", "Condition"]), st.sampled_from("abcde"))
VERSIONS = st.tuples(st.sampled_from(["1", "2", "3"]), st.sampled_from([at(0), at(10), at(20)]))
SIDE = st.dictionaries(KEYS, VERSIONS)


@given(held=SIDE, listed=SIDE)
def test_every_difference_is_named_once_and_nothing_else(held: Listing, listed: Listing) -> None:
    found = compare(held, listed)  # type: ignore[arg-type]  # plain dicts
    every = [*found.fetch, *found.check, *found.back]
    assert len(every) == len(set(every))
    for key in {*held, *listed}:  # type: ignore[misc]  # as above
        here, there = held.get(key), listed.get(key)  # type: ignore[attr-defined]  # as above
        if there is None:
            assert key in found.check
        elif here is None:
            assert key in found.fetch
        elif here == there:
            assert key not in every
        else:
            assert key in (found.back if went_back(here, there) else found.fetch)


@given(both=SIDE)
def test_equal_sides_need_nothing(both: dict[tuple[str, str], tuple[str, str]]) -> None:
    assert compare(both, both) == Sweep()


@pytest.mark.parametrize(
    ("known", "seen", "is_same", "back", "later"),
    [
        (("1", at(0)), ("1", at(0)), True, False, False),
        (("1", at(0.25)), ("1", at(0)), True, False, False),  # a server that keeps whole seconds
        (("1", at(0.25)), ("1", at(0.5)), False, True, False),
        (("1", at(0)), ("1", at(60)), False, True, False),  # one number for two versions
        (("2", at(0)), ("1", at(-60)), False, True, False),
        (("2", at(0)), ("1", at(60)), False, True, False),  # a number that went down, whatever the clock says
        (("9", at(0)), ("10", at(60)), False, False, True),  # numbers, not words
        (("9", at(60)), ("10", at(0)), False, False, True),
        (("a", at(0)), ("b", at(60)), False, False, True),
        (("a", at(60)), ("b", at(0)), False, True, False),
        (("a", at(0.5)), ("b", at(0)), False, False, False),  # too close to tell, and no later
        (("a", "2105-01-01T00:00:00Z"), ("b", at(0)), False, False, True),  # an absurd stamp stops nothing
        (("a", "no time"), ("b", at(0)), False, False, True),
    ],
)
def test_which_version_is_later(
    known: tuple[str, str], seen: tuple[str, str], is_same: bool, back: bool, later: bool
) -> None:
    assert same(known, seen) is is_same
    assert went_back(known, seen, NOW) is back
    assert is_later(known, seen, NOW) is later


@given(a=VERSIONS, b=VERSIONS)
def test_two_versions_are_never_each_later_than_the_other(a: tuple[str, str], b: tuple[str, str]) -> None:
    assert not (is_later(a, b) and is_later(b, a))
    assert not is_later(a, a)
    assert not (is_later(a, b) and went_back(a, b))


def listing(*keys: tuple[str, str], kinds: tuple[str, ...] = ("Patient", "Condition")) -> Listing:
    return Listing({key: ("1", at(0)) for key in keys}, frozenset(kinds))


def test_only_what_a_listing_can_know_is_asked_for() -> None:
    held = {("Patient", "p"): ("1", at(0)), ("Condition", "c"): ("1", at(0)), ("Goal", "g"): ("1", at(0))}
    owner = dict.fromkeys(held, "p")
    whole = listing(("Patient", "p"), ("Patient", "q"))
    assert believable(compare(held, whole.versions), held, whole, owner) == (("Condition", "c"),)
    other = listing(("Patient", "q"), ("Condition", "x"))
    assert believable(compare(held, other.versions), held, other, owner) == (), "it does not know her"


def test_a_listing_of_nothing_but_names_is_not_believed() -> None:
    held = {("Condition", str(n)): ("1", at(0)) for n in range(FEW + 1)} | {("Patient", "p"): ("1", at(0))}
    owner = dict.fromkeys(held, "p")
    names = listing(("Patient", "p"))
    assert believable(compare(held, names.versions), held, names, owner) == ()
