"""Signing out: what would wait, and ending the sign-in. Nothing that was written is ever touched by it (F07)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.errors import HearthsideError
from app.services.clock import Clock
from app.store import audit, outbox, sessions, visits
from app.store.changes import Topic
from app.store.engine import Store
from app.store.outbox_kinds import GroupKind
from app.store.outbox_others import list_others
from app.sync import auth
from app.sync.oncall import drop_pack

TELL_SECONDS = 10.0
"""How long the plan may take to confirm; the tablet is signed out in any case."""
log = logging.getLogger("app.services.signing_out")


@dataclass(frozen=True, slots=True)
class WhatStays:
    """What this device keeps, locked, through a sign-out. Counts.

    `alerts`, `others` (stays, additions, pictures): what the plan does not have yet beside visits. `drafts`: unsigned.
    """

    unsent_visits: int
    others: int
    set_aside: int
    drafts: int
    alerts: int = 0

    @property
    def unsent(self) -> int:
        return self.unsent_visits + self.alerts + self.others


class SigningOut:
    """Ends the sign-in of one open store."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def look(self) -> WhatStays:
        """What the plan has not confirmed, from the outbox."""
        return await self._store.read(_look)

    async def sign_out(self) -> bool:
        """End the sign-in here, and at the plan where it can be reached; True when the plan confirmed.

        Everything stays on this device but an on-call pack: drafts, what waits, what was read. Signing in again as the
        same person sends what waits. A second sign-out does nothing more.
        """
        known = await self._store.read(sessions.find)
        told = False
        try:
            if known is not None and not known.ended:
                async with asyncio.timeout(TELL_SECONDS):
                    told = await auth.revoke(known)
        except (TimeoutError, HearthsideError) as error:
            log.info("the plan was not told of a sign-out: %s", type(error).__name__)
        finally:
            # First the end: dropping may wait, and an answer of the plan under way would bring the pack back.
            try:
                await self._store.write(self._end, Topic.SIGN_IN)
            finally:
                await drop_pack(self._store)
        return told

    def _end(self, connection: Connection) -> None:
        sessions.sign_out(connection)
        audit.append(connection, at=self._clock.now(), actor=self._me.reference, action="sign-out")


def _look(connection: Connection) -> WhatStays:
    counts, others = outbox.count(connection), list_others(connection)
    alerts = sum(one.kind is GroupKind.ALERT for one in others)
    return WhatStays(
        unsent_visits=counts.unsent_visits,
        others=len(others) - alerts,
        alerts=alerts,
        set_aside=counts.set_aside_visits + sum(one.reason is not None for one in others),
        drafts=len(visits.list_drafts(connection)),
    )
