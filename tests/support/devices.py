"""Devices as files: set up without a browser, looked into while the app is closed, sent to another server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from app.domain.visit import Answer, PersonRef, Visit
from app.services.alert_models import AlertLine
from app.services.caseload import Caseload
from app.services.clock import SystemClock
from app.services.models import VisitReading, VisitStatus
from app.services.patient_parts import PatientParts
from app.services.team import TeamLog
from app.store import sessions, visits
from app.store.engine import Store
from app.store.log_query import LogQuery
from app.store.log_rows import log
from app.store.outbox_rows import SETTLED, change
from app.store.pins import make_passphrase
from app.store.sessions import SignInRow
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.fhir import json_text
from app.sync.oauth import CLIENT_ID
from app.sync.tokens import make_client
from plan.signin.tokens import make_token
from plan.users import get_user
from tests.support.plan_server import PlanProgram
from tests.support.tablet import Person

T = TypeVar("T")
SECONDS = 90.0
PASSES = 3


def aside(work: Coroutine[Any, Any, T]) -> T:
    """The browser's driver holds this thread's event loop: anything else asynchronous runs in another thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asyncio.wait_for(work, SECONDS))).result()


@asynccontextmanager
async def opened(data: Path, person: Person) -> AsyncIterator[Store]:
    """The one store of a device without a keystore. No app may have it open."""
    vault = Vault(data, None)
    (entry,) = vault.users()
    store = await vault.unlock(entry.store_id, person.secret)
    try:
        yield store
    finally:
        await store.close()


async def set_up(data: Path, plan: PlanProgram, person: Person) -> None:
    """As after a first run and a first load: her store, five words that open it, and everything that she may read."""
    with plan.at_database() as connection:
        user = get_user(connection, person.username)
        token = make_token(connection, person.username, 60)
    data.mkdir(mode=0o700)
    person.secret = make_passphrase()
    row = SignInRow(
        plan_url=f"{plan.url}/fhir",
        token_endpoint=f"{plan.url}/oauth/token",
        revocation_endpoint=None,
        client_id=CLIENT_ID,
        user_reference=f"Practitioner/{user.practitioner_id}",
        user_name=user.display_name,
        role=user.role,
        access_token=token,
    )
    store = await Vault(data, None).create(
        user_reference=row.user_reference,
        user_name=row.user_name,
        plan_url=row.plan_url,
        secret=person.secret,
    )
    client = make_client(store, row)
    try:
        await store.write(lambda connection: sessions.save(connection, row))
        report = await SyncEngine(store, client).run_pass()
        assert report.outcome == "ok", report
    finally:
        await client.aclose()
        await store.close()


@dataclass(frozen=True)
class Written:
    """One version of a record that a device wrote."""

    type: str
    id: str
    body: dict[str, Any]

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"


@dataclass(frozen=True)
class Seen:
    """What one device holds of a visit and of the person whom it is about, as its screens are given it."""

    visit: Visit
    reading: VisitReading
    parts: PatientParts
    written: list[Written] = field(compare=False)
    """All that this device wrote about this person, in its order."""


async def list_newest(data: Path, person: Person, count: int) -> list[str]:
    """The visits that began last, the last one first."""
    async with opened(data, person) as store:
        rows = await store.read(lambda connection: log(connection, LogQuery(), count))
        return [row.id for row in rows]


async def look(data: Path, person: Person, visit_id: str) -> Seen:
    """At this visit. Nothing may wait to be sent."""
    async with opened(data, person) as store:
        sign_in = await store.read(sessions.find)
        assert sign_in is not None
        me, clock = PersonRef(sign_in.user_reference, sign_in.user_name), SystemClock()
        visit = await store.read(lambda connection: visits.read_signed(connection, visit_id))
        reading = await TeamLog(store, me, clock).read(visit_id)
        page = await Caseload(store, me.reference, me.name, clock).page(visit.patient_id)
        # a receipt is this device's own, and differs
        summary = replace(reading.summary, status=VisitStatus(reading.summary.status.state))
        waiting = await store.read(list_waiting)
        assert not waiting, waiting
        written = await store.read(lambda connection: _list_written(connection, visit.patient_id))
        return Seen(visit, replace(reading, summary=summary), page.parts, written)


def _list_written(connection: Connection, patient_id: str) -> list[Written]:
    rows = connection.execute(select(change).where(change.c.patient_id == patient_id).order_by(change.c.seq))
    return [Written(row.type, row.id, json_text.loads(row.payload)) for row in rows]


async def send_to(data: Path, person: Person, base_url: str, token: str) -> list[str]:
    """Send what waits to another FHIR server, as it would be sent to the plan; returns what was not accepted.

    A later version of a record waits for the pass after that of the first.
    """
    async with opened(data, person) as store:
        row = await store.read(sessions.find)
        assert row is not None
        endpoint = f"{base_url.removesuffix('/fhir')}/oauth/token"
        row = replace(
            row,
            plan_url=base_url,
            token_endpoint=endpoint,
            access_token=token,
            refresh_token=None,
            expires_at=None,
        )
        await store.write(lambda connection: sessions.save(connection, row))
        client = make_client(store, row)
        try:
            for _ in range(PASSES):
                await SyncEngine(store, client).run_pass()
        finally:
            await client.aclose()
        return await store.read(list_waiting)


def list_waiting(connection: Connection) -> list[str]:
    """What no server has answered for, or what one refused."""
    rows = connection.execute(select(change).where(change.c.state != SETTLED))
    return [f"{row.type}/{row.id} {row.state} {row.reason}" for row in rows]


def plain(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Answers without their times: a value or a reason; (value, (then, what was done)) where measured again."""
    return {link_id: _plain(answer) for link_id, answer in answers.items()}


def _plain(answer: Answer) -> Any:
    first = answer.value if answer.absent is None else answer.absent
    later = tuple((one.value if one.absent is None else one.absent, one.done) for one in answer.again)
    return (first, *later) if later else first


def _is_shared(one: Any, name: str) -> bool:
    """When the plan took an alert only the device knows that raised it."""
    return not (isinstance(one, AlertLine) and name == "received_at")


def find_differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two records of the same class differ: the names of the fields down to the value, and both values."""
    if is_dataclass(one) and type(one) is type(other):
        names = [part.name for part in fields(one) if part.compare and _is_shared(one, part.name)]
        pairs = [(f"{path}.{name}", getattr(one, name), getattr(other, name)) for name in names]
    elif isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
        pairs = [(f"{path}[{key}]", one[key], other[key]) for key in one]
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        pairs = [(f"{path}[{number}]", a, b) for number, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        return [] if one == other else [f"{path}: {one!r} and {other!r}"]
    return [found for name, a, b in pairs for found in find_differences(a, b, name)]
