"""`save_tap`: Visits.answer on a full device, in a visit that holds fifty answers, beside one bare encrypted commit.

The floor is what the disk and the cipher ask for: the same driver and pragmas, one prepared INSERT of the answer's row
in one transaction. Each tap changes a value that the safety rules read, so they are worked out again every time.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle
from time import perf_counter_ns

from sqlalchemy import Connection

from app.content import CONTENT_VERSION, load
from app.domain.visit import Answer, Modality, Setting, VisitDraft
from app.domain.visit_kind import KIND, VisitKind
from app.services.clock import SystemClock
from app.services.visits import Visits
from app.store import patients, visits
from app.store.cipher import RawConnection, open_raw
from app.store.engine import Store
from benchmarks.full_device import FullDevice, Rows, make_full_device, rows_of, time_call
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.registry import Setting as RunSetting

FILLED = ("esas-r", "phq-9", "gad-7", "steadi", "peg-3")
"""Scales that are answered before the taps begin."""
TAPPED = ("esas-pain", "esas-tired", "esas-nausea", "esas-anx")
FLOOR = "one bare encrypted commit"
_BEFORE = 10


def run(setting: RunSetting) -> Measured:
    return asyncio.run(measure(make_full_device(setting), setting.rounds(400, 5)))


async def measure(device: FullDevice, rounds: int) -> Measured:
    """The first ten of each are not counted."""
    store, me = await device.open()
    service = Visits(store, me, SystemClock())
    ours: list[float] = []
    floors: list[float] = []
    try:
        visit_id, filled = await _begin(store, service)
        ready = await store.read(lambda c: _row(c, visit_id))
        statement = ready.statement.replace("INSERT", "INSERT OR REPLACE", 1)
        bare = _open_bare(device)
        try:
            taps = cycle((link, value) for value in (3, 1, 2) for link in TAPPED)
            for turn in range(rounds + _BEFORE):
                link_id, value = next(taps)
                began = perf_counter_ns()
                await service.answer(visit_id, link_id, value=value)
                ours.append((perf_counter_ns() - began) / 1e6)
                row = [*ready.rows[0][:-1], str(turn)]  # what does not change would not be written
                floors.append(time_call(lambda row=row: _commit(bare, statement, row)))  # type: ignore[misc]
        finally:
            bare.close()
    finally:
        await store.close()
    line = Line(
        "one tap: answer, safety rules and step to take back, durable",
        "ms",
        tuple(ours[_BEFORE:]),
        (at_most(5.0, "ratio"), at_most(2.0)),
        Peer(FLOOR, tuple(floors[_BEFORE:])),
        "A tap is no event of the audit log (beginning, taking back and signing are); the answer keeps its own time.",
    )
    return Measured((line,), {**device.about, "answers in the draft": filled})


async def _begin(store: Store, service: Visits) -> tuple[str, int]:
    now = SystemClock().now()
    some = {
        item.link_id: Answer(now, 2)
        for scale in FILLED
        for item in load()[scale].items
        if scale == "esas-r" and item.link_id != "esas-other"
    }
    draft = VisitDraft(
        id=str(uuid.uuid4()),
        patient_id=sorted(await store.read(patients.list_ids))[0],
        nurse=service._me,
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=now - timedelta(minutes=20),
        answers={KIND: Answer(now, VisitKind.ROUTINE.value), **some},
    )
    await store.write(lambda c: visits.begin(c, draft, CONTENT_VERSION))
    for scale in FILLED[1:]:
        for item in load()[scale].items:
            codes = [option.code for option in item.options]
            value = 2 if not codes else "no" if "no" in codes else codes[0]
            await service.answer(draft.id, item.link_id, value=value)
    held = await store.read(lambda c: visits.read_draft(c, draft.id))
    return draft.id, len(held.answers)


def _row(connection: Connection, visit_id: str) -> Rows:
    cursor = connection.connection.cursor()
    return rows_of(cursor, "answer", "visit_id = ? AND link_id = 'esas-pain'", (visit_id,))


def _open_bare(device: FullDevice) -> RawConnection:
    """An encrypted file of its own with the one table, opened as the app opens its own."""
    raw = open_raw(device.data / "bare.db", device.key, create=True)
    source = open_raw(device.database, device.key, read_only=True)
    try:
        found = source.execute("SELECT sql FROM sqlite_master WHERE name = 'answer'").fetchone()
    finally:
        source.close()
    if found is None:
        raise RuntimeError("no table of answers")
    raw.execute(found[0])
    return raw


def _commit(bare: RawConnection, statement: str, values: Sequence[object]) -> None:
    bare.execute("BEGIN IMMEDIATE")
    bare.execute(statement, values)
    bare.execute("COMMIT")
