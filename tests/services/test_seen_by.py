"""Who has seen an alert, as the plan's copies say; and what others read when somebody takes one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from app.content.rules import Level
from app.domain.alert import Alert, AlertState, say_you
from app.domain.visit import PersonRef
from app.services import alert_writes
from app.services.alert_lines import list_lines
from app.services.alerts import Alerts
from app.services.visits import Visits
from app.store import bases, meta
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.tables import Change, table_of
from app.sync.fhir.seen import find_seen
from tests.services.alert_steps import begin, held
from tests.services.conftest import ANA, SteppingClock
from tests.services.sending_desk import PLAN_TIME, receive
from tests.support.r4 import r4_errors

ALERT_ID = "0b6f3b50-58a8-4b0e-a4f4-0a3f8c1f0009"
_change = table_of(Change)
RECEIVED = datetime.fromisoformat(PLAN_TIME)


def make_alert(at: datetime) -> Alert:
    return Alert(
        ALERT_ID, "p1", None, "SEVERE_SYMPTOM", "esas-pain", Level.TODAY, AlertState.OPEN,
        "Pain 8 of 10.", "Severe symptom\nPain 8 of 10.", False, "supervisor", at,
    )  # fmt: skip


def newest(connection: Connection) -> dict[str, Any]:
    body = connection.execute(select(_change.c.payload).order_by(_change.c.seq.desc()).limit(1)).scalar_one()
    return dict(json.loads(body))


async def nobody(_: str) -> None:
    """No private alert is opened here."""


async def test_an_alert_says_who_has_seen_it_only_where_the_plans_copy_does(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(lambda c: alert_writes.write(c, make_alert(clock.at), ANA, clock.at))
    (line,) = await store.read(list_lines)
    assert (line.seen_by, line.seen_at) == ("", None)
    task = await store.read(newest)
    task |= {
        "status": "accepted",
        "owner": {"reference": "Practitioner/ortiz", "display": "Dr. Elena Ortiz"},
        "lastModified": "2026-11-22T14:10:00Z",
    }
    copy = BaseCopy("Task", ALERT_ID, "2", "2026-11-22T14:10:01Z", json.dumps(task), "p1")
    await store.write(lambda c: bases.put(c, copy))
    (line,) = await store.read(list_lines)
    assert line.seen_by == "Dr. Elena Ortiz"
    assert line.seen_at == datetime(2026, 11, 22, 14, 10, tzinfo=UTC)


async def test_whoever_takes_or_finishes_an_alert_is_named_for_all_others(
    store: Store, clock: SteppingClock
) -> None:
    raised_by = PersonRef("Practitioner/tom", "Tomás Okoye, RN")
    await store.write(lambda c: alert_writes.write(c, make_alert(clock.at), raised_by, clock.at))
    alerts = Alerts(store, ANA, clock, nobody)
    await alerts.acknowledge(ALERT_ID)
    taken = await store.read(newest)
    seen = find_seen(taken | {"requester": {"reference": raised_by.reference}})
    assert seen is not None
    assert seen.by == ANA.name
    await alerts.finish(ALERT_ID, "gave 5 mg morphine")
    done = await store.read(newest)
    assert [note["text"] for note in done["note"]] == ["Taken", "Done"]
    assert r4_errors(done) == []


async def test_whoever_took_an_alert_reads_since_when_before_and_after_the_plan_knows(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(lambda c: meta.put(c, meta.USER_REFERENCE, ANA.reference))
    await store.write(lambda c: alert_writes.write(c, make_alert(clock.at), ANA, clock.at))
    await store.write(lambda c: receive(c, ALERT_ID))
    await Alerts(store, ANA, clock, nobody).acknowledge(ALERT_ID)
    task = await store.read(newest)
    copy = BaseCopy("Task", ALERT_ID, "2", "2026-11-22T14:10:01Z", json.dumps(task), "p1")
    for _ in range(2):
        (line,) = await store.read(list_lines)
        assert line.taken_at is not None
        assert line.seen_by == "", "she raised it herself"
        await store.write(lambda c: bases.put(c, copy))
    await store.write(lambda c: meta.put(c, meta.USER_REFERENCE, "Practitioner/tom"))
    (line,) = await store.read(list_lines)
    assert line.taken_at is None, "somebody else has it"


async def test_whether_the_plan_has_an_alert_is_known_by_its_receipt(
    store: Store, clock: SteppingClock
) -> None:
    doors = Alerts(store, ANA, clock, nobody)
    await store.write(lambda c: alert_writes.write(c, make_alert(clock.at), ANA, clock.at))
    assert await doors.find_received((ALERT_ID,)) == frozenset()
    await store.write(lambda c: receive(c, ALERT_ID))
    assert await doors.find_received((ALERT_ID,)) == {ALERT_ID}


async def test_what_the_plan_has_and_she_takes_offline_only_waits_to_say_so_unless_it_got_worse(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(lambda c: meta.put(c, meta.USER_REFERENCE, ANA.reference))
    raised = make_alert(clock.at)
    await store.write(lambda c: alert_writes.write(c, raised, ANA, clock.at))
    task = json.dumps(await store.read(newest))
    taken = Alerts(store, ANA, clock, nobody).acknowledge
    await taken(ALERT_ID)
    (line,) = await store.read(list_lines)
    assert (line.received, line.taking_waits) == (False, False), "the plan has nothing of it"
    await store.write(lambda c: bases.put(c, BaseCopy("Task", ALERT_ID, "1", PLAN_TIME, task, "p1")))
    (line,) = await store.read(list_lines)
    assert (line.received, line.taking_waits) == (False, True)
    assert line.taken_at is not None
    worse = replace(
        raised, state=AlertState.ACKNOWLEDGED, finding="Pain 9 of 10.", detail="Severe symptom\nPain 9 of 10."
    )
    await store.write(lambda c: alert_writes.write(c, worse, ANA, clock.at))
    (line,) = await store.read(list_lines)
    assert (line.received, line.taking_waits) == (False, False), "of this nobody has heard"


async def test_received_is_not_seen_and_says_since_when_it_lies_at_the_plan(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(lambda c: alert_writes.write(c, make_alert(clock.at), ANA, clock.at))
    (line,) = await store.read(list_lines)
    assert (line.received, line.received_at) == (False, None)
    await store.write(lambda c: receive(c, ALERT_ID))
    (line,) = await store.read(list_lines)
    assert (line.received, line.received_at, line.seen_by) == (True, RECEIVED, "")


async def test_in_a_draft_the_line_of_a_finding_says_who_has_seen_its_alert(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    (alert,) = await held(store, visit_id)
    await store.write(lambda c: receive(c, alert.id))
    (line,) = (await visits.page(visit_id)).alerts
    assert (line.received, line.received_at, line.seen_by) == (True, RECEIVED, "")
    task = await store.read(newest)
    seen = {"authorString": "Dr. Elena Ortiz", "time": "2026-11-22T14:10:00Z", "text": "Taken"}
    body = json.dumps(task | {"note": [seen]})
    copy = BaseCopy("Task", alert.id, "2", "2026-11-22T14:10:01Z", body, "p1")
    await store.write(lambda c: bases.put(c, copy))
    (line,) = (await visits.page(visit_id)).alerts
    assert (line.seen_by, line.seen_at) == ("Dr. Elena Ortiz", datetime(2026, 11, 22, 14, 10, tzinfo=UTC))


async def test_who_opened_a_record_on_call_reads_you_and_everybody_else_the_name(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(lambda c: meta.put(c, meta.USER_REFERENCE, ANA.reference))
    opened = replace(
        make_alert(clock.at),
        detail=f"This person's record was opened while on call\n{ANA.name} opened it. Reason: breathless",
    )
    await store.write(lambda c: alert_writes.write(c, opened, ANA, clock.at))
    task = await store.read(newest)
    for who, said in ((ANA.reference, "You"), ("Practitioner/tom", ANA.name)):
        task["input"] = [{"type": {"text": "opened by"}, "valueReference": {"reference": who}}]
        copy = BaseCopy("Task", ALERT_ID, "2", "2026-11-22T14:10:01Z", json.dumps(task), "p1")
        await store.write(lambda c, copy=copy: bases.put(c, copy))
        (line,) = await store.read(list_lines)
        assert line.finding == f"{said} opened it. Reason: breathless"
        assert line.own_opening == (said == "You")
    assert say_you(f"By {ANA.name}. Reason: breathless") == "You opened it. Reason: breathless", (
        "as it once was said"
    )
