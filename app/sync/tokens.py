"""Access tokens from the store, renewed one at a time and stored before they are used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import httpx

from app.errors import SignInNeeded
from app.store import sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.sync import oauth
from app.sync.auth import expiry
from app.sync.transport import FhirClient, utc_now


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
                granted = await oauth.refresh(
                    sign_in.token_endpoint, spent, sign_in.client_id, self._transport
                )
            except SignInNeeded:
                if await self._store.write(lambda c: sessions.end(c, spent), Topic.SIGN_IN):
                    raise
                return await self._new_token()
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
) -> FhirClient:
    """The client for one open store: its plan's base, its user's tokens. Close it with `aclose`."""
    tokens = StoreTokens(store, transport=transport, now=now)
    return FhirClient(sign_in.plan_url, tokens, transport=transport, now=now)
