"""What known-bad clients do when they read: each function takes a good one's place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.store import alerts, patients
from app.sync import inbound, tracks


def cursor_first(good: Any) -> Any:
    """The cursor in a transaction of its own, before the page."""

    async def keep(self: Any, several: Any) -> None:
        def put(connection: Any) -> None:
            tracks = [one.track for one in several if one.track is not None]
            inbound.store_cursors(connection, tracks, self._began_at)

        await self._store.write(put)
        await good(self, several)

    return keep


def purge_when_empty(good: Any) -> Any:
    async def pull_(self: Any) -> Any:
        report = await good(self)
        if not self._panel:
            self._away = await self._store.read(lambda c: frozenset(patients.set_active_members(c, ())))
            await self._purge()
        return report

    return pull_


async def believe_the_list(_client: Any, _capabilities: Any, _sign_in: Any, people: Any) -> Any:
    """Whoever is in no list has left; nobody asks about each."""
    return frozenset(people)


def follow_links(good: Any) -> Any:
    def advance(track: Any, page: Any, overlap: Any, *more: Any) -> Any:
        found = good(track, page, overlap, *more)
        return replace(found, link=page.next_link, finished=page.next_link is None)

    return advance


def after_the_last(track: Any, _overlap: Any) -> str | None:
    """Strictly later than what was seen last."""
    seen = tracks.moment(track.position)
    return None if seen is None else (seen + timedelta(milliseconds=1)).isoformat(timespec="milliseconds")


def name_the_visit(good: Any) -> Any:
    """An alert points to its visit, and so it waits for it."""

    def find_references(payload: str) -> tuple[str, ...]:
        found = good(payload)
        task = json.loads(payload)
        visit = task.get("encounter", {}).get("identifier", {}).get("value")
        return (*found, f"Encounter/{visit}") if task.get("resourceType") == "Task" and visit else found

    return find_references


def wait_for_signing(good: Any) -> Any:
    """Nothing of a person leaves while a visit with her is open."""

    def pending(connection: Any, *args: Any) -> Any:
        drafts = set(
            connection.exec_driver_sql("SELECT patient_id FROM visit WHERE status = 'draft'").scalars().all()
        )
        return tuple(group for group in good(connection, *args) if group.patient_id not in drafts)

    return pending


def call_it_whole(good: Any) -> Any:
    def save_pulled(connection: Any, visit: Any, *, arriving: bool, **more: Any) -> Any:
        return good(connection, visit, arriving=False, **more)

    return save_pulled


def take_any_alert(good: Any) -> Any:
    def save_pulled(connection: Any, alert: Any) -> bool:
        held = alerts.find(connection, alert.id)
        alerts.put(connection, replace(alert, origin="pulled" if held is None else held.origin))
        return True

    return save_pulled


def first_one_wins(good: Any) -> Any:
    return lambda versions: tuple(replace(one, sayings=one.sayings[:1]) for one in good(versions))


def purge_blindly(connection: Any, patient_id: str, **_more: Any) -> bool:
    """Everything of hers, whether the plan has it or not."""
    for table in ("change", "visit", "base", "write"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE patient_id = ?", (patient_id,))  # noqa: S608 - names of ours
    connection.exec_driver_sql("DELETE FROM patient WHERE id = ?", (patient_id,))
    return True
