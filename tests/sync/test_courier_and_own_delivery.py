"""A write that others bring and its author's own delivery of it: whatever comes first, one version, and a receipt."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.domain.alert import Alert
from app.domain.visit import PersonRef
from app.store import conflicts, outbox_again
from app.store.changes import Topic
from app.sync.relay import Said
from hearthside.cli import main
from tests.support.alert_records import close_alert, make_alert, raise_alert
from tests.support.field import FieldPlan, Person
from tests.support.history import versions, write_of
from tests.support.sealed_visits import check_whole, signed
from tests.support.sealing_tablet import SealingTablet, add_person, bring, make_sealing_tablet


@pytest.fixture
def ana(keyed_plan: FieldPlan) -> Person:
    return add_person(keyed_plan, "Ana Ruiz, RN")


@pytest.fixture(scope="module")
def ben(keyed_plan: FieldPlan) -> Person:
    """A colleague of another team, who may see nobody of Ana's."""
    return add_person(keyed_plan, "Ben Cole, RN")


async def test_a_copy_that_comes_after_its_visit_is_known_already(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan)
    copies = tablet.copies()
    assert (await tablet.sync()).pushed == 1
    brought = await bring(keyed_plan, ben, copies)
    assert list(brought.said.values()) == [Said.KNOWN]
    await check_whole(tablet, keyed_plan, visit)
    await tablet.close()


async def test_a_visit_that_others_brought_is_found_at_the_plan_and_settled_by_its_author(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan)
    assert list((await bring(keyed_plan, ben, tablet.copies())).said.values()) == [Said.APPLIED]
    assert list((await bring(keyed_plan, ben, tablet.copies())).said.values()) == [Said.KNOWN]
    (encounter,) = versions(keyed_plan, ana, "Encounter", visit.id)
    assert encounter["participant"][0]["individual"]["reference"] == ana.reference
    assert not await tablet.received(visit.id)
    tablet = await tablet.reopen()
    assert (await tablet.sync()).outcome == "ok"
    await check_whole(tablet, keyed_plan, visit)
    await tablet.close()


async def test_copy_and_visit_at_the_same_moment_make_one_version(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    cleo = add_person(keyed_plan, "Cleo Day, RN")
    for _ in range(3):
        visit = await signed(tablet, keyed_plan)
        copies = tablet.copies()
        _, one, other = await asyncio.gather(
            tablet.sync(), bring(keyed_plan, ben, copies), bring(keyed_plan, cleo, copies)
        )
        assert {*one.said.values(), *other.said.values()} <= {Said.APPLIED, Said.KNOWN}
        await tablet.sync()
        await check_whole(tablet, keyed_plan, visit)
    await tablet.close()


async def test_a_sealed_write_is_never_cut_again_nor_sent_without_a_look(
    keyed_plan: FieldPlan, ana: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan)
    (copy,) = tablet.copies()
    for _ in range(2):
        tablet = await tablet.reopen()
        assert await tablet.sealer.run() == 0
        assert set(tablet.copies()) == {copy}
    assert not (await tablet.status(visit.id)).has_attempted
    asked: list[str] = []
    read = tablet.client.read

    async def listening(kind: str, record_id: str) -> object:
        asked.append(f"{kind}/{record_id}")
        return await read(kind, record_id)

    tablet.client.read = listening  # type: ignore[assignment, method-assign]  # listens in on one method
    await tablet.sync()
    assert asked[0] == f"Provenance/{copy}"
    (encounter,) = versions(keyed_plan, ana, "Encounter", visit.id)
    assert write_of(encounter) == copy
    await tablet.close()


async def test_a_colleague_on_the_same_tablet_brings_what_she_cannot_read(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan)
    (copy,) = tablet.copies()
    bens = await make_sealing_tablet(tmp_path, ben, keyed_plan)
    assert len(versions(keyed_plan, ana, "Encounter", visit.id)) == 1
    assert set(tablet.copies()) == {copy}, "only she who laid it deletes it"
    assert (
        await bens.store.read(
            lambda c: c.exec_driver_sql("SELECT count(*) FROM base WHERE type='Encounter'").scalar()
        )
        == 0
    )
    with keyed_plan.peer(ben) as peer:
        assert peer.get(f"Encounter/{visit.id}").status_code == 404
    await tablet.sync()
    await check_whole(tablet, keyed_plan, visit)
    await bens.close()
    await tablet.close()


async def raised(tablet: SealingTablet, patient_id: str) -> Alert:
    alert = make_alert(patient_id)
    by = PersonRef(tablet.person.reference, tablet.person.name)
    await tablet.store.write(lambda c: raise_alert(c, alert, by), Topic.OUTBOX)
    return alert


async def test_an_alert_that_was_brought_and_one_closed_since_follow_each_other(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    alert = await raised(tablet, keyed_plan.add_patient(ana))
    await tablet.sealer.run()
    await tablet.store.write(lambda c: close_alert(c, alert), Topic.OUTBOX)
    assert await tablet.sealer.run() == 0, "the plan has to name the version that it rests on first"
    await bring(keyed_plan, ben, tablet.copies())
    assert (await tablet.sync()).outcome == "ok"
    assert [task["status"] for task in versions(keyed_plan, ana, "Task", alert.id)] == [
        "requested",
        "cancelled",
    ]
    await tablet.close()


async def test_an_old_copy_of_a_visit_that_was_corrected_since_changes_nothing(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan, admitted=False)
    old = tablet.copies()
    assert (await tablet.sync()).set_aside == 1
    await tablet.store.write(lambda c: outbox_again.reopen(c, visit.id))
    await tablet.sealer.run()
    assert tablet.copies() == {}, "what was taken back is nobody's to bring"
    keyed_plan.assign(visit.patient_id, ana)
    await tablet.store.write(lambda c: c.exec_driver_sql("DELETE FROM visit"))
    await tablet.sign(visit)
    await tablet.sealer.run()
    assert (await tablet.sync()).pushed == 1
    assert list((await bring(keyed_plan, ben, old)).said.values()) == [Said.KNOWN]
    await check_whole(tablet, keyed_plan, visit)
    await tablet.close()


async def test_a_copy_that_the_plan_held_is_let_in_by_nobody_once_its_visit_was_discarded(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan, admitted=False)
    (copy,) = tablet.copies()
    assert list((await bring(keyed_plan, ben, tablet.copies())).said.values()) == [Said.HELD]
    await tablet.sync()
    await tablet.store.write(lambda c: outbox_again.reopen(c, visit.id))
    await tablet.store.write(lambda c: c.exec_driver_sql("DELETE FROM visit"))
    for _ in range(2):
        assert (await tablet.sync()).outcome == "ok"
    keyed_plan.assign(visit.patient_id, ana)
    assert main(["plan", "courier", "--db", keyed_plan.db]) == 0
    assert "its author took it back" in capsys.readouterr().out
    assert main(["plan", "courier", copy, "--db", keyed_plan.db]) == 1
    assert "Ask her first" in capsys.readouterr().err
    with keyed_plan.peer(ana) as peer:
        assert peer.get(f"Encounter/{visit.id}").status_code == 404
    assert main(["plan", "courier", copy, "--taken-back", "--db", keyed_plan.db]) == 0
    assert len(versions(keyed_plan, ana, "Encounter", visit.id)) == 1
    await tablet.close()


async def test_what_is_only_set_aside_is_not_taken_back(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    """Its copy is what would be left of it, were the tablet lost tomorrow."""
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan, admitted=False)
    copies = tablet.copies()
    for _ in range(2):
        await tablet.sync()
    keyed_plan.assign(visit.patient_id, ana)
    assert list((await bring(keyed_plan, ben, copies)).said.values()) == [Said.APPLIED]
    await tablet.close()


async def test_an_old_copy_that_comes_before_the_correction_leaves_both_for_a_person(
    keyed_plan: FieldPlan, ana: Person, ben: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    visit = await signed(tablet, keyed_plan, admitted=False)
    old = tablet.copies()
    await tablet.sync()
    await tablet.store.write(lambda c: outbox_again.reopen(c, visit.id))
    await tablet.store.write(lambda c: c.exec_driver_sql("DELETE FROM visit"))
    keyed_plan.assign(visit.patient_id, ana)
    assert list((await bring(keyed_plan, ben, old)).said.values()) == [Said.APPLIED]
    await tablet.sign(visit)
    await tablet.sealer.run()
    await tablet.sync()
    assert len(versions(keyed_plan, ana, "Encounter", visit.id)) == 1
    assert await tablet.store.read(conflicts.list_open), "hers stays here until somebody chooses"
    assert set(tablet.copies()), "and its copy with it"
    await tablet.close()


async def test_copies_that_a_store_put_back_to_an_older_day_does_not_know_are_brought_by_itself(
    keyed_plan: FieldPlan, ana: Person, tmp_path: Path
) -> None:
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    await tablet.close()
    before = tablet.path.read_bytes()
    tablet = await tablet.reopen()
    visit = await signed(tablet, keyed_plan)
    await tablet.close()
    tablet.path.write_bytes(before)
    for suffix in ("-wal", "-shm"):
        tablet.path.with_name(tablet.path.name + suffix).unlink(missing_ok=True)
    tablet = await tablet.reopen()
    await tablet.sealer.run()
    assert len(tablet.copies()) == 1, "nobody deletes what nobody knows"
    await tablet.sync()
    assert len(versions(keyed_plan, ana, "Encounter", visit.id)) == 1
    await tablet.close()
