"""A spare tablet in the morning: whom she sees today is whole before the rest of the load, drafts before all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from app.store import cursors
from app.store.bases import base_table
from app.sync.fhir.write import time_text
from app.sync.rounds import Rounds
from app.sync.todays_people import FIRST
from app.sync.tracks import Track
from app.sync.transport import utc_now
from tests.support.field import FieldPlan, Person
from tests.sync.conftest import MakeTablet


def plan_visit(field_plan: FieldPlan, nurse: Person, patient_id: str, name: str, hours: float) -> None:
    field_plan.put(
        {
            "resourceType": "Appointment",
            "id": f"{name}-{patient_id}"[:64],
            "status": "booked",
            "start": time_text(utc_now() + timedelta(hours=hours)),
            "end": time_text(utc_now() + timedelta(hours=hours + 1)),
            "participant": [
                {"actor": {"reference": f"Patient/{patient_id}"}, "status": "accepted"},
                {"actor": {"reference": nurse.reference}, "status": "accepted"},
            ],
        }
    )


async def test_todays_people_are_loaded_whole_before_everybody_elses_records(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, soon, tomorrow = (field_plan.add_patient(nurse) for _ in range(3))
    plan_visit(field_plan, nurse, later, "later", 3)
    plan_visit(field_plan, nurse, soon, "soon", 1)
    plan_visit(field_plan, nurse, tomorrow, "tomorrow", 40)
    asked: list[tuple[str, tuple[str, ...]]] = []
    run: Callable[..., Awaitable[None]] = Rounds.run

    async def watched(self: Rounds, tracks: list[Track], *more: object, **named: object) -> None:
        asked.extend({(track.scope, track.patients or ()) for track in tracks})
        await run(self, tracks, *more, **named)

    monkeypatch.setattr(Rounds, "run", watched)
    tablet = await tablets(nurse)
    assert (await tablet.sync()).ok
    scopes = [scope for scope, _ in asked]
    assert scopes.index(FIRST) < scopes.index("panel", 1)
    assert next(people for scope, people in asked if scope == FIRST) == (soon, later), "in order of the day"

    def read(connection: Connection) -> tuple[int, int]:
        kept = cursors.list_scope(connection, FIRST)
        found = connection.execute(select(base_table.c.id).where(base_table.c.type == "Appointment")).all()
        return len(kept), len(found)

    assert await tablet.store.read(read) == (0, 3), "nothing of that load is left, and nobody was left out"
    asked.clear()
    assert (await tablet.sync()).ok
    assert FIRST not in [scope for scope, _ in asked], "only once"
