"""Visits that are still arriving: ask for exactly the parts that are missing, by id.

All of them have their turn, in slices, the newest first. One whose parts do not come is asked for at each pass, then
hourly, then daily, so that it neither starves the others nor keeps every pass busy; see `app.store.arriving`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection

from app.store import arriving, visits
from app.store.bases import Key
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.by_id import Found, read_all
from app.sync.inbound import Inbound, store_inbound
from app.sync.project import find_missing, project_visits
from app.sync.transport import FhirClient

VISITS_AT_ONCE = 50
MOST = 100_000
ROUNDS = 2
"""First the manifests, then what they name."""

Missing = Mapping[str, Sequence[Key]]


async def complete_visits(
    store: Store,
    client: FhirClient,
    panel: frozenset[str],
    *,
    stop: asyncio.Event | None = None,
    between: Callable[[], Awaitable[None]] | None = None,
) -> int:
    """Returns how many records came. Late commits, and servers that cannot search every type, need this."""
    pulled = 0
    due = await store.read(partial(_list_due, client=client))
    for start in range(0, len(due), VISITS_AT_ONCE):
        if stop is not None and stop.is_set():
            break
        pulled += await _complete(store, client, panel, due[start : start + VISITS_AT_ONCE])
        if between is not None:
            await between()
    return pulled


def _list_due(connection: Connection, client: FhirClient) -> list[str]:
    """Newest first. What is whole by now, or gone, is no longer remembered here."""
    asked = arriving.read_all(connection)
    every = visits.list_arriving(connection, MOST)
    return [one for one in every if asked.get(one, arriving.NEVER).is_due(client.server_at)]


async def _complete(store: Store, client: FhirClient, panel: frozenset[str], visit_ids: Sequence[str]) -> int:
    pulled = 0
    answers: dict[Key, Found] = {}
    for _ in range(ROUNDS):
        missing = await store.read(partial(_find_missing, visit_ids=visit_ids))
        if not all(missing.values()):
            # The last part came by a search of its own and named no visit.
            whole = [visit_id for visit_id, keys in missing.items() if not keys]
            await store.write(partial(project_visits, encounter_ids=whole), Topic.VISITS)
        keys = list(dict.fromkeys(key for wanted in missing.values() for key in wanted if key not in answers))
        if not keys:
            break
        found = await read_all(client, keys)
        answers |= found
        pulled += await store.write(
            partial(_keep, found=found, panel=panel, visit_ids=visit_ids), Topic.VISITS
        )
    await store.write(partial(_note, visit_ids=visit_ids, answers=answers, client=client))
    return pulled


def _find_missing(connection: Connection, visit_ids: Sequence[str]) -> Missing:
    """What each of these visits lacks."""
    return {visit_id: find_missing(connection, visit_id) for visit_id in visit_ids}


def _keep(
    connection: Connection, found: Mapping[Key, Found], panel: frozenset[str], visit_ids: Sequence[str]
) -> int:
    resources = [one.resource for one in found.values() if one.resource is not None]
    fresh = store_inbound(connection, [Inbound(resources)], panel, None, by_id=True)
    project_visits(connection, visit_ids)
    return fresh


def _note(
    connection: Connection, visit_ids: Sequence[str], answers: Mapping[Key, Found], client: FhirClient
) -> None:
    still = set(visits.list_arriving(connection, MOST))
    arriving.forget(connection, [one for one in visit_ids if one not in still])
    for visit_id in visit_ids:
        if visit_id in still:
            said = [answers[key].status for key in find_missing(connection, visit_id) if key in answers]
            arriving.note(connection, visit_id, said[0] if said else "", client.server_at)
