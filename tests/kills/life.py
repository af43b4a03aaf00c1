"""One life of a child process: it opens a store, works, and says each thing on standard output once it was saved.

It is always killed: at a named moment by itself, else by whoever started it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from app.domain.visit import AnsweredBy, PersonRef
from app.services.attachments import Attachments
from app.services.clock import SystemClock
from app.store import sessions
from app.store.engine import Store
from app.store.files import StoreFiles
from app.store.sessions import SignInRow
from app.sync.engine import SyncEngine
from app.sync.side_copy import request_full_pull
from app.sync.transport import FhirClient
from tests.faults.nurse import Charted, Nurse
from tests.kills import bad_clients, deaths
from tests.kills.backend import STORE_ID, connected, open_tablet
from tests.kills.shift import chart, work

LINE = [[(0.1, 0.1), (0.3, 0.3), (0.5, 0.2), (0.9, 0.3)], [(0.2, 0.1), (0.4, 0.3)]]
"""A signature of two strokes of the pen."""


@dataclass(frozen=True)
class Orders:
    """What a life is told. `charted` and `words`: what the nurse saw saved in earlier lives."""

    directory: str
    seed: int
    reference: str
    name: str
    people: list[str]
    charted: Mapping[str, Any]
    moment: str = ""
    times: int = 1
    mutant: str = ""


class Telling(Nurse):
    """Says everything that was saved, and only after the call that saved it returned."""

    def __init__(self, name: str, me: PersonRef) -> None:
        super().__init__(name, me)
        self._told: dict[str, str] = {}
        self._words_told = 0

    def take_over(self, charted: Mapping[str, Any], counter: int) -> None:
        self.charted = {visit_id: Charted(**made) for visit_id, made in charted.items()}
        self._counter = counter

    def tell(self) -> None:
        for visit_id, made in self.charted.items():
            text = json.dumps({"visit": visit_id, "charted": asdict(made)})
            if self._told.get(visit_id) != text:
                self._told[visit_id] = text
                say(text)
        for kind, own, words in self._words[self._words_told :]:
            say(json.dumps({"words": [kind, own, words]}))
        self._words_told = len(self._words)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def live(orders: Orders) -> None:
    """To the end, where it waits for its death. What `orders.moment` needs is set up first."""
    if orders.mutant:
        bad_clients.become(orders.mutant, pytest.MonkeyPatch())  # never undone: this process ends by a kill
    if orders.moment:
        deaths.arm(orders.moment, orders.times)
    rng = random.Random(orders.seed)
    store = await open_tablet(StoreFiles(Path(orders.directory), STORE_ID))
    nurse = Telling("ana", PersonRef(orders.reference, orders.name))
    nurse.take(store, SystemClock())
    nurse.take_over(orders.charted, orders.seed * 1000)
    found = await store.read(sessions.find)
    assert found is not None
    say('"open"')
    async with connected(store) as engine:
        await _work(engine, nurse, rng, orders, found)
    await store.close()
    say('"done"')
    sys.stdin.read()


async def _work(
    engine: SyncEngine, nurse: Telling, rng: random.Random, orders: Orders, found: SignInRow
) -> None:
    store = nurse.store
    needs = deaths.MOMENTS[orders.moment].needs if orders.moment else ""
    await engine.run_pass()
    if needs == "refresh":
        await store.write(
            lambda c: sessions.put_tokens(c, "no longer good", found.refresh_token, None, found.refresh_token)
        )
    if needs == "side copy":
        await request_full_pull(store)
    if needs == "photo":
        await _sign_with_a_signature(store, nurse, engine.client, rng, rng.choice(orders.people))
    await work(nurse, engine.run_pass, rng, orders.people, visits=3, tell=nurse.tell)


async def _sign_with_a_signature(
    store: Store, nurse: Telling, client: FhirClient, rng: random.Random, patient_id: str
) -> None:
    visit_id = await nurse.begin(patient_id)
    assert visit_id is not None
    await chart(nurse, nurse.charted[visit_id], visit_id, rng, nurse.tell)
    files = Attachments(store, client, nurse.me, SystemClock())
    say(json.dumps({"file": await files.add_signature(visit_id, LINE, "Vera Lindqvist")}))
    await nurse.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await nurse.sign(visit_id)
    nurse.tell()


def run(orders: Orders) -> None:
    asyncio.run(live(orders))


if __name__ == "__main__":
    run(Orders(**json.loads(sys.stdin.readline())))
