"""The way between one tablet and the backend: its line by the hour, what it costs in time, and what goes wrong on it.

A request takes simulated time: round trips and bytes of the line it is on. What the backend computes takes none, so
that a busy machine does not change a figure; how long it computes is reported beside.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import httpx

from benchmarks.fleet.hours import TabletClock
from benchmarks.fleet.schedule import Gap, Line

NOW = "x-fleet-now"
"""Header with the tablet's true time in ms, by which the backend's clock goes."""
LINES = {Line.WIFI: (0.02, 20_000.0), Line.GOOD: (0.06, 8_000.0), Line.WEAK: (0.8, 64.0)}
"""Seconds of a round trip, and kbit/s."""
FAULTY = {Line.WIFI: 0.004, Line.GOOD: 0.015, Line.WEAK: 0.08}
"""Share of requests that go wrong."""
KINDS = ("answer lost after the commit", "timeout, carried out", "lost on the way", "503 with Retry-After")
HANDSHAKES, IDLE = 2, 30.0
"""Round trips of a new connection, and seconds after which an idle one is closed."""
HEADERS = 450
"""Bytes of an HTTP head with its token, both ways; near enough for what is not counted."""


@dataclass
class Traffic:
    """What went over the lines. Bytes are those of bodies as they travel, and heads by estimate."""

    requests: int = 0
    up: int = 0
    down: int = 0
    paths: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    serving: float = 0.0
    """Seconds of this machine from each request to its whole answer, added up."""

    def add(self, other: Traffic) -> None:
        self.requests += other.requests
        self.up += other.up
        self.down += other.down
        self.paths += other.paths
        self.statuses += other.statuses
        self.faults += other.faults
        self.serving += other.serving


@dataclass(frozen=True)
class Span:
    """From `begins` (seconds since 1970) until the next one."""

    begins: float
    line: Line
    gap: Gap


class Link(httpx.AsyncBaseTransport):
    """Closing it closes nothing: all tablets of a process share what carries their requests."""

    def __init__(
        self, carrier: httpx.AsyncBaseTransport, clock: TabletClock, spans: Sequence[Span], seed: str
    ) -> None:
        self._carrier = carrier
        self._clock = clock
        self._spans = spans
        self._begins = [one.begins for one in spans]
        self._chance = random.Random(seed)  # noqa: S311 - made-up faults
        self._free = self._used = 0.0
        self._outages: Sequence[tuple[float, float]] = ()
        self.healed = False
        """From the end of the run on: a good line, and nothing goes wrong."""
        self.traffic = Traffic()

    def plan_outages(self, outages: Sequence[tuple[float, float]]) -> None:
        """Times at which whatever stands before the plan answers 503 in its place."""
        self._outages = outages

    def span(self, at: float) -> Span:
        return self._spans[max(0, bisect_right(self._begins, at) - 1)]

    def line(self, at: float) -> Line:
        return Line.WIFI if self.healed else self.span(at).line

    def back_at(self, at: float) -> float:
        """When there is a network from then on at the earliest."""
        if self.line(at) is not Line.NONE:
            return at
        later = self._spans[bisect_right(self._begins, at) :]
        return next((one.begins for one in later if one.line is not Line.NONE), float("inf"))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        line = self.line(self._clock.at)
        if line is Line.NONE:
            raise httpx.ConnectError("no network")
        trip, rate = LINES[line]
        self.traffic.requests += 1
        self.traffic.up += len(body) + HEADERS
        self.traffic.paths[_kind(request)] += 1
        began = self._clock.at
        if any(first <= began < last for first, last in self._outages) and not self.healed:
            return self._refuse(request, trip, "outage", 120)
        fault = self._draw(line)
        if fault == KINDS[3]:
            return self._refuse(request, trip, fault, self._chance.randint(5, 60))
        if fault == KINDS[2]:
            self._count(fault)
            self._pass(trip, 0, rate, began)
            raise httpx.ReadError("connection reset")
        response, raw = await self._carry(request)
        self.traffic.down += len(raw) + HEADERS
        self.traffic.statuses[response.status_code] += 1
        fresh = trip * HANDSHAKES if began - self._used > IDLE else 0.0
        self._pass(trip + fresh, len(body) + len(raw) + 2 * HEADERS, rate, began)
        if fault:
            self._count(fault)
            if fault == KINDS[1]:
                self._clock.reach(began + _patience(request))
                raise httpx.ReadTimeout("no answer")
            raise httpx.ReadError("connection reset")
        return httpx.Response(response.status_code, headers=response.headers, content=raw, request=request)

    async def _carry(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        request.headers[NOW] = str(round(self._clock.at * 1000))
        before = perf_counter()
        response = await self._carrier.handle_async_request(request)
        raw = b"".join([part async for part in response.aiter_raw()])
        await response.aclose()
        self.traffic.serving += perf_counter() - before
        return response, raw

    def _draw(self, line: Line) -> str:
        if self.healed or self._chance.random() >= FAULTY[line]:
            return ""
        return self._chance.choices(KINDS, (40, 15, 20, 25))[0]

    def _count(self, fault: str) -> None:
        self.traffic.faults[fault] += 1

    def _refuse(self, request: httpx.Request, trip: float, why: str, seconds: int) -> httpx.Response:
        self._count(why)
        self._clock.reach(self._clock.at + trip)
        return httpx.Response(503, headers={"retry-after": str(seconds)}, content=b"", request=request)

    def _pass(self, trips: float, size: int, rate: float, began: float) -> None:
        """Bytes wait for each other on the line; round trips of requests side by side do not."""
        self._free = max(self._free, began) + size * 8 / (rate * 1000)
        self._clock.reach(self._free + trips)
        self._used = self._clock.at


def _patience(request: httpx.Request) -> float:
    """Seconds that the app waits for this answer."""
    return float(request.extensions["timeout"]["read"])


def _kind(request: httpx.Request) -> str:
    """What was asked, without ids: by method and the first word of the path below the base."""
    path = request.url.path.removeprefix("/fhir").strip("/")
    if not path:
        return "transaction" if b'"transaction"' in request.content[:400] else "batch or packed bundle"
    parts = path.split("/")
    return f"{request.method} {parts[0]}" + (
        "/_search" if parts[-1] == "_search" else "/[id]" * (len(parts) > 1)
    )
