"""Steps that tests of alerts share: a visit begun, its alerts and their Tasks, a secret that opens private ones."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from app.domain.alert import Alert
from app.domain.visit import AnsweredBy, Modality, Setting
from app.services.visits import Visits
from app.store import alerts, tables
from app.store.engine import Store

change = tables.table_of(tables.Change)
SECRET = "right"


class WrongSecret(Exception):
    pass


async def verify(secret: str) -> None:
    if secret != SECRET:
        raise WrongSecret


async def begin(
    visits: Visits, modality: Modality = Modality.IN_PERSON, setting: Setting = Setting.HOME
) -> str:
    visit_id = await visits.begin("p1", modality, setting)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    return visit_id


async def held(store: Store, visit_id: str) -> tuple[Alert, ...]:
    return await store.read(lambda connection: alerts.list_for_visit(connection, visit_id))


async def tasks(store: Store) -> list[dict[str, Any]]:
    """Every version of a Task in the outbox, oldest first."""

    def read(connection: Connection) -> list[dict[str, Any]]:
        rows = connection.execute(
            select(change.c.payload).where(change.c.type == "Task").order_by(change.c.seq)
        )
        return [json.loads(payload) for payload in rows.scalars()]

    return await store.read(read)


async def finish_visit(visits: Visits, visit_id: str) -> None:
    await visits.leave(visit_id)
    await visits.sign(visit_id)
