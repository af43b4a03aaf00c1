"""Faults that meet files only, and a plan's clock that a test moves on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx

from tests.faults.faulty_network import Fault
from tests.faults.world import ANA, World
from tests.support.photo_visits import Photographer


def nurse(world: World) -> Photographer:
    return Photographer(world.store, world.client, ANA)


def is_file(request: httpx.Request) -> bool:
    return "/Binary/" in request.url.path


def is_sent(request: httpx.Request) -> bool:
    return is_file(request) and request.method == "PUT"


class FileFaults:
    """A judge that lets one fault happen to each request for a file, so often; everything else passes."""

    def __init__(
        self, fault: Fault, when: Callable[[httpx.Request], bool] = is_sent, times: int = 10**6
    ) -> None:
        self._fault, self._when, self._left = fault, when, times
        self.fired = 0

    def __call__(self, request: httpx.Request) -> Fault:
        if self._left and self._when(request):
            self._left -= 1
            self.fired += 1
            return self._fault
        return Fault.NONE


class Later:
    """The plan's clock as its Date header says it, moved on by hand: pauses pass without waiting."""

    def __init__(self, world: World) -> None:
        self._ahead = timedelta()
        self._inner = world.network
        self.sent: Counter[str] = Counter()
        world.client._http._transport = self  # type: ignore[assignment]  # the seam between client and network

    def pass_by(self, **time: float) -> None:
        self._ahead += timedelta(**time)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if is_file(request):
            self.sent[request.method] += 1
        answer = await self._inner.handle_async_request(request)
        answer.headers["date"] = format_datetime(datetime.now(UTC) + self._ahead, usegmt=True)
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


async def binary_of(world: World) -> str:
    rows = await world.store.read(
        lambda c: c.exec_driver_sql("SELECT binary_id FROM attachment").scalars().all()
    )
    (only,) = rows
    return str(only)
