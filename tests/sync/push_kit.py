"""A device with a real store that pushes to a server double in the same process. No plan, no pull, no waiting."""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from app.store import meta, outbox, sessions
from app.store.engine import Store, create_store, open_store
from app.store.outbox_rows import change, receipt, write
from app.store.records import NewChange, save_record
from app.store.sessions import SignInRow
from app.sync.capabilities import Capabilities
from app.sync.plan import Only
from app.sync.push import Pusher, PushReport
from app.sync.transport import FhirClient
from tests.faults.double.server import FhirDouble, Quirks

KEY = bytes(range(32))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Hook = Callable[[httpx.Request], Awaitable[None]]


async def make_template(path: Path) -> Path:
    """A store that is signed in, to be copied for each test."""
    store = await create_store(path, KEY, store_id="s", user_reference="Practitioner/ana")
    row = SignInRow(
        "http://plan", "http://plan/token", None, "app", "Practitioner/ana", "Ana Ruiz, RN", "nurse", "t"
    )
    await store.write(lambda c: sessions.save(c, row))
    await store.close()
    return path


class Wire(httpx.AsyncBaseTransport):
    """In front of the double: `before` may do something on the server's side just before a request gets there."""

    def __init__(self, double: FhirDouble) -> None:
        self._inner = httpx.ASGITransport(double)
        self.before: Hook | None = None
        self.sent: list[list[str]] = []
        """Addresses of the entries of each write that left."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if request.method == "POST" and b'"PUT"' in body:
            self.sent.append([e["request"]["url"] for e in json.loads(body)["entry"]])
        if self.before is not None:
            await self.before(request)
        return await self._inner.handle_async_request(request)


@dataclass
class Desk:
    """`own`: the server is our own backend (it has a store epoch) and is trusted with conditions."""

    store: Store
    double: FhirDouble
    wire: Wire
    client: FhirClient
    ids: int = 0
    capabilities: Capabilities | None = None
    now: datetime = NOON
    reports: list[PushReport] = field(default_factory=list)

    def _make_id(self) -> str:
        self.ids += 1
        return f"w{self.ids}"

    async def save(self, group: str, *changes: NewChange, patient_id: str = "p1") -> tuple[int, ...]:
        return await self.store.write(
            lambda c: save_record(
                c, group_id=group, patient_id=patient_id, changes=changes, at=NOON, write_row=lambda _: None
            )
        )

    async def push(self, only: Only | None = None) -> PushReport:
        pusher = Pusher(
            self.store,
            self.client,
            now=lambda: self.now,
            make_id=self._make_id,
            capabilities=self.capabilities,
        )
        report = await pusher.push(only=only)
        self.reports.append(report)
        return report

    async def push_until_done(self, passes: int = 6) -> None:
        for _ in range(passes):
            await self.push()

    async def states(self, group: str) -> dict[str, str]:
        """`Type/id` → state of its newest change."""
        rows = await self.store.read(
            lambda c: c.execute(
                change.select().where(change.c.group_id == group).order_by(change.c.seq)
            ).all()
        )
        return {f"{row.type}/{row.id}": row.state for row in rows}

    async def reason(self, group: str) -> str | None:
        rows = await self.store.read(
            lambda c: c.execute(change.select().where(change.c.group_id == group)).all()
        )
        return next((row.reason for row in rows if row.reason is not None), None)

    async def received(self, group: str) -> bool:
        """Everything of it is settled, and by a write that is settled itself."""
        states = await self.states(group)
        still_open = [w for w in await self.store.read(outbox.open_writes) if w.group_id == group]
        return bool(states) and set(states.values()) == {"settled"} and not still_open

    async def writes(self) -> list[Any]:
        return list(await self.store.read(lambda c: c.execute(write.select().order_by(write.c.id)).all()))

    async def receipts(self) -> set[tuple[str, str, str]]:
        rows = await self.store.read(lambda c: c.execute(receipt.select()).all())
        return {(row.type, row.id, row.version_id) for row in rows}

    async def put_back(self, group: str) -> None:
        await self.store.write(lambda c: outbox.put_back(c, group))

    async def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def check_receipts(self, receipts: set[tuple[str, str, str]]) -> None:
        """I11: every receipt names a version that the server holds."""
        for kind, record_id, version in receipts:
            held = {row.version_id for row in self.double.versions(kind, record_id)}
            assert version in held, (kind, record_id, version, held)

    def versions_by_write(self, kind: str, record_id: str) -> dict[str, int]:
        """Write id → how many versions it made of one record."""
        found: dict[str, int] = {}
        carried: set[str] = set()
        for row in self.double.versions(kind, record_id):
            tags = {t["code"] for t in (row.resource or {}).get("meta", {}).get("tag", [])}
            for tag in tags - carried:
                found[tag] = found.get(tag, 0) + 1
            carried = tags
        return found


async def make_desk(
    template: Path, directory: Path, quirks: Quirks | None = None, *, own: bool = False
) -> Desk:
    path = directory / "store.db"
    shutil.copy(template, path)
    store = await open_store(path, KEY, store_id="s")
    double = FhirDouble(quirks, store_epoch="epoch-1" if own else None)
    wire = Wire(double)
    client = FhirClient(double.base_url, transport=wire)
    if own:
        await store.write(lambda c: meta.put(c, meta.STORE_EPOCH, "epoch-1"))
    return Desk(store, double, wire, client)


def record(
    kind: str, record_id: str, *refs: str, priority: int = 10, base: str | None = None, **members: Any
) -> NewChange:
    body = {"resourceType": kind, "id": record_id, "subject": {"reference": "Patient/p1"}, **members}
    if refs:
        body["basedOn"] = [{"reference": ref} for ref in refs]
    return NewChange(kind, record_id, json.dumps(body), base, priority)


def visit(visit_id: str, parts: int = 4) -> list[NewChange]:
    """An Encounter and what points to it."""
    own = [record("Observation", f"{visit_id}-{n}", f"Encounter/{visit_id}") for n in range(parts)]
    return [record("Encounter", visit_id), *own]
