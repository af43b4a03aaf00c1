"""Nothing that others bring, or her own tablet sends, arrives before what it points to (I16)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.visit import Visit
from app.store import outbox
from app.store.changes import Topic
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.relay import Said
from tests.support.field import FieldPlan, Person, make_visit
from tests.support.history import versions
from tests.support.sealed_visits import check_whole, signed
from tests.support.sealing_tablet import SealingTablet, add_person, bring, make_sealing_tablet


@pytest.fixture
def ana(keyed_plan: FieldPlan) -> Person:
    return add_person(keyed_plan, "Ana Ruiz, RN")


@pytest.fixture(scope="module")
def ben(keyed_plan: FieldPlan) -> Person:
    """A colleague of another team, who may see nobody of Ana's."""
    return add_person(keyed_plan, "Ben Cole, RN")


def addition(visit: Visit, patient_id: str, own: str, about: str = "encounter") -> NewChange:
    """A record of its own that points to a visit."""
    reference = {"reference": f"Encounter/{visit.id}"}
    body = {
        "resourceType": "Observation",
        "id": own,
        "status": "final",
        "code": {"text": "Said later"},
        "subject": {"reference": f"Patient/{patient_id}"},
        about: reference if about == "encounter" else [reference],
        "performer": [{"reference": visit.nurse.reference}],
        "effectiveDateTime": "2026-11-20T10:00:00Z",
        "valueString": "Slept well.",
    }
    return NewChange("Observation", own, json_text.dumps(body))


async def two_in_a_row(
    tablet: SealingTablet, plan: FieldPlan, *, admitted: bool = True
) -> tuple[Visit, str, list[str]]:
    """A visit and an addition to it, both signed without a network: (visit, the addition's id, write ids in order)."""
    visit = await signed(tablet, plan, admitted=admitted)
    own = f"later-{visit.id}"[:64]
    change = addition(visit, visit.patient_id, own)
    await tablet.store.write(
        lambda c: save_record(
            c,
            group_id=own,
            patient_id=visit.patient_id,
            changes=[change],
            at=visit.signed_at,
            write_row=lambda c: None,
        ),
        Topic.OUTBOX,
    )
    first = set(tablet.copies())
    assert await tablet.sealer.run() == 1, "what points to an unsent visit is sealed as well"
    return visit, own, [*first, *(set(tablet.copies()) - first)]


async def test_what_points_to_a_visit_never_arrives_before_it(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit, own, (first, second) = await two_in_a_row(tablet, keyed_plan)
    copies = tablet.copies()
    alone = await bring(keyed_plan, ben, {second: copies[second]})
    assert alone.said == {second: Said.LATER}
    with keyed_plan.peer(ana) as peer:
        assert peer.get(f"Observation/{own}").status_code == 404
    wrong_way_round = {second: copies[second], first: copies[first]}
    both = await bring(keyed_plan, ben, wrong_way_round)
    assert both.said == {first: Said.APPLIED, second: Said.APPLIED}
    assert (await tablet.sync()).outcome == "ok"
    assert len(versions(keyed_plan, ana, "Observation", own)) == 1
    await check_whole(tablet, keyed_plan, visit)
    await tablet.close()


async def test_her_own_tablet_sends_them_one_after_the_other_in_one_pass(
    keyed_plan: FieldPlan, ana: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit, own, _ = await two_in_a_row(tablet, keyed_plan)
    assert (await tablet.sync()).pushed == 2
    (later,) = versions(keyed_plan, ana, "Observation", own)
    (encounter,) = versions(keyed_plan, ana, "Encounter", visit.id)
    assert encounter["meta"]["lastUpdated"] < later["meta"]["lastUpdated"]
    await check_whole(tablet, keyed_plan, visit)
    await tablet.close()


async def test_what_waits_for_a_refused_visit_is_not_sent(
    keyed_plan: FieldPlan, ana: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit, _, (first, second) = await two_in_a_row(tablet, keyed_plan, admitted=False)
    report = await tablet.sync()
    assert (report.pushed, report.set_aside) == (0, 1)
    await tablet.sealer.run()
    assert set(tablet.copies()) == {first, second}, "refused is not received: both stay for whoever can help"
    keyed_plan.assign(visit.patient_id, ana)
    await tablet.store.write(lambda c: outbox.put_back(c, visit.id))
    await tablet.sealer.run()
    assert first not in tablet.copies(), "a newer copy took its place"
    assert (await tablet.sync()).pushed == 2
    await check_whole(tablet, keyed_plan, visit)
    await tablet.close()


async def test_a_refused_visit_holds_back_only_what_points_to_it(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    refused = await signed(tablet, keyed_plan, admitted=False)
    other = make_visit(ana, keyed_plan.add_patient(ana), "Comes all the same.", {"pain": 3})
    tied = addition(refused, other.patient_id, f"tied-{other.id}"[:64], about="focus")
    await tablet.sign(other)
    await tablet.store.write(
        lambda c: save_record(
            c,
            group_id=other.id,
            patient_id=other.patient_id,
            changes=[tied],
            at=other.signed_at,
            write_row=lambda c: None,
        ),
        Topic.OUTBOX,
    )
    await tablet.sealer.run()
    old = tablet.copies()
    assert len(old) == 2
    for _ in range(3):
        await tablet.sync()
        await tablet.sealer.run()
    (encounter,) = versions(keyed_plan, ana, "Encounter", other.id)
    assert encounter["id"] == other.id
    with keyed_plan.peer(ana) as peer:
        assert peer.get(f"Observation/{tied.id}").status_code == 404
    assert set((await bring(keyed_plan, ben, old)).said.values()) == {Said.HELD, Said.LATER}
    keyed_plan.assign(refused.patient_id, ana)
    await tablet.store.write(lambda c: outbox.put_back(c, refused.id))
    for _ in range(2):
        await tablet.sync()
        await tablet.sealer.run()
    assert await tablet.received(refused.id)
    assert await tablet.received(other.id)
    assert set((await bring(keyed_plan, ben, old)).said.values()) <= {Said.HELD, Said.KNOWN}
    assert len(versions(keyed_plan, ana, "Observation", tied.id)) == 1
    assert tablet.copies() == {}
    await tablet.close()
