"""Assisted living is a home: who went there from hospital waits for her 48-hour visit like everybody else, and a visit
that begins without being asked where begins there.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.domain.review import ReviewRules
from app.domain.stays import ClockState, Place
from app.domain.visit import Modality, PersonRef, Setting
from app.domain.visit_kind import VisitKind
from app.services.board import read_board
from app.services.day import read_day
from app.services.leaves import read_handover
from app.services.review_facts import read_reasons
from app.services.stays import Stays, ToldStay, read_stays
from app.services.visits import Visits
from app.store import leaves
from app.store.engine import Store
from tests.services.alert_steps import begin, finish_visit
from tests.services.conftest import ANA, SteppingClock
from tests.services.test_day_of_a_nurse import plan
from tests.services.test_kinds_of_visits import make_visit

BEN = PersonRef("Practitioner/ben", "Ben Cole, RN")


async def move(store: Store, clock: SteppingClock, place: Place) -> None:
    """Out of hospital 40 hours ago, and in this place since an hour later."""
    stays, left = Stays(store, ANA, clock), clock.at - timedelta(hours=40)
    await stays.tell("p1", ToldStay(Place.HOSPITAL, "Mercy", left - timedelta(days=4), left))
    await stays.tell("p1", ToldStay(place, "Oak Court", left + timedelta(hours=1)))


async def stand_in(store: Store, clock: SteppingClock) -> None:
    """Ana has Ben's people, and p1 is one of them."""
    parts = [
        {"name": "id", "valueString": "leave-1"},
        {"name": "nurse", "valueReference": {"reference": BEN.reference, "display": BEN.name}},
        {"name": "stand-in", "valueReference": {"reference": ANA.reference, "display": ANA.name}},
        {"name": "from", "valueInstant": (clock.at - timedelta(days=1)).isoformat()},
        {"name": "until", "valueInstant": (clock.at + timedelta(days=1)).isoformat()},
        {"name": "patient", "valueReference": {"reference": "Patient/p1"}},
    ]
    text = json.dumps({"resourceType": "Parameters", "parameter": [{"name": "leave", "part": parts}]})
    await store.write(lambda connection: leaves.put_text(connection, text))


@pytest.mark.parametrize("place", list(Place))
async def test_a_move_into_assisted_living_stops_no_48_hours_and_one_into_a_facility_does(
    store: Store, clock: SteppingClock, place: Place
) -> None:
    await move(store, clock, place)
    await stand_in(store, clock)
    waits = place is Place.ASSISTED_LIVING
    now = clock.at
    today = await store.read(lambda connection: read_day(connection, ANA, now))
    board = await store.read(lambda connection: read_board(connection, now))
    handover = await store.read(lambda connection: read_handover(connection, ANA, "leave-1", now))
    (taken,) = handover.people
    assert [one.clock.state for one in today.clocks] == [ClockState.SOON] * waits
    assert [one.clock.state for one in board.clocks] == [ClockState.SOON] * waits
    assert (taken.clock is not None) is waits
    await plan(store, clock, 1)
    (stop,) = (await store.read(lambda connection: read_day(connection, ANA, now))).stops
    assert (stop.clock is not None) is waits
    assert stop.inside is not None, "where she is stands there all the same"


@pytest.mark.parametrize("place", [Place.ASSISTED_LIVING, Place.SKILLED])
async def test_the_visit_that_is_offered_after_the_move_is_the_one_that_the_48_hours_wait_for(
    store: Store, clock: SteppingClock, visits: Visits, place: Place
) -> None:
    await make_visit(visits)
    clock.at += timedelta(days=10)
    await move(store, clock, place)
    at_home = place is Place.ASSISTED_LIVING
    assert await visits.propose_kind("p1") is (VisitKind.FROM_FACILITY if at_home else VisitKind.ROUTINE)
    shut = await visits.begin_not_seen("p1", Modality.IN_PERSON, Setting.ASSISTED_LIVING, "nobody-home")
    await visits.answer(shut, "poc-next-contact", value="2999-01-01")
    await visits.sign(shut)
    rules = ReviewRules(one_in=0)
    found = await store.read(lambda c: read_reasons(c, "Practitioner/sue", rules, clock.at, shut))
    assert [bool(reasons) for _, reasons in found] == [at_home], "she still waits, so a supervisor reads it"


async def test_a_visit_in_assisted_living_meets_the_48_hours(
    store: Store, clock: SteppingClock, visits: Visits
) -> None:
    await move(store, clock, Place.ASSISTED_LIVING)
    visit_id = await begin(visits, setting=Setting.ASSISTED_LIVING)
    await visits.answer(visit_id, "esas-pain", value=2)
    await finish_visit(visits, visit_id)
    part = await store.read(lambda connection: read_stays(connection, "p1"))
    assert part.running(clock.at) is None
    assert [one.state for one in part.clocks(clock.at)] == [ClockState.MET]


@pytest.mark.parametrize(
    ("place", "setting"),
    [(Place.ASSISTED_LIVING, Setting.ASSISTED_LIVING), (Place.LONG_TERM, Setting.NURSING_HOME_LONG)],
)
async def test_a_visit_begun_without_being_asked_where_is_where_she_lives(
    store: Store, clock: SteppingClock, visits: Visits, place: Place, setting: Setting
) -> None:
    await move(store, clock, place)
    visit_id = await visits.begin("p1", Modality.TELEPHONE, None, VisitKind.TELEPHONE)
    assert (await visits.page(visit_id)).draft.setting is setting
    assert await visits.discard(visit_id)


async def test_else_it_is_where_she_was_seen_last_until_she_came_home(
    store: Store, clock: SteppingClock, visits: Visits
) -> None:
    first = await begin(visits, setting=Setting.NURSING_HOME_SHORT)
    await visits.answer(first, "esas-pain", value=2)
    await finish_visit(visits, first)
    call = await visits.begin("p1", Modality.TELEPHONE, None, VisitKind.TELEPHONE)
    assert (await visits.page(call)).draft.setting is Setting.NURSING_HOME_SHORT
    assert await visits.discard(call)
    clock.at += timedelta(days=3)
    left = clock.at - timedelta(hours=2)
    await Stays(store, ANA, clock).tell("p1", ToldStay(Place.SKILLED, "Elm House", None, left))
    call = await visits.begin("p1", Modality.TELEPHONE, None, VisitKind.TELEPHONE)
    assert (await visits.page(call)).draft.setting is Setting.HOME
