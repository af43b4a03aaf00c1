"""Against a FHIR server that we did not write: all that the app sends is accepted, and reads back equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.content.rules import Level
from app.domain.alert import AlertState
from app.domain.visit import PersonRef
from app.services import alert_writes
from app.store import visits
from tests.support.alert_records import make_alert
from tests.support.field import ALL_NINE, Person, Tablet, make_tablet
from tests.support.full_visit import make_full_visit
from tests.support.r4 import r4_errors
from tests.support.relay import DROP_ANSWER, Once, Relay
from tests.support.sekmet import Sekmet, start_sekmet

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def sekmet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sekmet]:
    with start_sekmet(tmp_path_factory.mktemp("sekmet")) as server:
        yield server


@pytest.fixture
def person() -> Person:
    return Person("ana", "Ana Ruiz, RN", str(uuid4()), str(uuid4()), "nurse")


def put(sekmet: Sekmet, *resources: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {sekmet.token}", "Content-Type": "application/fhir+json"}
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        for resource in resources:
            url = f"{sekmet.base_url}/{resource['resourceType']}/{resource['id']}"
            client.put(url, json=resource).raise_for_status()


def get(sekmet: Sekmet, path: str) -> Any:
    headers = {"Authorization": f"Bearer {sekmet.token}"}
    return (
        httpx.get(f"{sekmet.base_url}/{path}", headers=headers, trust_env=False, timeout=30)
        .raise_for_status()
        .json()
    )


def admit(sekmet: Sekmet, person: Person) -> str:
    """A patient of this nurse; returns her id."""
    patient_id = str(uuid4())
    put(
        sekmet,
        {"resourceType": "Practitioner", "id": person.practitioner_id, "name": [{"family": "Ruiz"}]},
        {"resourceType": "Patient", "id": patient_id, "name": [{"family": "Lindqvist", "given": ["Vera"]}]},
        {
            "resourceType": "CareTeam",
            "id": str(uuid4()),
            "status": "active",
            "subject": {"reference": f"Patient/{patient_id}"},
            "participant": [{"member": {"reference": person.reference}}],
        },
    )
    return patient_id


async def make(directory: Path, sekmet: Sekmet, person: Person, url: str | None = None) -> Tablet:
    root = (url or sekmet.base_url).removesuffix("/fhir")
    return await make_tablet(directory, person, root, sekmet.token)


async def test_a_whole_visit_is_accepted_and_another_device_reads_it_back_equal(
    tmp_path: Path, sekmet: Sekmet, person: Person
) -> None:
    patient_id = admit(sekmet, person)
    tablet, other = await make(tmp_path, sekmet, person), await make(tmp_path, sekmet, person)
    try:
        visit = await tablet.document(patient_id, "Daughter asks about nights.", **ALL_NINE)
        report = await tablet.sync()
        status = await tablet.status(visit.id)
        assert await tablet.received(visit.id), (report, status.reason)
        report = await other.sync()
        assert report.outcome == "ok", report
        row = await other.store.read(lambda c: visits.get_row(c, visit.id))
        assert not row.arriving
        assert await other.store.read(lambda c: visits.read_signed(c, visit.id)) == visit
    finally:
        await tablet.close()
        await other.close()


@pytest.mark.parametrize("seed", [1, 4])
async def test_a_full_visit_with_every_instrument_is_accepted_and_read_back_equal(
    tmp_path: Path, sekmet: Sekmet, person: Person, seed: int
) -> None:
    patient_id = admit(sekmet, person)
    tablet, other = await make(tmp_path, sekmet, person), await make(tmp_path, sekmet, person)
    try:
        made = make_full_visit(PersonRef(person.reference, person.name), patient_id, seed)
        visit = await tablet.sign(made)
        report = await tablet.sync()
        status = await tablet.status(visit.id)
        assert await tablet.received(visit.id), (report, status.reason)
        for _ in range(12):
            # It has no search for responses: parts come by id, a hundred with each pass.
            report = await other.sync()
            assert report.outcome == "ok", report
            row = await other.store.read(lambda c: visits.get_row(c, visit.id))
            if not row.arriving:
                break
        assert not row.arriving
        assert await other.store.read(lambda c: visits.read_signed(c, visit.id)) == visit
    finally:
        await tablet.close()
        await other.close()


async def test_an_alert_is_accepted_as_it_is_raised_and_as_it_is_changed(
    tmp_path: Path, sekmet: Sekmet, person: Person
) -> None:
    """Every alert: opened before its visit is signed, made more urgent, taken, finished; a private one too."""
    patient_id = admit(sekmet, person)
    tablet = await make(tmp_path, sekmet, person)
    me = PersonRef(person.reference, person.name)
    try:
        for alert in (make_alert(patient_id, str(uuid4())), replace(make_alert(patient_id), private=True)):
            worse = replace(alert, level=Level.ACT_NOW, due_at=alert.fired_at)
            done = replace(
                worse, state=AlertState.DONE, closed_at=datetime.now().astimezone(), closed_reason="x"
            )
            steps = (alert, worse, replace(worse, state=AlertState.ACKNOWLEDGED), done)
            for number, step in enumerate(steps, 1):
                await tablet.store.write(
                    partial(alert_writes.write, alert=step, me=me, now=datetime.now(UTC))
                )
                report = await tablet.sync()
                assert report.outcome == "ok", report
                task = get(sekmet, f"Task/{alert.id}")
                assert task["meta"]["versionId"] == str(number)
                assert r4_errors(task) == []
            assert (task["status"], task["priority"]) == ("completed", "stat")
    finally:
        await tablet.close()


async def test_a_lost_answer_makes_no_second_version(tmp_path: Path, sekmet: Sekmet, person: Person) -> None:
    patient_id = admit(sekmet, person)
    async with Relay(sekmet.base_url) as relay:
        tablet = await make(tmp_path, sekmet, person, relay.url)
        try:
            visit = await tablet.document(patient_id, pain=4)
            relay.judge = Once(DROP_ANSWER, lambda r: r.is_write)
            await tablet.sync()
            assert relay.fired[DROP_ANSWER.name] == 1
            assert get(sekmet, f"Encounter/{visit.id}")["meta"]["versionId"] == "1"
            await tablet.sync()
            assert await tablet.received(visit.id)
            assert get(sekmet, f"Encounter/{visit.id}")["meta"]["versionId"] == "1"
        finally:
            await tablet.close()
