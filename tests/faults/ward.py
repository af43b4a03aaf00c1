"""One plan for several devices: its database, its people, its tokens, its supervisor, its backups."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from plan.database import make_engine, write_transaction
from plan.fhir.stamps import renew_epoch
from plan.schema import create_schema
from tests.faults.serving import BASE, Serving
from tests.faults.token_desk import Clock, Front, TokenDesk
from tests.plan.fhir_builders import careteam, observation, patient, practitioner, team

NURSES = ("ana", "ben")
PATIENTS = ("a", "b", "c")
TEAMS = {"a": ("ana", "ben"), "b": ("ana",), "c": ("ben",)}
"""Who works with whom before anybody is moved: both nurses with a."""
HISTORY = 3
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """Words that the supervisor left in one version of a record at the server."""

    type: str
    id: str
    text: str
    version_id: str


class Ward:
    """`templates` holds a database that is loaded already. Without a `serving` that lasts longer than this world it
    makes its own in `directory`.
    """

    def __init__(self, templates: Path, directory: Path, serving: Serving | None = None) -> None:
        self.clock, self.desk = Clock(), TokenDesk()
        self._serving = serving or Serving(directory / "plan.db")
        self._serving.take(templates / "plan.db", self.desk, self.clock)
        self.path, self._engine = self._serving.path, self._serving.engine
        # Outside of a transaction it always reads what was committed last.
        self._reading = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self._backup: Path | None = None
        self.said: list[Said] = []
        self.moved = self._spoken = 0
        self.desk.sign_in("sue")
        self.front = Front(self._serving.transport, self.desk, self.clock)

    def close(self) -> None:
        self._reading.close()
        self._serving.close()

    def _ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """By SQL, past everything that the plan has of code."""
        return self._reading.execute(query, values).fetchall()

    def words(self) -> int:
        """A number that stands in no other words of hers."""
        self._spoken += 1
        return self._spoken

    def is_stored(self, write_id: str) -> bool:
        """By SQL: is the Provenance of this write there?"""
        query = "SELECT count(*) FROM resource WHERE type = 'Provenance' AND id = ?"
        return bool(self._ask(query, write_id)[0][0])

    def versions(self, kind: str, record_id: str) -> list[Json]:
        """Every stored version, oldest first."""
        query = "SELECT body FROM resource WHERE type = ? AND id = ? AND deleted = 0 ORDER BY last_updated"
        return [json.loads(body) for (body,) in self._ask(query, kind, record_id)]

    def list_ids(self, kind: str) -> list[str]:
        """Ids of current records of this type that a device made, in order of their last change."""
        query = (
            "SELECT id FROM resource WHERE type = ? AND is_current = 1 AND body LIKE '%urn:hearthside:write%'"
            " ORDER BY last_updated"
        )
        return [found for (found,) in self._ask(query, kind)]

    def epoch(self) -> str:
        """Which life of the database this is."""
        return str(self._ask("SELECT value FROM plan_state WHERE name = 'store_epoch'")[0][0])

    def panel_of(self, reference: str) -> frozenset[str]:
        """Patients whose CareTeam names this user now."""
        query = "SELECT patient_id, body FROM resource WHERE type = 'CareTeam' AND is_current = 1"
        return frozenset(one for one, body in self._ask(query) if f'"{reference}"' in body)

    async def as_user(self, token: str, work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
        async with httpx.AsyncClient(
            transport=self.front, base_url=f"{BASE}/fhir/", headers=headers
        ) as client:
            await work(client)

    async def supervise(self, kind: str, record_id: str, words: str) -> bool:
        """Sue acknowledges a Task, or corrects an Encounter; False when it is not there or no longer hers to change.

        She also leaves an element that nobody knows (I7).
        """

        async def edit(client: httpx.AsyncClient) -> None:
            found = await client.get(f"{kind}/{record_id}")
            if found.status_code != 200:
                return
            record, version = found.json(), found.json()["meta"]["versionId"]
            changed = _corrected(record, words) if kind == "Encounter" else _acknowledged(record, words)
            put = {"If-Match": f'W/"{version}"'}
            answer = await client.put(f"{kind}/{record_id}", json=changed, headers=put)
            if answer.status_code == 200:
                self.said.append(Said(kind, record_id, words, answer.json()["meta"]["versionId"]))

        before = len(self.said)
        await self.as_user(next(f.access for f in self.desk.families if f.user == "sue"), edit)
        return len(self.said) > before

    async def load(self) -> None:
        """The panel, by the plan's own system."""

        async def put(client: httpx.AsyncClient) -> None:
            for each in panel():
                (await client.put(f"{each['resourceType']}/{each['id']}", json=each)).raise_for_status()

        await self.as_user("op-token", put)

    async def assign(self, patient_id: str, *nurses: str) -> None:
        """The plan's own system says whose patient this is from now on."""

        async def put(client: httpx.AsyncClient) -> None:
            team_of = careteam(f"ct-{patient_id}", patient_id, *nurses)
            (await client.put(f"CareTeam/ct-{patient_id}", json=team_of)).raise_for_status()

        await self.as_user("op-token", put)
        self.moved += 1

    async def delete(self, kind: str, record_id: str) -> None:
        """The plan's own system deletes a record."""

        async def remove(client: httpx.AsyncClient) -> None:
            (await client.delete(f"{kind}/{record_id}")).raise_for_status()

        await self.as_user("op-token", remove)

    def is_current(self, kind: str, record_id: str) -> bool:
        """By SQL: does the newest version stand, and not a deletion?"""
        query = "SELECT count(*) FROM resource WHERE type = ? AND id = ? AND is_current = 1 AND deleted = 0"
        return bool(self._ask(query, kind, record_id)[0][0])

    def back_up(self) -> None:
        """A copy of the database as it is now, as an operator makes one at night."""
        self._backup = self.path.with_name("backup.db")
        self._backup.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(self._backup)) as target:
            source.backup(target)

    def restore(self) -> bool:
        """Put the last copy back and say so (`hearthside plan restored`); False without a copy."""
        if self._backup is None:
            return False
        self._engine.dispose()
        with closing(sqlite3.connect(self._backup)) as source, closing(sqlite3.connect(self.path)) as target:
            source.backup(target)
        with write_transaction(self._engine) as connection:
            renew_epoch(connection)
        self.said = [one for one in self.said if self._has(one)]
        return True

    def _has(self, one: Said) -> bool:
        versions = self.versions(one.type, one.id)
        return any(version["meta"]["versionId"] == one.version_id for version in versions)


def _corrected(record: Json, words: str) -> Json:
    return record | {"language": "en-US", "serviceType": {"text": words}}


def _acknowledged(record: Json, words: str) -> Json:
    status = "accepted" if record["status"] == "requested" else record["status"]
    unknown = [*record.get("extension", ()), {"url": "urn:other:colour", "valueString": f"colour of {words}"}]
    note = [*record.get("note", ()), {"authorReference": {"reference": "Practitioner/sue"}, "text": words}]
    return record | {"status": status, "note": note, "extension": unknown}


def make_empty_plan(path: Path) -> None:
    """A plan's database with its tables and nobody in it."""
    engine = make_engine(f"sqlite:///{path}")
    create_schema(engine)
    with write_transaction(engine) as connection:
        renew_epoch(connection)
    engine.dispose()


def panel() -> list[Json]:
    """Two nurses who share a patient, each with one more, and some history of each."""
    resources: list[Json] = [team("team-1"), *(practitioner(name) for name in (*NURSES, "sue", "op"))]
    resources += [patient(one) for one in PATIENTS]
    resources += [careteam(f"ct-{one}", one, *nurses) for one, nurses in TEAMS.items()]
    return resources + [observation(f"old-{p}-{n}", p, n) for p in PATIENTS for n in range(HISTORY)]
