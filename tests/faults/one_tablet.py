"""One tablet with a real encrypted store against the server double: no socket, and the server's clock by hand."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from app.store import bases, meta, sessions
from app.store.engine import open_store
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from tests.faults.double.server import FhirDouble, Quirks, Row, Snapshot
from tests.faults.world import ANA, KEY, SIGN_IN
from tests.support.field import Person, Tablet

NURSE = Person("ana", ANA.name, "ana", "t1", "nurse")
Json = dict[str, Any]
Open = Callable[[FhirDouble], Awaitable[Tablet]]


class TurnedClock:
    """The device's clocks: the server's, with a monotonic side that a test may push on."""

    def __init__(self, double: FhirDouble) -> None:
        self._double = double

    def now(self) -> Any:
        return self._double.clock()

    def monotonic(self) -> float:
        return self._double.clock().timestamp()


def patient(patient_id: str) -> Json:
    return {"resourceType": "Patient", "id": patient_id, "name": [{"family": "Lindqvist", "given": ["Vera"]}]}


def team(patient_id: str, *nurses: str, status: str = "active") -> Json:
    return {
        "resourceType": "CareTeam",
        "id": f"ct-{patient_id}",
        "status": status,
        "subject": {"reference": f"Patient/{patient_id}"},
        "participant": [{"member": {"reference": f"Practitioner/{one}"}} for one in nurses],
    }


def condition(patient_id: str, name: str | None = None, text: str = "Heart failure") -> Json:
    return {
        "resourceType": "Condition",
        "id": name or str(uuid4()),
        "subject": {"reference": f"Patient/{patient_id}"},
        "code": {"text": text},
    }


def make_double(*people: str, quirks: Quirks | None = None, store_epoch: str | None = None) -> FhirDouble:
    double = FhirDouble(quirks, store_epoch=store_epoch)
    for one in people:
        double.load([patient(one), team(one, "ana")])
    double.clock.advance(1)
    return double


async def open_tablet(templates: Path, directory: Path, double: FhirDouble) -> Tablet:
    """A tablet on which Ana is signed in; the same directory again is the same tablet after a restart."""
    path = directory / "store.db"
    if not path.exists():
        shutil.copy(templates / "store.db", path)
    store = await open_store(path, KEY, store_id="s")
    sign_in = replace(SIGN_IN, plan_url=double.base_url)
    await store.write(lambda c: sessions.save(c, sign_in))
    clock = TurnedClock(double)
    client = make_client(store, sign_in, transport=httpx.ASGITransport(double), now=clock.now)
    return Tablet(store, NURSE, client, SyncEngine(store, client, clock), path, KEY)


async def held(tablet: Tablet, kind: str, people: Collection[str] = ("p1",)) -> dict[str, str]:
    """id → version of the copies here that are no tombstones."""
    found = await tablet.store.read(lambda c: bases.list_versions(c, people))
    return {record_id: version for (type_, record_id), (version, _) in found.items() if type_ == kind}


async def sweep_next(tablet: Tablet) -> None:
    """Let the next pass compare all ids, as it would a day later."""
    await tablet.store.write(lambda c: meta.remove(c, meta.SWEPT_AT))


def hide_from_searches(double: FhirDouble, *kinds: str) -> None:
    """The server's index of these types is gone; by id everything is still there."""
    whole = double.shelves.current

    def current(kind: str) -> Iterator[Row]:
        return iter(()) if kind in kinds else whole(kind)

    double.shelves.current = current  # type: ignore[method-assign]  # what every search goes through


def lose(double: FhirDouble, *kinds: str) -> Snapshot:
    """All records of these types are gone without a trace (404). Returns what was there."""
    before = double.snapshot()
    double.restore(Snapshot({key: rows for key, rows in before.rows.items() if key[0] not in kinds}))
    return before
