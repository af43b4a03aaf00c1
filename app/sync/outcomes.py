"""Outcomes, asked of the plan for a supervisor and kept, so that they open offline; and who is behind a number."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import Connection

from app.domain.outcomes import Report, Span
from app.errors import PlanError
from app.store import meta
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.fhir import json_text, read
from app.sync.fhir.outcomes import decode_outcomes, decode_subjects
from app.sync.panel import SUPERVISOR
from app.sync.transport import FhirClient

OPERATION = "$hearthside-outcomes"
KEPT, MARK = "outcomes", "outcomes-mark"
"""Meta keys: the plan's newest answer, JSON as it came; its ETag, a space, and when it was asked for."""
EVERY = timedelta(hours=1)
"""It is asked no more often than that: the plan makes its report once a day."""
_NONE = (403, 404, 405, 501)
_log = logging.getLogger("app.sync")


async def refresh_outcomes(store: Store, client: FhirClient, capabilities: Capabilities, role: str) -> None:
    """Ask, where this user is a supervisor and the plan has outcomes. Raises no PlanError: a pass goes on."""
    if role != SUPERVISOR or not capabilities.outcomes:
        return
    held, now = await store.read(lambda connection: meta.find(connection, MARK)), client.server_at
    mark, _, asked = (held or "").partition(" ")
    stamp = read.instant({"at": asked}, "at")
    if now is None or (stamp is not None and abs(now - stamp) < EVERY):
        return
    try:
        answer = await client.send("GET", OPERATION, headers={"If-None-Match": mark} if mark else None)
        if answer.status in _NONE:
            await store.write(_forget, Topic.SYNC)
            return
        word = None if answer.status == 304 else answer.get()
        mark = answer.headers.get("etag", "").replace(" ", "") if word is not None else mark
    except PlanError as error:
        _log.info("the plan did not tell outcomes: %s %s", type(error).__name__, error.detail)
        return

    def keep(connection: Connection) -> None:
        if word is not None and decode_outcomes(word) is not None:
            meta.put(connection, KEPT, json_text.dumps(word))
        meta.put(connection, MARK, f"{mark} {now.isoformat()}")

    await store.write(keep, Topic.SYNC)


def read_outcomes(connection: Connection) -> Report | None:
    """The newest report that is here; None where the plan has none, or has not been asked yet."""
    text = meta.find(connection, KEPT)
    return None if text is None else decode_outcomes(json_text.find_object(text))


async def ask_people(
    client: FhirClient, measure_id: str, team: str, span: Span, part: tuple[str, str] | None, standing: str
) -> tuple[str, ...]:
    """Patient ids behind one number, only those whose records this user may read. Raises PlanError.

    Nothing about anybody stands in the address: a measure, a team, days, and a grouping with its value.
    """
    asked = {
        "reportType": "subject-list",
        "periodStart": span.first.isoformat(),
        "periodEnd": span.last.isoformat(),
    }
    if team:
        asked["subject"] = f"Organization/{team}"
    if part is not None:
        asked["grouping"], asked["value"] = part
    answer = await client.send("GET", f"Measure/{measure_id}/$evaluate-measure?{urlencode(asked)}")
    return decode_subjects(answer.get(), standing)


def _forget(connection: Connection) -> None:
    meta.remove(connection, KEPT)
    meta.remove(connection, MARK)
