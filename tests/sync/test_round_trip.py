"""Visits from a tablet to the plan and back to others, over a running plan."""

from __future__ import annotations

from tests.support.field import ALL_NINE, FieldPlan, Person
from tests.sync.conftest import MakeTablet


async def test_a_whole_visit_arrives_with_its_receipt(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    visit = await tablet.document(patient_id, **ALL_NINE)
    report = await tablet.sync()
    assert (report.outcome, report.pushed) == ("ok", 1)
    status = await tablet.status(visit.id)
    assert status.settled == status.total
    assert status.received_at is not None
    with field_plan.peer(nurse) as peer:
        found = peer.get(f"Encounter/{visit.id}").json()
        tag = next(t["code"] for t in found["meta"]["tag"] if t["system"] == "urn:hearthside:write")
        provenance = peer.get(f"Provenance/{tag}").json()
    assert len(provenance["target"]) == status.total
