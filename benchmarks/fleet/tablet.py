"""One tablet in simulated time: a real encrypted store, a real engine, and when it tries to reach the plan.

When passes are tried follows `app.sync.loop`: at once after something was saved, after a refusal when the server said
so, else with longer and longer pauses. Two things are left out, because nothing would come of them but computing: the
small request every three seconds while there is no network, and passes every thirty seconds while nothing is new
(here every `IDLE` minutes; what one costs is measured at the end of a run).
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.services.models import VisitState
from app.services.summaries import status_of
from app.store import meta, outbox, sessions
from app.store.changes import Changes, Topic
from app.store.engine import Store, open_store
from app.store.sessions import SignInRow
from app.sync.engine import PassReport, SyncEngine
from app.sync.loop import Rhythm
from app.sync.oauth import CLIENT_ID
from app.sync.tokens import make_client
from benchmarks.fleet.hours import TabletClock
from benchmarks.fleet.ledger import Ledger
from benchmarks.fleet.link import Link
from benchmarks.fleet.plan_people import SignIn
from benchmarks.fleet.schedule import Person

IDLE = 120.0
"""Minutes between passes while nothing is new."""
SEES_IT = 10.0
"""Minutes until somebody who has to sign in again has done so."""
RECEIVED = (VisitState.RECEIVED, VisitState.QUESTION, VisitState.REVIEWED)
Act = Callable[[], Awaitable[None]]


@dataclass
class Tally:
    """What passes of one tablet came to."""

    passes: Counter[str] = field(default_factory=Counter)
    computing: float = 0.0


class Tablet:
    """Opened by `open`. `plan(at, act)` puts something on its agenda; `run_until` does what is due."""

    def __init__(
        self,
        person: Person,
        signed_in: SignIn,
        path: Path,
        key: bytes,
        link: Link,
        clock: TabletClock,
        ledger: Ledger,
        base_url: str,
        sign_in_again: Callable[[Person, float], SignIn],
    ) -> None:
        """`sign_in_again`: what the plan's own page does for somebody with her password, at this time."""
        self.person = person
        self.me = PersonRef(signed_in.reference, signed_in.shown)
        self.path = path
        self.clock = clock
        self.link = link
        self.ledger = ledger
        self.tally = Tally()
        self._key = key
        self._signed_in = signed_in
        self._sign_in_again = sign_in_again
        self._base_url = base_url
        self._agenda: list[tuple[float, int, Act]] = []
        self._number = 0
        self._next_pass = float("inf")
        self._opens, self._closes = 0.0, float("inf")
        self._failures = 0
        self._chance = random.Random(f"{person.index}/rhythm")  # noqa: S311 - a jitter
        self._rhythm = Rhythm(up=IDLE * 60)
        self._waiting: dict[str, float] = {}
        self._looks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """The file lies at `path` already, with this key."""
        self.store: Store = await open_store(self.path, self._key, store_id="fleet")
        row = await self._sign_in(self._signed_in)
        self.client = make_client(self.store, row, transport=self.link, now=self.clock.now, packs=True)
        self.engine = SyncEngine(self.store, self.client, self.clock)
        self.store.listen(self._heard)

    async def _sign_in(self, given: SignIn) -> SignInRow:
        row = SignInRow(
            plan_url=f"{self._base_url}/fhir",
            token_endpoint=f"{self._base_url}/oauth/token",
            revocation_endpoint=None,
            client_id=CLIENT_ID,
            user_reference=self.me.reference,
            user_name=self.me.name,
            role=self.person.role,
            access_token=given.access,
            refresh_token=given.refresh,
        )

        def keep(connection: Connection) -> None:
            sessions.save(connection, row)
            for name, value in ((meta.USER_REFERENCE, self.me.reference), (meta.USER_NAME, self.me.name)):
                meta.put(connection, name, value)

        await self.store.write(keep)
        return row

    async def close(self) -> None:
        await self.client.aclose()
        await self.store.close()

    # what is to be done

    def plan(self, at: float, act: Act) -> None:
        self._number += 1
        heapq.heappush(self._agenda, (at, self._number, act))

    def set_hours(self, opens: float, closes: float) -> None:
        """From when to when somebody has the app open today; a first pass comes as it is opened."""
        self._opens, self._closes = opens, closes
        self._next_pass = opens + self._chance.uniform(0, 20 * 60)

    @property
    def next_at(self) -> float:
        """When something is due, seconds since 1970; infinity once nothing is."""
        return min(self._agenda[0][0] if self._agenda else float("inf"), self._next_pass)

    async def run_until(self, limit: float) -> None:
        while (at := self.next_at) < limit:
            self.clock.reach(at)
            if self._next_pass <= at:
                await self.sync()
            else:
                _, _, act = heapq.heappop(self._agenda)
                await act()

    # the way to the plan

    def saved(self) -> None:
        """Something waits: a pass is tried at once, whatever comes of it."""
        self._next_pass = min(self._next_pass, self.clock.at)

    def signed(self, visit_id: str) -> None:
        self._waiting[visit_id] = self.clock.at
        self.saved()

    async def sync(self) -> PassReport:
        """One pass, and when the next one is tried."""
        self._next_pass = float("inf")
        report = await self.engine.run_pass()
        self.tally.passes[report.outcome] += 1
        await self._look()
        await asyncio.gather(*self._looks)
        self._failures = 0 if report.ok else self._failures + 1
        self._next_pass = self._when(report)
        if report.outcome == "sign-in-needed":
            await self._renew_sign_in()
        return report

    async def _renew_sign_in(self) -> None:
        """She sees it, and signs in at the plan some minutes later."""
        self.clock.reach(self.clock.at + SEES_IT * 60)
        self.ledger.happened(self.person.name, "signed in again")
        await self._sign_in(await asyncio.to_thread(self._sign_in_again, self.person, self.clock.at))
        self._next_pass = self._within_hours(self.clock.at)

    def _when(self, report: PassReport) -> float:
        rhythm, draw = self._rhythm, self._chance.random()
        at = self.clock.at
        if report.outcome == "no-network" and (back := self.link.back_at(at)) > at:
            return self._within_hours(back + rhythm.probe * draw)
        if report.ok or report.outcome == "stopped":
            seconds = rhythm.up
        elif report.retry_after is not None:
            seconds = max(report.retry_after, rhythm.probe)
        elif report.outcome in ("no-network", "plan-down", "captive-portal"):
            seconds = rhythm.probe
        else:
            seconds = min(rhythm.probe * 2 ** min(self._failures, 10), rhythm.longest)
        return self._within_hours(at + seconds * (1 + rhythm.jitter * (draw - 0.5)))

    def _within_hours(self, at: float) -> float:
        return at if at < self._closes else float("inf")

    def _heard(self, changes: Changes) -> None:
        if self._waiting and Topic.OUTBOX in changes:
            look = asyncio.get_running_loop().create_task(self._look())
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)

    async def _look(self) -> None:
        """Write down what the device calls received by now."""
        if not self._waiting:
            return
        at, ids = self.clock.at, list(self._waiting)
        rows = await self.store.read(lambda c: outbox.visit_status_rows(c, ids))
        for visit_id, row in rows.items():
            if status_of(row).state in RECEIVED and self._waiting.pop(visit_id, None) is not None:
                self.ledger.received(self.person.name, visit_id, at)

    async def heal(self, rounds: int = 6) -> int:
        """A good line from now on: passes until nothing waits. Returns how many changes still wait."""
        self.link.healed = True
        for _ in range(rounds):
            report = await self.engine.run_pass()
            await self._look()
            self.clock.reach(self.clock.at + 60 + (report.retry_after or 0))
            waits = await self.store.read(outbox.count)
            if report.ok and not waits.changes:
                break
        return (await self.store.read(outbox.count)).changes


def make_carrier() -> httpx.AsyncHTTPTransport:
    """What carries the requests of all tablets of one process."""
    return httpx.AsyncHTTPTransport(
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=64), trust_env=False
    )
