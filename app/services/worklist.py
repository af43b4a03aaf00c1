"""People of the roster who were not reached yet: read offline, asked anew when it is looked at, referred in one tap."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.referrals import Referral, list_targets
from app.domain.visit import PersonRef
from app.domain.worklist import WorklistPage
from app.errors import NotFound, RecordError
from app.language import N_
from app.services.clock import Clock
from app.services.planning import read_referrals
from app.store import audit, death_rows, outbox, patients
from app.store.changes import Topic
from app.store.current import list_current
from app.store.day_rows import list_people_with_tasks
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.referral import LOOP
from app.sync.fhir.worklist import encode_referral, loop_id, take_back
from app.sync.transport import FhirClient
from app.sync.worklist import read_kept, refresh_worklist

NOT_HERE = N_(
    "This record has not come to this device yet. Wait for the next contact with the plan, then refer."
)


class Worklist:
    """Reading and referring wait for no network."""

    def __init__(self, store: Store, client: FhirClient, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock

    async def read(self) -> WorklistPage:
        """What is kept here, with what was referred from here since. Each look stands in the audit log."""
        page = await self._store.read(read_page)
        if page.word is not None:
            await audit.note_reading(
                self._store, at=self._clock.now(), actor=self._me.reference, action="worklist", subject=None
            )
        return page

    async def refresh(self) -> None:
        """Ask the plan. Raises NoWorklist and other PlanErrors; what is kept stays."""
        await refresh_worklist(self._store, self._client)

    async def refer(self, patient_id: str, target: str, why: Sequence[str]) -> str:
        """Refer to a programme; returns the reference of the request. It goes with the next sending.

        Raises RecordError for a programme that there is not and for somebody whose record is not here.
        """
        if target not in list_targets():
            raise RecordError("There is no such program.")
        now, request_id = self._clock.now(), str(uuid.uuid4())
        request, task = encode_referral(request_id, patient_id, target, why, self._me, now)

        def put(connection: Connection) -> None:
            if patients.find(connection, patient_id) is None:
                raise RecordError(NOT_HERE)
            self._save(connection, patient_id, [(request, None), (task, None)], now)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)
        return f"ServiceRequest/{request_id}"

    async def take_back(self, patient_id: str, reference: str) -> None:
        """A tap that was a mistake. Raises NotFound for a referral that is not here."""
        now, request_id = self._clock.now(), reference.partition("/")[2]

        def put(connection: Connection) -> None:
            wanted = {("ServiceRequest", request_id), ("Task", loop_id(request_id))}
            held = [
                body
                for one in list_current(connection, patient_id, "ServiceRequest", "Task")
                if (one.type, one.id) in wanted and (body := json_text.find_object(one.body)) is not None
            ]
            if len(held) != len(wanted):
                raise NotFound(detail="no such referral")
            changes = [
                (take_back(one, now), outbox.base_for_edit(connection, one["resourceType"], one["id"]))
                for one in sorted(held, key=lambda one: str(one["resourceType"]))
            ]
            self._save(connection, patient_id, changes, now)

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)

    def _save(
        self,
        connection: Connection,
        patient_id: str,
        resources: Sequence[tuple[dict[str, Any], str | None]],
        at: datetime,
    ) -> None:
        request = next(one for one, _ in resources if one["resourceType"] == "ServiceRequest")
        save_record(
            connection,
            group_id=request["id"],
            patient_id=patient_id,
            changes=[
                NewChange(one["resourceType"], one["id"], json_text.dumps(one), base)
                for one, base in resources
            ],
            at=at,
            write_row=lambda c: audit.append(
                c,
                at=at,
                actor=self._me.reference,
                action="referral",
                subject=f"ServiceRequest/{request['id']}",
            ),
        )


def read_page(connection: Connection) -> WorklistPage:
    """At one moment of the store."""
    word = read_kept(connection)
    if word is None:
        return WorklistPage()
    # The plan learns of a death at the next sending; on this device nobody is told to reach her any more.
    dead = death_rows.find_dead(connection, [one.patient_id for one in word.members])
    word = replace(word, members=tuple(one for one in word.members if one.patient_id not in dead))
    people = [one.patient_id for one in word.members]
    here = frozenset(patients.read_names(connection, people))
    return WorklistPage(word, _read_referred(connection, here, word.as_of), here)


def _read_referred(connection: Connection, people: Collection[str], since: datetime) -> dict[str, Referral]:
    """The newest open referral of each, made after the plan's word: what the plan did not know when it told."""
    found = {}
    for who in set(list_people_with_tasks(connection, f'"{LOOP["code"]}"')) & set(people):
        made = [one for one in read_referrals(connection, who) if one.is_open and one.at is not None]
        if made and (newest := max(made, key=lambda one: one.at or since)).at is not None:
            found[who] = newest
    return found
