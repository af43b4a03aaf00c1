"""Somebody who is on nobody's list: made here for a visit, and said at the plan to be this or that member."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import Connection

from app.domain.typed import clean_line
from app.domain.unmatched import LONGEST, MatchingPage, NewPerson, Standing
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.language import N_, tr
from app.services.clock import Clock
from app.store import audit, patients, unmatched
from app.store.changes import Topic
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.patient import decode_patient_row
from app.sync.fhir.unmatched import encode_person
from app.sync.matching import ask_to_join, ask_to_part, look_for, read_waiting
from app.sync.transport import FhirClient

NO_NAME = N_("Please write a name, as you were told it.")
FIRST = 0
"""Priority of her Patient: everything about her waits for it, alerts too."""


class Unlisted:
    """Needs no network. Methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def make(self, person: NewPerson) -> str:
        """Put somebody on this device under what was said; returns the id by which she is known until she is matched.

        Raises RecordError without a name.
        """
        said = NewPerson(_clean(person.name), person.born_on, _clean(person.number), _clean(person.address))
        if not said.name:
            raise RecordError(tr(NO_NAME))
        now, person_id = self._clock.now(), str(uuid.uuid4())
        resource = encode_person(person_id, said)

        def put(connection: Connection) -> None:
            patients.upsert(connection, decode_patient_row(resource))
            unmatched.note_temporary(connection, person_id)
            audit.append(
                connection, at=now, actor=self._me.reference, action="write", subject=f"Patient/{person_id}"
            )

        await self._store.write(
            lambda connection: save_record(
                connection,
                group_id=person_id,
                patient_id=person_id,
                changes=[NewChange("Patient", person_id, json_text.dumps(resource), priority=FIRST)],
                at=now,
                write_row=put,
            ),
            Topic.PATIENTS,
            Topic.OUTBOX,
        )
        return person_id

    async def find_standing(self, patient_id: str) -> Standing | None:
        """How a temporary person stands; None for anybody else."""
        return await self._store.read(lambda connection: find_standing(connection, patient_id))


class Matching:
    """Saying who somebody is. Asks the plan each time; `wake` makes the sync loop go."""

    def __init__(
        self, store: Store, client: FhirClient, me: PersonRef, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock
        self._wake = wake

    async def count(self) -> tuple[int, int]:
        """(people who wait to be matched, people who were), as far as this device was told."""
        return await self._store.read(unmatched.count)

    async def read(self) -> MatchingPage:
        """Who waits, and who was matched lately. Raises NoMatching and other PlanErrors."""
        return await read_waiting(self._client)

    async def look_for(self, person_id: str, name: str) -> MatchingPage:
        """The same, with members found by other words for this person's name. Raises as `read`."""
        return await look_for(self._client, person_id, clean_line(name)[:LONGEST])

    async def join(self, person_id: str, member_id: str) -> MatchingPage:
        """File her visits under this member. Written to the audit log before the plan is asked.

        Raises MatchFailed with nothing changed, MatchUnknown, SignInNeeded.
        """
        await self._note(person_id)
        page = await ask_to_join(self._client, person_id, member_id)
        self._wake()
        return page

    async def undo(self, person_id: str) -> MatchingPage:
        """It was a mistake: her visits leave that member. Raises as `join`."""
        await self._note(person_id)
        page = await ask_to_part(self._client, person_id)
        self._wake()
        return page

    async def _note(self, person_id: str) -> None:
        now = self._clock.now()
        await self._store.write(
            lambda connection: audit.append(
                connection,
                at=now,
                actor=self._me.reference,
                action="match",
                subject=f"Patient/{person_id}",
            ),
            Topic.SYNC,
        )


def find_standing(connection: Connection, patient_id: str) -> Standing | None:
    """How a temporary person stands here; None for anybody else."""
    if patient_id not in unmatched.list_temporary(connection):
        return None
    member_id = unmatched.find_member(connection, patient_id)
    names = {} if member_id is None else patients.read_names(connection, [member_id])
    sent = not unmatched.is_unsent(connection, patient_id)
    return Standing(sent, member_id, names.get(member_id or "", ""))


def _clean(text: str) -> str:
    return clean_line(text)[:LONGEST].strip()
