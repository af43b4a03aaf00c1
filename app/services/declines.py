"""What is not wanted for a time: what stands about a person, writing one down, taking one back."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Connection

from app.content import load, load_sections
from app.domain.declines import LONGEST, OWN_SERVICES, VISIT, Decline, Scope, Voice, list_subjects
from app.domain.referrals import list_targets
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
from app.sync.fhir.declines import KIND, decode_declines, encode_decline

_NEEDLE = f'"{KIND}"'
_OWN = {
    VISIT: "Visit",
    "home-visit": "Home visits of the team",
    "48-hour-visit": "Home visit after coming home",
    "calls": "Telephone checks",
    "interpreter": "Interpreter",
}
"""English, for the record; screens have their own words."""


def read_declines(connection: Connection, patient_id: str) -> tuple[Decline, ...]:
    """What was declined and not taken back, over or not; other Consents are not even parsed."""
    held = [one for one in list_current(connection, patient_id, "Consent") if _NEEDLE in one.body]
    waiting = frozenset(f"Consent/{one.id}" for one in held if one.pending)
    return decode_declines((json_text.find_object(one.body) for one in held), waiting)


def title_of(scope: Scope, about: str) -> str:
    """What is declined, in the English words of the record."""
    if about in (VISIT, *OWN_SERVICES):
        return _OWN[about]
    if scope is Scope.PROGRAMME:
        option = load()["programme"].get_item("prog-programme").find_option(about)
        return option.display if option is not None else about
    if scope is Scope.SERVICE:
        return list_targets().get(about, about)
    return next((one.title for one in load_sections() if one.id == about), about)


class Declines:
    """Each no leaves as a record of its own, with or without a visit. Methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def say(self, patient_id: str, scope: Scope, about: str, voice: Voice, ask_again_on: date) -> None:
        """This is not wanted until that day; said again, the newer day counts.

        Raises RecordError for a day that is not ahead or too far, or for what cannot be declined so, NotFound.
        """
        now = self._clock.now()
        today = now.astimezone().date()
        if about not in list_subjects(scope):
            raise RecordError("This cannot be declined.")
        if not today < ask_again_on <= today + LONGEST:
            raise RecordError(tr("Please choose a day ahead on which to ask again, within two years."))
        decline = Decline(scope, about, voice, now.astimezone(), ask_again_on)
        await self._put(patient_id, decline, holds=True)

    async def take_back(self, patient_id: str, scope: Scope, about: str, voice: Voice) -> None:
        """They want it after all; nothing happens when no such no stands. Raises NotFound."""
        now = self._clock.now().astimezone()
        await self._put(patient_id, Decline(scope, about, voice, now, now.date()), holds=False)

    async def _put(self, patient_id: str, wanted: Decline, *, holds: bool) -> None:
        key = (wanted.scope, wanted.about, wanted.voice)

        def put(connection: Connection) -> None:
            patients.get(connection, patient_id)
            known = read_declines(connection, patient_id)
            before = next((one for one in known if (one.scope, one.about, one.voice) == key), None)
            if before is None and not holds:
                return
            if before is not None and holds and before.ask_again_on == wanted.ask_again_on:
                return
            self._save(connection, patient_id, wanted, before, wanted.said_at, holds=holds)

        await self._store.write(put, Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX)

    def _save(
        self,
        connection: Connection,
        patient_id: str,
        wanted: Decline,
        before: Decline | None,
        now: datetime,
        *,
        holds: bool,
    ) -> None:
        consent_id = str(uuid.uuid4())
        replaced = () if before is None else before.records
        title = title_of(wanted.scope, wanted.about)
        consent = encode_decline(
            consent_id, patient_id, wanted, title, self._me, replaces=replaced, holds=holds
        )
        save_record(
            connection,
            group_id=consent_id,
            patient_id=patient_id,
            changes=[NewChange("Consent", consent_id, json_text.dumps(consent))],
            at=now,
            write_row=lambda c: audit.append(
                c, at=now, actor=self._me.reference, action="write", subject=f"Consent/{consent_id}"
            ),
        )
