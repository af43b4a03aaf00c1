"""Hospice enrolment in the plan's problem list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hospice import HOSPICE_CARE, Enrolment
from app.sync.fhir.hospice import find_enrolment


def condition(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "h",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": HOSPICE_CARE}]},
        "onsetDateTime": "2026-11-04",
    } | changes


def test_an_active_condition_says_enrolled_and_since_when() -> None:
    assert find_enrolment(condition()) == Enrolment(True, date(2026, 11, 4))


@pytest.mark.parametrize(
    "changes",
    [
        {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
        {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "44054006"}]}},
    ],
)
def test_what_is_withdrawn_or_another_problem_says_nothing(changes: dict[str, Any]) -> None:
    assert find_enrolment(condition(**changes)) == Enrolment()


@pytest.mark.parametrize(
    ("changes", "over_on"),
    [
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, None),
        ({"abatementDateTime": "2026-11-10"}, date(2026, 11, 10)),
    ],
)
def test_what_is_over_says_so_and_since_when(changes: dict[str, Any], over_on: date | None) -> None:
    assert find_enrolment(condition(**changes)) == Enrolment(over=True, over_on=over_on)


@given(st.none() | st.integers() | st.text() | st.dictionaries(st.text(), st.integers()))
def test_anything_else_is_no_enrolment(anything: Any) -> None:
    assert not find_enrolment(anything).enrolled
