"""A photo's whole way: from a nurse's tablet through a running plan to those who may see it, and to nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.visit import PersonRef
from app.errors import NotFound
from app.services.attachments import CannotBeShown, NotHereYet
from app.store import attachments, bases, patients
from app.store.bases import BaseCopy
from app.store.outbox_rows import receipt
from app.sync.transport import FhirClient
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.photo_visits import Photographer
from tests.support.photos import jpeg
from tests.support.r4 import r4_errors
from tests.support.relay import DROP_ANSWER, Once, Relay
from tests.sync.conftest import MakeTablet


def holder(tablet: Tablet) -> Photographer:
    return Photographer(tablet.store, tablet.client, PersonRef(tablet.person.reference, tablet.person.name))


async def synced(tablet: Tablet, passes: int = 2) -> None:
    for _ in range(passes):
        report = await tablet.sync()
        assert report.outcome == "ok", report


async def receipts(tablet: Tablet, kind: str) -> list[tuple[str, str]]:
    rows = await tablet.store.read(lambda c: c.execute(receipt.select()).all())
    return [(row.id, row.version_id) for row in rows if row.type == kind]


async def test_a_photo_arrives_and_is_opened_by_a_colleague_and_the_supervisor(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    colleague = field_plan.add_person(name="Ben Cole, RN")
    supervisor = field_plan.add_person("supervisor", "Grace Okafor, RN")
    patient_id = field_plan.add_patient(nurse, colleague)
    field_plan.put(
        {
            "resourceType": "CareTeam",
            "id": f"sup-{patient_id}"[:64],
            "status": "active",
            "subject": {"reference": f"Patient/{patient_id}"},
            "managingOrganization": [{"reference": f"Organization/{supervisor.team_id}"}],
        }
    )
    hers = await tablets(nurse)
    await synced(hers, 1)
    visit_id, (photo,) = await holder(hers).visit(patient_id, jpeg(1200, 900, noise=True))
    body = await holder(hers).photos.open(photo)
    await synced(hers)
    line = await holder(hers).line(visit_id)
    assert line.received_at is not None
    ((binary, version),) = await receipts(hers, "Binary")
    with field_plan.peer(colleague) as peer:
        stored = peer.get(f"Binary/{binary}", headers={"Accept": "application/fhir+json"}).json()
        assert stored["meta"]["versionId"] == version
        assert stored["securityContext"] == {"reference": f"Patient/{patient_id}"}
        assert peer.get(f"Binary/{binary}").content == body
        document = peer.get(f"DocumentReference/{photo}").json()
    for resource in (stored, document):
        assert r4_errors(resource) == []
    for person in (colleague, supervisor):
        other = await tablets(person)
        await synced(other, 1)
        seen = await holder(other).line(visit_id)
        assert (seen.id, seen.here, seen.thumbnail, seen.waits) == (photo, False, None, False)
        assert await other.store.read(lambda c: attachments.find_body(c, photo)) is None
        assert await holder(other).photos.open(photo) == body
        seen = await holder(other).line(visit_id)
        assert seen.here
        assert seen.thumbnail is not None
        await other.client.aclose()
        assert await holder(other).photos.open(photo) == body, "it stays readable without a network"


async def test_without_a_network_a_photo_that_was_never_opened_says_so(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    hers, other = await tablets(nurse), await tablets(nurse)
    await synced(hers, 1)
    visit_id, (photo,) = await holder(hers).visit(patient_id)
    await synced(hers)
    await synced(other, 1)
    async with FhirClient("http://127.0.0.1:1/fhir") as nobody:
        with pytest.raises(NotHereYet):
            await Photographer(other.store, nobody, holder(other).me).photos.open(photo)
    assert not (await holder(other).line(visit_id)).here


async def test_a_stranger_gets_nothing_of_a_photo(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    hers = await tablets(nurse)
    await synced(hers, 1)
    await holder(hers).visit(patient_id)
    await synced(hers)
    ((binary, version),) = await receipts(hers, "Binary")
    with field_plan.peer(field_plan.add_person()) as stranger:
        absent = stranger.get("Binary/none").json()
        for path in (f"Binary/{binary}", f"Binary/{binary}/_history", f"Binary/{binary}/_history/{version}"):
            answer = stranger.get(path)
            assert (answer.status_code, answer.json()) == (404, absent), path


async def test_a_lost_answer_of_a_file_makes_no_second_version(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    hers = await tablets(nurse, base_url=relay.url)
    await synced(hers, 1)
    visit_id, _ = await holder(hers).visit(patient_id)
    relay.judge = Once(DROP_ANSWER, lambda request: request.method == "PUT" and "/Binary/" in request.path)
    await synced(hers, 1)
    assert relay.fired[DROP_ANSWER.name] == 1
    await hers.store.write(
        lambda c: c.exec_driver_sql("UPDATE attachment SET retry_at = NULL")
    )  # its pause is over
    await synced(hers)
    assert (await holder(hers).line(visit_id)).received_at is not None
    ((binary, _),) = await receipts(hers, "Binary")
    with field_plan.peer(nurse) as peer:
        assert len(peer.get(f"Binary/{binary}/_history").json()["entry"]) == 1


async def put_document(tablet: Tablet, photo: str, **changed: Any) -> None:
    """The base copy of a document as another plan, or somebody with bad intent, would have written it."""

    def put(connection: Any) -> None:
        base = bases.find(connection, "DocumentReference", photo)
        assert base is not None
        document = json.loads(base.body)
        document["content"][0]["attachment"] |= changed
        copy = BaseCopy(
            base.type, base.id, base.version_id, base.last_updated, json.dumps(document), base.patient_id
        )
        bases.put(connection, copy)

    await tablet.store.write(put)


async def test_an_address_elsewhere_is_shown_and_never_asked(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    hers, other = await tablets(nurse), await tablets(nurse, base_url=relay.url)
    await synced(hers, 1)
    visit_id, (photo,) = await holder(hers).visit(patient_id)
    await synced(hers)
    await synced(other, 1)
    ((binary, _),) = await receipts(hers, "Binary")
    relay.seen.clear()
    await put_document(other, photo, url=f"{field_plan.url}/fhir/Binary/{binary}")
    line = await holder(other).line(visit_id)
    assert line.elsewhere
    with pytest.raises(NotFound):
        await holder(other).photos.open(photo)
    assert relay.seen == []


async def test_bytes_that_are_not_what_the_document_says_are_not_shown(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    hers, other = await tablets(nurse), await tablets(nurse)
    await synced(hers, 1)
    _, (photo,) = await holder(hers).visit(patient_id)
    await synced(hers)
    await synced(other, 1)
    await put_document(other, photo, hash="2jmj7l5rSw0yVb/vlWAYkK/YBwk=")
    with pytest.raises(CannotBeShown):
        await holder(other).photos.open(photo)
    assert await other.store.read(lambda c: attachments.find_body(c, photo)) is None


async def test_photos_leave_the_device_with_the_person(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    colleague = field_plan.add_person()
    patient_id = field_plan.add_patient(nurse, colleague)
    hers, other = await tablets(nurse), await tablets(colleague)
    await synced(hers, 1)
    _, (photo,) = await holder(hers).visit(patient_id)
    await synced(hers)
    await synced(other, 1)
    await holder(other).photos.open(photo)
    await other.store.write(lambda c: patients.set_active_members(c, ()))
    assert await other.store.write(
        lambda c: patients.purge(c, patient_id, received_before="2999-01-01T00:00:00Z")
    )
    rows = await other.store.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM attachment").scalar_one())
    assert rows == 0


async def test_a_photo_of_a_visit_made_before_the_patient_was_given_away_still_arrives(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    """F32 for files: the nurse lost the patient between the visit and the network."""
    colleague = field_plan.add_person()
    patient_id = field_plan.add_patient(nurse, colleague)
    hers = await tablets(nurse)
    await synced(hers, 1)
    visit_id, _ = await holder(hers).visit(patient_id)
    field_plan.assign(patient_id, colleague)
    for _ in range(3):
        await hers.sync()
    other = await tablets(colleague)
    await synced(other, 1)
    assert (await holder(other).line(visit_id)).received_at is not None


@pytest.mark.postgres
async def test_the_same_way_on_postgresql(postgres_plan: FieldPlan, tablets: MakeTablet) -> None:
    nurse = postgres_plan.add_person()
    patient_id = postgres_plan.add_patient(nurse)
    token = postgres_plan.token(nurse)
    hers, other = [await tablets(nurse, base_url=postgres_plan.url, token=token) for _ in range(2)]
    await synced(hers, 1)
    visit_id, (photo,) = await holder(hers).visit(patient_id, jpeg(1200, 900, noise=True))
    await synced(hers)
    assert (await holder(hers).line(visit_id)).received_at is not None
    await synced(other, 1)
    assert await holder(other).photos.open(photo) == await holder(hers).photos.open(photo)
