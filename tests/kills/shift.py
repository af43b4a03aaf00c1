"""A nurse's working hours: visits documented tap by tap, signed or not, and passes in between. Nothing is sent twice
by this: whatever happens to device and plan, she goes on from what she saw being saved.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.visit import Answer, AnsweredBy
from app.services.clock import SystemClock
from app.store import visits as visits_table
from app.store.engine import Store
from tests.faults.nurse import Charted, Nurse

LINKS = ("pain", "tired", "drowsy", "nausea", "appetite", "sob", "depr", "anx", "wb")
Sync = Callable[[], Awaitable[Any]]
Tell = Callable[[], None]


async def work(
    nurse: Nurse,
    sync: Sync,
    rng: random.Random,
    people: list[str],
    *,
    visits: int = 2,
    tell: Tell = lambda: None,
) -> None:
    """`tell` is called each time that something more was seen saved.

    Each question is tapped once and each note written once, so that a tap that was under way when the device died
    never stands in the place of one that was saved.
    """
    sure = True
    for _ in range(visits):
        visit_id = await nurse.begin(rng.choice(people))
        tell()
        if visit_id is None:
            await sync()
            continue
        await chart(nurse, nurse.charted[visit_id], visit_id, rng, tell)
        if sure or rng.random() < 0.75:
            await nurse.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
            await nurse.sign(visit_id)
            tell()
        if sure or rng.random() < 0.6:
            await sync()
        sure = False  # the first is signed and sent, so that each moment of that surely comes
        if nurse.charted[visit_id].signed and rng.random() < 0.3:
            await nurse.add_to(visit_id)
            tell()
    await sync()


async def document(
    nurse: Nurse, store: Store, rng: random.Random, patient_id: str
) -> Callable[[Connection], None]:
    """Without a network: a visit signed, and one begun. Returns the tap that comes last."""
    nurse.take(store, SystemClock())
    await nurse.sign(await _begin(nurse, rng, patient_id))
    visit_id = await _begin(nurse, rng, patient_id)
    made = nurse.charted[visit_id]
    link = next(f"esas-{name}" for name in LINKS if f"esas-{name}" not in made.values)
    made.values[link], made.note = 6, "Slept well. " * 700

    def last(connection: Connection) -> None:
        visits_table.put_answer(connection, visit_id, link, Answer(at=datetime.now(UTC), value=6))
        visits_table.set_note(
            connection, visit_id, made.note
        )  # long: the file grows, so its first page is in the log

    return last


async def _begin(nurse: Nurse, rng: random.Random, patient_id: str) -> str:
    visit_id = await nurse.begin(patient_id)
    assert visit_id is not None
    await chart(nurse, nurse.charted[visit_id], visit_id, rng, lambda: None)
    return visit_id


async def chart(nurse: Nurse, charted: Charted, visit_id: str, rng: random.Random, tell: Tell) -> None:
    """Some of the questions that were not asked yet, the note, and what belongs to a conversation."""
    left = [f"esas-{name}" for name in LINKS if f"esas-{name}" not in charted.values]
    for link in rng.sample(left, k=min(len(left), rng.randint(2, 5))):
        await nurse.tap(visit_id, link, rng.randint(0, 10))
        tell()
    if not charted.note:
        await nurse.note(visit_id, nurse.words())
        tell()
    extra = rng.random()
    if extra < 0.2 and "conv-matters-words" not in charted.values:
        await nurse.converse(visit_id)
        tell()
    elif extra < 0.3 and "goal-problem" not in charted.values:
        await nurse.plan(visit_id)
        tell()
