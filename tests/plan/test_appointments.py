"""Planned visits at the plan: kept like the rest of its own record, about one person each."""

from __future__ import annotations

from typing import Any

import pytest

from plan.database import write_transaction
from plan.fhir.outcomes import Refusal
from plan.fhir.validate import validate
from plan.resources import put_as_system
from tests.plan.fhir_builders import careteam, ids
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Plan


def appointment(**changes: Any) -> dict[str, Any]:
    made = samples("a", "ana", "s")["Appointment"] | changes
    return {name: value for name, value in made.items() if value is not None}


def actor(reference: str) -> dict[str, Any]:
    return {"actor": {"reference": reference}, "status": "accepted"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"participant": [{"status": "accepted"}]}, "app-1"),
        ({"end": None}, "app-2"),
        ({"start": None, "end": None}, "app-3"),
        ({"cancelationReason": {"text": "x"}}, "app-4"),
        ({"participant": [actor("Patient/a"), actor("Patient/b")]}, "one patient"),
    ],
)
def test_what_breaks_a_rule_of_appointments_is_refused_by_its_name(
    changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(Refusal) as refused:
        validate(appointment(**changes))
    assert [issue.text for issue in refused.value.issues if rule in issue.text]


def test_one_that_is_only_proposed_needs_no_time() -> None:
    validate(appointment(start=None, end=None, status="proposed"))


def test_the_team_finds_it_by_person_nurse_and_day_and_nobody_else_does(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "cam"))
        put_as_system(connection, appointment())
    url = "Appointment/appointment-s"
    for query in ({"patient": "a"}, {"practitioner": "Practitioner/ana"}, {"date": "2026-05-29"}):
        for user in ("ana", "sue", "cam"):
            assert ids(plan.as_user(user).get("Appointment", params=query).json()) == [url], (user, query)
        for user in ("ben", "tom"):
            assert ids(plan.as_user(user).get("Appointment", params=query).json()) == []
