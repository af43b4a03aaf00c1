"""What costs a look into every record is looked for once, and again only after something was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from app.domain.patient import PatientRow
from app.domain.visit import PersonRef
from app.services.clock import SystemClock
from app.services.conflicts import Conflicts
from app.services.goals_of_care import read_code_status, read_conversation, read_people
from app.store import bases, meta, patients
from app.store.bases import BaseCopy
from app.store.engine import Store, create_store
from app.sync.fhir import json_text

T = TypeVar("T")
OTHER_FORM = (
    '{"resourceType":"QuestionnaireResponse","questionnaire":"urn:hearthside:questionnaire:esas-r|1", …'
)
"""No JSON at all: whoever parsed it would notice."""


class CountingStore:
    """A store's reading door that counts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0

    async def read(self, fn: Callable[[Connection], T]) -> T:
        self.reads += 1
        return await self._store.read(fn)


def add_people(connection: Connection, count: int) -> None:
    for number in range(count):
        row = PatientRow(f"p{number}", "Ida Ito", "Ito", date(1940, 1, 1), None, None, None)
        patients.upsert(connection, row)


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    return await create_store(tmp_path / "store-0001.db", bytes(range(32)), store_id="0" * 32)


async def test_people_are_looked_at_again_only_after_a_write(store: Store) -> None:
    try:
        await store.write(lambda c: add_people(c, 3))
        door = CountingStore(store)
        conflicts = Conflicts(door, PersonRef("Practitioner/ana", "Ana Ruiz, RN"), SystemClock())  # type: ignore[arg-type] # only its reading door
        assert await conflicts.list_all() == ()
        first, door.reads = door.reads, 0
        assert first >= 3
        await conflicts.list_all()
        assert door.reads == 1
        await store.write(lambda c: meta.put(c, "a", "1"))
        await conflicts.list_all()
        assert door.reads >= 4
    finally:
        await store.close()


async def test_responses_to_other_forms_are_not_parsed_for_the_goals_of_care(store: Store) -> None:
    def ask(connection: Connection) -> tuple[object, ...]:
        return (
            read_code_status(connection, "p0"),
            read_people(connection, "p0").people,
            read_conversation(connection, "p0").versions,
        )

    try:
        other = BaseCopy("QuestionnaireResponse", "q1", "1", "2026-11-22T10:00:00Z", OTHER_FORM, "p0")
        await store.write(lambda c: add_people(c, 1))
        await store.write(lambda c: bases.put(c, other))
        assert await store.read(ask) == ((), (), ())
    finally:
        await store.close()


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_json_nested_beyond_sense_is_refused_and_what_fhir_needs_is_read(opening: str, closing: str) -> None:
    def nested(depth: int) -> str:
        return opening * depth + "1" + closing * depth

    json_text.loads(nested(json_text.DEEPEST))
    with pytest.raises(json_text.BadJson):
        json_text.loads(nested(json_text.DEEPEST + 1))
