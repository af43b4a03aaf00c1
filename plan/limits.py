"""How much one user and one address may ask for: allowances of units that fill up again as time goes by.

A unit is about what reading one record costs (`plan.fhir.costs`). Counts live in this process's memory: they slow
down, they record nothing, and a restart forgets them. Users are told by their id, never by a token, so that a new
token is no new allowance; who is not signed in is told by address, an IPv6 network of 64 bits as one. A good token is
never refused for what others do at the same address.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from plan.fhir.http import respond_refusal
from plan.fhir.outcomes import Refusal
from plan.principal import Authenticate, Principal
from plan.settings import PlanSettings
from plan.signin.address import network_of

_MOST_KNOWN = 20_000
"""Allowances kept at once; beyond that the fullest half is forgotten, which is no loss to anybody."""
_HEALTH = "/health"
_OPEN = ("/fhir/metadata", "/fhir/.well-known")
_DOORS = ("/courier", "/courier/taken-back", "/devices", "/recovery")
"""The plan's own doors that ask for a token; those without one are counted by address."""

_address: ContextVar[str] = ContextVar("address", default="")


@dataclass(slots=True)
class _Account:
    level: float
    at: float


class Allowances:
    """One allowance a key: `most` units at once, `per_second` come back. Safe between threads."""

    def __init__(self, most: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._per_second = per_second
        self._clock = clock
        self._accounts: dict[str, _Account] = {}
        self._guard = threading.Lock()

    def take(self, key: str, units: float) -> int:
        """Take units. Returns 0, or the whole seconds to wait when too little is left; then nothing was taken.

        What costs more than a full allowance is let through on a full one, and leaves a debt.
        """
        with self._guard:
            account = self._account(key)
            # A unit less than the most: to be known as its user, a request has paid one already.
            lacking = min(units, max(1, self._most - 1)) - account.level
            if lacking > 0:
                return max(1, math.ceil(lacking / self._per_second))
            account.level -= units
            return 0

    def fine(self, key: str, units: float) -> None:
        """Take units whether they are there or not."""
        with self._guard:
            self._account(key).level -= units

    def _account(self, key: str) -> _Account:
        now = self._clock()
        account = self._accounts.get(key)
        if account is None:
            if len(self._accounts) >= _MOST_KNOWN:
                self._forget(now)
            account = self._accounts[key] = _Account(self._most, now)
        account.level = min(self._most, account.level + (now - account.at) * self._per_second)
        account.at = now
        return account

    def _forget(self, now: float) -> None:
        def level(key: str) -> float:
            account = self._accounts[key]
            return account.level + (now - account.at) * self._per_second

        for key in sorted(self._accounts, key=level, reverse=True)[: _MOST_KNOWN // 2]:
            del self._accounts[key]


class Limits:
    """The limits of one running backend."""

    def __init__(self, settings: PlanSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = Allowances(settings.user_units, settings.user_units_per_second, clock)
        self._addresses = Allowances(settings.address_units, settings.address_units_per_second, clock)
        self._at_once = settings.user_requests_at_once
        self._running: dict[str, int] = {}
        self._guard = threading.Lock()

    def charge_user(self, user_id: str, units: float) -> None:
        """Raises Refusal 429 with Retry-After when her allowance is used up."""
        _refuse(self._users.take(user_id, units))

    def fine_user(self, user_id: str, units: float) -> None:
        """For what turned out to be costly when it was done already."""
        self._users.fine(user_id, units)

    def charge_address(self, address: str, units: float) -> None:
        """Raises Refusal 429 with Retry-After when the allowance of this address is used up."""
        _refuse(self._addresses.take(network_of(address), units))

    @contextmanager
    def place(self, user_id: str) -> Iterator[None]:
        """One of the places a user has at the same time. Raises Refusal 429 when all are taken."""
        with self._guard:
            running = self._running.get(user_id, 0)
            if running < self._at_once:
                self._running[user_id] = running + 1
        if running >= self._at_once:
            _refuse(1)
        try:
            yield
        finally:
            with self._guard:
                self._running[user_id] -= 1
                if not self._running[user_id]:
                    del self._running[user_id]

    def watch(self, authenticate: Authenticate) -> Authenticate:
        """The same, charging a unit to who is found, and to the address when the token is good for nothing."""

        def find(connection: Connection, token: str) -> Principal | None:
            principal = authenticate(connection, token)
            if principal is None:
                self.charge_address(_address.get(), 1)
            else:
                self.charge_user(principal.user_id, 1)
            return principal

        return find


class WatchAddresses:
    """Charges a unit to the address of each request that brings no token; whose token it brings, `watch` sees."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == _HEALTH:
            await self._app(scope, receive, send)
            return
        address = (scope.get("client") or ("", 0))[0]
        before = _address.set(address)
        try:
            if not _asks_by_token(scope):
                try:
                    self._limits.charge_address(address, 1)
                except Refusal as refusal:
                    await respond_refusal(refusal)(scope, receive, send)
                    return
            await self._app(scope, receive, send)
        finally:
            _address.reset(before)


def _asks_by_token(scope: Scope) -> bool:
    """Will somebody look at the token this brings? A header on a path that is open to all spares nothing."""
    path = scope["path"]
    door = path in _DOORS or path.startswith("/recovery/")
    resource = path.startswith("/fhir") and not path.startswith(_OPEN)
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return (door or resource) and scheme.lower() == "bearer" and bool(token.strip())


def _refuse(wait: int) -> None:
    if wait:
        raise Refusal(
            429,
            "Too much at once: please wait a little.",
            code="throttled",
            headers={"Retry-After": str(wait)},
        )
