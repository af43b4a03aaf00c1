"""Alerts of two visits about the same: nothing of the older is touched before the newer visit is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.services.alert_lines import list_lines
from app.services.alerts import Alerts
from app.services.board import read_board
from app.services.safety_context import NEWER
from app.services.visits import Visits
from app.store import alerts
from app.store.engine import Store
from tests.services.alert_steps import begin, change, finish_visit, held, tasks, verify
from tests.services.conftest import ANA, SteppingClock

ITEM_9 = "/44260-8"
MORE_THAN_HALF = "LA6570-1"


@pytest.fixture
def doors(store: Store, clock: SteppingClock) -> Alerts:
    return Alerts(store, ANA, clock, verify)


async def received(store: Store, state: str = "settled") -> None:
    """The plan answered for everything so far."""
    await store.write(lambda c: c.execute(update(change).values(state=state)))


async def signed(visits: Visits, clock: SteppingClock, **answers: int) -> str:
    """A visit with these ESAS-r scores, signed a day ago."""
    visit_id = await begin(visits)
    for name, value in answers.items():
        await visits.answer(visit_id, f"esas-{name}", value=value)
    await finish_visit(visits, visit_id)
    clock.at += timedelta(hours=20)
    return visit_id


@pytest.mark.parametrize("value", [8, 9, 10])
async def test_a_slip_of_the_finger_in_a_later_visit_takes_nothing_from_an_earlier_alert(
    visits: Visits, store: Store, clock: SteppingClock, value: int
) -> None:
    first = await signed(visits, clock, pain=9)
    before = await held(store, first)
    sent = len(await tasks(store))
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=value)
    assert await held(store, first) == before
    await visits.clear(second, "esas-pain")
    assert await held(store, first) == before
    assert [one.id for one in await store.read(list_lines)] == [before[0].id]
    assert [task["id"] for task in (await tasks(store))[sent:]].count(before[0].id) == 0
    await visits.answer(second, "esas-pain", value=2)
    await finish_visit(visits, second)
    assert await held(store, first) == before


async def test_a_slip_about_a_wish_to_die_leaves_the_real_alert_standing(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    first = await begin(visits)
    await visits.answer(first, "concern-worried", value="yes")
    await visits.answer(first, "concern-answer", value="tired-of-living")
    await finish_visit(visits, first)
    clock.at += timedelta(hours=20)
    second = await begin(visits)
    await visits.answer(second, ITEM_9, value=MORE_THAN_HALF)
    await visits.clear(second, ITEM_9)
    (line,) = await store.read(list_lines)
    assert (line.visit_id, line.subject, line.state) == (first, "suicide", "open")


@pytest.mark.parametrize("sent", [True, False])
async def test_until_the_newer_visit_is_signed_the_more_urgent_of_both_is_shown(
    visits: Visits, store: Store, clock: SteppingClock, sent: bool
) -> None:
    first = await begin(visits)
    await visits.answer(first, ITEM_9, value=MORE_THAN_HALF)
    await visits.answer(first, "concern-answer", value="thoughts-of-acting")
    await finish_visit(visits, first)
    clock.at += timedelta(hours=20)
    second = await begin(visits)
    await visits.answer(second, "concern-worried", value="yes")
    await visits.answer(second, "concern-answer", value="tired-of-living")
    if sent:
        await received(store)
    (line,) = await store.read(list_lines)
    assert (line.level, line.visit_id) == ("act-now", first)
    await finish_visit(visits, second)
    assert (await held(store, first))[0].state is AlertState.OPEN


async def test_signing_the_newer_visit_closes_the_older_alert_with_the_reason(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    first = await signed(visits, clock, pain=8)
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=8)
    await finish_visit(visits, second)
    (older,), (newer,) = await held(store, first), await held(store, second)
    assert (older.state, older.closed_reason) == (AlertState.CLOSED, NEWER)
    assert newer.state is AlertState.OPEN


async def test_a_newer_alert_about_the_same_is_due_no_later_than_the_one_that_nobody_took(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    first = await signed(visits, clock, pain=8)
    (older,) = await held(store, first)
    assert older.due_at is not None
    clock.at = older.due_at + timedelta(hours=40)
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=5)
    (newer,) = await held(store, second)
    assert (newer.rule, newer.due_at) != (older.rule, older.due_at), (
        "a rule of its own, with a clock of its own"
    )
    assert [one.id for one in await store.read(list_lines)] == [older.id], "until it is signed"
    await finish_visit(visits, second)
    (newer,) = await held(store, second)
    assert (newer.state, newer.due_at) == (AlertState.OPEN, older.due_at)
    (task,) = [one for one in (await tasks(store))[-2:] if one["id"] == newer.id]
    assert datetime.fromisoformat(task["restriction"]["period"]["end"]) == older.due_at
    (line,) = await store.read(list_lines)
    assert (line.id, line.due_at) == (newer.id, older.due_at)
    board = await store.read(lambda c: list_lines(c, among=lambda one: one.due_at == older.due_at))
    assert [one.id for one in board] == [newer.id]


async def test_one_that_was_not_due_yet_lends_its_clock_and_a_taken_one_does_not(
    visits: Visits, store: Store, clock: SteppingClock, doors: Alerts
) -> None:
    first = await signed(visits, clock, pain=8)
    (older,) = await held(store, first)
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=9)
    await finish_visit(visits, second)
    (newer,) = await held(store, second)
    assert newer.due_at == older.due_at
    await doors.acknowledge(newer.id)
    third = await begin(visits)
    await visits.answer(third, "esas-pain", value=9)
    (newest,) = await held(store, third)
    await finish_visit(visits, third)
    assert (await held(store, third))[0].due_at == newest.due_at
    assert newest.due_at != older.due_at


async def test_what_is_overdue_is_not_hidden_by_what_is_more_urgent_and_not_due_yet(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    (own,) = await held(store, visit_id)
    now = clock.now()
    late = replace(
        own, id="late", visit_id=None, origin="pulled", level=Level.WATCH, due_at=now - timedelta(days=2)
    )
    await _pull(store, late)
    await received(store)
    assert [one.id for one in await store.read(list_lines)] == [own.id]
    page = await store.read(lambda c: read_board(c, now))
    assert [one.id for one in page.alerts] == ["late"]


async def test_the_newest_score_is_shown_where_an_older_alert_of_another_tablet_stands_since_longer(
    visits: Visits, store: Store, clock: SteppingClock, doors: Alerts
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=9)
    (own,) = await held(store, visit_id)
    before = own.fired_at - timedelta(days=3)
    older = replace(
        own, id="older", visit_id=None, origin="pulled", fired_at=before, due_at=before + timedelta(hours=20),
        finding="Pain 8 of 10.",
    )  # fmt: skip
    await _pull(store, older)
    await received(store)
    (line,) = await store.read(list_lines)
    assert line.id == older.id, "until the newer visit is signed"
    await finish_visit(visits, visit_id)
    await received(store)
    (line,) = await store.read(list_lines)
    assert (line.id, line.finding[:13]) == (own.id, "Pain 9 of 10,")
    assert line.due_at == older.due_at, "found again, it is due no later"
    await doors.acknowledge(own.id)
    await received(store)
    (line,) = await store.read(list_lines)
    assert line.id == older.id, "what nobody took is not hidden by what she took"


async def test_what_somebody_has_taken_stays_taken_when_a_newer_visit_is_signed(
    visits: Visits, store: Store, clock: SteppingClock, doors: Alerts
) -> None:
    first = await signed(visits, clock, pain=8)
    (alert,) = await held(store, first)
    await doors.acknowledge(alert.id)
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=8)
    await finish_visit(visits, second)
    assert (await held(store, first))[0].state is AlertState.ACKNOWLEDGED
    assert (await held(store, second))[0].state is AlertState.OPEN


async def test_what_was_finished_in_the_newer_visit_does_not_close_the_older_by_itself(
    visits: Visits, store: Store, clock: SteppingClock, doors: Alerts
) -> None:
    first = await signed(visits, clock, pain=8)
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=8)
    await doors.finish((await held(store, second))[0].id, "Gave 5 mg.")
    await finish_visit(visits, second)
    assert (await held(store, first))[0].state is AlertState.OPEN


@pytest.mark.parametrize("state", ["new", "refused"])
async def test_a_colleagues_received_alert_never_hides_ones_own_that_nobody_has_seen(
    visits: Visits, store: Store, clock: SteppingClock, state: str
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    await received(store, state)
    (own,) = await held(store, visit_id)
    later = replace(own, id="theirs", visit_id=None, fired_at=clock.now(), origin="pulled")
    await _pull(store, later)
    shown = await store.read(list_lines)
    assert {(one.id, one.received) for one in shown} == {(own.id, False), ("theirs", True)}
    assert len(await store.read(lambda c: list_lines(c, "p1"))) == 2
    await received(store)
    assert [one.id for one in await store.read(list_lines)] == ["theirs"]


async def _pull(store: Store, alert: Alert) -> None:
    def put(connection: Connection) -> bool:
        return alerts.save_pulled(connection, alert)

    assert await store.write(put)
