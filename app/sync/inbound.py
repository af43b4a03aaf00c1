"""Storing what a pull brought: base copies, rows for screens and the cursor, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.store import bases, cursors
from app.store.bases import BaseCopy, Key, Version
from app.store.cursors import CursorAt
from app.sync.deaths import mark_dead, people_touched
from app.sync.fhir.hard_day import is_call
from app.sync.fhir.provenance import manifest
from app.sync.project import project_alerts, project_patients, project_visits, visits_touched
from app.sync.quiet import note_quiet
from app.sync.receipts import base_of
from app.sync.tracks import Track, settled_since
from app.sync.versions import is_later, same, went_back

Pair = tuple[BaseCopy, dict[str, Any]]
"""A base copy and the resource that it was made from."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One search's answer: its resources and the track as it stands after them (None: no cursor moves)."""

    resources: Sequence[dict[str, Any]]
    track: Track | None = None


def is_news(
    base: BaseCopy, known: BaseCopy | None, server_at: datetime | None = None, *, by_id: bool = False
) -> bool:
    """False for echoes of what is here and for versions older than what is here (a device never goes back)."""
    if known is None:
        return True
    old, new = version_of(known), version_of(base)
    if same(old, new):
        # A search may lag behind a deletion; the record itself, asked by id, stands for what it says.
        return known.deleted and by_id
    return is_later(old, new, server_at)


def version_of(base: BaseCopy) -> Version:
    return base.version_id, base.last_updated


def newest_copies(resources: Iterable[dict[str, Any]], panel: frozenset[str]) -> dict[Key, Pair]:
    """The newest version of each record among these that belongs to somebody of the panel."""
    found: dict[Key, Pair] = {}
    for resource in resources:
        base = base_of(resource)
        if base is None:
            continue
        # A Provenance names no person; it belongs to the visit that it is the manifest of.
        # A nurse's call for herself is about nobody: the plan shows it to her and her supervisors only.
        alone = base.patient_id is None and is_call(resource)
        if base.type != "Provenance" and base.patient_id not in panel and not alone:
            continue
        earlier = found.get((base.type, base.id))
        if is_news(base, earlier[0] if earlier else None):
            found[base.type, base.id] = (base, resource)
    return found


def _copies(
    connection: Connection,
    resources: Iterable[dict[str, Any]],
    panel: frozenset[str],
    server_at: datetime | None,
    *,
    by_id: bool,
) -> list[Pair]:
    found = newest_copies(resources, panel)
    known = bases.find_many(connection, found)
    for key, (base, _) in found.items():
        if key in known and went_back(version_of(known[key]), version_of(base), server_at):
            # Not believed yet and not stored: whether the plan was put back is asked before anything is sent.
            cursors.put(connection, cursors.SUSPECT, "/".join(key), base.last_updated)
    return [pair for key, pair in found.items() if is_news(pair[0], known.get(key), server_at, by_id=by_id)]


def _with_person(connection: Connection, base: BaseCopy, resource: Any) -> BaseCopy:
    targets = [key for key in manifest(resource) if key[0] == "Encounter"]
    held = bases.find_many(connection, targets).values()
    return replace(
        base, patient_id=next((one.patient_id for one in held if one.patient_id is not None), None)
    )


def store_inbound(
    connection: Connection,
    answers: Sequence[Inbound],
    panel: frozenset[str],
    server_at: datetime | None,
    *,
    by_id: bool = False,
) -> int:
    """Store pages with their cursors; returns how many versions were new here.

    `server_at` is the server's clock when this pull began: no cursor is set beyond it. `by_id`: these are records
    that were asked for one by one, not found by a search. What looks like an earlier day's is noted, not stored.
    """
    resources = [r for answer in answers for r in answer.resources]
    fresh = _copies(connection, resources, panel, server_at, by_id=by_id)
    others = [pair for pair in fresh if pair[0].type != "Provenance"]
    bases.put_all(connection, [base for base, _ in others])
    manifests = [(_with_person(connection, base, r), r) for base, r in fresh if base.type == "Provenance"]
    bases.put_all(connection, [base for base, _ in manifests])
    project(connection, [*others, *manifests])
    store_cursors(connection, [one.track for one in answers if one.track is not None], server_at)
    return len(fresh)


def project(connection: Connection, fresh: Iterable[Pair]) -> None:
    """Rows that screens read, from these new base copies."""
    touched: set[str] = set()
    pairs = list(fresh)
    project_patients(connection, [resource for base, resource in pairs if base.type == "Patient"])
    mark_dead(connection, people_touched(resource for _, resource in pairs))
    project_alerts(connection, [resource for base, resource in pairs if base.type == "Task"])
    for _, resource in pairs:
        touched |= visits_touched(resource)
    project_visits(connection, touched, pairs)


def store_cursors(connection: Connection, tracks: Iterable[Track], server_at: datetime | None) -> None:
    """How far each track has come, in its own scope.

    While one time fills whole pages the cursor stays before them, so that a crash reads them again.
    """
    tracks = list(tracks)
    note_quiet(connection, tracks, server_at)
    cursors.put_all(
        connection,
        [
            (one.scope, one.type, CursorAt(settled_since(one, server_at), one.done or one.finished))
            for one in tracks
        ],
    )
