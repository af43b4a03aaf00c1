"""Fields of two sides put together: nothing is dropped, nothing is made up, and a real difference is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merging import FieldMerge, Fields, Pick, merge_fields, with_choices

NAMES = ("status", "owner", "by", "words", "notes")
sides = st.dictionaries(st.sampled_from(NAMES[:-1]), st.integers(0, 3))


def applied(merged: FieldMerge, ours: Fields, theirs: Fields) -> dict[str, object]:
    built: dict[str, object] = dict(theirs)
    for name in merged.take:
        if name in ours:
            built[name] = ours[name]
        else:
            built.pop(name, None)
    return built


@given(sides, sides)
def test_what_only_the_other_side_changed_is_taken_as_it_is(base: Fields, theirs: Fields) -> None:
    assert merge_fields(base, base, theirs) == FieldMerge()


@given(sides, sides)
def test_what_only_we_changed_arrives_whole(base: Fields, ours: Fields) -> None:
    merged = merge_fields(base, ours, base)
    assert not merged.clash
    assert applied(merged, ours, base) == ours


@given(sides, sides, sides)
def test_it_does_not_matter_which_side_is_called_ours(base: Fields, one: Fields, other: Fields) -> None:
    here, there = merge_fields(base, one, other), merge_fields(base, other, one)
    assert here.clash == there.clash
    if not here.clash:
        assert applied(here, one, other) == applied(there, other, one)


@given(sides, sides, sides)
def test_every_change_of_either_side_is_in_the_result_or_asked(
    base: Fields, ours: Fields, theirs: Fields
) -> None:
    merged = merge_fields(base, ours, theirs)
    result = applied(merged, ours, theirs)
    for name in NAMES:
        for side in (ours, theirs):
            if side.get(name) != base.get(name):
                assert name in merged.clash or result.get(name) == side.get(name)
        assert name in merged.clash or result.get(name) in (ours.get(name), theirs.get(name))


def test_two_who_both_only_added_keep_what_both_added() -> None:
    base = {"notes": ("a",)}
    assert merge_fields(base, {"notes": ("a", "b")}, {"notes": ("a", "c")}, {"notes"}).join == ("notes",)
    assert merge_fields(base, {"notes": ("b",)}, {"notes": ("a", "c")}, {"notes"}).clash == ("notes",)


def test_a_choice_is_needed_for_every_field_that_differs() -> None:
    merged = FieldMerge(take=("by",), clash=("status", "words"))
    with pytest.raises(ValueError, match="has to be chosen"):
        with_choices(merged, {"status": Pick.OURS})
    chosen = with_choices(merged, {"status": Pick.OURS, "words": Pick.THEIRS})
    assert chosen == FieldMerge(take=("by", "status"))
    assert with_choices(merged, {"status": Pick.THEIRS, "words": Pick.BOTH}).join == ("words",)
