"""A failure of sending leaves its trace at the plan with the next contact, and a quiet pass tells nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from app.store import outbox
from app.sync.capabilities import decode_capabilities
from app.sync.contact import device_of, report_contact
from app.sync.merge import CHANGED_FIRST
from plan.contacts import DeviceAside, DeviceState, list_devices
from plan.database import read_transaction
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.relay import CUT_BEFORE, PORTAL, Relay
from tests.sync.conftest import MakeTablet


def told(relay: Relay) -> list[bytes]:
    return [request.body for request in relay.seen if request.path.endswith("$hearthside-contact")]


def heard(plan: FieldPlan, nurse: Person) -> DeviceState:
    """What the plan knows of this nurse's device."""
    with read_transaction(plan.engine) as connection:
        (found,) = (one for one in list_devices(connection) if one.user.username == nurse.username)
    return found


async def tell(tablet: Tablet, *, later: timedelta = timedelta()) -> None:
    capabilities = decode_capabilities((await tablet.client.metadata()).get())
    assert capabilities is not None
    at = datetime.now(UTC) + later
    await report_contact(tablet.store, tablet.client, capabilities, now=lambda: at)


async def test_f02_a_failed_pass_is_told_with_the_next_contact_and_only_once(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    await tablet.document(patient_id, note="Zuleika Marker-Quince slept well.", pain=3)
    relay.judge = lambda request: PORTAL
    assert (await tablet.sync()).outcome == "captive-portal"
    relay.judge = lambda request: CUT_BEFORE
    assert (await tablet.sync()).outcome != "ok"
    relay.judge = lambda request: None
    await tablet.sync()
    await tell(tablet)
    await tell(tablet)
    (body,) = told(relay)
    report = json.loads(body)
    passes = [one for one in report["parameter"] if one["name"] == "pass"]
    outcomes = [part["valueCode"] for one in passes for part in one["part"] if part["name"] == "outcome"]
    assert len(outcomes) == 2
    assert outcomes[0] == "captive-portal"
    assert b"Marker" not in body, "no word of a record"
    assert patient_id.encode() not in body
    assert tablet.store.store_id.encode() not in body
    seen = heard(field_plan, nurse)
    assert seen.contact.device == device_of(tablet.store.store_id)
    assert {one.outcome for one in seen.passes} == set(outcomes), "somebody at the plan can see it"


async def test_a_visit_that_was_set_aside_is_told_and_so_is_that_it_went(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    visit = await tablet.document(patient_id, pain=3)
    groups = await tablet.store.read(outbox.pending)
    seqs = [change.seq for group in groups for change in group.changes]
    await tablet.store.write(lambda c: outbox.set_aside(c, seqs, "HTTP 422"))
    await tell(tablet)
    assert b"set-aside" in told(relay)[-1]
    await tablet.store.write(lambda c: outbox.put_back(c, visit.id))
    await tablet.sync()
    await tell(tablet)
    assert b"set-aside" not in told(relay)[-1].replace(b'"set-aside","valueUnsignedInt"', b"")
    assert heard(field_plan, nurse).waiting == []
    before = len(told(relay))
    await tell(tablet)
    assert len(told(relay)) == before, "nothing new, nothing told"


async def test_a_plan_that_does_not_ask_is_not_told(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    await tablet.document(field_plan.add_patient(nurse), pain=3)
    capabilities = decode_capabilities((await tablet.client.metadata()).get())
    assert capabilities is not None
    await report_contact(tablet.store, tablet.client, replace(capabilities, contact=False))
    assert told(relay) == []


async def test_a_contact_that_is_lost_is_told_again_and_ends_no_pass(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    await tablet.document(field_plan.add_patient(nurse), pain=3)
    relay.judge = lambda request: CUT_BEFORE if request.path.endswith("contact") else None
    await tell(tablet)
    relay.judge = lambda request: None
    await tell(tablet)
    assert len(told(relay)) == 2


async def test_a_tablet_with_nothing_new_is_heard_again_after_a_quarter_of_an_hour(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    """Else the plan would say "not heard from" of somebody who is at work."""
    tablet = await tablets(nurse, relay.url)
    await tell(tablet)
    await tell(tablet, later=timedelta(minutes=14))
    assert len(told(relay)) == 1
    await tell(tablet, later=timedelta(minutes=16))
    assert len(told(relay)) == 2
    await tell(tablet, later=timedelta(minutes=-30))
    assert len(told(relay)) == 3, "nor does a clock that was set back keep it silent"


async def test_why_something_was_set_aside_is_told_as_a_word_and_never_in_the_plans_own_words(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    for reason in ("HTTP 422: Zuleika is too long a name", "HTTP 400", CHANGED_FIRST):
        await tablet.document(field_plan.add_patient(nurse), pain=3)
        groups = await tablet.store.read(outbox.pending)
        fresh = [one.seq for group in groups for one in group.changes]
        await tablet.store.write(partial(outbox.set_aside, seqs=fresh, reason=reason))
    await tell(tablet)
    assert b"Zuleika" not in told(relay)[-1]
    mine = heard(field_plan, nurse).user.id
    with read_transaction(field_plan.engine) as connection:
        asides = connection.execute(DeviceAside.metadata.tables["device_aside"].select()).all()
    assert sorted((one.kind, one.why, one._mapping["count"]) for one in asides if one.user_id == mine) == [
        ("visit", "conflict", 1),
        ("visit", "refused", 2),
    ]
