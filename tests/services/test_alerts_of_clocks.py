"""The 48 hours after coming home raise alerts while nobody documents, and a home visit closes them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from app.domain.alert import Alert, AlertState
from app.domain.stays import Place
from app.domain.visit import AnsweredBy, Modality, Setting
from app.services.alert_lines import list_lines
from app.services.alerts import Alerts
from app.services.board import read_board
from app.services.plan_settings import META_KEY
from app.services.safety import VISITED
from app.services.safety_clocks import check_clocks
from app.services.stays import Stays, ToldStay
from app.services.visits import Visits
from app.store import alerts, meta
from app.store.engine import Store
from tests.services.alert_steps import tasks, verify
from tests.services.conftest import ANA, SteppingClock


@pytest.fixture
def stays(store: Store, clock: SteppingClock) -> Stays:
    return Stays(store, ANA, clock)


async def come_home(stays: Stays, clock: SteppingClock, hours: float) -> None:
    left = clock.at - timedelta(hours=hours)
    await stays.tell("p1", ToldStay(Place.SKILLED, "Elm House", left - timedelta(days=8), left))


async def look(store: Store, clock: SteppingClock) -> bool:
    return await store.write(lambda connection: check_clocks(connection, clock.at, ANA))


async def find(store: Store) -> tuple[Alert, ...]:
    return await store.read(lambda c: alerts.list_since(c, "p1", datetime(2026, 11, 1, tzinfo=UTC)))


async def test_before_36_hours_nothing_is_raised(store: Store, stays: Stays, clock: SteppingClock) -> None:
    await come_home(stays, clock, 35.5)
    assert await look(store, clock) is False
    assert await find(store) == ()


async def test_at_36_hours_one_alert_opens_and_at_48_the_same_one_says_so(
    store: Store, stays: Stays, clock: SteppingClock
) -> None:
    await come_home(stays, clock, 36.5)
    assert await look(store, clock) is True
    (first,) = await find(store)
    assert (first.rule, first.visit_id, first.state) == ("TRANSITION_48H", None, AlertState.OPEN)
    assert await look(store, clock) is False
    clock.at += timedelta(hours=12)
    assert await look(store, clock) is True
    (second,) = await find(store)
    assert (second.id, second.fired_at, second.due_at) == (first.id, first.fired_at, first.due_at)
    assert "have passed" in second.detail


@pytest.mark.parametrize(
    ("modality", "setting", "closes"),
    [
        (Modality.IN_PERSON, Setting.HOME, True),
        (Modality.TELEPHONE, Setting.HOME, False),
        (Modality.IN_PERSON, Setting.HOSPITAL, False),
    ],
)
async def test_only_a_visit_in_person_at_home_closes_it(
    store: Store,
    stays: Stays,
    visits: Visits,
    clock: SteppingClock,
    modality: Modality,
    setting: Setting,
    closes: bool,
) -> None:
    await come_home(stays, clock, 40)
    await look(store, clock)
    visit_id = await visits.begin("p1", modality, setting)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=2)
    shown = [line.subject for line in (await visits.page(visit_id)).alerts]
    assert shown == ([] if closes else ["transition"])
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    await look(store, clock)
    (alert,) = await find(store)
    assert (alert.state, alert.closed_reason) == (
        (AlertState.CLOSED, VISITED) if closes else (AlertState.OPEN, None)
    )


async def test_a_colleagues_alert_about_the_same_is_enough(
    store: Store, stays: Stays, clock: SteppingClock
) -> None:
    await come_home(stays, clock, 40)
    await look(store, clock)
    (own,) = await find(store)

    def as_pulled(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM alert")
        connection.exec_driver_sql("DELETE FROM change WHERE type = 'Task'")
        alerts.save_pulled(connection, replace(own, id="theirs"))

    await store.write(as_pulled)
    assert await look(store, clock) is False
    assert [one.id for one in await find(store)] == ["theirs"]


@pytest.mark.parametrize(("finished_at", "opens_again"), [(37.0, True), (48.5, False)])
async def test_finishing_it_before_48_hours_does_not_silence_48_hours(
    store: Store, stays: Stays, clock: SteppingClock, finished_at: float, opens_again: bool
) -> None:
    doors = Alerts(store, ANA, clock, verify)
    await come_home(stays, clock, finished_at)
    await look(store, clock)
    (first,) = await find(store)
    await doors.finish(first.id, "Visit planned for tomorrow.")
    assert await look(store, clock) is False
    clock.at += timedelta(hours=12)
    assert await look(store, clock) is opens_again
    (second,) = await find(store)
    assert second.id == first.id
    assert second.state is (AlertState.OPEN if opens_again else AlertState.DONE)
    if opens_again:
        assert "have passed" in second.detail
        assert (second.closed_at, second.closed_reason) == (None, None)
        sent = [(task["status"], task["id"]) for task in await tasks(store)]
        assert sent == [("requested", first.id), ("completed", first.id), ("requested", first.id)]
        assert await look(store, clock) is False
        await doors.finish(first.id, "Died on Friday.")
        assert await look(store, clock) is False


async def test_a_clock_that_runs_again_opens_the_alert_that_its_end_had_closed(
    store: Store, stays: Stays, clock: SteppingClock
) -> None:
    await come_home(stays, clock, 40)
    await look(store, clock)
    for starters, state in ((["hospital"], AlertState.CLOSED), (["skilled-nursing"], AlertState.OPEN)):
        settings = json.dumps({"clock_starters": starters})
        await store.write(lambda c, text=settings: meta.put(c, META_KEY, text))  # type: ignore[misc]  # bound here
        assert await look(store, clock) is True
        (alert,) = await find(store)
        assert alert.state is state
    assert (alert.closed_at, alert.closed_reason) == (None, None)


async def test_in_a_call_the_line_says_what_became_of_the_alert_of_the_clock(
    store: Store, stays: Stays, visits: Visits, clock: SteppingClock
) -> None:
    await come_home(stays, clock, 40)
    await look(store, clock)
    (alert,) = await find(store)
    await Alerts(store, ANA, clock, verify).acknowledge(alert.id)
    visit_id = await visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    (line,) = (await visits.page(visit_id)).alerts
    assert (line.id, line.state) == (alert.id, "acknowledged")


async def test_while_the_person_is_in_hospital_again_the_visit_is_not_due_but_the_alert_stands_and_says_so(
    store: Store, stays: Stays, clock: SteppingClock
) -> None:
    await come_home(stays, clock, 36.5)
    await look(store, clock)
    (before,) = await store.read(list_lines)
    assert (before.away, before.level) == (None, "today")
    back = clock.at - timedelta(hours=1)
    await stays.tell("p1", ToldStay(Place.HOSPITAL, "Mercy General", back, None))
    for hours in (1, 12):
        clock.at += timedelta(hours=hours)
        assert await look(store, clock) is False, "nothing closes, and nobody is late at an empty home"
        (line,) = await store.read(list_lines)
        assert line.away is not None
        assert (line.id, line.state, line.away.began_at) == (before.id, "open", back)
        assert (line.level, line.due, line.due_at, line.actions) == ("watch", "", None, ())
        board = await store.read(lambda c: read_board(c, clock.at))
        assert (board.clocks, board.alerts) == ((), ()), "the board waits for no visit either"


async def test_of_whom_is_in_hospital_again_before_36_hours_no_alert_says_that_she_is_home(
    store: Store, stays: Stays, clock: SteppingClock
) -> None:
    await come_home(stays, clock, 35.5)
    await stays.tell("p1", ToldStay(Place.HOSPITAL, "Mercy General", clock.at, None))
    clock.at += timedelta(hours=20)
    assert await look(store, clock) is False
    assert await find(store) == ()
