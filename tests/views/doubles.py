"""Small in-memory services with the same doors as the real ones, for view tests and for looking at screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.errors import BadPlanAddress, HearthsideError, StoreBusy, WeakPin, WrongPin
from app.services.models import (
    LockKind,
    PlanInfo,
    Role,
    SyncState,
    UserOnDevice,
    VisitState,
)
from app.services.signing_out import WhatStays
from app.store.changes import Topic
from tests.views.double_alerts import DoubleAlerts
from tests.views.double_attachments import DoubleAttachments
from tests.views.double_records import DoubleAddenda, DoubleConflicts, DoubleReferrals, DoubleStays
from tests.views.double_sending import DoubleSending
from tests.views.double_services import DoubleCaseload
from tests.views.double_team import DoubleTeam
from tests.views.double_visits import DoubleVisits
from tests.views.double_world import NURSE, Hub, World, add_visit, make_answers, make_world, now

__all__ = [
    "DoubleDevice",
    "DoubleSession",
    "DoubleSignIn",
    "World",
    "add_visit",
    "make_answers",
    "make_world",
    "now",
]


class DoubleSignIn:
    url = "http://127.0.0.1:1/authorize?demo"

    def __init__(self) -> None:
        self.back: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def wait(self) -> Any:
        return await self.back

    async def cancel(self) -> None:
        if not self.back.done():
            self.back.cancel()


class DoubleSyncing:
    def __init__(self, world: World, hub: Hub) -> None:
        self.world, self.hub, self.attempt = world, hub, None
        self.fetching = False
        self.stops = 0

    def state(self) -> SyncState:
        return self.world.sync

    def show(self, state: SyncState) -> None:
        self.world.sync = state
        self.hub.publish(Topic.SYNC)

    async def fetch_all_again(self) -> None:
        self.fetching = True
        self.hub.publish(Topic.SYNC)

    async def is_fetching_all(self) -> bool:
        return self.fetching

    async def send_now(self) -> None:
        self.world.sends += 1

    async def stop(self) -> None:
        self.stops += 1

    async def sign_in_again(self) -> DoubleSignIn:
        self.attempt: DoubleSignIn | None = DoubleSignIn()
        return self.attempt


class DoubleSigningOut:
    def __init__(self, caseload: DoubleCaseload) -> None:
        self.caseload = caseload
        self.done = 0

    async def look(self) -> WhatStays:
        today = await self.caseload.today()
        aside = sum(one.status.state is VisitState.REFUSED for one in today.unsent)
        return WhatStays(len(today.unsent), 0, aside, len(today.drafts))

    async def sign_out(self) -> bool:
        self.done += 1
        return True


class DoubleSession:
    def __init__(self, world: World, user_name: str = NURSE.name, role: Role = Role.NURSE) -> None:
        self.user_name, self.role = user_name, role
        self.hub = Hub()
        self.caseload = DoubleCaseload(world, self.hub, user_name)
        self.visits = DoubleVisits(world, self.hub, user_name)
        self.team = DoubleTeam(world, self.hub, user_name)
        self.syncing = DoubleSyncing(world, self.hub)
        self.sending = DoubleSending(world, self.hub, user_name)
        self.alerts = DoubleAlerts(world, self.hub)
        self.stays = DoubleStays()
        self.addenda = DoubleAddenda()
        self.signing_out = DoubleSigningOut(self.caseload)
        self.referrals = DoubleReferrals()
        self.attachments = DoubleAttachments(world, self.hub)
        self.conflicts = DoubleConflicts(world, self.hub)
        self.closed = False
        self.on_closed: list[Callable[[], Awaitable[Any] | None]] = []

    async def lock(self) -> None:
        if not self.closed:
            self.closed = True
            returned = [fn() for fn in list(self.on_closed)]
            await asyncio.gather(*[one for one in returned if one is not None])


class DoubleDevice:
    PIN = "482915"
    PHRASE = "amber river quiet lantern stone"

    def __init__(
        self,
        world: World,
        *,
        users: list[UserOnDevice] | None = None,
        role: Role = Role.NURSE,
        lock_kind: LockKind = LockKind.PIN,
    ) -> None:
        self.world, self.role, self.lock_kind = world, role, lock_kind
        self.found = users if users is not None else [UserOnDevice("s1", NURSE.name, lock_kind, 2)]
        self.error: HearthsideError | None = None
        self.busy = False
        self.wait = 0
        self.unlocks = 0
        self.session: DoubleSession | None = None
        self.attempt: DoubleSignIn | None = None
        self.plan_url: str | None = None

    def users(self) -> list[UserOnDevice]:
        return self.found

    async def check_plan(self, url: str) -> PlanInfo:
        if not url.startswith("http"):
            raise BadPlanAddress
        if self.error is not None:
            raise self.error
        return PlanInfo(url, "Valley Health Plan")

    async def start_sign_in(self, plan: PlanInfo) -> DoubleSignIn:
        if self.error is not None:
            raise self.error
        self.attempt = DoubleSignIn()
        return self.attempt

    def suggest_passphrase(self) -> str:
        return self.PHRASE

    def check_pin(self, pin: str) -> None:
        if len(pin) < 6 or len(set(pin)) == 1 or pin == "123456":
            raise WeakPin

    async def enrol(self, signed_in: Any, secret: str, session_key: str) -> DoubleSession:
        if self.error is not None:
            raise self.error
        self.session = DoubleSession(self.world, role=self.role)
        return self.session

    async def unlock(
        self, store_id: str, secret: str, session_key: str, take_over: bool = False
    ) -> DoubleSession:
        self.unlocks += 1
        await asyncio.sleep(0.002)
        if self.error is not None:
            raise self.error
        if secret not in (self.PIN, self.PHRASE):
            raise WrongPin(self.wait)
        if self.busy and not take_over:
            raise StoreBusy
        self.session = DoubleSession(self.world, role=self.role)
        return self.session
