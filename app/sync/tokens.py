"""Access tokens from the store, renewed one at a time and stored before they are used."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from app.errors import PlanError, SignInNeeded
from app.store import sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.sync import oauth
from app.sync.auth import expiry
from app.sync.mapped import MappedClient
from app.sync.transport import FhirClient, utc_now

EARLY = timedelta(minutes=5)
"""A token with less than this left is renewed before a pass, while the plan is known to answer."""
_log = logging.getLogger("app.sync")


class StoreTokens:
    """The tokens of one open store. Several requests that meet a 401 together cause one refresh."""

    def __init__(
        self,
        store: Store,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._transport = transport
        self._now = now
        self._renewing = asyncio.Lock()
        self._early_for: str | None = None
        """The refresh token with which an early renewal was tried; a server is not asked twice with it."""

    async def access_token(self) -> str:
        """Raises SignInNeeded when the sign-in is over."""
        sign_in = await self._find()
        return sign_in.access_token if sign_in.access_token is not None else await self.renew("")

    async def renew(self, rejected: str) -> str:
        """A newer token than `rejected`.

        The new pair is committed before anybody uses it: a crash in between would leave the device with a refresh
        token that was already spent. Raises SignInNeeded when the plan refuses, after writing down that the sign-in
        has ended; a lost connection ends nothing and raises its own error.
        """
        async with self._renewing:
            sign_in = await self._find()
            if sign_in.access_token is not None and sign_in.access_token != rejected:
                return sign_in.access_token
            spent = sign_in.refresh_token
            if spent is None:
                await self._store.write(lambda c: sessions.end(c, spent), Topic.SIGN_IN)
                raise SignInNeeded(detail="no refresh token")
            try:
                return await self._exchange(sign_in, spent)
            except SignInNeeded:
                if await self._store.write(lambda c: sessions.end(c, spent), Topic.SIGN_IN):
                    raise
                return await self._new_token()

    async def renew_early(self) -> None:
        """Before a pass: renew a token that is about to end, so that a long pass is not cut in its middle.

        `expires_at` is only a hint, so this ends no sign-in and raises nothing: whatever the plan says here, the token
        in hand is used until a request meets a 401.
        """
        async with self._renewing:
            sign_in = await self._store.read(sessions.find)
            spent = sign_in.refresh_token if sign_in is not None else None
            if sign_in is None or spent is None or spent == self._early_for or not self._ends_soon(sign_in):
                return
            self._early_for = spent
            try:
                await self._exchange(sign_in, spent)
            except PlanError as error:
                _log.info("no early renewal: %s %s", type(error).__name__, error.detail)

    def _ends_soon(self, sign_in: SignInRow) -> bool:
        return (
            sign_in.access_token is not None
            and sign_in.expires_at is not None
            and sign_in.expires_at - self._now() < EARLY
        )

    async def _exchange(self, sign_in: SignInRow, spent: str) -> str:
        """Spend a refresh token and commit its successors. Raises SignInNeeded when refused, and PlanError."""
        granted = await oauth.refresh(sign_in.token_endpoint, spent, sign_in.client_id, self._transport)
        until = expiry(granted, self._now())
        if not await self._store.write(
            lambda c: sessions.put_tokens(c, granted.access_token, granted.refresh_token, until, spent)
        ):
            return await self._new_token()
        return granted.access_token

    async def _new_token(self) -> str:
        """Somebody signed in anew while the old sign-in was being renewed: only the old one is over."""
        sign_in = await self._find()
        if sign_in.access_token is None:
            raise SignInNeeded(detail="ended")
        return sign_in.access_token

    async def _find(self) -> SignInRow:
        sign_in = await self._store.read(sessions.find)
        if sign_in is None or sign_in.ended:
            raise SignInNeeded(detail="ended" if sign_in is not None else "never signed in")
        return sign_in


def make_client(
    store: Store,
    sign_in: SignInRow,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    now: Callable[[], datetime] = utc_now,
    packs: bool = False,
) -> FhirClient:
    """The client for one open store: its plan's base, its user's tokens. Close it with `aclose`.

    `packs`: large bodies go out packed where the plan takes them so.
    """
    tokens = StoreTokens(store, transport=transport, now=now)
    return MappedClient(sign_in.plan_url, tokens, store=store, transport=transport, now=now, packs=packs)
