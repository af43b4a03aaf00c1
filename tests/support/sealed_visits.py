"""Visits that were signed and sealed without a network, and what is to become of them."""

from __future__ import annotations

from app.domain.visit import Visit
from app.store import outbox
from tests.support.field import FieldPlan
from tests.support.history import provenance_targets, versions
from tests.support.sealing_tablet import SealingTablet


async def signed(tablet: SealingTablet, plan: FieldPlan, *, admitted: bool = True) -> Visit:
    """A visit signed without a network, and its copy laid. Not `admitted`: the plan will not take it yet."""
    patient_id = plan.add_patient(*([tablet.person] if admitted else []))
    visit = await tablet.document(patient_id, pain=4, tired=6)
    assert await tablet.sealer.run() == 1
    return visit


async def check_whole(tablet: SealingTablet, plan: FieldPlan, visit: Visit) -> None:
    """One version of it at the plan, known here as received, and no copy left."""
    (encounter,) = versions(plan, tablet.person, "Encounter", visit.id)
    for target in provenance_targets(plan, tablet.person, encounter):
        kind, _, record_id = target["reference"].partition("/")
        assert len(versions(plan, tablet.person, kind, record_id)) == 1
    assert await tablet.received(visit.id)
    assert await tablet.store.read(outbox.open_writes) == ()
    await tablet.sealer.run()
    assert tablet.copies() == {}
