"""A record opened in an emergency on a tablet: it comes whole, work on it goes, and it leaves when its time is up."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.domain.emergency import EmergencyAsk, is_over, read_day
from app.domain.visit import PersonRef
from app.services.emergency import Emergency
from app.store import audit, bases, outbox, patients, visits
from app.store.outbox import VisitSending
from app.sync.emergency import EmergencyRefused, decode_open
from app.sync.fhir.json_text import loads
from app.sync.fhir.task import decode_task
from plan.database import write_transaction
from plan.emergency.opening import end_early, list_all
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.relay import Relay
from tests.sync.conftest import MakeTablet

REASON = "Her daughter called at night, nobody else can come"
NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


class MovedClock:
    """The device's clock, moved by a test."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def family() -> str:
    """A name that nobody else has."""
    return f"Zz{secrets.token_hex(6)}".translate(str.maketrans("0123456789", "ghijklmnop"))


def make_emergency(tablet: Tablet, person: Person, clock: MovedClock | None = None) -> Emergency:
    me = PersonRef(person.reference, person.name)
    return Emergency(tablet.store, tablet.client, me, clock or MovedClock(), lambda: None)


def ask(family: str, **more: Any) -> EmergencyAsk:
    said: dict[str, Any] = {"given": "Vera", "family": family, "born_on": date(1941, 5, 6), "reason": REASON}
    return EmergencyAsk(**(said | more))


async def here(tablet: Tablet) -> frozenset[str]:
    return await tablet.store.read(patients.list_ids)


async def copies(tablet: Tablet, patient_id: str) -> int:
    return len(await tablet.store.read(lambda c: bases.list_versions(c, [patient_id])))


def end_on_plan(plan: FieldPlan, patient_id: str) -> None:
    with write_transaction(plan.engine) as connection:
        (access,) = [row for row in list_all(connection, 0) if row.patient_id == patient_id]
        assert end_early(connection, access.id, int(datetime.now(UTC).timestamp() * 1000))


async def test_the_record_comes_whole_the_visit_goes_and_all_but_it_leaves_at_the_end(
    field_plan: FieldPlan, tablets: MakeTablet, family: str
) -> None:
    team = f"Night {secrets.token_hex(3)}"
    ben, ana = field_plan.add_person(name="Ben Ode, RN", team=team), field_plan.add_person()
    sue = field_plan.add_person("supervisor", "Sue Park, RN", team=team)
    patient_id, mine = field_plan.add_patient(ben, family=family), field_plan.add_patient(ana)
    bens, hers, sues = await tablets(ben), await tablets(ana), await tablets(sue)
    old = await bens.document(patient_id, "Slept badly.", pain=7)
    await bens.sync()
    await hers.sync()
    emergency = make_emergency(hers, ana)
    assert await emergency.open(ask(family)) == patient_id
    assert await here(hers) == {patient_id, mine}
    until = await emergency.find_until(patient_id)
    assert until is not None
    assert timedelta(hours=11, minutes=59) < until - datetime.now(UTC) <= timedelta(hours=12, seconds=5)
    assert not await emergency.has_come(patient_id), "its page must not say that nothing is recorded"
    assert (await hers.sync()).outcome == "ok"
    assert await emergency.has_come(patient_id)
    assert await hers.store.read(lambda c: visits.read_signed(c, old.id)) == old
    row = await hers.store.read(lambda c: patients.get(c, patient_id))
    assert family in row.display_name

    own = await hers.document(patient_id, "Came at night.", pain=8)
    assert (await hers.sync()).outcome == "ok"
    assert await hers.received(own.id)

    await sues.sync()
    bodies = await sues.store.read(lambda c: [b.body for b in bases.list_for_patient(c, patient_id, "Task")])
    (alert,) = [one for body in bodies if (one := decode_task(loads(body))) is not None]
    assert (alert.owner, alert.patient_id, alert.private) == ("supervisor", patient_id, False)
    assert REASON in alert.detail

    end_on_plan(field_plan, patient_id)
    assert (await hers.sync()).outcome == "ok"
    assert await here(hers) == {mine}
    assert await copies(hers, patient_id) == 0
    told: VisitSending = await hers.status(own.id)
    assert told.received_at is not None
    rows = await hers.store.read(lambda c: visits.list_for_patient(c, patient_id))
    assert [one.id for one in rows] == [own.id]


async def test_it_leaves_without_any_network_and_a_clock_set_back_does_not_keep_it(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, family: str
) -> None:
    patient_id = field_plan.add_patient(field_plan.add_person(), family=family)
    for moved in (timedelta(hours=12, minutes=1), -timedelta(minutes=10)):
        clock = MovedClock()
        tablet = await tablets(nurse)
        await tablet.sync()
        emergency = make_emergency(tablet, nurse, clock)
        await emergency.open(ask(family))
        await tablet.sync()
        await emergency.close_what_is_over()
        assert await copies(tablet, patient_id) > 0
        await tablet.use("http://127.0.0.1:9")
        clock.by = moved
        offline = make_emergency(tablet, nurse, clock)
        await offline.close_what_is_over()
        assert await here(tablet) == frozenset()
        assert await copies(tablet, patient_id) == 0
        assert await tablet.store.read(lambda c: patients.find(c, patient_id)) is None


async def test_unsent_work_stays_when_the_record_leaves_and_goes_later(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, family: str
) -> None:
    patient_id = field_plan.add_patient(field_plan.add_person(), family=family)
    clock, tablet = MovedClock(), await tablets(nurse)
    await tablet.sync()
    emergency = make_emergency(tablet, nurse, clock)
    await emergency.open(ask(family))
    await tablet.sync()
    own = await tablet.document(patient_id, "Came at night.", pain=8)
    end_on_plan(field_plan, patient_id)
    clock.by = timedelta(hours=13)
    await emergency.close_what_is_over()
    assert await here(tablet) == frozenset()
    assert (await tablet.store.read(outbox.count)).unsent_visits == 1
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(own.id)


async def test_an_answer_that_was_lost_costs_nothing_and_somebody_on_the_list_is_no_emergency(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, family: str
) -> None:
    patient_id = field_plan.add_patient(field_plan.add_person(), family=family)
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    emergency = make_emergency(tablet, nurse)
    assert await emergency.open(ask(family)) == await emergency.open(ask(family)) == patient_id
    with write_transaction(field_plan.engine) as connection:
        assert sum(row.patient_id == patient_id for row in list_all(connection, 0)) == 1
    field_plan.assign(patient_id, nurse)
    with pytest.raises(EmergencyRefused, match="on your list already"):
        await emergency.open(ask(family))
    await tablet.sync()
    assert await emergency.find_until(patient_id) is None
    assert await here(tablet) == {patient_id}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"family": "Nobodyatall"}, "Nobody has exactly this name"),
        ({"born_on": date(1941, 5, 7)}, "Nobody has exactly this name"),
        ({"reason": "short"}, "at least 10 letters"),
    ],
)
async def test_a_refusal_is_a_sentence_and_leaves_nothing_but_the_log(
    field_plan: FieldPlan,
    nurse: Person,
    tablets: MakeTablet,
    family: str,
    wrong: dict[str, Any],
    sentence: str,
) -> None:
    field_plan.add_patient(field_plan.add_person(), family=family)
    tablet = await tablets(nurse)
    await tablet.sync()
    with pytest.raises(EmergencyRefused, match=sentence):
        await make_emergency(tablet, nurse).open(ask(**({"family": family} | wrong)))
    assert await here(tablet) == frozenset()
    assert (await tablet.store.read(audit.find_head))[0] == 1


async def test_no_name_stands_in_an_address_and_a_quiet_pass_asks_nothing_more(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, family: str
) -> None:
    field_plan.add_patient(field_plan.add_person(), family=family)
    tablet = await tablets(nurse, relay.url)
    await tablet.sync()
    relay.seen.clear()
    await tablet.sync()
    assert not any("emergency" in request.path for request in relay.seen)
    await make_emergency(tablet, nurse).open(ask(family))
    await tablet.sync()
    asked = [request.path for request in relay.seen if "emergency" in request.path]
    assert asked == ["/fhir/$hearthside-emergency"] * 2
    assert not any(family in request.path for request in relay.seen)


def test_when_it_is_over() -> None:
    until = NOW + timedelta(hours=12)
    assert not is_over(until, NOW, None)
    assert is_over(until, until, None)
    assert not is_over(until, NOW - timedelta(minutes=5), NOW)
    assert is_over(until, NOW - timedelta(minutes=6), NOW)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2/3/1940", date(1940, 2, 3)),
        ("02.03.1940", date(1940, 2, 3)),
        ("1940-02-03 ", date(1940, 2, 3)),
        ("31/12/1940", None),
        ("2/3/40", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_it_is_typed(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize("odd", [None, [], {"parameter": 3}, {"parameter": [{"name": "open"}]}])
def test_an_odd_answer_opens_nothing(odd: Any) -> None:
    assert decode_open(odd) == {}
