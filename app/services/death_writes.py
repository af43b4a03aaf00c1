"""Writing what has to do with a death: each record a group of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.store import audit, outbox, outbox_renew
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text

FIRST = 0
"""Priority in the outbox: before everything else, with alerts."""
LATER = 10


def add(
    connection: Connection,
    patient_id: str,
    body: Mapping[str, Any],
    me: PersonRef,
    now: datetime,
    *,
    action: str,
    priority: int = LATER,
) -> None:
    """Store a new record, or a new version of one, and put it into the outbox.

    It takes the place of versions that the plan refused: the newer one says all that they said.
    """
    kind, own_id = body["resourceType"], body["id"]
    outbox_renew.make_way(connection, kind, own_id, now)
    base = outbox.base_for_edit(connection, kind, own_id)
    save_record(
        connection,
        group_id=own_id,
        patient_id=patient_id,
        changes=[NewChange(kind, own_id, json_text.dumps(body), base, priority)],
        at=now,
        write_row=lambda c: audit.append(
            c, at=now, actor=me.reference, action=action, subject=f"{kind}/{own_id}"
        ),
    )
