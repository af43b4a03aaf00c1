"""A visit is whole when the last part of its manifest is here, whatever that part is and however it came."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from app.domain.visit import PersonRef
from app.store import visits
from app.store.outbox import OutboxChange
from app.sync.complete import complete_visits
from app.sync.fhir import json_text
from app.sync.fhir.bundle import make_body
from app.sync.fhir.visit import encode_visit
from app.sync.inbound import Inbound, store_inbound
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.full_visit import make_full_visit
from tests.sync.conftest import MakeTablet

LAST = {"Goal", "RelatedPerson", "Consent", "CarePlan", "Provenance", "Observation"}
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


def sent(patient_id: str) -> tuple[str, list[dict[str, Any]]]:
    """(visit id, what a server would hold of it)."""
    made = (make_full_visit(ANA, patient_id, seed) for seed in range(50))
    visit = next(one for one in made if {part.type for part in encode_visit(one)} >= LAST - {"Provenance"})
    changes = [
        OutboxChange(n, visit.id, part.type, part.id, patient_id, 10, None, part.body)
        for n, part in enumerate(encode_visit(visit))
    ]
    entries = json_text.loads(make_body(str(uuid4()), changes, ANA, visit.signed_at))["entry"]
    stamps = {"versionId": "1", "lastUpdated": "2026-11-22T10:00:00Z"}
    return visit.id, [e["resource"] | {"meta": e["resource"]["meta"] | stamps} for e in entries]


async def keep(tablet: Tablet, patient_id: str, resources: list[dict[str, Any]]) -> None:
    panel = frozenset({patient_id})
    await tablet.store.write(lambda c: store_inbound(c, [Inbound(resources)], panel, None))


async def is_arriving(tablet: Tablet, visit_id: str) -> bool:
    return (await tablet.store.read(lambda c: visits.get_row(c, visit_id))).arriving


@pytest.mark.parametrize("kind", sorted(LAST))
async def test_the_last_part_may_be_of_any_type(nurse: Person, tablets: MakeTablet, kind: str) -> None:
    tablet, patient_id = await tablets(nurse), str(uuid4())
    visit_id, resources = sent(patient_id)
    last = [one for one in resources if one["resourceType"] == kind]
    await keep(tablet, patient_id, [one for one in resources if one not in last])
    assert await is_arriving(tablet, visit_id)
    await keep(tablet, patient_id, last)
    assert not await is_arriving(tablet, visit_id)


async def test_a_last_part_that_names_no_visit_is_noticed_by_the_next_pass(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    tablet, patient_id = await tablets(nurse), str(uuid4())
    visit_id, resources = sent(patient_id)
    last = [one for one in resources if one["resourceType"] == "Goal"]
    await keep(tablet, patient_id, [one for one in resources if one not in last])
    await keep(tablet, patient_id, [{k: v for k, v in one.items() if k != "extension"} for one in last])
    assert await is_arriving(tablet, visit_id)
    await complete_visits(tablet.store, tablet.client, frozenset({patient_id}))
    assert not await is_arriving(tablet, visit_id)
