"""Small in-memory services with the same doors as the real ones, for view tests and for looking at screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.errors import BadPlanAddress, HearthsideError, StoreBusy, WeakPin, WrongPin
from app.services.handing_over import Handover
from app.services.lock_policy import LockWatch
from app.services.models import (
    LockKind,
    PlanInfo,
    Role,
    SyncState,
    UserOnDevice,
    VisitState,
)
from app.services.orders import OrderNotice
from app.services.recovery import WayBack, WayBackState
from app.services.signing_out import WhatStays
from app.store.changes import Topic
from app.sync.recovery import OVER, RecoveryRefused
from tests.views.double_alerts import DoubleAlerts
from tests.views.double_attachments import DoubleAttachments
from tests.views.double_board import DoubleBoard, DoubleMoves
from tests.views.double_carrying import DoubleCarrying
from tests.views.double_comfort import DoubleComfort
from tests.views.double_day import DoubleChecks, DoubleDay, DoubleGoingIn
from tests.views.double_death import DoubleDeaths
from tests.views.double_declines import DoubleDeclines
from tests.views.double_drafts import DoubleDrafts, DoubleTwice
from tests.views.double_help import HelpDoubles, make_practice_world
from tests.views.double_leave import DoubleLeaves
from tests.views.double_looks import DoubleLooks
from tests.views.double_mentor import DoubleMentoring
from tests.views.double_oncall import DoubleOnCall
from tests.views.double_outcomes import DoubleOutcomes
from tests.views.double_own_lock import DoubleOwnLock
from tests.views.double_papers import DoublePapers
from tests.views.double_phrases import DoublePhrases
from tests.views.double_promises import DoublePromises
from tests.views.double_records import (
    DoubleAddenda,
    DoubleConflicts,
    DoubleEmergency,
    DoubleReferrals,
    DoubleStays,
)
from tests.views.double_review import DoubleReview
from tests.views.double_sending import DoubleSending
from tests.views.double_services import DoubleCaseload
from tests.views.double_sharing import DoubleSharing, DoubleWorklist
from tests.views.double_sign_in import DoubleRecovery, DoubleSignIn
from tests.views.double_team import DoubleExport, DoubleTeam
from tests.views.double_unmatched import DoubleMatching, DoubleUnlisted
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


class DoubleSession(HelpDoubles):
    def __init__(
        self,
        world: World,
        user_name: str = NURSE.name,
        role: Role = Role.NURSE,
        watch: LockWatch | None = None,
    ) -> None:
        self.user_name, self.role = user_name, role
        self.store_id, self.hub = "s1", Hub()
        self.caseload = DoubleCaseload(world, self.hub, user_name)
        self.visits = DoubleVisits(world, self.hub, user_name)
        self.team = DoubleTeam(world, self.hub, user_name)
        self.review = DoubleReview(world, self.hub, self.team, user_name)
        self.syncing = DoubleSyncing(world, self.hub)
        self.sending = DoubleSending(world, self.hub, user_name)
        self.carrying = DoubleCarrying()
        self.alerts = DoubleAlerts(world, self.hub)
        self.phrases = DoublePhrases(world, self.hub)
        self.stays = DoubleStays()
        self.addenda = DoubleAddenda()
        self.signing_out = DoubleSigningOut(self.caseload)
        self.own_lock = DoubleOwnLock()
        self.papers = DoublePapers(world)
        self.log_export = DoubleExport(self.team)
        self.way_back = WayBackState(WayBack.READY, "0123456789abcdef")
        self.emergency = DoubleEmergency()
        self.referrals = DoubleReferrals()
        self.promises = DoublePromises(world, self.hub)
        self.attachments = DoubleAttachments(world, self.hub)
        self.conflicts = DoubleConflicts(world, self.hub)
        self.day = DoubleDay(world, self.hub, self.caseload)
        self.going_in = DoubleGoingIn(world, self.hub)
        self.comfort = DoubleComfort(world, self.hub)
        self.declines = DoubleDeclines(world, self.hub)
        self.checks = DoubleChecks(world, self.hub)
        self.deaths = DoubleDeaths(world, self.hub)
        self.board = DoubleBoard()
        self.sharing = DoubleSharing()
        self.mentoring = DoubleMentoring()
        self.drafts = DoubleDrafts()
        self.twice = DoubleTwice(self.hub)
        self.worklist = DoubleWorklist()
        self.moves = DoubleMoves()
        self.unlisted = DoubleUnlisted(world, self.hub)
        self.matching = DoubleMatching()
        self.leaves = DoubleLeaves(self.hub)
        self.on_call = DoubleOnCall(self.hub)
        self.outcomes = DoubleOutcomes()
        self.lock_watch = watch or LockWatch()
        self.add_help(world, lambda: DoubleSession(make_practice_world(), watch=self.lock_watch))
        self.noted: list[tuple[str, str]] = []
        self.handover = Handover(self.own_lock, self.lock_watch, self._note_hands)
        self.closed = False
        self.on_closed: list[Callable[[], Awaitable[Any] | None]] = []

    async def _note_hands(self, action: str, visit_id: str) -> None:
        self.noted.append((action, visit_id))

    async def read_way_back(self) -> WayBackState:
        return self.way_back

    async def lock(self) -> None:
        if not self.closed:
            self.closed = True
            returned = [fn() for fn in list(self.on_closed)]
            await asyncio.gather(*[one for one in returned if one is not None])


class DoubleDevice(DoubleLooks):
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
        super().__init__()
        self.world, self.role, self.lock_kind = world, role, lock_kind
        self.found = users if users is not None else [UserOnDevice("s1", NURSE.name, lock_kind, 2)]
        self.error: HearthsideError | None = None
        self.busy = False
        self.wait = 0
        self.unlocks = 0
        self.session: DoubleSession | None = None
        self.attempt: DoubleSignIn | None = None
        self.plan_url: str | None = None
        self.recovery: DoubleRecovery | None = None
        self.no_way_back: HearthsideError | None = None
        self.new_secret: str | None = None
        self.notices: tuple[OrderNotice, ...] = ()
        self.order_listeners: list[Callable[[], None]] = []
        self.quick = False
        """A finger may stand for the PIN; it is recognised once."""
        self.make_watch: Callable[[], LockWatch] | None = None

    def users(self) -> list[UserOnDevice]:
        return self.found

    def known_plan(self) -> str | None:
        return self.plan_url

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

    async def start_recovery(self, store_id: str) -> DoubleRecovery:
        if self.no_way_back is not None:
            raise self.no_way_back
        self.recovery = DoubleRecovery()
        return self.recovery

    async def finish_recovery(self, recovery: Any, secret: str, session_key: str) -> DoubleSession:
        if self.error is not None:
            raise self.error
        if not recovery.granted:
            raise RecoveryRefused(OVER)
        self.new_secret = secret
        return await self.enrol(None, secret, session_key)

    def order_notices(self) -> tuple[OrderNotice, ...]:
        return self.notices

    async def note_order_seen(self, store_id: str) -> None:
        self.notices = tuple(one for one in self.notices if one.store_id != store_id)

    def listen_orders(self, fn: Callable[[], None]) -> Callable[[], None]:
        self.order_listeners.append(fn)
        return lambda: self.order_listeners.remove(fn)

    def suggest_passphrase(self) -> str:
        return self.PHRASE

    def check_pin(self, pin: str) -> None:
        if len(pin) < 6 or len(set(pin)) == 1 or pin == "123456":
            raise WeakPin

    async def enrol(self, signed_in: Any, secret: str, session_key: str) -> DoubleSession:
        if self.error is not None:
            raise self.error
        watch = self.make_watch() if self.make_watch is not None else None
        self.session = DoubleSession(self.world, role=self.role, watch=watch)
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
        watch = self.make_watch() if self.make_watch is not None else None
        self.session = DoubleSession(self.world, role=self.role, watch=watch)
        return self.session

    def quick_ready(self, store_id: str) -> bool:
        return self.quick

    async def unlock_quickly(self, store_id: str, session_key: str) -> DoubleSession | None:
        if not self.quick or self.wait:
            self.quick = False
            return None
        return await self.unlock(store_id, self.PIN, session_key)
