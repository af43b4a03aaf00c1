"""The people a nurse looks after, and her day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.patient import FaceSheet, PatientRow
from app.services.clock import Clock
from app.services.death_quiet import quieted
from app.services.models import PatientPage, Today
from app.services.patient_parts import read_parts
from app.services.summaries import summarise
from app.services.trends import read_trends
from app.store import audit, bases, patients, unmatched, visits
from app.store.engine import Store
from app.store.outbox_others import list_others
from app.store.times import find_time
from app.sync.fhir.json_text import loads
from app.sync.fhir.patient import decode_face_sheet

FACE_SHEET = ("Patient", "Condition", "MedicationRequest", "AllergyIntolerance", "Coverage")
LISTED = 200
"""People in one answer of the search; more are found by typing more."""


class Caseload:
    """Reads only what is on the device; nothing here waits for the network."""

    def __init__(self, store: Store, user_reference: str, user_name: str, clock: Clock) -> None:
        self._store = store
        self._user_reference = user_reference
        self._user_name = user_name
        self._clock = clock

    async def today(self) -> Today:
        now = self._clock.now()
        return await self._store.read(lambda connection: read_today(connection, self._user_name, now))

    async def search(self, text: str, limit: int = LISTED) -> tuple[PatientRow, ...]:
        """People for whom every typed word begins a word of the name. Empty text lists everybody."""
        return await self._store.read(lambda connection: patients.search(connection, text, limit))

    async def drafted(self) -> frozenset[str]:
        """Ids of the people with whom a visit is begun and not signed."""
        return await self._store.read(visits.list_drafted)

    async def page(self, patient_id: str) -> PatientPage:
        """One person's page. Raises NotFound. Opening it is written to the audit log."""
        page = await self._store.read(lambda connection: self._page(connection, patient_id))
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._user_reference,
            action="read",
            subject=f"Patient/{patient_id}",
        )
        return page

    def _page(self, connection: Connection, patient_id: str) -> PatientPage:
        row = patients.get(connection, patient_id)
        parts = read_parts(connection, patient_id)
        parts = quieted(parts) if row.deceased else parts
        return PatientPage(
            sheet=read_face_sheet(connection, row),
            visits=summarise(connection, visits.list_for_patient(connection, patient_id)),
            draft_id=visits.find_draft(connection, patient_id),
            parts=parts,
            last_values=visits.last_values(connection, patient_id, self._clock.now()),
            trends=read_trends(connection, patient_id, parts.medicines),
        )


def read_today(connection: Connection, user_name: str, now: datetime) -> Today:
    """What is begun, what waits and what was received since midnight."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Today(
        user_name=user_name,
        drafts=summarise(connection, visits.list_drafts(connection)),
        unsent=summarise(connection, visits.list_unsent(connection)),
        recent=summarise(connection, visits.list_received_since(connection, midnight)),
        people=patients.count(connection),
        others=list_others(connection),
    )


def read_face_sheet(connection: Connection, row: PatientRow) -> FaceSheet:
    """What the plan's records say of one person; almost empty before the first pull."""
    held: dict[str, list[object]] = {}
    patient: object = None
    read_at = None
    for base in (one for kind in FACE_SHEET for one in bases.list_for_patient(connection, row.id, kind)):
        resource = loads(base.body)
        if base.type == "Patient":
            patient, read_at = resource, find_time(base.last_updated)
        else:
            held.setdefault(base.type, []).append(resource)
    if patient is None and row.unmatched:
        # Made here, and the plan has not answered yet: what was said at the door is all there is.
        said = unmatched.find_body(connection, row.id)
        patient = None if said is None else loads(said)
    if patient is None:
        return FaceSheet(row, None, None, None, None, None, (), (), None, None)
    sheet = decode_face_sheet(
        patient,
        held.get("Condition", []),
        held.get("MedicationRequest", []),
        held.get("AllergyIntolerance", []),
        held.get("Coverage", []),
        read_at,
    )
    # A death that the team recorded stands in the row; the plan's Patient may not say it yet.
    return replace(sheet, patient=replace(sheet.patient, deceased=row.deceased))
