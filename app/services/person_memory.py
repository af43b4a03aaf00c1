"""What is on record about the person whose visit is open, read again only when something of it changed.

A visit's page is read after every tap; what is on record about the person seldom changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.last_scores import LastScore, counted_items, find_last_scores
from app.domain.long_lists import FIRST, long_lists
from app.domain.settings import DUE_LIMITS
from app.domain.tried import Tried, list_tried
from app.domain.visit import Answer
from app.services.patient_parts import PatientParts, read_parts
from app.services.plan_settings import META_KEY
from app.store import meta, visits
from app.store.current import read_mark
from app.store.repeated_rows import list_recent, list_repeated, list_scored


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Of one person, as of the start of a visit: her parts, the last values by link id, and when the last visit was."""

    parts: PatientParts
    last_values: Mapping[str, Answer]
    last_visit_at: datetime | None
    first_visits: tuple[datetime, ...] = ()
    """When her first visits that took place began, as many as due dates ask for."""
    last_scores: Mapping[str, LastScore] = field(default_factory=dict)
    """The last total of each scale, by instrument id."""
    tried: Mapping[str, tuple[Tried, ...]] = field(default_factory=dict)
    """What was tried before for a symptom, by `app.domain.tried.symptom_key`."""
    recent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of long lists, by link id: what was chosen lately on this device, whoever it was about."""


def read_on_record(connection: Connection, patient_id: str, before: datetime) -> OnRecord:
    """`before`: visits that began then or later are not looked at."""
    last_at = visits.last_visit_at(connection, patient_id, before)
    return OnRecord(
        parts=read_parts(connection, patient_id),
        last_values=visits.last_values(connection, patient_id, before),
        last_visit_at=None if last_at is None else last_at.astimezone(),
        first_visits=visits.first_visits_at(connection, patient_id, before, DUE_LIMITS["visits"][1]),
        last_scores=find_last_scores(list_scored(connection, patient_id, counted_items(), before)),
        tried=list_tried(list_repeated(connection, patient_id, before)),
        recent=list_recent(connection, long_lists(), FIRST),
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
