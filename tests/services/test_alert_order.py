"""In which order alerts are listed: the most urgent first, of one urgency what should have been done longest ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from app.content.rules import Level
from app.domain.alert import AlertState
from app.services.alert_lines import list_lines
from app.store import alerts
from app.store.engine import Store
from tests.services.test_seen_by import make_alert

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


async def test_the_longest_overdue_stands_first_and_what_nobody_waits_for_after_what_is_due(
    store: Store,
) -> None:
    def fired(days_ago: int, **changes: Any) -> dict[str, Any]:
        at = AT - timedelta(days=days_ago)
        return {"fired_at": at, "due_at": at + timedelta(hours=12), **changes}

    wanted = {
        "now": fired(0, level=Level.ACT_NOW),
        "three weeks": fired(21),
        "two weeks": fired(14),
        "this morning": fired(0),
        "no task, new": fired(0, due_at=None),
        "no task, old": fired(20, due_at=None),
        "an eye on it": fired(30, level=Level.WATCH),
        "done": fired(40, level=Level.ACT_NOW, state=AlertState.DONE),
    }
    for name, changes in reversed(wanted.items()):
        alert = replace(make_alert(AT), id=name, subject=name, **changes)
        await store.write(partial(alerts.put, alert=alert))
    in_order = list(wanted)
    standing = await store.read(partial(alerts.list_for_patient, patient_id="p1"))
    assert [one.id for one in standing] == in_order[:-1]
    assert [line.id for line in await store.read(list_lines)] == in_order[:-1]
    everything = await store.read(partial(alerts.list_since, patient_id="p1", since=AT - timedelta(days=99)))
    assert [one.id for one in everything] == in_order
