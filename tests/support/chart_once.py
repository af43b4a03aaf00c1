"""A tablet as a process of its own: it begins a visit, charts, syncs, says so, and charts on until it is killed.

`python -m tests.support.chart_once STORE PATIENT`, the store's key in hex on standard input. It prints the visit's id
once the plan has a copy of the draft, and "offline" once more was charted that the plan has not.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting
from app.services.clock import SystemClock
from app.services.visits import Visits
from app.store import sessions
from app.store.engine import open_store
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def main(path: Path, patient_id: str, key: bytes) -> None:
    store = await open_store(path, key, store_id="store")
    sign_in = await store.read(sessions.find)
    assert sign_in is not None
    engine = SyncEngine(store, make_client(store, sign_in))
    visits = Visits(store, PersonRef(sign_in.user_reference, sign_in.user_name), SystemClock())
    visit_id = await visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=9)
    await visits.set_note(visit_id, "Charted on the first tablet.")
    report = await engine.run_pass()
    assert report.ok, report
    say(visit_id)
    await visits.answer(visit_id, "esas-nausea", value=6)
    await visits.leave(visit_id)
    say("offline")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.stdin.readline())))
