"""What the plan has not been told of the audit chain yet, and what it said that it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from app.store import audit, meta
from app.store.quick import Quick
from app.store.tables import Alert, Attachment, Base, Change, Visit, table_of
from app.store.times import from_text

AGREED = "ok"
_OWN = {
    kind: Quick(select(table.c.patient_id).where(table.c.id == bindparam("id")))
    for kind, table in (
        ("Encounter", table_of(Visit)),
        ("Task", table_of(Alert)),
        ("DocumentReference", table_of(Attachment)),
    )
}
_SERVERS = tuple(
    Quick(
        select(table.c.patient_id)
        .where(table.c.type == bindparam("type"), table.c.id == bindparam("id"))
        .limit(1)
    )
    for table in (table_of(Base), table_of(Change))
)


@dataclass(frozen=True, slots=True)
class Telling:
    """The chain as it stands, and the next events for the plan, oldest first.

    `told` is how many the plan holds. `patients`: whose record a subject belongs to, where this device knows it.
    """

    length: int
    head: str
    told: int
    events: tuple[audit.Event, ...]
    patients: dict[str, str]

    @property
    def untold(self) -> int:
        """How many events the plan does not hold yet."""
        return max(0, self.length - self.told)

    @property
    def oldest(self) -> datetime | None:
        """When the first event happened of which the plan does not know; None when it knows all."""
        return from_text(self.events[0].at) if self.events else None


def read_telling(connection: Connection, limit: int) -> Telling:
    """What to tell next, at most `limit` events."""
    length, head = audit.find_head(connection)
    told = read_told(connection)
    events = audit.list_after(connection, told, limit)
    subjects = {event.subject for event in events if event.subject}
    return Telling(length, head, told, events, _patients_of(connection, subjects))


def read_told(connection: Connection) -> int:
    """How many events the plan holds, as it said last; 0 before it said anything."""
    return int(meta.find(connection, meta.AUDIT_TOLD) or 0)


def keep_answer(connection: Connection, known: int, state: str) -> None:
    """The plan's word: how many events it holds and whether they are the same as here ("ok" or why not)."""
    length, _head = audit.find_head(connection)
    meta.put(connection, meta.AUDIT_TOLD, str(min(max(known, 0), length)))
    if state != AGREED:
        meta.put(connection, meta.AUDIT_DIFFERS, f"{state} {length}")


def _patients_of(connection: Connection, subjects: Iterable[str]) -> dict[str, str]:
    return {subject: patient for subject in subjects if (patient := _find_patient(connection, subject))}


def _find_patient(connection: Connection, subject: str) -> str | None:
    kind, _, record_id = subject.partition("/")
    if kind == "Patient":
        return record_id
    own = _OWN.get(kind)
    for whose in (own, *_SERVERS) if own is not None else _SERVERS:
        patient = whose.scalar(connection, type=kind, id=record_id)
        if patient:
            return str(patient)
    return None
