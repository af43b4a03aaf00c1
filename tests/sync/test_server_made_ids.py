"""Servers that make the ids themselves: nothing above the transport ever sees one, and no record is made twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.domain.visit import PersonRef, Visit
from app.services import alert_writes
from app.store import server_ids, visits
from app.sync.mapped import MappedClient
from app.sync.probe import read_capabilities
from app.sync.push import Pusher
from tests.faults.double.server import FhirDouble, Quirks, Trouble
from tests.support.alert_records import make_alert
from tests.support.field import ALL_NINE, Person, Tablet, make_tablet
from tests.support.full_visit import make_full_visit
from tests.support.silent_server import Forgetful, NoPosts, Silent

ANA = Person("ana", "Ana Ruiz, RN", "ana", "north", "nurse")
PATIENT = "6d5f3b0c-52a4-4f0e-9b39-0a7a8f7d0001"
SERVER_IDS = Quirks(put_new_id=404)
MakeTablet = Callable[..., Awaitable[Tablet]]


@pytest.fixture
def double() -> FhirDouble:
    plan = FhirDouble(SERVER_IDS)
    plan.put({"resourceType": "Patient", "id": PATIENT, "name": [{"family": "Lindqvist"}]})
    plan.put(
        {
            "resourceType": "CareTeam",
            "id": "team",
            "status": "active",
            "subject": {"reference": f"Patient/{PATIENT}"},
            "participant": [{"member": {"reference": ANA.reference}}],
        }
    )
    return plan


@pytest.fixture
async def tablet_on(tmp_path: Path, double: FhirDouble) -> AsyncIterator[MakeTablet]:
    made: list[Tablet] = []

    async def make(transport: httpx.AsyncBaseTransport | None = None) -> Tablet:
        root = double.base_url.removesuffix("/fhir")
        tablet = await make_tablet(tmp_path, ANA, root, "token", transport or httpx.ASGITransport(double))
        made.append(tablet)
        return tablet

    yield make
    for tablet in made:
        await tablet.close()


def stored(double: FhirDouble, kind: str) -> list[dict[str, Any]]:
    return list(double.current(kind).values())


def assert_once(double: FhirDouble, kind: str) -> int:
    """Every record of ours of this type is there once; how many they are."""
    values = [one["identifier"][0]["value"] for one in stored(double, kind)]
    assert len(values) == len(set(values)) > 0
    return len(values)


async def expect_read_back(tablet: Tablet, visit: Visit) -> None:
    report = await tablet.sync()
    assert report.outcome == "ok", report
    row = await tablet.store.read(lambda c: visits.get_row(c, visit.id))
    assert not row.arriving
    assert await tablet.store.read(lambda c: visits.read_signed(c, visit.id)) == visit


@pytest.mark.parametrize("refusal", [404, 405, 400])
async def test_two_devices_see_one_visit_under_the_id_that_the_first_gave_it(
    double: FhirDouble, tablet_on: MakeTablet, refusal: Any
) -> None:
    double.quirks = replace(double.quirks, put_new_id=refusal)
    tablet, other = await tablet_on(), await tablet_on()
    visit = await tablet.document(PATIENT, "Daughter asks about nights.", **ALL_NINE)
    report = await tablet.sync()
    assert await tablet.received(visit.id), report
    (encounter,) = stored(double, "Encounter")
    assert encounter["id"] != visit.id
    for kind in ("Observation", "QuestionnaireResponse", "DocumentReference"):
        for one in stored(double, kind):
            assert f"Encounter/{encounter['id']}" in json.dumps(one)
            assert visit.id not in json.dumps({**one, "identifier": None, "meta": None})
    await expect_read_back(other, visit)
    await expect_read_back(tablet, visit)


async def test_a_whole_visit_with_every_instrument_makes_the_round(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    tablet, other = await tablet_on(), await tablet_on()
    visit = await tablet.sign(make_full_visit(PersonRef(ANA.reference, ANA.name), PATIENT, 3))
    report = await tablet.sync()
    assert await tablet.received(visit.id), report
    for _ in range(4):
        await other.sync()
    await expect_read_back(other, visit)


async def test_a_lost_answer_is_found_again_and_nothing_is_made_twice(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    tablet = await tablet_on()
    await tablet.sync()
    visit = await tablet.document(PATIENT, pain=4)
    double.quirks = replace(
        double.quirks, troubles=(Trouble("cut", on="Encounter", where="write", carried_out=True, times=1),)
    )
    await tablet.sync()
    assert not await tablet.received(visit.id)
    made = {kind: len(stored(double, kind)) for kind in ("Encounter", "Observation", "Provenance")}
    assert made["Encounter"] == 1
    await tablet.sync()
    assert await tablet.received(visit.id)
    assert made == {kind: len(stored(double, kind)) for kind in made}
    (encounter,) = stored(double, "Encounter")
    assert len(double.versions("Encounter", encounter["id"])) == 1


async def test_an_alert_goes_first_and_its_edits_reach_the_record_that_the_server_made(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    tablet, other = await tablet_on(), await tablet_on()
    alert = make_alert(PATIENT, str(uuid4()))
    me = PersonRef(ANA.reference, ANA.name)
    for step in (alert, replace(alert, due_at=alert.fired_at)):
        await tablet.store.write(partial(alert_writes.write, alert=step, me=me, now=datetime.now(UTC)))
        report = await tablet.sync()
        assert report.outcome == "ok", report
    (task,) = stored(double, "Task")
    assert task["id"] != alert.id
    assert len(double.versions("Task", task["id"])) == 2
    assert (await other.sync()).outcome == "ok"
    assert isinstance(other.client, MappedClient)
    assert (await other.client.read("Task", alert.id)).get()["id"] == alert.id


async def test_the_servers_own_word_is_enough_and_nothing_is_refused_first(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    tablet = await tablet_on()
    await read_capabilities(tablet.client, tablet.store)
    visit = await tablet.document(PATIENT, pain=4)
    await tablet.sync()
    assert await tablet.received(visit.id)
    assert double.fired["put_new_id"] == 0


@pytest.mark.parametrize("refusal", [404, 405, 400])
async def test_a_server_that_says_nothing_of_itself_is_understood_by_its_refusal(
    double: FhirDouble, tablet_on: MakeTablet, refusal: Any
) -> None:
    double.quirks = replace(double.quirks, put_new_id=refusal)
    tablet, other = await tablet_on(Silent(double)), await tablet_on(Silent(double))
    first, second = await tablet.document(PATIENT, pain=4), await tablet.document(PATIENT, pain=2)
    for _ in range(2):
        await tablet.sync()
    assert await tablet.received(first.id)
    assert await tablet.received(second.id)
    assert len(stored(double, "Encounter")) == 2
    met = double.fired["put_new_id"]
    third = await tablet.document(PATIENT, pain=1)
    await tablet.sync()
    assert await tablet.received(third.id)
    assert double.fired["put_new_id"] == met, "what was learned is kept"
    await expect_read_back(other, third)


@pytest.mark.parametrize("door", [Silent, NoPosts])
async def test_a_visit_that_was_refused_for_what_it_says_is_not_made_under_another_id(
    double: FhirDouble, tablet_on: MakeTablet, door: type[Silent]
) -> None:
    """The refusal stands: trying whether ids were its reason may not change what the nurse is told."""
    troubles = (Trouble(422, on="Encounter", where="write", reason="no such place of service"),)
    double.quirks = Quirks(troubles=troubles)
    tablet = await tablet_on(door(double))
    visit = await tablet.document(PATIENT, pain=4)
    await tablet.sync()
    status = await tablet.status(visit.id)
    assert status.reason is not None
    assert "no such place of service" in status.reason
    assert stored(double, "Encounter") == stored(double, "Observation") == []


async def test_batches_in_place_of_transactions_and_a_limit_of_eight_make_nothing_twice(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    """As Medplum does it: HTTP 200 with each entry for itself, and eight entries once any is conditional."""
    double.quirks = replace(double.quirks, transaction_is_batch=True, conditional_entry_limit=8)
    tablet, other = await tablet_on(Silent(double)), await tablet_on(Silent(double))
    visit = await tablet.document(PATIENT, "Daughter asks about nights.", **ALL_NINE)
    for _ in range(6):
        report = await tablet.sync()
    assert await tablet.received(visit.id), report
    assert double.effective["conditional_entry_limit"] > 0
    assert assert_once(double, "Observation") > 8
    assert len(stored(double, "Encounter")) == len(stored(double, "Provenance")) == 1
    await expect_read_back(other, visit)


async def test_a_server_that_ignores_if_none_exist_still_gets_each_record_once(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    """An answer lost after a part was stored: the look-up by identifier stands before every creation."""
    transport = Forgetful(double)
    tablet = await tablet_on(transport)
    await tablet.document(PATIENT, pain=1)
    await tablet.sync()
    troubles = (Trouble(503, on="Provenance", where="write", times=1),)
    double.quirks = replace(double.quirks, transaction_is_batch=True, troubles=troubles)
    visit = await tablet.document(PATIENT, pain=4, tired=2)
    transport.cut = 1
    await tablet.sync()
    assert transport.cut == 0
    assert (len(stored(double, "Encounter")), len(stored(double, "Provenance"))) == (2, 1)
    made = assert_once(double, "Observation")
    for _ in range(2):
        await tablet.sync()
    assert await tablet.received(visit.id)
    assert len(stored(double, "Encounter")) == len(stored(double, "Provenance")) == 2
    assert assert_once(double, "Observation") == made


async def test_the_ids_are_kept_with_the_receipts_in_one_commit(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    tablet = await tablet_on()
    await read_capabilities(tablet.client, tablet.store)
    visit = await tablet.document(PATIENT, pain=4)
    await Pusher(tablet.store, tablet.client).push()
    assert await tablet.received(visit.id)
    (encounter,) = stored(double, "Encounter")
    servers = await tablet.store.read(lambda c: server_ids.find_servers(c, [("Encounter", visit.id)]))
    assert servers == {("Encounter", visit.id): encounter["id"]}


async def test_a_plan_put_back_to_an_earlier_day_gets_the_visit_again_under_a_new_id_and_the_map_follows(
    double: FhirDouble, tablet_on: MakeTablet
) -> None:
    transport = Silent(double)
    tablet = await tablet_on(transport)
    await tablet.sync()
    before = double.snapshot()
    visit = await tablet.document(PATIENT, pain=4)
    await tablet.sync()
    assert await tablet.received(visit.id)
    (lost,) = stored(double, "Encounter")
    double.restore(before)
    body = transport.creations[-1]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(double)) as somebody:
        answer = await somebody.post(double.base_url, json=body, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 200
    (again,) = stored(double, "Encounter")
    assert again["id"] != lost["id"]
    assert (await tablet.client.read("Encounter", visit.id)).get()["id"] == visit.id
    servers = await tablet.store.read(lambda c: server_ids.find_servers(c, [("Encounter", visit.id)]))
    assert servers == {("Encounter", visit.id): again["id"]}


@pytest.mark.parametrize("kind", ["application/fhir+json", "image/jpeg"])
async def test_a_file_is_made_under_the_servers_id_and_known_here_by_ours(
    double: FhirDouble, tablet_on: MakeTablet, kind: str
) -> None:
    tablet = await tablet_on()
    client = tablet.client
    await read_capabilities(client, tablet.store)
    own_id = str(uuid4())
    record = {"resourceType": "Binary", "id": own_id, "contentType": "image/jpeg", "data": "/9g="}
    body = json.dumps(record).encode() if kind.endswith("json") else b"\xff\xd8"
    answer = await client.send("PUT", f"Binary/{own_id}", body, {"If-None-Match": "*", "Content-Type": kind})
    if kind == "image/jpeg":
        # The double takes no bare bytes; what counts is that it was asked to make the id.
        assert double.requests[-1] == ("POST", "Binary")
        return
    assert (answer.status, answer.get()["id"]) == (201, own_id)
    await tablet.store.write(client.keep_ids)
    (stored_file,) = stored(double, "Binary")
    assert stored_file["id"] != own_id
    assert (await client.read("Binary", own_id)).get()["id"] == own_id
    again = await client.send("PUT", f"Binary/{own_id}", body, {"If-Match": 'W/"1"', "Content-Type": kind})
    assert again.status == 200
    assert len(stored(double, "Binary")) == 1
