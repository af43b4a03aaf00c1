"""What stands beside a visit's items on a real store: comfort levels, last scores, what was tried before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select

from app.domain.promise import PromiseState
from app.domain.visit import Again, Answer, Modality, PersonRef, Setting, Visit
from app.errors import NotFound, RecordError
from app.services.comfort import ComfortLevels, read_comfort
from app.services.promises import Promises
from app.services.visit_page import read_visit
from app.services.visits import Visits
from app.store.engine import Store
from app.store.tables import Change, table_of
from app.store.visit_rows import PULLED, put_signed
from tests.services.conftest import ANA, SteppingClock

BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")
_change = table_of(Change)


@pytest.fixture
def levels(store: Store, clock: SteppingClock) -> ComfortLevels:
    return ComfortLevels(store, ANA, clock)


def visit(clock: SteppingClock, days_ago: int, *, by: PersonRef = ANA, done: str = "") -> Visit:
    """Pain 8, then 4 where something was done; 4AT whole."""
    began = clock.at - timedelta(days=days_ago)
    again = (Again(began + timedelta(minutes=35), 4, done=done),) if done else ()
    answers = {
        "esas-pain": Answer(began, 8, again=again),
        "vital-weight": Answer(began, Decimal(120 + days_ago)),
    }
    answers |= {
        f"4at-{n}": Answer(began, code)
        for n, code in ((1, "normal"), (2, "no-mistakes"), (3, "seven-or-more"), (4, "no"))
    }
    left = began + timedelta(hours=1)
    return Visit(
        f"visit-{days_ago}", "p1", by, Modality.IN_PERSON, Setting.HOME, began, left, left, None, "", answers
    )


async def keep(store: Store, *signed: Visit) -> None:
    def put(connection: Connection) -> None:
        for one in signed:
            put_signed(connection, one, origin=PULLED, content_version="1", arriving=False)

    await store.write(put)


async def test_one_tap_keeps_a_comfort_level_that_waits_to_be_sent_alone(
    store: Store, levels: ComfortLevels, visits: Visits
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.page(visit_id)
    await levels.put("p1", "esas-pain", 3)
    await levels.put("p1", "esas-pain", 3)
    (held,) = (await visits.page(visit_id)).parts.comfort
    assert (held.link_id, held.level, held.noted_by, held.pending) == ("esas-pain", 3, ANA.name, True)
    (waiting,) = await store.read(lambda c: c.execute(select(_change)).mappings().all())
    assert (waiting["type"], waiting["refs"]) == ("Goal", "Patient/p1\nPractitioner/ana")
    await levels.put("p1", "esas-pain", 5)
    await levels.put("p1", "esas-pain", None)
    await levels.put("p1", "esas-pain", None)
    assert (await visits.page(visit_id)).parts.comfort == ()
    sent = await store.read(lambda c: c.execute(select(_change.c.payload)).scalars().all())
    assert [json.loads(one)["lifecycleStatus"] for one in sent] == ["active", "active", "cancelled"]


@pytest.mark.parametrize(
    ("link_id", "level"), [("esas-other", 3), ("akps", 3), ("esas-pain", 11), ("esas-pain", -1)]
)
async def test_only_a_symptom_of_the_scale_has_one(levels: ComfortLevels, link_id: str, level: int) -> None:
    with pytest.raises(RecordError):
        await levels.put("p1", link_id, level)


async def test_nobody_who_is_not_here_has_one(store: Store, levels: ComfortLevels) -> None:
    with pytest.raises(NotFound):
        await levels.put("nobody", "esas-pain", 3)
    assert await store.read(lambda c: read_comfort(c, "nobody")) == ()


async def test_a_page_says_what_was_tried_by_whom_and_the_last_score(
    store: Store, clock: SteppingClock, visits: Visits
) -> None:
    await keep(store, visit(clock, 9, by=BEN, done="5 mg morphine"), visit(clock, 2))
    page = await visits.page(await visits.begin("p1", Modality.IN_PERSON, Setting.HOME))
    (one,) = page.tried["esas-pain"]
    assert (one.done, one.before, one.after, one.by) == ("5 mg morphine", 8, 4, BEN.name)
    assert (page.last_scores["4at"].total, page.last_scores["4at"].at.date()) == (
        0, (clock.at - timedelta(days=2)).date(),
    )  # fmt: skip


async def test_what_was_tried_in_a_visit_that_came_after_is_not_said_to_be_from_before(
    store: Store, clock: SteppingClock, visits: Visits
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await keep(store, replace(visit(clock, -1, done="5 mg morphine"), signed_at=clock.at))
    page = await visits.page(visit_id)
    assert (page.tried, page.last_scores) == ({}, {})


async def test_a_signed_visit_lists_the_promises_made_in_it_and_answered_in_it(
    store: Store, clock: SteppingClock
) -> None:
    mine, his = Promises(store, ANA, clock), Promises(store, BEN, clock)
    before = await his.make("p1", kind="family", visit_id="visit-9")
    others = await his.make("p1", kind="supplies", visit_id="visit-9")
    today = visit(clock, 0)
    await mine.answer("p1", before, PromiseState.KEPT)
    made = await mine.make("p1", kind="phone", visit_id=today.id)
    await his.answer("p1", others, PromiseState.KEPT)
    await keep(store, today)
    reading = await store.read(lambda c: read_visit(c, today.id, clock.at))
    assert [one.id for one in reading.promises] == [before, made]
