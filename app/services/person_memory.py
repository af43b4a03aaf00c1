"""What is on record about the person whose visit is open, read again only when something of it changed.

A visit's page is read after every tap; what is on record about the person seldom changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.settings import DUE_LIMITS
from app.domain.visit import Answer
from app.services.patient_parts import PatientParts, read_parts
from app.services.plan_settings import META_KEY
from app.store import meta, visits
from app.store.current import read_mark


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Of one person, as of the start of a visit: her parts, the last values by link id, and when the last visit was."""

    parts: PatientParts
    last_values: Mapping[str, Answer]
    last_visit_at: datetime | None
    first_visits: tuple[datetime, ...] = ()
    """When her first visits that took place began, as many as due dates ask for."""


def read_on_record(connection: Connection, patient_id: str, before: datetime) -> OnRecord:
    """`before`: visits that began then or later are not looked at."""
    last_at = visits.last_visit_at(connection, patient_id, before)
    return OnRecord(
        parts=read_parts(connection, patient_id),
        last_values=visits.last_values(connection, patient_id, before),
        last_visit_at=None if last_at is None else last_at.astimezone(),
        first_visits=visits.first_visits_at(connection, patient_id, before, DUE_LIMITS["visits"][1]),
    )


class PersonMemory:
    """Holds one person. For one thread: the store's reader."""

    def __init__(self) -> None:
        self._held: tuple[tuple[Any, ...], OnRecord] | None = None

    def read(self, connection: Connection, patient_id: str, before: datetime) -> OnRecord:
        """As `read_on_record` in this transaction."""
        settings = meta.find(connection, META_KEY)
        key = (patient_id, before, settings, *read_mark(connection, patient_id))
        if self._held is None or self._held[0] != key:
            self._held = (key, read_on_record(connection, patient_id, before))
        return self._held[1]
