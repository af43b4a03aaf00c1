"""FhirDouble: a FHIR R4 server in memory, as an ASGI app, that misbehaves exactly as `Quirks` says and counts it.

    double = FhirDouble(Quirks(ignores_if_none_match=True))
    transport = httpx.ASGITransport(double)
    double.put({"resourceType": "Patient", "id": "p1"})
    double.clock.advance(40)
    double.quirks = replace(double.quirks, whole_seconds=True)

`fired[name]` counts how often a quirk was met, `effective[name]` how often it changed an answer. No access rules: any
token is good (a `Trouble(401)` is how one is not). It never sleeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from tests.faults.double import wire
from tests.faults.double.exchange import Exchange, Request
from tests.faults.double.quirks import Quirks, Trouble
from tests.faults.double.shelves import Row, Shelves, Snapshot
from tests.faults.double.wire import Json, ServerClock

__all__ = ["FhirDouble", "Quirks", "Row", "ServerClock", "Snapshot", "Trouble"]

BASE = "http://127.0.0.1:8600/fhir"
Message = MutableMapping[str, Any]


class FhirDouble:
    """`quirks` and `store_epoch` may be changed at any time; `requests` holds (method, path) of all that came."""

    def __init__(
        self,
        quirks: Quirks | None = None,
        *,
        clock: ServerClock | None = None,
        base_url: str = BASE,
        store_epoch: str | None = None,
        scopes_by_careteam: bool = False,
    ) -> None:
        self.quirks = quirks or Quirks()
        self.clock = clock or ServerClock()
        self.base_url = base_url.rstrip("/")
        self.store_epoch = store_epoch
        self.scopes_by_careteam = scopes_by_careteam
        self.fired: Counter[str] = Counter()
        self.effective: Counter[str] = Counter()
        self.requests: list[tuple[str, str]] = []
        self.used: Counter[Trouble] = Counter()
        self.shelves = Shelves(self.clock, self.count)

    # what a test does to it

    def put(self, resource: Json, *, late: float = 0.0) -> Row:
        """Somebody else writes a version, past all rules. `late`: seconds until anybody sees it (stamped now)."""
        return self.shelves.put(wire.parse(wire.write(resource)), self.quirks, late=late)[0]

    def load(self, resources: Iterable[Json]) -> None:
        for resource in resources:
            self.put(resource)

    def edit(self, kind: str, record_id: str, **members: Any) -> Row:
        """Somebody else changes members of what is there, keeping the rest (tags too). Raises KeyError."""
        row = self.shelves.find((kind, record_id))
        if row is None or row.resource is None:
            raise KeyError(kind)
        return self.put({**row.resource, **members})

    def delete(self, kind: str, record_id: str) -> None:
        self.shelves.delete((kind, record_id), self.quirks)

    def snapshot(self) -> Snapshot:
        """A backup as of now."""
        return self.shelves.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """All later versions are gone; their numbers are used again unless `never_reuses_versions`."""
        self.shelves.restore(snapshot)

    # what a test asks it

    def versions(self, kind: str, record_id: str) -> tuple[Row, ...]:
        """Every version, oldest first, also those that nobody sees yet."""
        return self.shelves.all_versions((kind, record_id))

    def current(self, kind: str) -> dict[str, Json]:
        """id → what stands now, deletions left out."""
        return {row.id: row.resource or {} for row in self.shelves.current(kind)}

    def count(self, quirk: str, changed: bool) -> None:
        self.fired[quirk] += 1
        self.effective[quirk] += bool(changed)

    # ASGI

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        request = await self._read(scope, receive)
        self.requests.append((request.method, request.path))
        reply = Exchange(self, request).answer()
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _read(self, scope: Message, receive: Callable[[], Awaitable[Message]]) -> Request:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = bool(message.get("more_body"))
        headers = {k.decode("latin-1").casefold(): v.decode("latin-1") for k, v in scope["headers"]}
        path = scope["path"].removeprefix(urlsplit(self.base_url).path).strip("/")
        return Request(scope["method"], path, scope["query_string"].decode("ascii"), headers, body)


async def _live(
    receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
