"""Recording a death, taking that back, telling the team. What follows for the family is in `family_calls`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.death import BY_CODE, CONTACT, NAMED, Death, DeathDraft, allowed, check
from app.domain.people import PeopleOnRecord
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.services.clock import Clock
from app.services.death_models import DeathNews, DeathPage
from app.services.death_part import read_part
from app.services.death_writes import FIRST, add
from app.services.family_calls import FamilyCalls, cancel_open, label, plan_calls
from app.services.goals_of_care import read_people
from app.services.plan_settings import read_settings
from app.store import bases, death_rows, meta, patients
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.deaths import mark_dead, read_death, read_plans_word
from app.sync.fhir import json_text
from app.sync.fhir.death import MARK, encode_death, encode_withdrawn, withdraw
from app.sync.fhir.person import state_of

DRAFT = "death-draft/"
"""Meta key, with the patient's id: what was tapped and not recorded yet (JSON)."""
READ = "deaths-read"
"""Meta key: ids of records of deaths whose news was read here (JSON)."""
UNDONE = "death-undone"
"""What the audit log calls taking it back."""
_TOPICS = (Topic.PATIENTS, Topic.VISITS, Topic.ALERTS, Topic.OUTBOX)


class Deaths:
    """All methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self.calls = FamilyCalls(store, me, clock)
        """To the family, in the weeks after."""

    async def page(self, patient_id: str) -> DeathPage:
        """Everything of the screen. Raises NotFound."""
        return await self._store.read(lambda connection: _read_page(connection, patient_id))

    async def keep(self, patient_id: str, draft: DeathDraft) -> None:
        """Keep what was tapped so far, on this device only."""
        text = _to_text(draft)
        await self._store.write(lambda connection: meta.put(connection, DRAFT + patient_id, text))

    async def record(self, patient_id: str, draft: DeathDraft) -> str:
        """She has died: returns the id of the record. One that stands already is corrected by it.

        Raises RecordError with the reason, NotFound for a person who is not here.
        """
        now = self._clock.now()
        death_id = str(uuid.uuid4())

        def put(connection: Connection) -> None:
            patients.get(connection, patient_id)
            check(draft, _may(connection, patient_id), now.astimezone())
            before = read_death(connection, patient_id)
            replaces = () if before is None else before.records
            body = encode_death(death_id, patient_id, draft, self._me, now, replaces)
            add(connection, patient_id, body, self._me, now, action="death", priority=FIRST)
            meta.remove(connection, DRAFT + patient_id)
            _note_read(connection, death_id)
            mark_dead(connection, [patient_id])
            death = read_death(connection, patient_id)
            if death is not None:
                plan_calls(connection, death, self._me, now)

        await self._store.write(put, *_TOPICS)
        return death_id

    async def undo(self, patient_id: str) -> None:
        """It was entered in error: all that stood still goes on. Nothing happens when nothing stands.

        Raises RecordError where only the plan's own record says that she has died: that is the plan's to correct.
        """
        now = self._clock.now()

        def put(connection: Connection) -> None:
            death = read_death(connection, patient_id)
            if death is None:
                if read_plans_word(connection, patient_id)[0]:
                    raise RecordError("The plan's own record says this. Ask the plan to correct it.")
                return
            held = death_rows.list_marked(connection, patient_id, "Observation", MARK)
            bodies = {f"Observation/{one.id}": json_text.find_object(one.body) for one in held}
            others = []
            for reference in death.records:
                body = bodies.get(reference)
                if body is not None and _author(body) == self._me.reference:
                    gone = withdraw(body, self._me, now)
                    add(connection, patient_id, gone, self._me, now, action=UNDONE, priority=FIRST)
                else:
                    others.append(reference)
            if others:
                gone = encode_withdrawn(str(uuid.uuid4()), patient_id, self._me, now, others)
                add(connection, patient_id, gone, self._me, now, action=UNDONE, priority=FIRST)
            cancel_open(connection, patient_id, self._me, now)
            mark_dead(connection, [patient_id])

        await self._store.write(put, *_TOPICS)

    async def news(self) -> tuple[DeathNews, ...]:
        """Deaths that this user has not read of, the newest first, and her own while the plan does not have them."""
        return await self._store.read(_read_news)

    async def note_read(self, news: tuple[DeathNews, ...]) -> None:
        """She has read these: they are not shown again."""
        ids = [one.death.id for one in news]
        await self._store.write(lambda connection: _note_read(connection, *ids), Topic.PATIENTS)


def _author(body: Mapping[str, Any]) -> str:
    performers = body.get("performer")
    first = performers[0] if isinstance(performers, list) and performers else None
    return str(first.get("reference")) if isinstance(first, dict) else ""


def _may(connection: Connection, patient_id: str) -> frozenset[str]:
    """The questions that "I did" answers, by the plan's settings and the state where the person lives."""
    base = bases.find(connection, "Patient", patient_id)
    patient = None if base is None else json_text.find_object(base.body)
    settings = read_settings(connection)
    return allowed(settings.death, settings.switches, state_of(patient))


def _read_page(connection: Connection, patient_id: str) -> DeathPage:
    row = patients.get(connection, patient_id)
    people = read_people(connection, patient_id)
    part = read_part(connection, patient_id)
    kept = _from_text(meta.find(connection, DRAFT + patient_id))
    return DeathPage(
        patient_id=patient_id,
        name=row.display_name,
        part=part,
        draft=kept or _propose(part.death, people),
        people=tuple(NAMED + label(one) for one in people.people),
        may=_may(connection, patient_id),
        calls=read_settings(connection).death.calls,
    )


def _propose(death: Death | None, people: PeopleOnRecord) -> DeathDraft:
    """What stands, to be corrected; else only whom to call: who decides, or the only one on the list."""
    if death is not None:
        return DeathDraft(dict(death.answers), death.at, None if death.at else death.on, death.words)
    near = people.deciders or (people.people if len(people.people) == 1 else ())
    return DeathDraft({CONTACT: (NAMED + label(near[0]),)} if near else {})


def _read_news(connection: Connection) -> tuple[DeathNews, ...]:
    read = _read_ids(connection)
    found = []
    for patient_id in death_rows.list_dead(connection):
        death = read_death(connection, patient_id)
        if death is not None and (death.id not in read or death.pending):
            name = patients.get(connection, patient_id).display_name
            found.append(DeathNews(death, name, death.id in read))
    return tuple(sorted(found, key=lambda one: (one.death.recorded_at, one.death.id), reverse=True))


def _read_ids(connection: Connection) -> frozenset[str]:
    return frozenset(json_text.find_object(meta.find(connection, READ) or "{}") or {})


def _note_read(connection: Connection, *ids: str) -> None:
    known = dict.fromkeys(sorted({*_read_ids(connection), *ids}), 1)
    meta.put(connection, READ, json.dumps(known))


def _to_text(draft: DeathDraft) -> str:
    return json.dumps(
        {
            "answers": {name: list(given) for name, given in draft.answers.items()},
            "at": None if draft.at is None else draft.at.isoformat(),
            "on": None if draft.on is None else draft.on.isoformat(),
            "words": draft.words,
        }
    )


def _from_text(text: str | None) -> DeathDraft | None:
    held = json_text.find_object(text) if text else None
    if held is None:
        return None
    at, on = held["at"], held["on"]
    return DeathDraft(
        {name: tuple(given) for name, given in held["answers"].items() if name in BY_CODE},
        None if at is None else datetime.fromisoformat(at),
        None if on is None else date.fromisoformat(on),
        held["words"],
    )
