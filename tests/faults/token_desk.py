"""The world's clock, and the plan's sign-in: tokens that end, and a refresh token that may be used once more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
from sqlalchemy import Connection

from plan.principal import Principal
from tests.plan.plan_doubles import PRINCIPALS

Json = dict[str, Any]


@dataclass
class Clock:
    """The time of the world. It only moves when it is told to."""

    at: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def ms(self) -> int:
        return round(self.at.timestamp() * 1000)

    def now(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Family:
    """One sign-in: its newest pair, and the refresh token that was used for it."""

    user: str
    access: str
    refresh: str
    spent: str = ""
    ended: bool = False


@dataclass
class TokenDesk:
    """The plan's sign-in. The refresh token just used may be used again, as our plan allows; an older one ends all."""

    families: list[Family] = field(default_factory=list)
    made: int = 0
    strict: bool = False
    """The refresh token just used ends the sign-in too, as the strictest servers have it."""

    def sign_in(self, user: str) -> Family:
        family = Family(user, self._make("access"), self._make("refresh"))
        self.families.append(family)
        return family

    def expire(self, user: str) -> None:
        """Her access token is no longer good; the refresh token is."""
        for family in self.families:
            if family.user == user:
                family.access = ""

    def end(self, user: str) -> None:
        for family in self.families:
            if family.user == user:
                family.ended, family.access = True, ""

    def find_principal(self, _connection: Connection, token: str) -> Principal | None:
        user = next((f.user for f in self.families if f.access == token and not f.ended), None)
        return PRINCIPALS.get(f"{user}-token" if user is not None else token if token == "op-token" else "")

    def refresh(self, token: str) -> Json | None:
        family = next((f for f in self.families if token in (f.refresh, f.spent) and not f.ended), None)
        if family is None:
            return None
        if self.strict and token == family.spent:
            family.ended, family.access = True, ""
            return None
        if token == family.refresh:
            family.spent, family.access, family.refresh = token, self._make("access"), self._make("refresh")
        elif not family.access:
            family.access = self._make("access")
        return {
            "access_token": family.access,
            "refresh_token": family.refresh,
            "token_type": "Bearer",
            "expires_in": 3600,
        }

    def _make(self, what: str) -> str:
        self.made += 1
        return f"{what}-{self.made}"


class Front(httpx.AsyncBaseTransport):
    """The plan as the network sees it: its token endpoint, and the FHIR application."""

    def __init__(self, app: httpx.AsyncBaseTransport, desk: TokenDesk, clock: Clock) -> None:
        self._app = app
        self._desk = desk
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._clock.pass_by(0.5)
        if request.url.path != "/token":
            return await self._app.handle_async_request(request)
        granted = self._desk.refresh(parse_qs((await request.aread()).decode())["refresh_token"][0])
        if granted is None:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json=granted)
