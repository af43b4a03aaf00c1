"""Cutting a write: a group's changes frozen as exact bytes under an id, in the store, before anything leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.errors import SignInNeeded
from app.store import bases, outbox, sessions
from app.store.outbox import OutboxChange
from app.store.records import OWN_LATEST
from app.sync.fhir.bundle import make_body


def cut(
    connection: Connection, write_id: str, group_id: str, changes: Sequence[OutboxChange], at: datetime
) -> str:
    """Store the write; returns its bytes. Raises SignInNeeded where nobody ever signed in, and ValueError when one of
    these changes is no longer new or an open write names it.
    """
    sign_in = sessions.find(connection)
    if sign_in is None:
        raise SignInNeeded(detail="never signed in")
    author = PersonRef(sign_in.user_reference, sign_in.user_name)
    earlier = outbox.list_earlier(connection, group_id)
    body = make_body(write_id, [_based(connection, change) for change in changes], author, at, earlier)
    outbox.cut_write(connection, write_id, [change.seq for change in changes], body, at)
    return body


def _based(connection: Connection, change: OutboxChange) -> OutboxChange:
    """With the version that an edit of our own newest version rests on, as the plan has named it by now."""
    if change.base_version != OWN_LATEST:
        return change
    version = outbox.last_version(connection, change.type, change.id)
    if version is None:
        held = bases.find(connection, change.type, change.id)
        version = held.version_id if held is not None else None
    return replace(change, base_version=version)
