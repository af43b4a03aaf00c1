"""The board as a supervisor's device has it: silence and planned visits, what is past due, what is not closed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.stays import ClockState, Place
from app.domain.visit import Modality, Setting
from app.services.board import read_board
from app.services.board_models import BoardNurse, BoardPage
from app.services.moves import SEEN, Moves
from app.services.stays import Stays, ToldStay
from app.services.visits import Visits
from app.store import alerts, emergencies, meta, patients
from app.store.engine import Store
from app.sync.fhir.moving import move_visit
from app.sync.team_board import KEPT
from app.views.wording.board import today_so_far
from tests.services.alert_steps import begin, finish_visit
from tests.services.conftest import ANA, SteppingClock, person
from tests.services.test_day_of_a_nurse import plan, put
from tests.services.test_records_beside_visits import make_referral

BEN = replace(ANA, reference="Practitioner/ben", name="Ben Cole, RN")


def named(name: str, **value: Any) -> dict[str, Any]:
    return {"name": name, **value}


async def tell(store: Store, at: datetime, heard: datetime | None, *people: str) -> None:
    """The plan said this of Ana's tablet at that time; Ben has none."""

    def nurse(reference: str, name: str, *more: dict[str, Any]) -> dict[str, Any]:
        who = named("who", valueReference={"reference": reference, "display": name})
        return named("nurse", part=[who, *more])

    has = [named("patient", valueReference={"reference": f"Patient/{one}"}) for one in people]
    said = [] if heard is None else [named("device", part=[named("heard", valueInstant=heard.isoformat())])]
    parameters = [
        named("at", valueInstant=at.isoformat()),
        nurse(ANA.reference, ANA.name, *has, *said),
        nurse(BEN.reference, BEN.name),
    ]
    text = json.dumps({"resourceType": "Parameters", "parameter": parameters})
    await store.write(lambda connection: meta.put(connection, KEPT, text))


async def read(store: Store, now: datetime) -> tuple[BoardPage, BoardNurse]:
    page = await store.read(lambda connection: read_board(connection, now))
    return page, page.nurses[0]


async def test_not_heard_from_since_names_the_visits_planned_since(
    store: Store, clock: SteppingClock
) -> None:
    now = clock.at
    for own_id, hours in (("before", -3.0), ("since-1", -1.0), ("since-2", -0.5), ("later", 2.0)):
        await plan(store, clock, hours, own_id=own_id)
    await tell(store, now, now - timedelta(hours=2), "p1", "foreign")
    page, ana = await read(store, now)
    assert (ana.heard, ana.planned_since) == (False, 2)
    assert ana.people == (("p1", "Rosa Colón"),), "whose record is not here has no name here"
    assert [one.planned.id for one in ana.visits] == ["before", "since-1", "since-2", "later"]
    assert page.nurses[1].planned_since == 0


async def test_of_a_visit_that_was_made_nothing_is_missing(
    store: Store, clock: SteppingClock, visits: Visits
) -> None:
    await plan(store, clock, -1, own_id="a1")
    await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await tell(store, clock.at, clock.at - timedelta(hours=2), "p1")
    _, ana = await read(store, clock.at)
    assert (ana.planned_since, ana.visits) == (0, ())


async def test_a_visit_in_which_nobody_was_seen_is_not_made_and_can_be_given_to_another(
    store: Store, clock: SteppingClock, visits: Visits
) -> None:
    await plan(store, clock, -1, own_id="shut")
    visit_id = await visits.begin_not_seen("p1", Modality.IN_PERSON, Setting.HOME, "nobody-home")
    await visits.answer(visit_id, "poc-next-contact", value="2999-01-01")
    await visits.sign(visit_id)
    await tell(store, clock.at, clock.at - timedelta(hours=2), "p1")
    _, ana = await read(store, clock.at)
    assert [(one.planned.id, one.not_seen) for one in ana.visits] == [("shut", True)]
    assert (ana.made, ana.planned_since) == (0, 0), "her tablet has told of it"
    assert today_so_far(ana, clock.at) == "Planned for today: 1 not seen"
    again = await begin(visits)
    await visits.answer(again, "esas-pain", value=2)
    await finish_visit(visits, again)
    _, ana = await read(store, clock.at)
    assert (ana.made, ana.visits) == (1, ()), "she went again"
    assert today_so_far(ana, clock.at) == "Planned for today: 1 made"


async def test_while_this_device_was_away_nobody_is_called_silent(store: Store, clock: SteppingClock) -> None:
    await plan(store, clock, -1)
    told_at = clock.at - timedelta(hours=3)
    await tell(store, told_at, told_at - timedelta(minutes=10), "p1")
    page, ana = await read(store, clock.at)
    assert ana.heard
    assert ana.planned_since == 0
    assert page.told_at == told_at, "the board says its age instead"


async def test_a_plan_without_a_board_leaves_what_was_pulled(store: Store, clock: SteppingClock) -> None:
    page = await store.read(lambda connection: read_board(connection, clock.at))
    assert (page.told_at, page.nurses) == (None, ())


async def test_alerts_past_due_stand_there_and_others_do_not(store: Store, clock: SteppingClock) -> None:
    at = clock.at

    def alert(own_id: str, due_at: datetime | None, **more: Any) -> Alert:
        made = Alert(
            own_id, "p1", None, "SEVERE_SYMPTOM", own_id, Level.TODAY, AlertState.OPEN, "Pain 8 of 10.",
            "Severe symptom\nPain 8 of 10.", False, "supervisor", at, due_at,
        )  # fmt: skip
        return replace(made, **more)

    hour = timedelta(hours=1)
    for one in (
        alert("late", at - hour),
        alert("taken", at - hour, state=AlertState.ACKNOWLEDGED),
        alert("soon", at + hour),
        alert("undated", None),
        alert("done", at - hour, state=AlertState.DONE),
        alert("secret", at - hour, private=True, finding="Afraid of someone"),
    ):
        await store.write(partial(alerts.put, alert=one))
    page = await store.read(lambda connection: read_board(connection, at))
    assert sorted(one.id for one in page.alerts) == ["late", "secret", "taken"]
    assert "Afraid" not in repr(page.alerts)


async def test_the_48_hours_that_are_over_and_open_referrals_stand_there(
    store: Store, clock: SteppingClock, visits: Visits
) -> None:
    stays = Stays(store, ANA, clock)
    left = clock.at - timedelta(hours=50)
    await stays.tell("p1", ToldStay(Place.HOSPITAL, "Mercy", began_at=left - timedelta(days=4), left_at=left))
    (due,) = (await store.read(lambda connection: read_board(connection, clock.at))).clocks
    assert (due.patient_name, due.clock.state) == ("Rosa Colón", ClockState.OVERDUE)
    await make_referral(visits)
    page = await store.read(lambda connection: read_board(connection, clock.at))
    assert page.clocks == (), "a visit came"
    (open_one,) = page.referrals
    assert (open_one.patient_id, open_one.referral.state) == ("p1", "proposed")


@pytest.fixture
async def moves(store: Store, clock: SteppingClock) -> Moves:
    await store.write(lambda connection: meta.put(connection, meta.SWEPT_AT, clock.at.isoformat()))
    found = Moves(store, ANA, clock, nurse=True)
    await found.look()
    return found


async def on_list(store: Store, *people: str) -> None:
    await store.write(lambda connection: patients.set_active_members(connection, people))


async def test_who_went_and_came_back_before_it_was_read_is_no_news(store: Store, moves: Moves) -> None:
    await on_list(store)
    await moves.look()
    assert [one.came for one in (await moves.read()).people] == [False]
    await on_list(store, "p1")
    await moves.look()
    assert (await moves.read()).people == ()


async def test_the_name_of_somebody_who_left_goes_after_three_days(
    store: Store, moves: Moves, clock: SteppingClock
) -> None:
    await on_list(store)
    await moves.look()
    clock.at += timedelta(days=3, minutes=1)
    assert (await moves.read()).people == ()
    await moves.look()
    assert "Rosa" not in (await store.read(lambda c: meta.find(c, SEEN)) or "")


async def test_a_record_opened_in_an_emergency_is_no_change_of_the_list(
    store: Store, moves: Moves, clock: SteppingClock
) -> None:
    await store.write(lambda c: patients.upsert(c, person("p9", "Walter")))
    until = clock.at + timedelta(hours=12)
    await store.write(lambda c: emergencies.put(c, "p9", "Walter", until))
    await moves.look()
    assert (await moves.read()).people == ()


async def test_a_visit_moved_on_again_or_called_off_is_no_news_of_hers(
    store: Store, moves: Moves, clock: SteppingClock
) -> None:
    start = clock.at + timedelta(hours=3)
    visit: dict[str, Any] = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": start.isoformat(),
        "participant": [{"actor": {"reference": one}} for one in ("Patient/p1", BEN.reference)],
    }
    maria = replace(ANA, reference="Practitioner/maria", name="Maria Ochoa")
    hers = move_visit(visit, BEN, ANA, maria, clock.at)
    await put(store, hers)
    assert [(one.came, one.by) for one in (await moves.read()).visits] == [(True, "Maria Ochoa")]
    await put(store, hers | {"status": "cancelled"})
    assert (await moves.read()).visits == ()
    carla = replace(ANA, reference="Practitioner/carla", name="Carla")
    await put(store, move_visit(move_visit(visit, BEN, carla, maria, clock.at), carla, BEN, maria, clock.at))
    assert (await moves.read()).visits == ()
