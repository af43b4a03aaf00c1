"""One nurse's device in the world of many: what she does, what she saw saved, and how its process ends."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from app.domain.visit import PersonRef
from app.store import sessions
from app.store.engine import Store, open_store
from app.store.sessions import SignInRow
from app.sync.engine import PassReport, SyncEngine
from app.sync.tokens import make_client
from tests.faults.faulty_network import Fault, FaultyNetwork, Judge, no_fault
from tests.faults.nurse import Nurse
from tests.faults.token_desk import Clock
from tests.faults.ward import BASE, Ward

KEYS = {"ana": bytes(range(32)), "ben": bytes(range(32, 64))}
ROLES = {"ana": "Ana Ruiz, RN", "ben": "Ben Cole, RN"}


class Killed(BaseException):
    """The process is gone: nothing of it may act any more."""


class DeviceClock:
    """The clock of one tablet: wrong by `offset`, while the other one only goes forward."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return self._clock.at + self.offset

    def monotonic(self) -> float:
        return self._clock.at.timestamp()


def sign_in_row(name: str, access: str | None, refresh: str | None) -> SignInRow:
    return SignInRow(
        f"{BASE}/fhir",
        f"{BASE}/token",
        None,
        "app",
        f"Practitioner/{name}",
        ROLES[name],
        "nurse",
        access,
        refresh,
    )


class Device(Nurse):
    """Opened by `start`."""

    def __init__(self, name: str, ward: Ward, directory: Path, template: Path) -> None:
        super().__init__(name, PersonRef(f"Practitioner/{name}", ROLES[name]))
        self.key = KEYS[name]
        self.path = directory / f"{name}.db"
        shutil.copy(template, self.path)
        self._ward = ward
        self._lives = 0
        self.clock = DeviceClock(ward.clock)
        self.network = FaultyNetwork(ward.front, date=ward.clock.now, is_stored=ward.is_stored)

    async def start(self) -> None:
        """The app is opened: its store as it lies on the disk."""
        self.store: Store = await open_store(self.path, self.key, store_id=self.name)
        row = sign_in_row(self.name, None, None)
        self.client = make_client(self.store, row, transport=self.network, now=self.clock.now)
        self.engine = SyncEngine(self.store, self.client, self.clock)
        self.take(self.store, self.clock)

    async def sign_in(self) -> None:
        """The nurse signs in at the plan, again after a sign-in that ended."""
        family = self._ward.desk.sign_in(self.name)
        row = sign_in_row(self.name, family.access, family.refresh)
        await self.store.write(lambda c: sessions.save(c, row))

    async def is_signed_in(self) -> bool:
        found = await self.store.read(sessions.find)
        return found is not None and not found.ended

    async def close(self) -> None:
        await self.client.aclose()
        await self.store.close()

    async def reopen(self) -> None:
        """Locked and unlocked, or ended gently and started again."""
        await self.close()
        await self.start()

    async def kill(self) -> None:
        """What the disk holds now is all that the next start finds; the old process never writes there again."""
        self.snapshot()
        await self.close_old()
        await self.start()

    def snapshot(self) -> None:
        self._lives += 1
        copy = self.path.with_name(f"{self.name}-{self._lives}.db")
        for suffix in ("", "-wal"):
            source = self.path.with_name(self.path.name + suffix)
            if source.exists():
                shutil.copy(source, copy.with_name(copy.name + suffix))
        self.path = copy

    async def close_old(self) -> None:
        await self.close()

    # the network

    async def sync(self, judge: Judge | None = None) -> PassReport:
        self.network.judge = judge or no_fault
        try:
            return await self.engine.run_pass()
        finally:
            self.network.judge, self.network.after = no_fault, None

    async def sync_until_killed(
        self, *, commits: int | None = None, answers: int | None = None, judge: Judge | None = None
    ) -> bool:
        """A pass in a process that dies right after so many commits, or after the server carried out so many requests
        and before their answer is read; True when it died within the pass.
        """
        commits_left, answers_left, dead = commits, answers, False
        write = self.store.write

        def die() -> None:
            nonlocal dead
            dead = True
            self.snapshot()

        async def counted(fn: Callable[..., Any], *topics: Any, **more: Any) -> Any:
            nonlocal commits_left
            if dead:
                raise Killed
            result = await write(fn, *topics, **more)
            if commits_left is not None:
                commits_left -= 1
                if commits_left == 0:
                    die()
            return result

        async def answered(_request: httpx.Request) -> None:
            nonlocal answers_left
            if answers_left is not None and not dead:
                answers_left -= 1
                if answers_left == 0:
                    die()
                    raise Killed

        def gone(request: httpx.Request) -> Fault:
            if dead:
                return Fault.CUT_BEFORE
            return judge(request) if judge is not None else Fault.NONE

        self.store.write = counted  # type: ignore[method-assign]  # the one seam through which everything commits
        self.network.after = answered
        try:
            await self.sync(gone)
        except BaseException as error:
            if not isinstance(error, Killed):
                raise
        self.store.write = write  # type: ignore[method-assign]  # as above
        if not dead:
            return False
        await self.close_old()
        await self.start()
        return True

    async def meanwhile(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do this once while the next write is on its way: after the server's commit, before its answer."""
        done = False

        async def once(request: httpx.Request) -> None:
            nonlocal done
            if not done and b'"transaction"' in request.content:
                done = True
                await work()

        self.network.after = once
