"""`save_visit`: Visits.sign on a full device, beside the same rows by the standard library's sqlite3, not encrypted.

Timed on our side is everything between the tap on "Sign" and the answer that it is durable: the hop to the store's
thread, the draft read and checked, the safety rules over the whole of it, FHIR made of it, rows, outbox and audit in
one transaction (WAL, synchronous=FULL, encrypted). The floor has every row ready and one prepared statement a table.
"""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from time import perf_counter_ns
from typing import Any

from sqlalchemy import Connection

from app.content import CONTENT_VERSION, load
from app.domain.visit import Answer, AnsweredBy, Modality, Setting, VisitDraft
from app.services.clock import SystemClock
from app.services.visits import Visits
from app.store import patients, visits
from app.store.engine import Store
from benchmarks.full_device import FullDevice, Rows, make_full_device, plain_copy, rows_of, time_call
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.registry import Setting as RunSetting

ESAS = "esas-r"
OTHER = "esas-other"
AGAIN = ("esas-pain", "esas-sob")
"""Measured a second time in the visit: two Observations more, which makes fourteen."""
FLOOR = "the same rows by bare sqlite3, not encrypted"


def run(setting: RunSetting) -> Measured:
    return asyncio.run(measure(make_full_device(setting), setting, setting.rounds(300, 5)))


async def measure(device: FullDevice, setting: RunSetting, rounds: int) -> Measured:
    """The first five of each are not counted: what is compiled once is compiled then."""
    plain = plain_copy(device, setting.place / "plain.sqlite")
    store, me = await device.open()
    service = Visits(store, me, SystemClock())
    ours: list[float] = []
    floors: list[float] = []
    kinds: Mapping[str, int] = {}
    try:
        people = sorted(await store.read(patients.list_ids))
        for turn in range(rounds + 5):
            visit_id = await _document(store, service, people[turn % len(people)])
            began = perf_counter_ns()
            await service.sign(visit_id)
            ours.append((perf_counter_ns() - began) / 1e6)
            rows = await store.read(lambda c, visit_id=visit_id: _written(c, visit_id))  # type: ignore[misc]
            kinds = await store.read(lambda c, visit_id=visit_id: _kinds(c, visit_id))  # type: ignore[misc]
            floors.append(time_call(lambda rows=rows: _write_plainly(plain, rows)))  # type: ignore[misc]
    finally:
        await store.close()
        plain.close()
    line = Line(
        "sign a visit: tap to durable, through the service",
        "ms",
        tuple(ours[5:]),
        (at_most(5.0, "ratio"), at_most(5.0, "p99_by_p50")),
        Peer(FLOOR, tuple(floors[5:])),
    )
    return Measured((line,), {**device.about, **{f"{kind}s in a visit": n for kind, n in kinds.items()}})


async def _document(store: Store, service: Visits, patient_id: str) -> str:
    """A draft as it is before the last tap: most of it already there, the last answers given through the service."""
    now = SystemClock().now()
    answers = {
        item.link_id: Answer(now, 2, name="Itch" if item.link_id == OTHER else None)
        for item in load()[ESAS].items
    }
    draft = VisitDraft(
        id=str(uuid.uuid4()),
        patient_id=patient_id,
        nurse=service._me,
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=now - timedelta(minutes=40),
        answered_by=AnsweredBy.PATIENT,
        note="Sat with her and her daughter. Sleeping better, pain holds.",
        answers=answers,
    )
    await store.write(lambda c: visits.begin(c, replace(draft), CONTENT_VERSION))
    for link_id in AGAIN:
        await service.measure_again(draft.id, link_id, value=1, done="repositioned")
    await service.leave(draft.id)
    return draft.id


def _written(connection: Connection, visit_id: str) -> list[Rows]:
    """Every row that signing wrote."""
    raw = connection.connection
    cursor = raw.cursor()
    return [
        rows_of(cursor, "visit", "id = ?", (visit_id,)),
        rows_of(cursor, "answer", "visit_id = ?", (visit_id,)),
        rows_of(cursor, "change", "group_id = ?", (visit_id,)),
        rows_of(cursor, "auditevent", "subject = ?", (f"Encounter/{visit_id}",)),
    ]


def _write_plainly(plain: sqlite3.Connection, several: list[Rows]) -> None:
    plain.execute("BEGIN IMMEDIATE")
    for one in several:
        plain.executemany(one.statement, one.rows)
    plain.execute("COMMIT")


def _kinds(connection: Connection, visit_id: str) -> dict[str, Any]:
    found = connection.exec_driver_sql(
        "SELECT type, count(*) FROM change WHERE group_id = ? GROUP BY type ORDER BY type", (visit_id,)
    )
    return {row[0]: row[1] for row in found}
