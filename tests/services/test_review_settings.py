"""What a plan says about review: laid over the defaults part by part, refused by the plan where it cannot be used."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.domain.review import Reason, ReviewRules
from app.services.plan_settings import default_settings, parse_settings
from plan import review_settings
from plan.clinical_settings import check_settings
from plan.problems import PlanProblem

GOOD = {
    "reasons": ["first", "flag"],
    "one_in": 0,
    "sample_key": "autumn 2026",
    "new_nurses": {"Practitioner/2451": "2027-01-31"},
    "from_on": "2026-11-01",
}
BAD: list[dict[str, Any]] = [
    {"reasons": ["first", "moon"]},
    {"reasons": "first"},
    {"one_in": -1},
    {"one_in": 1001},
    {"one_in": True},
    {"one_in": "10"},
    {"sample_key": "x" * 101},
    {"sample_key": 7},
    {"new_nurses": {"ana": "2027-01-31"}},
    {"new_nurses": {"Practitioner/2451": "next year"}},
    {"new_nurses": {"Practitioner/2451": None}},
    {"from_on": "2026-13-01"},
    {"from_on": 20261101},
    {"somebody": "else"},
]


def sent(**review: Any) -> ReviewRules:
    return parse_settings(json.dumps({"review": review})).review


def test_a_plan_that_says_nothing_gets_all_reasons_and_one_in_ten() -> None:
    assert default_settings().review == ReviewRules()
    assert set(ReviewRules().reasons) == set(Reason) - {Reason.SAMPLE}
    assert ReviewRules().one_in == 10


def test_what_a_plan_says_is_read_as_the_plan_checked_it() -> None:
    check_settings({"version": "1", "review": GOOD})
    assert sent(**GOOD) == ReviewRules(
        frozenset({Reason.FIRST, Reason.FLAG}),
        0,
        "autumn 2026",
        {"Practitioner/2451": date(2027, 1, 31)},
        date(2026, 11, 1),
    )
    assert set(review_settings.REASONS) == {one.value for one in Reason} - {Reason.SAMPLE.value}


@pytest.mark.parametrize("part", BAD, ids=str)
def test_what_cannot_be_used_is_refused_by_the_plan_and_left_out_by_devices(part: dict[str, Any]) -> None:
    with pytest.raises(PlanProblem):
        check_settings({"version": "1", "review": part})
    found = sent(**(GOOD | part))
    for name in part.keys() & GOOD.keys():
        assert getattr(found, name) == getattr(ReviewRules(), name), "its neighbours stay, it falls back"
    for name in GOOD.keys() - part.keys():
        assert getattr(found, name) != getattr(ReviewRules(), name)
