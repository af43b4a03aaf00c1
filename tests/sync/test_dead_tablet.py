"""A tablet dies at noon: real processes, a real plan, SIGKILL. She goes on with a spare one, and the first returns."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.domain.visit import PersonRef
from app.services.clock import SystemClock
from app.services.drafts import Drafts
from app.services.twice import Twice
from app.services.visits import Visits
from app.store import alerts, sessions, visits
from app.store.engine import open_store
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from plan.database import read_transaction
from plan.drafts.keeping import table
from plan.outcomes.gathering import gather
from plan.outcomes.zone import find_zone
from tests.support.field import FieldPlan, Person, Tablet, make_tablet


async def killed_while_charting(tablet: Tablet, patient_id: str) -> str:
    """The tablet's process charts, its copy reaches the plan, it charts on, and is killed. Returns the visit's id."""
    await tablet.close()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.chart_once", str(tablet.path), patient_id),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(tablet.key.hex().encode() + b"\n")
    async with asyncio.timeout(120):
        visit_id = (await process.stdout.readline()).decode().strip()
        assert (await process.stdout.readline()).strip() == b"offline"
    process.kill()
    assert await process.wait() == -9
    return visit_id


async def reopened(tablet: Tablet) -> Tablet:
    store = await open_store(tablet.path, tablet.key, store_id="store")
    sign_in = await store.read(sessions.find)
    assert sign_in is not None
    client = make_client(store, sign_in)
    return Tablet(store, tablet.person, client, SyncEngine(store, client), tablet.path)


def me(person: Person) -> PersonRef:
    return PersonRef(person.reference, person.name)


def count_visits(plan: FieldPlan, patient_id: str) -> int:
    with read_transaction(plan.engine) as connection:
        (record,) = gather(connection, [patient_id], find_zone(connection), {})
    return len(record.visits)


@pytest.mark.parametrize("first_is_signed", [True, False], ids=["returns signed", "returns as a draft"])
async def test_a_draft_goes_on_after_the_tablet_was_killed_and_nothing_is_lost_or_counted_twice(
    tmp_path: Path, field_plan: FieldPlan, nurse: Person, *, first_is_signed: bool
) -> None:
    patient_id = field_plan.add_patient(nurse)
    token, clock = field_plan.token(nurse), SystemClock()
    async with AsyncExitStack() as stack:
        first = await make_tablet(tmp_path, nurse, field_plan.url, token)
        assert (await first.sync()).ok
        began = await killed_while_charting(first, patient_id)

        spare = await make_tablet(tmp_path, nurse, field_plan.url, token, store_id="spare")
        stack.push_async_callback(spare.close)
        assert (await spare.sync()).ok
        drafts = Drafts(spare.store, spare.client, me(nurse), clock)
        (line,) = await drafts.list_elsewhere()
        assert (line.draft.visit_id, line.mine, line.ready) == (began, True, True)
        gone_on = await drafts.go_on(line.draft.key)
        there = Visits(spare.store, me(nurse), clock)
        draft = await spare.store.read(lambda c: visits.read_draft(c, gone_on))
        assert (draft.answers["esas-pain"].value, draft.note) == (9, "Charted on the first tablet.")
        await there.answer(gone_on, "esas-tired", value=4)
        await there.leave(gone_on)
        await there.sign(gone_on)
        assert (await spare.sync()).ok

        first = await reopened(first)
        stack.push_async_callback(first.close)
        if first_is_signed:
            await Visits(first.store, me(nurse), clock).sign(began)
        for tablet in (first, spare, first):
            assert (await tablet.sync()).ok
        assert count_visits(field_plan, patient_id) == 1, "not twice, also while she has not chosen"

        choice = Twice(first.store, me(nurse), clock)
        (pair,) = await choice.list_all()
        assert {pair.first.visit_id, pair.other.visit_id} == {began, gone_on}
        await choice.choose(pair.id, gone_on)
        for tablet in (first, spare, first):
            assert (await tablet.sync()).ok
        assert await choice.list_all() == ()
        assert await Twice(spare.store, me(nurse), clock).list_all() == ()
        assert count_visits(field_plan, patient_id) == 1

        if first_is_signed:
            kept = await spare.store.read(lambda c: visits.read_signed(c, began))
            assert kept.answers["esas-nausea"].value == 6, (
                "what only the first tablet had is kept, and readable"
            )
        else:
            assert await choice.find_put_away(gone_on) == began
            await choice.bring_back(began)
            back = await first.store.read(lambda c: visits.read_draft(c, began))
            assert back.answers["esas-nausea"].value == 6
        stands = await first.store.read(lambda c: alerts.list_for_patient(c, patient_id))
        assert len([one for one in stands if one.subject == "esas-pain"]) == 1, "one alert, whoever raised it"
        with read_transaction(field_plan.engine) as connection:
            mine = connection.execute(table.select().where(table.c.patient_id == patient_id)).all()
        assert all(row.visit_id == began for row in mine)
