"""What was done on a device is known at the plan: in batches, once, also of a device that was put back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection
from sqlmodel import col, update

from app.store import audit, audit_telling, meta, sessions
from app.store.engine import Store, open_store
from app.store.health import examine
from app.sync.capabilities import decode_capabilities
from app.sync.contact import device_of, report_contact
from app.sync.tokens import make_client
from plan.database import read_transaction, write_transaction
from plan.device_audit import list_seen
from plan.device_audit.reading import list_chains
from plan.users import User, find_user
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.relay import CUT_BEFORE, Relay
from tests.sync.conftest import MakeTablet

LONG_AGO = timedelta(hours=3)


async def do(
    store: Store, person: Person, action: str, subject: str | None, at: datetime, n: int = 1
) -> None:
    def write(connection: Connection) -> None:
        for _ in range(n):
            audit.append(connection, at=at, actor=person.reference, action=action, subject=subject)

    await store.write(write)


async def tell(tablet: Tablet, *, later: timedelta = LONG_AGO) -> None:
    capabilities = decode_capabilities((await tablet.client.metadata()).get())
    assert capabilities is not None
    now = datetime.now(UTC) + later
    await report_contact(tablet.store, tablet.client, capabilities, now=lambda: now)


async def reopen(tablet: Tablet) -> None:
    """Unlocked again after its file was closed, and perhaps another one put in its place."""
    await tablet.client.aclose()
    tablet.store = await open_store(tablet.path, tablet.key, store_id="store")
    sign_in = await tablet.store.read(sessions.find)
    assert sign_in is not None
    tablet.client = make_client(tablet.store, sign_in)


def contacts(relay: Relay) -> list[bytes]:
    return [one.body for one in relay.seen if one.path.endswith("$hearthside-contact")]


def generations(plan: FieldPlan, person: Person, store_id: str = "store") -> list[tuple[str, int, int]]:
    with read_transaction(plan.engine) as connection:
        user = find_user(connection, person.username)
        assert user is not None
        found = list_chains(connection, user.id, device_of(store_id))
    return [(one.opened_by, one.length, one.told_length) for one in found]


async def test_a_reading_on_a_device_is_found_at_the_plan_by_the_person_it_was_about(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    visit = await tablet.document(patient_id, note="Zuleika Marker-Quince slept well.", pain=3)
    now = datetime.now(UTC)
    await do(tablet.store, nurse, "unlock", None, now)
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", now)
    await do(tablet.store, nurse, "sign", f"Encounter/{visit.id}", now)
    await tablet.sync()
    await tell(tablet)
    with read_transaction(field_plan.engine) as connection:
        seen = list_seen(connection, patient_id)
        user = find_user(connection, nurse.username)
    assert user is not None
    assert {(one.user_id, one.action, one.subject) for one in seen} == {
        (user.id, "read", f"Patient/{patient_id}"),
        (user.id, "sign", f"Encounter/{visit.id}"),
    }
    assert generations(field_plan, nurse) == [("first", 3, 3)]


async def test_a_draft_read_on_the_device_is_told_with_its_patient(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    visit = await tablet.document(patient_id, pain=3)
    await do(tablet.store, nurse, "read", f"Encounter/{visit.id}", datetime.now(UTC))
    await tell(tablet)
    with read_transaction(field_plan.engine) as connection:
        assert [one.subject for one in list_seen(connection, patient_id)] == [f"Encounter/{visit.id}"]


async def test_fresh_readings_wait_and_go_with_whatever_else_is_told(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    now = datetime.now(UTC)
    await tell(tablet, later=timedelta())
    relay.seen.clear()
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", now)
    await tell(tablet, later=timedelta(minutes=9))
    assert contacts(relay) == [], "a quiet pass costs nothing"
    await tell(tablet, later=timedelta(minutes=11))
    await tell(tablet, later=timedelta(minutes=11))
    assert len(contacts(relay)) == 1
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", now, n=49)
    await tell(tablet, later=timedelta())
    assert len(contacts(relay)) == 1
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", now)
    await tell(tablet, later=timedelta())
    assert len(contacts(relay)) == 2, "many do not wait"
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", now + timedelta(days=400))
    await tell(tablet, later=timedelta())
    assert len(contacts(relay)) == 3, "nor does one from a clock that was wrong"


async def test_a_long_time_without_network_is_told_in_rounds_and_a_lost_answer_doubles_nothing(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", datetime.now(UTC), n=450)
    await tell(tablet)
    assert len(contacts(relay)) == 3
    assert generations(field_plan, nurse) == [("first", 450, 450)]
    await tablet.store.write(lambda c: meta.put(c, meta.AUDIT_TOLD, "200"))
    await tell(tablet)
    assert generations(field_plan, nurse) == [("first", 450, 450)]
    with read_transaction(field_plan.engine) as connection:
        assert len(list_seen(connection, patient_id, limit=1000)) == 450
    assert await tablet.store.read(audit_telling.read_told) == 450


async def test_a_lost_contact_keeps_the_log_here_until_the_next(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse, relay.url)
    await do(tablet.store, nurse, "unlock", None, datetime.now(UTC))
    relay.judge = lambda request: CUT_BEFORE if request.path.endswith("contact") else None
    await tell(tablet)
    assert await tablet.store.read(audit_telling.read_told) == 0
    relay.judge = lambda request: None
    await tell(tablet)
    assert await tablet.store.read(audit_telling.read_told) == 1


async def test_a_store_put_back_from_a_copy_is_seen_at_its_first_contact_and_doctor_says_so(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, tmp_path: Path
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    now = datetime.now(UTC)
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", now, n=4)
    await tell(tablet)
    copy = tmp_path / "copy.db"
    await tablet.store.close()
    shutil.copy(tablet.path, copy)
    await reopen(tablet)
    await do(tablet.store, nurse, "write", f"Patient/{patient_id}", now, n=4)
    await tell(tablet)
    assert generations(field_plan, nurse) == [("first", 8, 8)]
    await tablet.store.close()
    shutil.copy(copy, tablet.path)
    await reopen(tablet)
    await do(tablet.store, nurse, "unlock", None, now + timedelta(hours=1))
    await tell(tablet)
    assert generations(field_plan, nurse) == [("first", 8, 8), ("differs", 5, 5)]
    health = await tablet.store.read(examine)
    assert (health.audit_told, health.audit_differs) == (5, "differs 5")
    with read_transaction(field_plan.engine) as connection:
        actions = [one.action for one in list_seen(connection, patient_id)]
    assert actions.count("write") == 4, "what the device wants to forget is remembered"


async def test_a_plan_that_was_put_back_hears_the_whole_log_again(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    tablet = await tablets(nurse)
    await do(tablet.store, nurse, "unlock", None, datetime.now(UTC), n=3)
    await tablet.store.write(lambda c: meta.put(c, meta.AUDIT_TOLD, "2"))
    await tell(tablet)
    assert generations(field_plan, nurse) == [("first", 3, 3)]
    assert await tablet.store.read(lambda c: meta.find(c, meta.AUDIT_DIFFERS)) is None


async def test_what_is_told_of_the_log_is_codes_and_ids(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse, family="Markerquince")
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    visit = await tablet.document(patient_id, note="Marker words.", pain=3)
    await do(tablet.store, nurse, "read", f"Encounter/{visit.id}", datetime.now(UTC))
    await tell(tablet)
    body = contacts(relay)[-1]
    assert b"arker" not in body
    events = [one for one in json.loads(body)["parameter"] if one["name"] == "event"]
    names = {part["name"] for one in events for part in one["part"]}
    assert names == {"seq", "at", "actor", "action", "subject", "digest", "patient"}


async def test_one_question_finds_what_was_read_at_the_plan_and_on_the_device(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    supervisor = replace(field_plan.add_person("supervisor", "Sue Bell"), team_id=nurse.team_id)
    patient_id = field_plan.add_patient(nurse)
    with write_transaction(field_plan.engine) as connection:
        user = find_user(connection, supervisor.username)
        assert user is not None
        connection.execute(update(User).where(col(User.id) == user.id).values(team_id=nurse.team_id))
    tablet = await tablets(nurse)
    await tablet.sync()
    now = datetime.now(UTC)
    await do(tablet.store, nurse, "read", f"Patient/{patient_id}", now, n=2)
    await tell(tablet)
    with field_plan.peer(nurse) as hers:
        assert hers.get(f"Patient/{patient_id}/$hearthside-seen").status_code in (403, 404)
    with field_plan.peer(supervisor) as asking:
        answer = asking.get(f"Patient/{patient_id}/$hearthside-seen")
    assert answer.status_code == 200, answer.text
    events = [entry["resource"] for entry in answer.json()["entry"]]
    assert len({event["id"] for event in events}) == len(events)
    sources = [event["source"]["observer"]["display"] for event in events]
    assert sources.count(f"Device {device_of('store')}") == 2
    assert "Plan backend" in sources
    assert {event["agent"][0]["who"]["reference"] for event in events} == {nurse.reference}
