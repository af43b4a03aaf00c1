"""Against a FHIR server that we did not write: all that the app sends is accepted, and reads back equal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.store import visits
from tests.support.field import ALL_NINE, Person, Tablet, make_tablet
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
