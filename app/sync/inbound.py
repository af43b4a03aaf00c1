"""Storing what a pull brought: base copies, rows for screens and the cursor, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.store import bases, cursors
from app.store.bases import BaseCopy
from app.sync.fhir import read
from app.sync.fhir.provenance import manifest
from app.sync.project import project_alerts, project_patients, project_visits, visits_touched
from app.sync.receipts import base_of
from app.sync.tracks import Track, moment, settled_since


@dataclass(frozen=True, slots=True)
class Inbound:
    """One search's answer: its resources and the track as it stands after them (None: no cursor moves)."""

    resources: Sequence[dict[str, Any]]
    track: Track | None = None


def _is_news(base: BaseCopy, known: BaseCopy | None) -> bool:
    """False for echoes of what is here and for versions older than what is here (a device never goes back)."""
    if known is None:
        return True
    if (known.version_id, known.last_updated) == (base.version_id, base.last_updated):
        return False
    new, old = moment(base.last_updated), moment(known.last_updated)
    return new is None or old is None or new >= old


def _copies(
    connection: Connection, resources: Iterable[dict[str, Any]], panel: frozenset[str]
) -> list[tuple[BaseCopy, dict[str, Any]]]:
    found: dict[tuple[str, str], tuple[BaseCopy, dict[str, Any]]] = {}
    for resource in resources:
        base = base_of(resource)
        if base is None:
            continue
        # A Provenance names no person; it belongs to the visit that it is the manifest of.
        if base.type != "Provenance" and base.patient_id not in panel:
            continue
        earlier = found.get((base.type, base.id))
        if _is_news(base, earlier[0] if earlier else None):
            found[base.type, base.id] = (base, resource)
    fresh = []
    for kind in {kind for kind, _ in found}:
        known = bases.find_all(connection, kind, [record_id for k, record_id in found if k == kind])
        fresh += [
            pair
            for (k, record_id), pair in found.items()
            if k == kind and _is_news(pair[0], known.get(record_id))
        ]
    return fresh


def _with_person(connection: Connection, base: BaseCopy, resource: Any) -> BaseCopy:
    targets = [record_id for kind, record_id in manifest(resource) if kind == "Encounter"]
    held = bases.find_all(connection, "Encounter", targets).values()
    return replace(
        base, patient_id=next((one.patient_id for one in held if one.patient_id is not None), None)
    )


def store_inbound(
    connection: Connection, answers: Sequence[Inbound], panel: frozenset[str], server_at: datetime | None
) -> int:
    """Store pages with their cursors; returns how many versions were new here.

    `server_at` is the server's clock when this pull began: no cursor is set beyond it.
    """
    fresh = _copies(connection, [r for answer in answers for r in answer.resources], panel)
    others = [base for base, _ in fresh if base.type != "Provenance"]
    bases.put_all(connection, others)
    manifests = [_with_person(connection, base, r) for base, r in fresh if base.type == "Provenance"]
    bases.put_all(connection, manifests)
    project_patients(connection, [resource for base, resource in fresh if base.type == "Patient"])
    project_alerts(connection, [resource for base, resource in fresh if base.type == "Task"])
    touched: set[str] = set()
    for _, resource in fresh:
        touched |= visits_touched(resource)
    project_visits(connection, touched)
    for answer in answers:
        if answer.track is not None:
            _store_cursor(connection, answer.track, server_at)
    return len(fresh)


def _store_cursor(connection: Connection, track: Track, server_at: datetime | None) -> None:
    since = settled_since(track, server_at)
    # While one time fills whole pages the cursor stays before them, so that a crash reads them again.
    cursors.put(connection, track.scope, track.type, since, done=track.done or track.finished)


def find_encounters(resources: Iterable[Any]) -> frozenset[str]:
    """Ids of Encounters among these."""
    return frozenset(
        record_id
        for r in resources
        if read.text(r, "resourceType") == "Encounter" and (record_id := read.record_id(r)) is not None
    )
