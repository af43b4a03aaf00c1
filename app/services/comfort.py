"""Comfort levels: what stands about a person, noting a number, taking one back."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection

from app.domain.comfort import ComfortLevel, by_item, comfort_items
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.services.clock import Clock
from app.store import audit, patients
from app.store.changes import Topic
from app.store.current import list_current
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.comfort import COMFORT_LEVEL, decode_comfort, encode_comfort

_NEEDLE = f'"{COMFORT_LEVEL["code"]}"'


def read_comfort(connection: Connection, patient_id: str) -> tuple[ComfortLevel, ...]:
    """What stands about this person, in the order of the scale; other Goals are not even parsed."""
    held = [one for one in list_current(connection, patient_id, "Goal") if _NEEDLE in one.body]
    waiting = frozenset(f"Goal/{one.id}" for one in held if one.pending)
    return decode_comfort((json_text.find_object(one.body) for one in held), waiting)


class ComfortLevels:
    """Each number leaves as a record of its own, with or without a visit. Methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def put(self, patient_id: str, link_id: str, level: int | None) -> None:
        """This number is all right for her as of now; None takes back what stands.

        Raises RecordError for a symptom that has no comfort level or a number outside of its scale, NotFound.
        """
        item = next((one for one in comfort_items() if one.link_id == link_id), None)
        if item is None or (level is not None and not item.minimum <= level <= item.maximum):
            raise RecordError("There is no such comfort level.")
        now = self._clock.now()

        def write(connection: Connection) -> None:
            patients.get(connection, patient_id)
            standing = by_item(read_comfort(connection, patient_id)).get(link_id)
            if (standing.level if standing else None) == level and (
                standing is None or len(standing.records) < 2
            ):
                return
            goal_id = str(uuid.uuid4())
            replaced = standing.records if standing else ()
            goal = encode_comfort(goal_id, patient_id, item, level, self._me, now, replaces=replaced)
            save_record(
                connection,
                group_id=goal_id,
                patient_id=patient_id,
                changes=[NewChange("Goal", goal_id, json_text.dumps(goal))],
                at=now,
                write_row=lambda c: audit.append(
                    c, at=now, actor=self._me.reference, action="write", subject=f"Goal/{goal_id}"
                ),
            )

        await self._store.write(write, Topic.VISITS, Topic.PATIENTS, Topic.OUTBOX)
