"""A week of cover with three tablets and a running plan: handover, work in the other's place, and the return."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, insert
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.day import PlannedState
from app.domain.visit import Modality, Setting
from app.errors import NotFound
from app.services.alerts import Alerts
from app.services.board import Board
from app.services.day import Day
from app.services.leaves import Leaves
from app.services.moves import Moves
from app.services.promises import Promises
from app.services.visits import Visits
from app.store import patients
from app.store import visits as visit_rows
from app.store.death_rows import set_dead
from app.store.emergencies import has_come
from app.sync.fhir.appointment import VISIT_KIND
from app.sync.leaves import LeaveFailed
from plan.app import make_app
from plan.database import write_transaction
from plan.fhir.stamps import http_date
from plan.leave.going_on import pass_on
from plan.resources import put_as_system
from plan.users import User
from tests.plan.fhir_builders import careteam, patient, practitioner, team
from tests.plan.plan_doubles import Clock, authenticate
from tests.plan.test_alerts_going_on import DUTY, alert, settle, stay
from tests.support.plan_files import open_new_plan
from tests.support.two_nurses import BASE, PEOPLE, Desk, make_desk

HOUR = 3_600_000
DAY = timedelta(days=1)
Json = dict[str, Any]


class Dated:
    """The plan behind a web server that says the time in each answer, as every real one does."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self.app, self.clock, self.reachable = app, clock, True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"date", http_date(self.clock()).encode())]
            await send(message)

        await self.app(scope, receive, dated)


@dataclass
class DeskClock:
    """Every tablet's own."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass
class Week:
    ana: Desk
    ben: Desk
    sue: Desk
    clock: Clock
    here: DeskClock
    plan: httpx.ASGITransport
    database: Engine

    def leaves(self, desk: Desk) -> Leaves:
        return Leaves(desk.store, desk.client, desk.me, self.here, lambda: None)

    def day(self, desk: Desk) -> Day:
        return Day(desk.store, desk.me, self.here)

    def board(self) -> Board:
        return Board(self.sue.store, self.sue.client, self.sue.me, self.here, lambda: None)

    def go_to(self, at: datetime) -> None:
        self.here.at, self.clock.now = at, round(at.timestamp() * 1000)

    async def people(self, desk: Desk) -> set[str]:
        await desk.sync()
        return set(await desk.store.read(patients.list_ids))

    async def status(self, who: str, path: str) -> int:
        headers = {"Authorization": f"Bearer {who}-token"}
        async with httpx.AsyncClient(transport=self.plan, base_url=f"{BASE}/fhir/", headers=headers) as asks:
            return (await asks.get(path)).status_code


def appointment(own_id: str, who: str, nurse: str, start: datetime) -> Json:
    return {
        "resourceType": "Appointment",
        "id": own_id,
        "status": "booked",
        "serviceType": [{"coding": [{"system": VISIT_KIND, "code": "routine"}]}],
        "start": start.isoformat(timespec="seconds"),
        "end": (start + timedelta(hours=1)).isoformat(timespec="seconds"),
        "participant": [
            {"actor": {"reference": f"Patient/{who}"}, "status": "accepted"},
            {"actor": {"reference": f"Practitioner/{nurse}"}, "status": "accepted"},
        ],
    }


@pytest.fixture
async def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Week]:
    """Ana has a and c, Ben has b; Ana goes to both today, and c came home from hospital yesterday."""
    monkeypatch.setattr("app.sync.leaves.ASKED_EVERY", 0.0)  # a week goes by in seconds here
    database = open_new_plan(tmp_path / "plan.db")
    began = datetime.now(UTC).replace(microsecond=0)
    with write_transaction(database) as connection:
        for number, (name, (display, role)) in enumerate(PEOPLE.items(), start=1):
            row = {"id": f"u{number}", "username": f"{name}.user", "display_name": display, "role": role}
            more = {"practitioner_id": name, "team_id": "team-1", "disabled": False, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))
        resources = [team("team-1"), *(practitioner(name) for name in PEOPLE)]
        resources += [patient(who) for who in ("a", "b", "c")]
        resources += [
            careteam("ct-a", "a", "ana"),
            careteam("ct-b", "b", "ben"),
            careteam("ct-c", "c", "ana"),
        ]
        resources += [appointment("ap-a", "a", "ana", began), appointment("ap-b", "b", "ben", began)]
        resources += [
            appointment("ap-c", "c", "ana", began),
            stay("home-c", "c", round(began.timestamp() * 1000) - 30 * HOUR),
        ]
        for each in resources:
            put_as_system(connection, each)
    clock = Clock(round(began.timestamp() * 1000) + 60_000)
    app = make_app(database, base_url=BASE, authenticate=authenticate, clock=clock)
    plan = httpx.ASGITransport(Dated(app, clock), raise_app_exceptions=False)
    desks = {name: await make_desk(tmp_path, name, plan) for name in PEOPLE}
    found = Week(
        **desks, clock=clock, here=DeskClock(began + timedelta(minutes=1)), plan=plan, database=database
    )
    for desk in desks.values():
        await desk.sync()
    try:
        yield found
    finally:
        for desk in desks.values():
            await desk.client.aclose()
            await desk.store.close()
        database.dispose()


async def cover(week: Week) -> None:
    """Sue enters it at her desk; Ben and Ana hear of it at their next contact."""
    until = week.here.at + 7 * DAY
    await week.leaves(week.sue).enter(week.ana.me, week.ben.me, week.here.at, until)
    await week.ben.sync()
    await week.ana.sync()


async def test_a_week_from_the_handover_to_the_return(week: Week) -> None:
    ana, ben, sue = week.ana, week.ben, week.sue
    began = week.here.at
    with pytest.raises(LeaveFailed, match="Nobody stands in for herself"):
        await week.leaves(sue).enter(ana.me, ana.me, began, began + DAY)
    assert all(one.leave is None for one in (await week.board().read()).nurses), (
        "what was not taken is not claimed"
    )
    promised = Promises(ana.store, ana.me, week.here)
    await promised.make("c", kind="ask-doctor")
    await ana.sync()
    assert await week.people(ben) == {"b"}
    moves = Moves(ben.store, ben.me, week.here, nurse=True)
    await moves.look()

    await cover(week)
    assert await week.people(ben) == {"a", "b", "c"}
    assert await ben.store.read(lambda c: has_come(c, "a") and has_come(c, "c")), "their history has come too"
    today = await week.day(ben).read()
    assert {(one.stop.planned.id, one.covers) for one in today.stops} == {
        ("ap-a", "Ana"),
        ("ap-b", ""),
        ("ap-c", "Ana"),
    }
    (mine,) = [one.clock for one in today.stops if one.clock is not None]
    assert mine.stay.reference == "Encounter/home-c"
    await moves.look()
    assert (await moves.read()).people == (), "a cover is told of as a whole, not person by person"
    hers = await week.day(ana).read()
    assert (hers.stops, hers.clocks) == ((), ()), "who is on leave has nothing to go to"
    assert hers.today.people == 2, "and still reads her own people"

    page = await week.leaves(ben).read()
    (line,) = page.covers
    handover = await week.leaves(ben).read_handover(line.leave.id)
    assert [one.patient_id for one in handover.people] == ["c", "a"], "a clock and a promise stand first"
    assert [one.kind for one in handover.people[0].promises] == ["ask-doctor"]
    await ben.store.write(lambda c: set_dead(c, "c", True))
    assert [one.patient_id for one in (await week.leaves(ben).read_handover(line.leave.id)).people] == ["a"]
    await ben.store.write(lambda c: set_dead(c, "c", False))
    await week.leaves(ben).take(line.leave.id)
    (line,) = (await week.leaves(ben).read()).covers
    assert (line.is_taken, line.leave.taken_at) == (True, None), "only on this tablet yet"
    assert (await week.leaves(ana).read()).own.taken_at is None  # type: ignore[union-attr]  # she is on leave
    for desk in (ben, ana, sue):
        await desk.sync()
    (line,) = (await week.leaves(ben).read()).covers
    assert (own := (await week.leaves(ana).read()).own) is not None
    assert own.taken_at is not None
    assert line.leave.taken_at == own.taken_at
    assert line.unsent_at is None
    board = {one.nurse.reference: one for one in (await week.board().read()).nurses}
    anas, bens = board[ana.me.reference], board[ben.me.reference]
    assert (anas.away, anas.planned_since, anas.leave is not None) == (True, 0, True)
    assert [one.nurse.name for one in bens.covers] == ["Ana Ruiz, RN"]

    visits = Visits(ben.store, ben.me, week.here)
    visit_id = await visits.begin("a", Modality.IN_PERSON, Setting.HOME)
    await visits.answer(visit_id, "akps", value="50")
    week.here.at += timedelta(hours=1)
    await visits.leave(visit_id)
    await visits.sign(visit_id)

    week.go_to(began + 7 * DAY)
    assert await week.status("ben", "Patient/a") == 404, (
        "the cover ends by the plan's clock, without anybody's doing"
    )
    await ben.sync()
    assert await week.status("sue", f"Encounter/{visit_id}") == 200, (
        "what was signed in that week still arrived"
    )
    assert await week.people(ben) == {"b"}
    assert (await week.leaves(ben).read()).covers == ()
    with pytest.raises(NotFound):
        await week.leaves(ben).read_handover(line.leave.id)
    await ana.sync()
    back = await week.day(ana).read()
    assert [(one.stop.planned.id, one.stop.state) for one in back.stops] == [("ap-c", PlannedState.OVERDUE)]
    assert (await week.leaves(ana).read()).own is None
    held = await ana.store.read(lambda c: visit_rows.list_for_patient(c, "a"))
    assert [one.id for one in held] == [visit_id]


async def test_ended_early_all_goes_back_and_an_alert_says_to_whom_it_went(week: Week) -> None:
    await cover(week)
    assert await week.people(week.ben) == {"a", "b", "c"}
    with write_transaction(week.database) as connection:
        put_as_system(connection, patient("d"))
        put_as_system(connection, careteam("ct-d", "d", "ana"))
    week.go_to(week.here.at + timedelta(hours=1))
    assert await week.people(week.ben) == {"a", "b", "c", "d"}
    await week.sue.sync()
    board = {one.nurse.reference: one for one in (await week.board().read()).nurses}
    leave = board[week.ana.me.reference].leave
    assert leave is not None
    await week.leaves(week.sue).end(leave)
    assert await week.people(week.ben) == {"b"}
    stops = (await week.day(week.ana).read()).stops
    assert stops == (), "until she is told at her next contact"
    await week.ana.sync()
    assert len((await week.day(week.ana).read()).stops) == 2

    settle(week.database, DUTY)
    with write_transaction(week.database) as connection:
        put_as_system(connection, alert("al"))
    await week.ana.sync()

    async def verify(_: str) -> None: ...

    async def line(desk: Desk) -> Any:
        (found,) = await Alerts(desk.store, desk.me, week.here, verify).list_open()
        return found

    assert (await line(week.ana)).gone_to == ""
    later = Clock(week.clock.now + HOUR)
    assert pass_on(week.database, later) == 1
    week.clock.now = later.now
    await week.ana.sync()
    shown = await line(week.ana)
    assert (shown.gone_to, shown.seen_by) == ("Ben Ochoa, RN", "")
    assert await week.people(week.ben) == {"a", "b"}, "who is on duty reads the person it is about"
    assert (await line(week.ben)).gone_to == "Ben Ochoa, RN"
    await Alerts(week.ben.store, week.ben.me, week.here, verify).acknowledge("al")
    await week.ben.sync()
    await week.ana.sync()
    assert (await line(week.ana)).seen_by == "Ben Ochoa, RN"
