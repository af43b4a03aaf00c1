"""Sharing one person's record with a case manager or primary care: the plan is asked, every step stands in the log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from app.domain.sharing import Agreeing, NewSharing, Sharing, SharingAsk, SharingPage
from app.domain.visit import PersonRef
from app.services.clock import Clock
from app.services.goals_of_care import read_people
from app.store import audit, bases, death_rows, patients
from app.store.engine import Store
from app.sync.fhir import json_text, read
from app.sync.sharing import list_sharings, make_sharing, withdraw_sharing
from app.sync.transport import FhirClient


class SharingRecords:
    """Reading the page needs nobody; all else needs the plan."""

    def __init__(self, store: Store, client: FhirClient, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock

    async def read(self, patient_id: str) -> SharingPage:
        """Who can say yes, and her doctors' names, from this device. Raises NotFound."""
        return await self._store.read(lambda connection: read_sharing_page(connection, patient_id))

    async def list(self, patient_id: str) -> tuple[Sharing, ...]:
        """With whom it was shared, newest first. Raises SharingFailed, SignInNeeded."""
        return await list_sharings(self._client, patient_id)

    async def share(self, ask: SharingAsk) -> NewSharing:
        """Share; link and passcode are in the answer and nowhere else. Raises SharingFailed, SharingUnknown."""
        await self._note("share", ask.patient_id)
        return await make_sharing(self._client, ask)

    async def withdraw(self, patient_id: str, share_id: str) -> None:
        """It opens no more. Raises SharingFailed, SharingUnknown."""
        await self._note("share-end", patient_id)
        await withdraw_sharing(self._client, share_id)

    async def _note(self, action: str, patient_id: str) -> None:
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action=action,
            subject=f"Patient/{patient_id}",
        )


def read_sharing_page(connection: Connection, patient_id: str) -> SharingPage:
    """The person first, then those who decide with her; nobody once she has died, who decided with her neither."""
    name = patients.get(connection, patient_id).display_name
    if death_rows.find_dead(connection, [patient_id]):
        return SharingPage(name, ())
    deciders = read_people(connection, patient_id).deciders
    agreeing = [Agreeing(f"Patient/{patient_id}", name, is_person=True)]
    agreeing += [Agreeing(one.id, one.name or one.relation) for one in deciders]
    base = bases.find(connection, "Patient", patient_id)
    body = None if base is None else json_text.find_object(base.body)
    return SharingPage(name, tuple(agreeing), tuple(_doctors(body)))


def _doctors(patient: Any) -> list[str]:
    named = (read.text(one, "display") for one in read.items(patient, "generalPractitioner"))
    return list(dict.fromkeys(one for one in named if one is not None))
