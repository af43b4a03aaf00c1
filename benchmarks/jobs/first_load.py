"""A new device fills: until Today can be used, and until all of it is here."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from app.store import patients
from app.store.bases import base_table
from app.store.engine import Store
from benchmarks.filling import fill_panel
from benchmarks.lines import Line, Measured, at_most
from benchmarks.registry import Setting
from benchmarks.sync_device import make_device
from benchmarks.sync_plan import Nurse, SyncPlan

PEOPLE, VISITS = 100, 245
USABLE_MS, WHOLE_MS = 3_000, 15_000


def run(setting: Setting) -> Measured:
    """Each round a new device of the same nurse. The first round is not counted: the plan's process is new."""
    people = setting.size(PEOPLE, 12)
    with SyncPlan(setting.place / "plan") as plan:
        nurse = plan.add_nurse("first.load")
        made = fill_panel(plan, nurse, people, setting.size(VISITS, 12))
        today = _todays_people(made)
        every = Counter(who for one in made if (who := _whose(one)) is not None)
        wanted = {who: every[who] for who in today}
        usable, whole, count = [], [], 0
        for turn in range(setting.rounds(3, 1) + 1):
            place = setting.place / f"device-{turn}"
            first, last, count = asyncio.run(_load(place, plan, nurse, people, wanted))
            if turn:
                usable.append(first)
                whole.append(last)
    size = f"{people} people, {count:,} records"
    lines = (
        Line(f"Today can be used ({size})", "ms", tuple(usable), (at_most(USABLE_MS),)),
        Line("everything is here, the first comparison too", "ms", tuple(whole), (at_most(WHOLE_MS),)),
    )
    return Measured(lines, about={"people": people, "records": count, "seen today": len(wanted)})


def _whose(resource: Mapping[str, Any]) -> str | None:
    subject = resource.get("subject") or resource.get("patient") or {}
    return str(subject.get("reference", "")).removeprefix("Patient/") or None


def _todays_people(made: list[dict[str, Any]]) -> set[str]:
    """Who has a planned visit within the hours that count as today."""
    now = datetime.now(UTC)
    found = set()
    for one in made:
        if one["resourceType"] == "Appointment":
            at = datetime.fromisoformat(str(one["start"]))
            if now - timedelta(hours=6) < at < now + timedelta(hours=12):
                found |= {each["actor"]["reference"].removeprefix("Patient/") for each in one["participant"]}
    return {one for one in found if not one.startswith("Practitioner/")}


async def _load(
    place: Path, plan: SyncPlan, nurse: Nurse, people: int, wanted: Mapping[str, int]
) -> tuple[float, float, int]:
    """(ms until Today can be used, ms until all is here, records then)."""
    async with make_device(place, plan.base_url, nurse) as device:
        store, news = device.store, asyncio.Event()
        store.listen(lambda _: news.set())
        began = time.perf_counter()
        usable: list[float] = []

        async def watch() -> None:
            while not await store.read(lambda c: _is_usable(c, people, wanted)):
                news.clear()
                await news.wait()
            usable.append((time.perf_counter() - began) * 1000)

        watching = asyncio.create_task(watch())
        await device.run_pass()
        took = (time.perf_counter() - began) * 1000
        await asyncio.wait_for(watching, 10)
        return usable[0], took, await _count(store)


def _is_usable(connection: Connection, people: int, wanted: Mapping[str, int]) -> bool:
    """Every name is here, and of whom she sees today everything that the plan has."""
    if len(patients.list_ids(connection)) < people:
        return False
    held: dict[str, int] = dict(
        connection.execute(
            select(base_table.c.patient_id, func.count())
            .where(base_table.c.patient_id.in_(list(wanted)))
            .group_by(base_table.c.patient_id)
        )
        .tuples()
        .all()
    )
    return all(held.get(who, 0) >= count for who, count in wanted.items())


async def _count(store: Store) -> int:
    return await store.read(
        lambda c: int(c.execute(select(func.count()).select_from(base_table)).scalar_one())
    )
