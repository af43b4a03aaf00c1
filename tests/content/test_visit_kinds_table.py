"""The table of visit kinds names only what is there; a slip in it is an error and not a silent gap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.content import ContentError
from app.content.visit_kinds import (
    First,
    Limit,
    Opening,
    OpenSection,
    Trigger,
    VisitKinds,
    check_kinds,
    load_kinds,
)


def with_first_kind(**changes: object) -> VisitKinds:
    kinds = load_kinds()
    return replace(kinds, kinds=(replace(kinds.kinds[0], **changes), *kinds.kinds[1:]))  # type: ignore[arg-type]  # fields by name


def test_the_shipped_table_is_whole() -> None:
    check_kinds(load_kinds())
    assert {rule.form for rule in load_kinds().scheduled} == {
        "phq-9", "gad-7", "4at", "peg-3", "ahc-hrsn", "steadi", "ecog",
    }  # fmt: skip
    assert all(rule.mark and rule.source and rule.confirm for rule in load_kinds().scheduled)


@pytest.mark.parametrize(
    "broken",
    [
        with_first_kind(open=(OpenSection("attic"),)),
        with_first_kind(open=(OpenSection("body"), OpenSection("body"))),
        with_first_kind(open=(OpenSection("body", ("phq-9",)),)),
        with_first_kind(needs=("a second PIN",)),
        with_first_kind(first=(First("esas-r", ("akps",)),)),
        with_first_kind(first=(First("no-form", ("akps",)),)),
        with_first_kind(id="first"),
        replace(load_kinds(), triggers=(Opening("no-form", ()),)),
        replace(load_kinds(), triggers=(Opening("body-skin", (Trigger("no-item", 1),)),)),
        replace(load_kinds(), no_change=("no-item",)),
        replace(
            load_kinds(),
            scheduled=(replace(load_kinds().scheduled[0], not_at_most=Limit("no-item", 40)),),
        ),
    ],
)
def test_what_is_not_there_is_named(broken: VisitKinds) -> None:
    with pytest.raises(ContentError, match=r"visit-kinds\.json"):
        check_kinds(broken)
