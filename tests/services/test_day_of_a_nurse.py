"""The day on a real encrypted store: what the plan planned, clocks, facts at the door, closing the day."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.day import PlannedState
from app.domain.going_in import GoingInKind
from app.domain.stays import Place
from app.domain.visit import Modality, PersonRef, Setting
from app.errors import NotFound, RecordError
from app.services.day import Day
from app.services.day_models import DayPage
from app.services.going_in import GoingInFacts
from app.services.stays import Stays, ToldStay
from app.services.visits import Visits
from app.store import bases, meta, patients
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.store.tables import Change, table_of
from app.sync.fhir.appointment import VISIT_KIND
from tests.services.conftest import ANA, SteppingClock, person
from tests.services.sending_desk import desk, sign_one

__all__ = ["desk"]
_change = table_of(Change)
ADDRESS = {"line": ["88 Old Mill Rd"], "city": "Glendale", "state": "CA"}


async def put(store: Store, resource: dict[str, Any], patient_id: str = "p1") -> None:
    kind, own_id = resource["resourceType"], resource["id"]
    base = BaseCopy(kind, own_id, "1", "2026-11-22T09:00:00Z", json.dumps(resource), patient_id)
    await store.write(lambda connection: bases.put(connection, base))


async def plan(
    store: Store, clock: SteppingClock, hours: float, *, own_id: str = "a1", who: str = "p1", **changes: Any
) -> None:
    start = clock.at + timedelta(hours=hours)
    made = {
        "resourceType": "Appointment",
        "id": own_id,
        "status": "booked",
        "serviceType": [{"coding": [{"system": VISIT_KIND, "code": "routine"}]}],
        "start": start.isoformat(),
        "end": (start + timedelta(hours=1)).isoformat(),
        "participant": [
            {"actor": {"reference": f"Patient/{who}"}, "status": "accepted"},
            {"actor": {"reference": ANA.reference}, "status": "accepted"},
        ],
    }
    await put(store, made | changes, who)


@pytest.fixture
def day(store: Store, clock: SteppingClock) -> Day:
    return Day(store, ANA, clock)


@pytest.fixture
def facts(store: Store, clock: SteppingClock) -> GoingInFacts:
    return GoingInFacts(store, ANA, clock)


def shown(page: DayPage) -> list[tuple[str, PlannedState]]:
    return [(one.stop.planned.id, one.stop.state) for one in page.stops]


async def test_a_planned_visit_stands_with_name_place_and_number(
    store: Store, clock: SteppingClock, day: Day
) -> None:
    telecom = [{"system": "phone", "value": "213-555-0101"}]
    patient = {"resourceType": "Patient", "id": "p1", "address": [ADDRESS], "telecom": telecom}
    await put(store, patient)
    await plan(store, clock, 1)
    (stop,) = (await day.read()).stops
    assert (stop.patient_name, stop.phone) == ("Rosa Colón", "213-555-0101")
    assert stop.address == "88 Old Mill Rd, Glendale, CA"


async def test_what_is_planned_for_somebody_else_for_one_who_died_or_left_is_not_on_the_list(
    store: Store, clock: SteppingClock, day: Day
) -> None:
    ben = [
        {"actor": {"reference": f"{kind}"}, "status": "accepted"}
        for kind in ("Patient/p1", "Practitioner/ben")
    ]
    await plan(store, clock, 1, participant=ben)
    await plan(store, clock, 1, own_id="a2", who="gone")
    await store.write(lambda c: patients.upsert(c, person("p2", "Walter")))
    await store.write(lambda c: patients.set_active_members(c, ["p1"]))
    await plan(store, clock, 1, own_id="a3", who="p2")
    assert (await day.read()).stops == ()


async def test_a_body_that_cannot_be_read_takes_nothing_else_with_it(
    store: Store, clock: SteppingClock, day: Day
) -> None:
    broken = BaseCopy("Appointment", "bad", "1", "2026-11-22T09:00:00Z", '{"start": ', "p1")
    await store.write(lambda connection: bases.put(connection, broken))
    await plan(store, clock, 1)
    assert shown(await day.read()) == [("a1", PlannedState.COMING)]


async def test_beginning_and_signing_the_visit_moves_it_on(
    store: Store, clock: SteppingClock, day: Day, visits: Visits
) -> None:
    await plan(store, clock, -1)
    assert shown(await day.read()) == [("a1", PlannedState.LATE)]
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    assert shown(await day.read()) == [("a1", PlannedState.BEGUN)]
    assert await visits.discard(visit_id)
    await sign_one(visits)
    assert shown(await day.read()) == [("a1", PlannedState.MADE)]


async def test_her_own_order_is_kept_for_the_day_and_gone_tomorrow(
    store: Store, clock: SteppingClock, day: Day
) -> None:
    for number, hours in enumerate((1, 2, 3)):
        await plan(store, clock, hours, own_id=f"a{number}")
    await day.put_in_order(("a2", "a0", "a1"))
    page = await day.read()
    assert ([one for one, _ in shown(page)], page.own_order) == (["a2", "a0", "a1"], True)
    clock.at += timedelta(days=1)
    page = await day.read()
    assert ([one for one, _ in shown(page)], page.own_order) == (["a0", "a1", "a2"], False)
    await day.put_in_order(())
    assert await store.read(lambda c: meta.find(c, "day-order")) is None


async def test_a_clock_stands_beside_the_plan_or_on_its_own_until_the_visit_is_made(
    store: Store, clock: SteppingClock, day: Day, visits: Visits
) -> None:
    left = clock.at - timedelta(hours=20)
    await Stays(store, ANA, clock).tell(
        "p1", ToldStay(Place.SKILLED, "Elm House", left - timedelta(days=8), left)
    )
    (alone,) = (await day.read()).clocks
    assert (alone.patient_id, alone.clock.due_at) == ("p1", left + timedelta(hours=48))
    await plan(store, clock, 1)
    page = await day.read()
    assert page.clocks == ()
    assert page.stops[0].clock is not None
    await sign_one(visits)
    page = await day.read()
    assert (page.clocks, page.stops[0].clock) == ((), None)


async def call_off(visits: Visits, next_on: str, how: Modality = Modality.IN_PERSON) -> str:
    visit_id = await visits.begin_not_seen("p1", how, Setting.HOME, "nobody-home")
    await visits.answer(visit_id, "poc-next-contact", value=next_on)
    await visits.sign(visit_id)
    return visit_id


async def came_home(store: Store, clock: SteppingClock, hours: float) -> None:
    left = clock.at - timedelta(hours=hours)
    told = ToldStay(Place.HOSPITAL, "Mercy", left - timedelta(days=3), left)
    await Stays(store, ANA, clock).tell("p1", told)


async def test_a_door_that_stayed_shut_leaves_the_clock_and_the_promise_of_today_on_the_day(
    store: Store, clock: SteppingClock, day: Day, visits: Visits
) -> None:
    await came_home(store, clock, 41)
    await plan(store, clock, 1)
    today = clock.at.date()
    shut = await call_off(visits, today.isoformat())
    page = await day.read()
    assert shown(page) == [("a1", PlannedState.NOT_SEEN)]
    assert (page.stops[0].stop.next_on, page.stops[0].stop.signed_at is not None) == (today, True)
    assert [one.patient_id for one in page.clocks] == ["p1"], "the clock runs on, whatever was planned"
    (again,) = page.tries
    assert (again.visit_id, again.kind, again.next_on) == (shut, "from-facility", today)
    await sign_one(visits)
    page = await day.read()
    assert (page.clocks, page.tries, shown(page)) == ((), (), [("a1", PlannedState.MADE)])


async def test_whom_she_promised_to_try_today_stands_there_though_nobody_planned_it(
    store: Store, clock: SteppingClock, day: Day, visits: Visits
) -> None:
    await call_off(visits, (clock.at + timedelta(days=1)).date().isoformat(), Modality.TELEPHONE)
    assert (await day.read()).tries == (), "tomorrow is not today"
    clock.at += timedelta(days=1)
    (again,) = (await day.read()).tries
    assert (again.patient_name, again.kind) == ("Rosa Colón", "telephone")
    assert (await Day(store, PersonRef("Practitioner/ben", "Ben Cole, RN"), clock).read()).tries == ()
    await visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    assert (await day.read()).tries == (), "she is at it"


async def test_somebody_who_is_in_hospital_is_said_to_be_there(
    store: Store, clock: SteppingClock, day: Day
) -> None:
    await plan(store, clock, 1)
    told = ToldStay(Place.HOSPITAL, "Mercy", clock.at - timedelta(hours=3))
    await Stays(store, ANA, clock).tell("p1", told)
    (stop,) = (await day.read()).stops
    assert stop.inside is not None
    assert stop.inside.name == "Mercy"


async def test_a_fact_is_there_at_once_waits_to_be_sent_and_goes_with_one_tap(
    store: Store, clock: SteppingClock, day: Day, facts: GoingInFacts
) -> None:
    await plan(store, clock, 1)
    await facts.note("p1", GoingInKind.DOG)
    await facts.note("p1", GoingInKind.DOG)
    await facts.note("p1", GoingInKind.WEAPON)
    await facts.note("p1", GoingInKind.DOG, "barks only")
    (stop,) = (await day.read()).stops
    assert [(one.kind, one.words, one.pending) for one in stop.going_in] == [
        (GoingInKind.WEAPON, "", True),
        (GoingInKind.DOG, "barks only", True),
    ]
    await facts.take_away("p1", GoingInKind.DOG)
    await facts.take_away("p1", GoingInKind.DOG)
    (stop,) = (await day.read()).stops
    assert [one.kind for one in stop.going_in] == [GoingInKind.WEAPON]
    kinds = [row.type for row in await store.read(lambda c: c.execute(select(_change.c.type)).all())]
    assert Counter(kinds) == Counter(Flag=4)


async def test_long_words_and_people_who_are_not_here_are_refused(facts: GoingInFacts) -> None:
    with pytest.raises(RecordError):
        await facts.note("p1", GoingInKind.KEY, "x" * 81)
    with pytest.raises(NotFound):
        await facts.note("nobody", GoingInKind.KEY)
