"""A tablet whose sign-in the plan has withdrawn, at a running plan: what it holds arrives, nothing is read or lost."""

from __future__ import annotations

from pathlib import Path

from app.domain.visit import PersonRef
from app.errors import Withdrawn
from app.store import patients
from app.store.key_file import derive_device
from hearthside.cli import main
from tests.support.field import ALL_NINE, FieldPlan
from tests.support.photo_visits import Photographer
from tests.support.sealing_tablet import add_person, make_sealing_tablet
from tests.sync.conftest import MakeTablet


def revoke(plan: FieldPlan, *words: str) -> None:
    """As an operator at a terminal, while the plan runs."""
    assert main(["plan", "revoke", "--db", plan.db, *words]) == 0


async def test_her_visits_photos_and_alerts_arrive_and_nothing_new_comes(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = add_person(field_plan, "Ana Ruiz, RN")
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    assert (await tablet.sync()).ok
    visit = await tablet.document(patient_id, **ALL_NINE)
    me = PersonRef(nurse.reference, nurse.name)
    pictured, _ = await Photographer(tablet.store, tablet.client, me).visit(patient_id)
    field_plan.add_patient(nurse, family="Newcomer")
    revoke(field_plan, "--user", nurse.username)

    report = await tablet.sync()
    assert (report.outcome, report.sentence) == ("problem", Withdrawn.sentence)
    assert await tablet.received(visit.id)
    assert await tablet.received(pictured)
    line = await Photographer(tablet.store, tablet.client, me).line(pictured)
    assert line.received_at is not None, "the photo is the last that leaves"
    assert await tablet.store.read(patients.list_ids) == {patient_id}, "nobody new, and nobody taken away"
    assert not (await tablet.sync()).ok


async def test_one_tablet_is_withdrawn_by_the_name_that_it_gave_the_plan(
    keyed_plan: FieldPlan, tmp_path: Path
) -> None:
    nurse = add_person(keyed_plan, "Ana Ruiz, RN")
    patient_id = keyed_plan.add_patient(nurse)
    lost = await make_sealing_tablet(tmp_path / "lost", nurse, keyed_plan)
    with keyed_plan.peer(nurse) as peer:
        assert peer.get("Patient").status_code == 200
        revoke(keyed_plan, "--device", derive_device(lost.store.store_id))
        assert peer.get("Patient").status_code == 403, "a sign-in that named no device may be of this one"
    visit = await lost.document(patient_id, **ALL_NINE)
    assert (await lost.sync()).sentence == Withdrawn.sentence
    assert await lost.received(visit.id)
    await lost.close()
