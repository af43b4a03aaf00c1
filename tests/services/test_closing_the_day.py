"""Closing the day on a real encrypted store: put away only when nothing of it is left."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.domain.visit import Modality, Setting
from app.services.alerts import Alerts
from app.services.closing_day import DayClose, close_day
from app.services.day import Day
from app.services.visits import Visits
from app.store.engine import Store
from app.store.outbox_kinds import GroupKind
from app.store.outbox_rows import SETTLED
from app.store.tables import Change, table_of
from tests.services.conftest import ANA, SteppingClock
from tests.services.sending_desk import Desk, desk, receive, sign_one
from tests.services.test_day_of_a_nurse import call_off, came_home, day, plan
from tests.views.double_alerts import make_line

__all__ = ["day", "desk"]
_change = table_of(Change)


async def never(_: str) -> None:
    raise AssertionError("nothing private is opened here")


async def receive_all(store: Store) -> None:
    """The plan has answered for everything."""
    waits = select(_change.c.group_id).where(_change.c.state != SETTLED).distinct()

    def put(connection: Connection) -> None:
        for group in list(connection.execute(waits).scalars()):
            receive(connection, group)

    await store.write(put)


async def test_the_day_can_be_put_away_only_when_the_plan_has_answered_for_everything(
    store: Store, clock: SteppingClock, day: Day, visits: Visits, desk: Desk
) -> None:
    await plan(store, clock, 1)
    await desk.ended("ok", server_at=clock.at)
    close = close_day(await desk.page(), await day.read(), clock.at)
    assert (close.left, [one.patient_name for one in close.planned]) == (1, ["Rosa Colón"])
    visit_id = await sign_one(visits)
    close = close_day(await desk.page(), await day.read(), clock.at)
    assert (close.received, close.waiting, close.planned) == (0, Counter({GroupKind.VISIT: 1}), ())
    await store.write(lambda connection: receive(connection, visit_id))
    close = close_day(await desk.page(), await day.read(), clock.at)
    assert (close.done, close.received) == (True, 1)
    await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    close = close_day(await desk.page(), await day.read(), clock.at)
    assert (close.done, len(close.drafts)) == (False, 1)


async def test_the_day_is_not_put_away_while_a_clock_runs_out_or_a_promise_of_today_is_open(
    store: Store, clock: SteppingClock, day: Day, visits: Visits, desk: Desk
) -> None:
    await desk.ended("ok", server_at=clock.at)
    alerts = Alerts(store, ANA, clock, never)
    await came_home(store, clock, 41)
    await alerts.check_clocks()
    await receive_all(store)
    (raised,) = await alerts.list_open()

    async def close() -> DayClose:
        return close_day(await desk.page(), await day.read(), clock.at, (), await alerts.list_open())

    assert (raised.subject, raised.owner) == ("transition", "supervisor")
    found = await close()
    assert (found.left, len(found.clocks), found.alerts, found.held) == (1, 1, (), ()), (
        "the alert says the same"
    )
    shut = await call_off(visits, clock.at.date().isoformat())
    await store.write(lambda connection: receive(connection, shut))
    found = await close()
    assert (found.left, found.clocks, len(found.tries)) == (1, (), 1), "one row, and the clock stands in it"
    assert (found.received, found.not_seen) == (1, 1)
    visit_id = await sign_one(visits)
    await alerts.check_clocks()
    await store.write(lambda connection: receive(connection, visit_id))
    found = await close()
    assert (found.clocks, found.tries, found.alerts, found.held) == ((), (), (), ())
    assert (found.received, found.not_seen) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "hers", "held"),
    [
        ({"due_at": 5.0}, 1, 0),
        ({"due_at": -90.0}, 1, 0),
        ({"due_at": 24.0}, 0, 0),
        ({"due_at": None, "level": "act-now"}, 1, 0),
        ({"due_at": None, "level": "watch"}, 0, 0),
        ({"state": "acknowledged"}, 0, 1),
        ({"state": "acknowledged", "seen_by": "Dr. Ortiz"}, 0, 1),
        ({"gone_to": "Ben Cole, RN"}, 0, 1),
        ({"gone_to": ANA.name, "owner": "supervisor"}, 1, 0),
        ({"owner": "supervisor"}, 0, 1),
        ({"owner": "prescriber"}, 1, 0),
    ],
)
async def test_of_the_alerts_those_are_left_that_are_due_and_nobody_has_taken(
    clock: SteppingClock, day: Day, desk: Desk, changes: dict[str, Any], hers: int, held: int
) -> None:
    await desk.ended("ok", server_at=clock.at)
    hours = changes.get("due_at", 5.0)
    due = None if hours is None else clock.at + timedelta(hours=hours)
    line = make_line(1, **(changes | {"due_at": due}))
    found = close_day(await desk.page(), await day.read(), clock.at, (), [line])
    assert (len(found.alerts), len(found.held), found.left) == (hers, held, hers)


async def test_a_clock_that_somebody_else_has_taken_is_not_hers_to_close(
    store: Store, clock: SteppingClock, day: Day, desk: Desk
) -> None:
    await desk.ended("ok", server_at=clock.at)
    await came_home(store, clock, 41)
    await receive_all(store)
    due = clock.at + timedelta(hours=7)
    taken = make_line(1, subject="transition", patient_id="p1", due_at=due, gone_to="Ben Cole, RN")
    found = close_day(await desk.page(), await day.read(), clock.at, (), [taken])
    assert (found.done, found.held) == (True, (taken,))


async def test_a_device_that_never_reached_the_plan_never_says_that_all_is_well(
    desk: Desk, day: Day, clock: SteppingClock
) -> None:
    close = close_day(await desk.page(), await day.read(), clock.at)
    assert (close.done, close.ever) == (False, False)
