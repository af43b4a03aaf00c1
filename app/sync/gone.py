"""What the plan no longer has, or no longer shows: its copies and the rows made from them leave the screens."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from app.store import bases, cursors, pulled_rows
from app.store.bases import Key
from app.sync.fhir import json_text
from app.sync.project import project_visits, visits_touched


def key_of(text: str) -> Key | None:
    """(type, id) of `Type/id`."""
    kind, _, record_id = text.partition("/")
    return (kind, record_id) if kind and record_id else None


def bury(connection: Connection, keys: Collection[Key]) -> int:
    """Tombstones for these; what was made here and waits to be sent is not touched. Returns how many there were."""
    touched = _visits_of(connection, keys)
    bases.bury(connection, keys)
    return _take_down(connection, keys, touched)


def forget(connection: Connection, keys: Collection[Key]) -> int:
    """The plan does not let this user see them any more: nothing of its copies stays here."""
    touched = _visits_of(connection, keys)
    bases.drop(connection, keys)
    return _take_down(connection, keys, touched)


def _visits_of(connection: Connection, keys: Collection[Key]) -> set[str]:
    touched: set[str] = set()
    for base in bases.find_many(connection, keys).values():
        try:
            touched |= visits_touched(json_text.loads(base.body))
        except json_text.BadJson:
            continue  # what cannot be read was part of no visit's reading either
    return touched


def _take_down(connection: Connection, keys: Collection[Key], touched: set[str]) -> int:
    grouped = bases.by_type(keys)
    encounters = grouped.get("Encounter", [])
    pulled_rows.remove_visits(connection, encounters)
    pulled_rows.remove_alerts(connection, grouped.get("Task", []))
    project_visits(connection, touched.difference(encounters))
    for kind, record_id in keys:
        cursors.drop(connection, cursors.GONE, f"{kind}/{record_id}")
    return len(keys)
