"""Sending over a running plan through a relay that loses, cuts and spoils what it likes."""

from __future__ import annotations

import asyncio
from typing import Any

from app.store import outbox
from app.store.changes import Topic
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from tests.support import relay as faults
from tests.support.field import ALL_NINE, FieldPlan, Person, Tablet
from tests.support.history import provenance_targets, versions, write_of
from tests.support.relay import Once, Relay, Request
from tests.sync.conftest import MakeTablet


async def test_create_drop_the_answer_supervisor_edits_heal_and_her_edit_survives(
    field_plan: FieldPlan, tablets: MakeTablet, relay: Relay
) -> None:
    nurse = field_plan.add_person(team="Harbor")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Harbor")
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, **ALL_NINE)
    relay.judge = Once(faults.DROP_ANSWER, lambda r: r.is_write)

    assert (await tablet.sync()).outcome != "ok"
    assert relay.fired[faults.DROP_ANSWER.name] == 1
    status = await tablet.status(visit.id)
    assert status.has_attempted
    assert status.settled == 0
    stored = versions(field_plan, supervisor, "Encounter", visit.id)
    assert len(stored) == 1, "the plan committed before the answer was lost"

    with field_plan.peer(supervisor) as peer:
        edited = stored[0] | {"priority": {"text": "seen by the supervisor"}}
        guard = {"If-Match": f'W/"{stored[0]["meta"]["versionId"]}"'}
        peer.put(f"Encounter/{visit.id}", json=edited, headers=guard).raise_for_status()

    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)
    after = versions(field_plan, supervisor, "Encounter", visit.id)
    assert len(after) == 2
    assert after[-1]["priority"] == {"text": "seen by the supervisor"}
    for kind, record_id in [
        (c["reference"].split("/")) for c in provenance_targets(field_plan, nurse, stored[0])
    ]:
        expected = 2 if kind == "Encounter" else 1
        assert len(versions(field_plan, nurse, kind, record_id)) == expected
    base = await tablet.store.read(lambda c: find_base(c, "Encounter", visit.id))
    assert base.version_id == after[-1]["meta"]["versionId"]


def find_base(connection: outbox.Connection, kind: str, record_id: str) -> Any:
    from app.store import bases

    return bases.find(connection, kind, record_id)


async def test_an_answer_lost_before_the_plan_saw_anything_leads_to_one_version(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, pain=4)
    relay.judge = Once(faults.CUT_BEFORE, lambda r: r.is_write)
    assert (await tablet.sync()).outcome != "ok"
    assert not await tablet.received(visit.id)

    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)
    assert len(versions(field_plan, nurse, "Encounter", visit.id)) == 1
    sent = [request.body for request in relay.seen if request.is_write]
    assert len(sent) == 2
    assert sent[0] == sent[1], "the same bytes go again"


async def spoil(tablet: Tablet, visit_id: str) -> None:
    """Make one frozen resource of a visit something that no server may take."""
    from sqlalchemy import text

    def damage(connection: outbox.Connection) -> None:
        connection.execute(
            text(
                "UPDATE change SET payload = replace(payload, '\"finished\"', '\"finnished\"') WHERE group_id = :g"
            ),
            {"g": visit_id},
        )

    await tablet.store.write(damage)


async def test_a_refused_visit_is_set_aside_with_the_plans_words_and_the_rest_flows(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    other_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    refused = await tablet.document(patient_id, pain=9)
    await spoil(tablet, refused.id)
    same_person = await tablet.document(patient_id, pain=2)
    other = await tablet.document(other_id, pain=1)
    report = await tablet.sync()
    assert (report.pushed, report.set_aside) == (2, 1)
    assert await tablet.received(same_person.id)
    assert await tablet.received(other.id)
    status = await tablet.status(refused.id)
    assert status.set_aside
    assert status.reason
    assert "status" in status.reason, "the plan's words name what is wrong"
    assert (await tablet.sync()).set_aside == 0, "it is not tried again by itself"


async def test_a_corrected_visit_goes_after_it_was_put_back(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    from sqlalchemy import text

    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    visit = await tablet.document(patient_id, pain=9)
    await spoil(tablet, visit.id)
    await tablet.sync()

    def correct(connection: outbox.Connection) -> None:
        connection.execute(
            text("UPDATE change SET payload = replace(payload, '\"finnished\"', '\"finished\"')")
        )
        outbox.put_back(connection, visit.id)

    await tablet.store.write(correct)
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)


async def test_an_edit_made_while_its_record_is_on_the_way_stays_pending(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(patient_id, pain=4)
    arrived, gate = asyncio.Event(), asyncio.Event()

    async def note(request: Request) -> None:
        if request.is_write:
            arrived.set()

    relay.after_forward = note
    relay.judge = Once(faults.Fault("late answer", gate=gate), lambda r: r.is_write)
    running = asyncio.create_task(tablet.sync())
    async with asyncio.timeout(20):
        await arrived.wait()
    body = await tablet.store.read(lambda c: outbox.open_writes(c)[0].changes[0].payload)
    edited = json_text.dumps(json_text.loads(body) | {"priority": {"text": "edited"}})

    def edit(connection: outbox.Connection) -> None:
        save_record(
            connection,
            group_id=f"addendum-{visit.id}",
            patient_id=patient_id,
            changes=[NewChange("Encounter", visit.id, edited)],
            at=visit.signed_at,
            write_row=lambda c: None,
        )

    await tablet.store.write(edit, Topic.OUTBOX)
    gate.set()
    report = await running
    assert report.pushed >= 1
    assert await tablet.received(visit.id)
    await tablet.sync()
    after = versions(field_plan, nurse, "Encounter", visit.id)
    assert len(after) == 2
    assert after[1]["priority"] == {"text": "edited"}
    assert write_of(after[0]) != write_of(after[1])
    assert (await tablet.store.read(outbox.count)).changes == 0


async def test_a_server_error_on_one_visit_lets_the_others_pass_and_is_set_aside_after_five(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    bad = await tablet.document(field_plan.add_patient(nurse), pain=9)
    failing = faults.Fault(
        "internal error", forward=False, answer=faults.http("500 Oops", "application/json", b"{}")
    )
    relay.judge = lambda r: failing if r.is_write and bad.id.encode() in r.body else None
    for turn in range(5):
        good = await tablet.document(field_plan.add_patient(nurse), pain=1)
        assert not (await tablet.status(bad.id)).set_aside, turn
        report = await tablet.sync()
        assert await tablet.received(good.id)
        assert report.pushed == 1
    status = await tablet.status(bad.id)
    assert status.set_aside
    assert status.reason is not None
    assert "every day" in status.reason


async def test_a_server_that_asks_for_patience_gets_it(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    visit = await tablet.document(field_plan.add_patient(nurse), pain=1)
    busy = faults.http("429 Too Many Requests", "text/plain", b"slow down", "Retry-After: 17")
    relay.judge = Once(faults.Fault("busy", forward=False, answer=busy), lambda r: r.is_write)
    report = await tablet.sync()
    assert (report.outcome, report.retry_after) == ("plan-down", 17.0)
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)


async def test_somebody_elses_record_in_the_way_is_kept_beside_ours(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    from app.store import conflicts

    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    visit = await tablet.document(patient_id, pain=4)
    stranger = json_text.loads(await tablet.store.read(lambda c: outbox.pending(c)[0].changes[0].payload)) | {
        "priority": {"text": "not ours"}
    }
    field_plan.put(stranger)
    await tablet.sync()
    status = await tablet.status(visit.id)
    assert status.conflict
    assert status.settled == 0
    found = await tablet.store.read(conflicts.list_open)
    assert [(c.type, c.record_id) for c in found] == [("Encounter", visit.id)]
    assert "not ours" in found[0].theirs
    assert len(versions(field_plan, nurse, "Encounter", visit.id)) == 1
