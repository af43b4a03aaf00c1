"""Sent & waiting on a real encrypted store, with all that a test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import cast

import pytest
from sqlalchemy import Connection, select

from app.domain.visit import AnsweredBy, Modality, Setting
from app.services.hub import ChangeHub
from app.services.sending import Sending
from app.services.sending_models import SendingPage, WaitingLine
from app.services.syncing import Syncing
from app.services.visits import Visits
from app.store import outbox, passes, sessions
from app.store.attempts import BootTime
from app.store.engine import Store
from app.store.outbox import NewReceipt
from app.store.outbox_rows import change
from app.sync.engine import PassReport
from app.sync.loop import SyncLoop
from app.sync.transport import FhirClient
from tests.services.conftest import NOBODY_THERE, SteppingClock, sign_in_row

PLAN_TIME = "2026-11-22T22:02:00.000Z"


class IdleLoop:
    """A loop that does nothing, and counts who wakes it."""

    def __init__(self) -> None:
        self.working = False
        self.progress: tuple[int, int] | None = None
        self.last: PassReport | None = None
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


class Desk:
    """The service with all that a test turns."""

    def __init__(self, store: Store, clock: SteppingClock) -> None:
        self.store, self.clock = store, clock
        self.loop = IdleLoop()
        loop = cast(SyncLoop, self.loop)
        self.boot = BootTime("b", 0.0)
        self.client = FhirClient(NOBODY_THERE)
        self.syncing = Syncing(store, loop, ChangeHub())
        self.sending = Sending(store, self.client, loop, self.syncing, clock, boot_clock=lambda: self.boot)

    async def page(self) -> SendingPage:
        return await self.sending.page()

    async def line(self, group_id: str) -> WaitingLine:
        page = await self.page()
        (found,) = [one for one in (*page.waiting, *page.set_aside) if one.group_id == group_id]
        return found

    async def ended(self, outcome: str, **more: object) -> None:
        """A pass that came to its end."""

        def write(connection: Connection) -> None:
            number = passes.begin(connection, self.clock.now())
            at = self.clock.now()
            passes.end(connection, number, at=at, outcome=outcome, **more)  # type: ignore[arg-type]  # by name

        await self.store.write(write)


@pytest.fixture
async def desk(store: Store, clock: SteppingClock) -> AsyncIterator[Desk]:
    await store.write(lambda connection: sessions.save(connection, sign_in_row()))
    made = Desk(store, clock)
    yield made
    await made.client.aclose()


async def sign_one(visits: Visits, note: str = "Slept badly.") -> str:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=3)
    await visits.set_note(visit_id, note)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    return visit_id


def seqs_of(connection: Connection, group: str) -> list[int]:
    return list(connection.execute(select(change.c.seq).where(change.c.group_id == group)).scalars())


def cut(connection: Connection, group: str) -> None:
    outbox.cut_write(connection, f"w-{group}", seqs_of(connection, group), "body", datetime.now(UTC))


def answer(connection: Connection, group: str, number: int | None = None) -> None:
    """The plan's receipts for the first `number` records of the group's write."""
    rows = connection.execute(
        select(change.c.type, change.c.id).where(change.c.group_id == group).order_by(change.c.seq)
    ).all()
    receipts = [NewReceipt(row.type, row.id, "v1", PLAN_TIME, PLAN_TIME) for row in rows[:number]]
    outbox.settle(connection, f"w-{group}", receipts)


def receive(connection: Connection, group: str) -> None:
    cut(connection, group)
    outbox.mark_attempted(connection, f"w-{group}", datetime.now(UTC))
    answer(connection, group)


async def refuse(desk: Desk, group: str, reason: str) -> None:
    await desk.store.write(lambda c: outbox.set_aside(c, seqs_of(c, group), reason))
