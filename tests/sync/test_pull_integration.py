"""Pulling from a running plan: first load, late joiners, departures, empty answers, arriving visits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.domain.visit import PersonRef
from app.store import cursors, outbox, patients, visits
from app.sync import capabilities, pull, tracks
from app.sync.fhir import json_text
from app.sync.fhir.bundle import make_body
from app.sync.fhir.visit import encode_visit
from tests.support import relay as faults
from tests.support.field import ALL_NINE, FieldPlan, Person, Tablet, make_visit
from tests.support.relay import Once, Relay, Request, http
from tests.sync.conftest import MakeTablet


async def ids_here(tablet: Tablet) -> frozenset[str]:
    return await tablet.store.read(patients.list_ids)


async def visit_ids(tablet: Tablet, patient_id: str) -> set[str]:
    rows = await tablet.store.read(lambda c: visits.list_for_patient(c, patient_id))
    return {row.id for row in rows}


async def test_a_supervisor_reads_the_same_values_that_the_nurse_signed(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Lakeside")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Lakeside")
    patient_id = field_plan.add_patient(nurse)
    hers, theirs = await tablets(nurse), await tablets(supervisor)
    signed = await hers.document(patient_id, "Daughter asks about nights.", **ALL_NINE)
    await hers.sync()
    assert (await theirs.sync()).outcome == "ok"
    read = await theirs.store.read(lambda c: visits.read_signed(c, signed.id))
    assert read == signed
    row = await theirs.store.read(lambda c: visits.get_row(c, signed.id))
    assert (row.origin, row.arriving, row.highest_score) == ("pulled", False, 7)
    assert row.patient_name == "Vera Lindqvist"
    status = await theirs.status(signed.id)
    assert status.received_at is not None


async def test_a_quiet_pass_takes_two_requests(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    relay.seen.clear()
    report = await tablet.sync()
    assert (report.outcome, report.pulled) == ("ok", 0)
    assert [request.path for request in relay.seen] == ["/fhir/CareTeam/_search", "/fhir"]


async def test_nothing_but_ids_stands_in_an_address(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse, family="Zebrowski")
    tablet = await tablets(nurse, relay.url)
    await tablet.document(patient_id, "secret words", pain=3)
    await tablet.sync()
    for request in relay.seen:
        assert "Zebrowski" not in request.path
        assert "?" not in request.path or request.path.partition("?")[2].startswith("_count=")


async def test_a_patient_assigned_later_arrives_with_old_history(
    field_plan: FieldPlan, tablets: MakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With the usual 30 seconds the young "old" visits of a test would come by the overlap alone.
    monkeypatch.setattr(capabilities, "OWN_OVERLAP", 0)
    first = field_plan.add_person(team="Orchard")
    second = field_plan.add_person(name="Ben Ode, RN", team="Orchard")
    patient_id, other_id = field_plan.add_patient(first), field_plan.add_patient(second)
    tablet, colleague = await tablets(first), await tablets(second)
    old = [await tablet.document(patient_id, f"visit {n}", pain=n) for n in range(3)]
    await tablet.sync()
    await colleague.sync()
    assert await ids_here(colleague) == {other_id}
    # Other changes move the colleague's cursor well past the old visits.
    await colleague.document(other_id, pain=1)
    await colleague.sync()

    field_plan.assign(patient_id, first, second)
    assert (await colleague.sync()).outcome == "ok"
    assert await ids_here(colleague) == {patient_id, other_id}
    assert await visit_ids(colleague, patient_id) == {visit.id for visit in old}


async def test_somebody_who_left_is_hidden_then_taken_off_and_comes_back_whole(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capabilities, "OWN_OVERLAP", 0)
    patient_id, stays = field_plan.add_patient(nurse), field_plan.add_patient(nurse)
    author = await tablets(nurse)
    visit = await author.document(patient_id, pain=5)
    await author.sync()
    tablet = await tablets(nurse)
    await tablet.sync()
    assert await visit_ids(tablet, patient_id) == {visit.id}

    await author.document(stays, pain=0)
    await author.sync()
    field_plan.assign(patient_id, nurse, status="inactive")
    await tablet.sync()
    assert await ids_here(tablet) == {stays}
    assert await tablet.store.read(lambda c: patients.find(c, patient_id)) is not None
    await tablet.sync()
    assert await tablet.store.read(lambda c: patients.find(c, patient_id)) is None

    field_plan.assign(patient_id, nurse)
    await tablet.sync()
    assert await ids_here(tablet) == {patient_id, stays}
    assert await visit_ids(tablet, patient_id) == {visit.id}


async def test_unsent_work_about_somebody_who_left_is_never_taken_off(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id, _ = field_plan.add_patient(nurse), field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    visit = await tablet.document(patient_id, pain=5)
    field_plan.assign(patient_id, nurse, status="inactive")
    relay.judge = lambda r: (
        faults.Fault("no", forward=False, answer=http("500 No", "text/html", b"")) if r.is_write else None
    )
    for _ in range(3):
        await tablet.sync()
    assert (await tablet.status(visit.id)).total > 0
    assert await tablet.store.read(lambda c: patients.find(c, patient_id)) is not None


async def test_a_server_that_suddenly_returns_nothing_deletes_nothing(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    people = {field_plan.add_patient(nurse) for _ in range(3)}
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    nothing = http("200 OK", "application/fhir+json", b'{"resourceType":"Bundle","type":"searchset"}')
    empty = faults.Fault("nothing", forward=False, answer=nothing)
    relay.judge = Once(empty, lambda r: "CareTeam" in r.path)
    await tablet.sync()
    assert relay.fired["nothing"] == 1
    assert await ids_here(tablet) == people, "one empty answer is not believed"

    relay.judge = lambda r: empty if "CareTeam" in r.path else None
    for _ in range(3):
        await tablet.sync()
    assert await ids_here(tablet) == frozenset()
    for patient_id in people:
        assert await tablet.store.read(lambda c, p=patient_id: patients.find(c, p)) is not None
    relay.judge = lambda r: None
    await tablet.sync()
    assert await ids_here(tablet) == people


async def test_a_first_load_shows_people_first_and_goes_on_after_it_was_cut(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks.Track, "__init__", small_pages(tracks.Track.__init__))
    patient_id = field_plan.add_patient(nurse)
    for number in range(30):
        field_plan.put(condition(patient_id, number))
    tablet = await tablets(nurse, relay.url)
    batches = 0

    def judge(request: Request) -> faults.Fault | None:
        nonlocal batches
        batches += b'"batch"' in request.body
        return faults.TRUNCATE if b'"batch"' in request.body and batches == 3 else None

    relay.judge = judge
    seen: list[tuple[int, int]] = []
    report = await tablet.engine.run_pass(lambda done, of: seen.append((done, of)))
    assert report.outcome == "plan-down"
    assert await ids_here(tablet) == {patient_id}, "people are there although the rest is not"
    before = await conditions_here(tablet, patient_id)
    assert 0 < before < 30
    assert seen
    assert all(done <= of for done, of in seen)
    relay.seen.clear()
    assert (await tablet.sync()).outcome == "ok"
    assert await conditions_here(tablet, patient_id) == 30
    assert cursor_done(await tablet.store.read(lambda c: cursors.list_scope(c, "panel")))


def small_pages(original: Any) -> Any:
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("count", 7)
        original(self, *args, **kwargs)

    return init


def cursor_done(found: Any) -> bool:
    return set(found) == set(pull.KINDS) and all(cursor.done for cursor in found.values())


def condition(patient_id: str, number: int) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": str(uuid4()),
        "code": {"text": f"Condition {number}"},
        "subject": {"reference": f"Patient/{patient_id}"},
    }


async def conditions_here(tablet: Tablet, patient_id: str) -> int:
    from app.store import bases

    return len(await tablet.store.read(lambda c: bases.list_for_patient(c, patient_id, "Condition")))


async def test_a_visit_is_arriving_until_its_manifest_and_all_it_names_are_here(
    field_plan: FieldPlan, tablets: MakeTablet
) -> None:
    nurse = field_plan.add_person(team="Meadow")
    supervisor = field_plan.add_person("supervisor", "Sue Park, RN", team="Meadow")
    patient_id = field_plan.add_patient(nurse)
    visit = make_visit(nurse, patient_id, "In parts.", ALL_NINE)
    write_id = str(uuid4())
    changes = [outbox.OutboxChange(n, visit.id, p.type, p.id, patient_id, 10, None, p.body)
               for n, p in enumerate(encode_visit(visit))]  # fmt: skip
    bundle = json_text.loads(
        make_body(write_id, changes, PersonRef(nurse.reference, nurse.name), datetime.now(UTC))
    )
    entries = bundle["entry"]
    tablet = await tablets(supervisor)

    async def arriving() -> bool:
        await tablet.sync()
        return (await tablet.store.read(lambda c: visits.get_row(c, visit.id))).arriving

    with field_plan.peer(nurse) as peer:
        post_entries(peer, entries[:3])
        assert await arriving()
        post_entries(peer, entries[3:-1])
        assert await arriving(), "without its manifest nobody knows whether it is whole"
        post_entries(peer, entries[-1:])
        assert not await arriving()
    assert await tablet.store.read(lambda c: visits.read_signed(c, visit.id)) == visit


def post_entries(peer: httpx.Client, entries: list[dict[str, Any]]) -> None:
    body = json_text.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
    peer.post("", content=body.encode()).raise_for_status()


async def test_a_changed_store_epoch_pauses_sending_until_everything_was_compared(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    from app.store import meta

    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    visit = await tablet.document(patient_id, pain=1)
    known = await tablet.store.read(lambda c: meta.get(c, meta.STORE_EPOCH))
    await tablet.store.write(lambda c: meta.put(c, meta.STORE_EPOCH, "another"))
    no = faults.Fault("no", forward=False, answer=http("503 No", "text/html", b""))
    relay.judge = lambda r: no if "CareTeam" in r.path else None
    report = await tablet.sync()
    assert report.outcome != "ok"
    assert report.sentence is not None
    assert "earlier day" in report.sentence
    assert not (await tablet.status(visit.id)).has_attempted
    relay.judge = lambda r: None
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)
    assert await tablet.store.read(lambda c: meta.get(c, meta.STORE_EPOCH)) == known
