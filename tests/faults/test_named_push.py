"""Two of the schedules that the plan for this app names: each on our own backend and on a server that is careless."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from app.services.models import VisitState
from app.store import outbox
from app.store.records import NewChange, save_record
from tests.faults.double.server import Quirks, Trouble
from tests.faults.double.tablet import DoubleTablet
from tests.faults.faulty_network import Fault, is_write
from tests.faults.world import ANA, World
from tests.support.alert_records import make_alert, raise_alert


def drop_the_answer(request: httpx.Request) -> Fault:
    return Fault.CUT_AFTER if is_write(request) else Fault.NONE


def versions_by_write(versions: list[dict[str, Any]]) -> dict[str, int]:
    """Write id → versions that it made, of one record. An edit by somebody else keeps the tag that it found."""
    found: dict[str, int] = {}
    before: set[str] = set()
    for version in versions:
        tags = {tag["code"] for tag in version.get("meta", {}).get("tag", [])}
        for tag in tags - before:
            found[tag] = found.get(tag, 0) + 1
        before = tags
    return found


async def test_create_drop_the_answer_supervisor_edits_heal_and_her_edit_survives_here(world: World) -> None:
    visit_id = await world.document(pain=7)
    await world.sync(drop_the_answer)
    assert world.network.fired[Fault.CUT_AFTER] >= 1
    assert len(world.server.versions("Encounter", visit_id)) == 1, "the row is there, its answer is not"
    assert await world.state(visit_id) is VisitState.SENDING
    assert await world.correct(visit_id)
    await world.heal(2)
    assert await world.state(visit_id) is VisitState.RECEIVED
    encounters = world.server.versions("Encounter", visit_id)
    assert encounters[-1]["language"] == "en-US", "her edit is what stands"
    assert list(versions_by_write(encounters).values()) == [1]
    world.check_whole(visit_id)


CARELESS = [
    Quirks(ignores_if_none_match=True),
    Quirks(ignores_if_none_match=True, ignores_if_match=True, transaction_is_batch=True),
    Quirks(ignores_if_none_match=True, no_history=True, no_etag=True, whole_seconds=True),
    Quirks(ignores_if_none_match=True, entry_limit=8),
]


@pytest.mark.parametrize("quirks", CARELESS, ids=["conditions", "batch", "no history", "entry limit"])
async def test_create_drop_the_answer_supervisor_edits_heal_and_her_edit_survives_there(
    templates: Path, tmp_path: Path, quirks: Quirks
) -> None:
    tablet = DoubleTablet(templates, tmp_path, quirks)
    await tablet.start()
    try:
        assert (await tablet.sync()).outcome == "ok"
        visit_id = await tablet.document(pain=7)
        await tablet.sync(drop_the_answer)
        assert tablet.network.fired[Fault.CUT_AFTER] >= 1
        for _ in range(2):
            if not tablet.double.versions("Encounter", visit_id):
                # The whole was refused for its size; its first part is the write whose answer is lost.
                await tablet.sync(drop_the_answer)
        assert len(tablet.double.versions("Encounter", visit_id)) == 1, "the row is there, its answer is not"
        assert (await tablet.status(visit_id)).state is not VisitState.RECEIVED
        tablet.double.edit("Encounter", visit_id, serviceType={"text": "Corrected"})
        for _ in range(3):
            await tablet.sync()
        assert (await tablet.status(visit_id)).state is VisitState.RECEIVED
        rows = [row.resource or {} for row in tablet.double.versions("Encounter", visit_id)]
        assert [row["serviceType"]["text"] == "Corrected" for row in rows] == [False, True]
        assert list(versions_by_write(rows).values()) == [1]
        assert tablet.double.effective["ignores_if_none_match"] == 0
        for record in tablet.double.current("Provenance")[next(iter(tablet.double.current("Provenance")))][
            "target"
        ]:
            kind, _, record_id = record["reference"].partition("/")
            assert len(tablet.double.versions(kind, record_id)) == (2 if kind == "Encounter" else 1)
    finally:
        await tablet.close()


async def test_a_visit_refused_with_422_while_its_alert_is_received_here(world: World) -> None:
    visit_id = await world.document(pain=9)
    await world.store.write(_spoil)
    alert = make_alert("a", visit_id)
    await world.store.write(lambda c: raise_alert(c, alert, ANA))
    report = await world.sync()
    status = await world.status(visit_id)
    assert (status.state, report.set_aside) == (VisitState.REFUSED, 1)
    assert status.reason
    assert not world.server.versions("Encounter", visit_id)
    assert [task["status"] for task in world.server.versions("Task", alert.id)] == ["requested"]
    assert not await world.store.read(lambda c: outbox.is_unsettled(c, "Task", alert.id))


async def test_a_visit_refused_with_422_while_its_alert_is_received_there(
    templates: Path, tmp_path: Path
) -> None:
    refuses = Quirks(troubles=(Trouble(422, on="Encounter", where="write", reason="class is not known"),))
    tablet = DoubleTablet(templates, tmp_path, refuses)
    await tablet.start()
    try:
        assert (await tablet.sync()).outcome == "ok"
        visit_id = await tablet.document(pain=9)
        alert = make_alert("a", visit_id)
        await tablet.store.write(lambda c: raise_alert(c, alert, ANA))
        await tablet.store.write(
            lambda c: save_record(
                c,
                group_id="addendum",
                patient_id="a",
                changes=[NewChange("DocumentReference", "late", _about(visit_id))],
                at=alert.fired_at,
                write_row=lambda _: None,
            )
        )
        other = await tablet.document("b", pain=1)
        tablet.double.quirks = Quirks(
            troubles=(Trouble(422, on=f"Encounter/{visit_id}", where="write", reason="class is not known"),)
        )
        await tablet.sync()
        status = await tablet.status(visit_id)
        assert (status.state, status.reason) == (VisitState.REFUSED, "class is not known")
        assert tablet.double.current("Task")[alert.id]["status"] == "requested"
        assert (await tablet.status(other)).state is VisitState.RECEIVED, "the rest flows"
        assert not tablet.double.versions("DocumentReference", "late"), "what points to it waits"
        tablet.double.quirks = Quirks()
        await tablet.store.write(lambda c: outbox.put_back(c, visit_id))
        await tablet.sync()
        assert (await tablet.status(visit_id)).state is VisitState.RECEIVED
        assert tablet.double.versions("DocumentReference", "late")
    finally:
        await tablet.close()


def _about(visit_id: str) -> str:
    body = {
        "resourceType": "DocumentReference",
        "id": "late",
        "subject": {"reference": "Patient/a"},
        "context": {"encounter": [{"reference": f"Encounter/{visit_id}"}]},
    }
    return json.dumps(body)


def _spoil(connection: Connection) -> None:
    connection.exec_driver_sql(
        "UPDATE change SET payload = replace(payload, '\"finished\"', '\"finnished\"') WHERE type = 'Encounter'"
    )
