"""What waits on the team's tablets, asked of the plan for a supervisor and kept, so that the board opens offline."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import Connection

from app.domain.board import TeamWord
from app.errors import PlanError
from app.store import meta
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.fhir import json_text
from app.sync.fhir.team_board import decode_board
from app.sync.panel import SUPERVISOR
from app.sync.transport import FhirClient

OPERATION = "$hearthside-board"
KEPT = "team-board"
"""Meta key: the plan's newest answer, JSON as it came."""
EVERY = timedelta(minutes=1)
"""It is asked no more often than that."""
_NO_BOARD = (403, 404, 405, 501)
_log = logging.getLogger("app.sync")


async def refresh_board(
    store: Store, client: FhirClient, capabilities: Capabilities, role: str, *, at_once: bool = False
) -> None:
    """Ask, where this user is a supervisor and the plan has a board. Raises no PlanError: a pass does not end of it."""
    if role != SUPERVISOR or not capabilities.board:
        return
    known, now = await store.read(read_word), client.server_at
    if not at_once and known is not None and now is not None and abs(now - known.at) < EVERY:
        return
    try:
        answer = await client.send("GET", OPERATION)
        if answer.status in _NO_BOARD:
            await store.write(lambda connection: meta.remove(connection, KEPT), Topic.SYNC)
        else:
            word = answer.get()
            if decode_board(word) is not None:
                await store.write(
                    lambda connection: meta.put(connection, KEPT, json_text.dumps(word)), Topic.SYNC
                )
    except PlanError as error:
        _log.info("the plan did not tell of the team: %s %s", type(error).__name__, error.detail)


def read_word(connection: Connection) -> TeamWord | None:
    """The newest answer that is here; None where the plan has none, or has not been asked yet."""
    text = meta.find(connection, KEPT)
    return None if text is None else decode_board(json_text.find_object(text))
