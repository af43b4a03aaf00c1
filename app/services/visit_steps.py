"""How a draft is changed: one transaction each, every change a step that can be taken back; and its stars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from app.content import load_sections
from app.domain.undo import Step
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.language import N_
from app.services import safety
from app.services.clock import Clock
from app.services.undoing import Steps, watch
from app.store import audit, stars
from app.store.changes import Topic
from app.store.draft_state import Change, put_back
from app.store.engine import Store

T = TypeVar("T")
NOTE = "note"
"""What the note is called among the sections that can be starred."""
NOTHING = N_("There is nothing to take back.")


class VisitSteps:
    """All methods return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._steps = Steps()

    async def undo(self, visit_id: str) -> Step:
        """Take the last step back by a write of its own, and say which it was. Answers get their own times back, the
        safety rules look again. The audit log keeps both: when it was entered, and when it was taken back.

        Raises RecordError, with nothing changed, where there is none or something newer stands there; NotFound unless
        it is a draft here.
        """
        now, kept = self._clock.now(), self._steps.find(visit_id)
        if kept is None:
            raise RecordError(NOTHING)

        def run(connection: Connection) -> bool:
            put_back(connection, visit_id, kept.change)
            self._audit(connection, "enter", visit_id, kept.at)
            self._audit(connection, "undo", visit_id)
            return safety.check(connection, visit_id, now, self._me)

        try:
            await self._write(run, lambda looked: looked)
        except RecordError:
            self._steps.drop(visit_id, kept)
            raise
        self._steps.drop(visit_id, kept)
        return kept.step

    async def set_star(self, visit_id: str, section: str, on: bool) -> None:
        """Put a section into "Finish in the car", or take it out. Raises NotFound unless it is a draft here, and
        RecordError for a section that there is not.
        """
        if section != NOTE and section not in {one.id for one in load_sections()}:
            raise RecordError("This version of Hearthside does not know that section.")

        def change(connection: Connection) -> None:
            left = [one for one in stars.find(connection, visit_id) if one != section]
            stars.put(connection, visit_id, [*left, section] if on else left)

        await self._store.write(change, Topic.VISITS)

    async def _change(
        self, visit_id: str, now: datetime, change: Callable[[Connection], T], *, typed: bool = False
    ) -> T:
        """One change of a draft and what the safety rules make of it, in one transaction."""

        def run(connection: Connection) -> tuple[T, Change | None, bool]:
            result, changed = watch(connection, visit_id, change)
            return result, changed, safety.check(connection, visit_id, now, self._me)

        result, changed, _ = await self._write(run, lambda done: done[2])
        self._steps.keep(visit_id, changed, now, typed=typed)
        return result

    async def _set(
        self, visit_id: str, now: datetime, change: Callable[[Connection], object], *, typed: bool = False
    ) -> None:
        """One change of what no safety rule reads."""

        def run(connection: Connection) -> Change | None:
            return watch(connection, visit_id, change)[1]

        changed = await self._store.write(run, Topic.VISITS)
        self._steps.keep(visit_id, changed, now, typed=typed)

    async def _write(self, run: Callable[[Connection], T], looked: Callable[[T], bool]) -> T:
        """Alerts and the outbox are told of only where the rules wrote."""
        return await self._store.write(
            run, Topic.VISITS, more=lambda done: (Topic.OUTBOX, Topic.ALERTS) if looked(done) else ()
        )

    def _audit(self, connection: Connection, action: str, visit_id: str, at: datetime | None = None) -> None:
        audit.append(
            connection,
            at=at or self._clock.now(),
            actor=self._me.reference,
            action=action,
            subject=f"Encounter/{visit_id}",
        )
