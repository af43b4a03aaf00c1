"""Visits that are still arriving: ask for exactly the parts that are missing, by id."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from app.errors import PlanDown
from app.store import visits
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir import json_text, read
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
        keys = [key for key in await store.read(_find_keys) if key not in asked][:READS_AT_ONCE]
        if not keys:
            break
        asked |= set(keys)
        inbound = await _read(client, keys)
        pulled += await store.write(partial(_keep, inbound=inbound, panel=panel), Topic.VISITS)
    return pulled


def _find_keys(connection: Connection) -> list[Key]:
    arriving = visits.list_arriving(connection, VISITS_AT_ONCE)
    return [key for visit_id in arriving for key in find_missing(connection, visit_id)]


def _keep(connection: Connection, inbound: Inbound, panel: frozenset[str]) -> int:
    fresh = store_inbound(connection, [inbound], panel, None)
    project_visits(connection, visits.list_arriving(connection, VISITS_AT_ONCE))
    return fresh


async def _read(client: FhirClient, keys: list[Key]) -> Inbound:
    entries = [{"request": {"method": "GET", "url": f"{kind}/{record_id}"}} for kind, record_id in keys]
    body = json_text.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries})
    bundle = (await client.batch(body)).get()
    answers = list(read.items(bundle, "entry"))
    if len(answers) != len(keys):
        raise PlanDown(detail="another answer")
    found = [
        answer.get("resource")
        for answer in answers
        if (read.text(answer, "response", "status") or "")[:3] == "200"
    ]
    return Inbound([resource for resource in found if isinstance(resource, dict)])
