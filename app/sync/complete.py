"""Visits that are still arriving: ask for exactly the parts that are missing, by id."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from app.store import visits
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.batch import ask, status_of
from app.sync.fhir.provenance import Key
from app.sync.inbound import Inbound, store_inbound
from app.sync.project import find_missing, project_visits
from app.sync.transport import FhirClient

VISITS_AT_ONCE = 50
READS_AT_ONCE = 100
ROUNDS = 2
"""First the manifests, then what they name."""


async def complete_visits(store: Store, client: FhirClient, panel: frozenset[str]) -> int:
    """Returns how many records came. Late commits, and servers that cannot search every type, need this."""
    pulled = 0
    asked: set[Key] = set()
    for _ in range(ROUNDS):
        missing = await store.read(_find_missing)
        if not all(missing.values()):
            # The last part came by a search of its own and named no visit.
            whole = [visit_id for visit_id, keys in missing.items() if not keys]
            await store.write(partial(project_visits, encounter_ids=whole), Topic.VISITS)
        keys = [key for wanted in missing.values() for key in wanted if key not in asked][:READS_AT_ONCE]
        if not keys:
            break
        asked |= set(keys)
        inbound = await _read(client, keys)
        pulled += await store.write(partial(_keep, inbound=inbound, panel=panel), Topic.VISITS)
    return pulled


def _find_missing(connection: Connection) -> dict[str, tuple[Key, ...]]:
    """What each visit that is still arriving lacks."""
    arriving = visits.list_arriving(connection, VISITS_AT_ONCE)
    return {visit_id: find_missing(connection, visit_id) for visit_id in arriving}


def _keep(connection: Connection, inbound: Inbound, panel: frozenset[str]) -> int:
    fresh = store_inbound(connection, [inbound], panel, None)
    project_visits(connection, visits.list_arriving(connection, VISITS_AT_ONCE))
    return fresh


async def _read(client: FhirClient, keys: list[Key]) -> Inbound:
    answers = await ask(client, [f"{kind}/{record_id}" for kind, record_id in keys])
    found = [answer.get("resource") for answer in answers if status_of(answer) == "200"]
    return Inbound([resource for resource in found if isinstance(resource, dict)])
