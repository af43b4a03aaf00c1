"""What sync is measured with: 2,000 records of about 2 KB in 118 visits that a plan takes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from benchmarks.sync_plan import Nurse
from benchmarks.sync_visits import BYTES, make_bodies, make_visits, resources_of
from plan.fhir.validate import validate
from plan.users import User

NURSE = Nurse(
    User(
        id="u",
        username="bench",
        display_name="Bench One, RN",
        role="nurse",
        practitioner_id="11111111-1111-4111-8111-111111111111",
        team_id="t",
        created_ms=0,
    ),
    "token",
)
PEOPLE = ["22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"]


def test_118_visits_have_2_000_records_of_the_size_that_the_peers_were_measured_with() -> None:
    visits = make_visits(NURSE, PEOPLE, "all")
    assert len(visits) == 118
    assert sum(len(one.changes) for one in visits) + len(visits) == 2_000
    some = make_bodies(NURSE, visits[:12], "w", datetime.now(UTC))
    resources = list(resources_of(some))
    assert len(resources) == 12 * 17
    assert sum(map(len, some)) / len(resources) < BYTES * 1.2
    assert sum(one.size for one in visits) / 1_882 > BYTES * 0.9


def test_each_is_a_visit_of_its_own_that_is_valid_and_names_this_nurse_and_this_person() -> None:
    visits = make_visits(NURSE, PEOPLE, "some", visits=3, resources=51)
    bodies = make_bodies(NURSE, visits, "w", datetime.now(UTC))
    resources = list(resources_of(bodies))
    assert len({(one["resourceType"], one["id"]) for one in resources}) == len(resources) == 51
    assert Counter(one["resourceType"] for one in resources)["Provenance"] == 3
    for one in resources:
        validate(one)
    for body, visit in zip(bodies, visits, strict=True):
        assert f'"Patient/{visit.patient_id}"' in body
        assert body.count('"Patient/') == body.count(f'"Patient/{visit.patient_id}"')
        assert NURSE.reference in body


def test_two_nurses_have_no_record_in_common() -> None:
    one, other = (make_visits(NURSE, PEOPLE, salt, visits=2, resources=34) for salt in ("a", "b"))
    assert not {c.id for v in one for c in v.changes} & {c.id for v in other for c in v.changes}
