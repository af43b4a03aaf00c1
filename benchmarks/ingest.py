"""Visits of many devices at once into a server, as bare HTTP: the same transactions to ours and to others.

Each device has a nurse and people of its own and posts one visit after the other; the devices do so side by side. No
conditions stand in the entries, because Medplum's router takes at most eight such entries in a Bundle.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from _pytest.outcomes import OutcomeException

from app.sync.transport import FHIR_JSON
from benchmarks.registry import NotRun
from benchmarks.sync_plan import Nurse, SyncPlan, make_patient
from benchmarks.sync_visits import make_bodies, make_visits
from tests.peers.medplum_server import start_medplum
from tests.support.postgres import SETTINGS, start_postgres
from tests.support.sekmet import start_sekmet

DEVICES = 50
A_VISIT = 17
"""Resources: Encounter, forms, Observations, Provenance; about 35 KB."""
WAIT = 120.0


@dataclass(frozen=True)
class Sender:
    """One device: its token at each server and what it has to send."""

    nurse: Nurse
    people: tuple[str, ...]

    def bodies(self, salt: str, visits: int) -> list[str]:
        """New visits, of which no server has heard."""
        made = make_visits(self.nurse, self.people, salt, visits=visits, resources=visits * A_VISIT)
        return [_without_conditions(body) for body in make_bodies(self.nurse, made, salt, datetime.now(UTC))]


def _without_conditions(body: str) -> str:
    bundle = json.loads(body)
    for entry in bundle["entry"]:
        entry["request"].pop("ifNoneMatch", None)
    return json.dumps(bundle)


def add_senders(plan: SyncPlan, devices: int) -> list[Sender]:
    """Their nurses and people at our backend; other servers know no users."""
    found = []
    for number in range(devices):
        nurse = plan.add_nurse(f"ingest.{number}")
        people = plan.add_people(nurse, [make_patient(turn, f"ingest.{number}") for turn in range(3)])
        found.append(Sender(nurse, tuple(people)))
    return found


async def post_all(base_url: str, tokens: Sequence[str], bodies: Sequence[Sequence[str]]) -> float:
    """Visits a second until every answer has come. Raises RuntimeError when one was not taken."""
    began = time.perf_counter()
    await asyncio.gather(*(_post(base_url, token, mine) for token, mine in zip(tokens, bodies, strict=True)))
    return sum(map(len, bodies)) / (time.perf_counter() - began)


async def _post(base_url: str, token: str, bodies: Sequence[str]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": FHIR_JSON, "Accept": FHIR_JSON}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=WAIT) as client:
        for body in bodies:
            answer = await client.post(base_url, content=body.encode())
            if answer.status_code >= 300:
                raise RuntimeError(f"{base_url} answered {answer.status_code}: {answer.text[:300]}")
            for entry in answer.json()["entry"]:
                if not entry["response"]["status"].startswith("20"):
                    raise RuntimeError(f"{base_url} stored a part only: {entry['response']}")


@contextmanager
def serving_plan(place: Path, *, postgres: bool) -> Iterator[SyncPlan]:
    """Ours, with everything on the disk when it answers."""
    with ExitStack() as stack:
        db = None
        if postgres:
            SETTINGS.update(fsync="on", shared_buffers="256MB")
            try:
                db = stack.enter_context(start_postgres()).make_database()
            except OutcomeException as error:
                raise NotRun(str(error)) from None
        yield SyncPlan(place, db)


@contextmanager
def serving_peer(name: str, place: Path) -> Iterator[tuple[str, str]]:
    """Its base and a token. Raises NotRun where it is not installed."""
    place.mkdir(parents=True)
    with ExitStack() as stack:
        try:
            if name == "sekmet":
                sekmet = stack.enter_context(start_sekmet(place))
                found = sekmet.base_url, sekmet.token
            else:
                found = stack.enter_context(start_medplum(place, server_ids=False)), "any"
        except OutcomeException as error:  # its starter is the tests' own, which skips
            raise NotRun(str(error)) from None
        yield found
