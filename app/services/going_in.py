"""Facts to know before going in: what stands about a person, noting one, taking one away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from app.domain.going_in import LONGEST_WORDS, GoingIn, GoingInKind
from app.domain.typed import clean_line
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.language import tr
from app.services.clock import Clock
from app.store import audit, patients
from app.store.changes import Topic
from app.store.current import list_current
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.going_in import decode_facts, encode_fact


def read_going_in(connection: Connection, patient_id: str) -> tuple[GoingIn, ...]:
    """What stands about this person, what may hurt somebody first."""
    held = list_current(connection, patient_id, "Flag")
    waiting = frozenset(f"Flag/{one.id}" for one in held if one.pending)
    return decode_facts((json_text.find_object(one.body) for one in held), waiting)


class GoingInFacts:
    """Each fact leaves as a record of its own, with or without a visit. Methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def note(self, patient_id: str, kind: GoingInKind, words: str = "") -> None:
        """This holds as of now; said again, the newer words count. Raises RecordError for long words, NotFound."""
        said = clean_line(words)
        if len(said) > LONGEST_WORDS:
            raise RecordError(tr("Please keep it under {number} letters.", number=LONGEST_WORDS))
        await self._put(patient_id, kind, said, holds=True)

    async def take_away(self, patient_id: str, kind: GoingInKind) -> None:
        """It holds no longer, whoever noted it; nothing happens when it stands no more. Raises NotFound."""
        await self._put(patient_id, kind, "", holds=False)

    async def _put(self, patient_id: str, kind: GoingInKind, words: str, *, holds: bool) -> None:
        now = self._clock.now()

        def put(connection: Connection) -> None:
            patients.get(connection, patient_id)
            standing = next((one for one in read_going_in(connection, patient_id) if one.kind is kind), None)
            if (standing is None and not holds) or (
                standing is not None and holds and standing.words == words
            ):
                return
            replaced = () if standing is None else standing.records
            self._save(connection, patient_id, kind, words, now, replaced, holds=holds)

        await self._store.write(put, Topic.PATIENTS, Topic.OUTBOX)

    def _save(
        self,
        connection: Connection,
        patient_id: str,
        kind: GoingInKind,
        words: str,
        now: datetime,
        replaced: Iterable[str],
        *,
        holds: bool,
    ) -> None:
        flag_id = str(uuid.uuid4())
        flag = encode_fact(flag_id, patient_id, kind, words, self._me, now, replaces=replaced, holds=holds)
        save_record(
            connection,
            group_id=flag_id,
            patient_id=patient_id,
            changes=[NewChange("Flag", flag_id, json_text.dumps(flag))],
            at=now,
            write_row=lambda c: audit.append(
                c, at=now, actor=self._me.reference, action="write", subject=f"Flag/{flag_id}"
            ),
        )
