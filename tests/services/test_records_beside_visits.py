"""Stays, addenda and referral loops on a real encrypted store: records beside a visit, each its own outbox group."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.domain.stays import ClockState, Outcome, Place
from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting
from app.errors import NotFound, RecordError
from app.services.addenda import Addenda
from app.services.corrected_answers import list_addenda
from app.services.planning import Referrals, read_plan, read_referrals
from app.services.stays import Stays, StaysPart, ToldStay
from app.services.visits import Visits
from app.store.engine import Store
from app.store.tables import AuditEvent, Change, table_of
from tests.services.conftest import ANA, SteppingClock

_change, _audit = table_of(Change), table_of(AuditEvent)


def changes(connection: Connection) -> list[Mapping[str, Any]]:
    rows = connection.execute(select(_change).order_by(_change.c.seq)).mappings()
    return [dict(row) for row in rows]


@pytest.fixture
def stays(store: Store, clock: SteppingClock) -> Stays:
    return Stays(store, ANA, clock)


@pytest.fixture
def addenda(store: Store, clock: SteppingClock) -> Addenda:
    return Addenda(store, ANA, clock)


@pytest.fixture
def referrals(store: Store, clock: SteppingClock) -> Referrals:
    return Referrals(store, ANA, clock)


async def sign_visit(visits: Visits, *, note: str = "Slept badly.", setting: Setting = Setting.HOME) -> str:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, setting)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=3)
    await visits.set_note(visit_id, note)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    return visit_id


def home_since(clock: SteppingClock, hours: float) -> ToldStay:
    left = clock.at - timedelta(hours=hours)
    return ToldStay(Place.SKILLED, "Elm House", left - timedelta(days=8), left)


async def test_a_stay_that_somebody_told_of_is_there_at_once_and_waits_to_be_sent(
    store: Store, stays: Stays, clock: SteppingClock
) -> None:
    reference = await stays.tell("p1", home_since(clock, 20))
    part = await stays.read("p1")
    (stay,) = part.stays
    assert (stay.reference, stay.name, stay.by_hand) == (reference, "Elm House", True)
    (waiting,) = await store.read(changes)
    assert (waiting["type"], waiting["state"], waiting["group_id"]) == (
        "Encounter",
        "new",
        reference.partition("/")[2],
    )


async def test_its_discharge_starts_the_clock_and_a_home_visit_meets_it(
    stays: Stays, visits: Visits, clock: SteppingClock
) -> None:
    await stays.tell("p1", home_since(clock, 20))
    (running,) = (await stays.read("p1")).clocks(clock.now())
    assert running.state is ClockState.RUNNING
    await sign_visit(visits)
    (met,) = (await stays.read("p1")).clocks(clock.now())
    assert met.state is ClockState.MET


async def test_a_visit_in_the_clinic_does_not_meet_it(
    stays: Stays, visits: Visits, clock: SteppingClock
) -> None:
    await stays.tell("p1", home_since(clock, 20))
    await sign_visit(visits, setting=Setting.OFFICE)
    (clock_now,) = (await stays.read("p1")).clocks(clock.now())
    assert clock_now.state is ClockState.RUNNING


async def test_why_no_visit_came_can_be_said_and_said_again(
    store: Store, stays: Stays, clock: SteppingClock
) -> None:
    reference = await stays.tell("p1", home_since(clock, 60))
    await stays.set_outcome("p1", reference, Outcome.UNREACHABLE)
    await stays.set_outcome("p1", reference, Outcome.DECLINED, "wants to rest first")
    (stay,) = (await stays.read("p1")).stays
    assert (stay.outcome, stay.outcome_words) == (Outcome.DECLINED, "wants to rest first")
    tasks = [one for one in await store.read(changes) if one["type"] == "Task"]
    assert [one["base_version"] for one in tasks] == [None, "own-latest"]
    assert len({one["id"] for one in tasks}) == 1


async def test_a_reason_for_a_stay_that_is_not_here_is_refused_and_nothing_is_stored(
    store: Store, stays: Stays
) -> None:
    with pytest.raises(RecordError):
        await stays.set_outcome("p1", "Encounter/none", Outcome.DIED)
    assert await store.read(changes) == []


async def test_a_stay_with_only_a_day_counts_from_its_beginning(stays: Stays, clock: SteppingClock) -> None:
    day = clock.at.astimezone().date() - timedelta(days=1)
    await stays.tell("p1", ToldStay(Place.SKILLED, left_on=day))
    (stay,) = (await stays.read("p1")).stays
    assert stay.left_at == datetime(day.year, day.month, day.day).astimezone()
    assert not stay.time_known


def _bad_stays(now: datetime) -> list[ToldStay]:
    return [
        ToldStay(Place.HOSPITAL),
        ToldStay(Place.HOSPITAL, began_at=now + timedelta(hours=1)),
        ToldStay(Place.HOSPITAL, began_at=now - timedelta(hours=1), left_at=now - timedelta(hours=2)),
        ToldStay(Place.HOSPITAL, began_at=now, left_on=date(2020, 1, 1)),
    ]


@pytest.mark.parametrize("number", range(4))
async def test_times_that_make_no_stay_get_a_sentence_and_store_nothing(
    store: Store, stays: Stays, clock: SteppingClock, number: int
) -> None:
    with pytest.raises(RecordError):
        await stays.tell("p1", _bad_stays(clock.at)[number])
    assert await store.read(changes) == []


async def test_a_stay_for_somebody_who_is_not_here_is_refused(stays: Stays, clock: SteppingClock) -> None:
    with pytest.raises(NotFound):
        await stays.tell("nobody", home_since(clock, 1))


async def test_a_person_without_stays_has_no_clock_and_is_inside_nowhere(
    stays: Stays, clock: SteppingClock
) -> None:
    part = await stays.read("p1")
    assert (part.stays, part.inside, part.clocks(clock.now())) == ((), None, ())
    assert StaysPart().inside is None


async def test_an_addendum_stands_beside_the_visit_and_changes_nothing_in_it(
    store: Store, visits: Visits, addenda: Addenda
) -> None:
    visit_id = await sign_visit(visits)
    before = [one["payload"] for one in await store.read(changes)]
    await addenda.add(visit_id, "  Daughter called: she slept.\n")
    (added,) = await store.read(lambda c: list_addenda(c, "p1", visit_id))
    assert (added.text, added.author, added.pending) == ("Daughter called: she slept.", ANA, True)
    after = await store.read(changes)
    assert [one["payload"] for one in after[: len(before)]] == before
    assert (await visits.read(visit_id)).note == "Slept badly."
    appended = json.loads(after[-1]["payload"])["relatesTo"][0]["target"]["reference"]
    assert appended in {f"{one['type']}/{one['id']}" for one in after}


async def test_an_addendum_to_a_visit_without_a_note_appends_to_nothing(
    store: Store, visits: Visits, addenda: Addenda
) -> None:
    visit_id = await sign_visit(visits, note="")
    await addenda.add(visit_id, "One more thing.")
    assert "relatesTo" not in json.loads((await store.read(changes))[-1]["payload"])


async def test_only_the_nurse_who_signed_may_add(store: Store, visits: Visits, clock: SteppingClock) -> None:
    visit_id = await sign_visit(visits)
    before = len(await store.read(changes))
    with pytest.raises(RecordError):
        await Addenda(store, PersonRef("Practitioner/ben", "Ben Cole, RN"), clock).add(visit_id, "No.")
    assert len(await store.read(changes)) == before


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_001])
async def test_an_addendum_that_cannot_be_kept_gets_a_sentence(
    visits: Visits, addenda: Addenda, text: str
) -> None:
    visit_id = await sign_visit(visits)
    with pytest.raises(RecordError):
        await addenda.add(visit_id, text)


async def test_nothing_is_added_to_a_visit_that_is_not_signed(visits: Visits, addenda: Addenda) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    with pytest.raises(NotFound):
        await addenda.add(visit_id, "Too early.")


async def test_what_was_typed_of_an_addendum_is_kept_until_it_is_added(
    visits: Visits, addenda: Addenda
) -> None:
    visit_id = await sign_visit(visits)
    await addenda.keep(visit_id, "Daughter ca")
    assert (await visits.read(visit_id)).unfinished_addendum == "Daughter ca"
    await addenda.add(visit_id, "Daughter called.")
    reading = await visits.read(visit_id)
    assert reading.unfinished_addendum == ""
    assert [one.text for one in reading.addenda] == ["Daughter called."]


async def make_referral(visits: Visits) -> str:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.add_entry(visit_id, "referrals", answers={"ref-to": "hospice", "ref-why": ("decline",)})
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    return visit_id


async def test_a_referral_made_offline_is_on_record_at_once_and_its_loop_moves(
    store: Store, visits: Visits, referrals: Referrals
) -> None:
    await make_referral(visits)
    (proposed,) = await store.read(lambda c: read_referrals(c, "p1"))
    assert (proposed.to, proposed.state, proposed.pending) == ("hospice", "proposed", True)
    await referrals.set_state("p1", proposed.reference, "no-capacity", "full until January")
    (moved,) = await store.read(lambda c: read_referrals(c, "p1"))
    assert (moved.state, moved.state_by, moved.is_open) == ("no-capacity", ANA.name, False)


async def test_a_loop_keeps_every_step_that_was_said(
    store: Store, visits: Visits, referrals: Referrals
) -> None:
    await make_referral(visits)
    (made,) = await store.read(lambda c: read_referrals(c, "p1"))
    for state in ("sent", "accepted", "started"):
        await referrals.set_state("p1", made.reference, state)
    task = json.loads((await store.read(changes))[-1]["payload"])
    assert [note["text"] for note in task["note"]] == ["Sent", "Accepted", "Started"]


async def test_an_unknown_state_or_referral_is_refused(visits: Visits, referrals: Referrals) -> None:
    await make_referral(visits)
    with pytest.raises(RecordError):
        await referrals.set_state("p1", "ServiceRequest/x", "vanished")
    with pytest.raises(NotFound):
        await referrals.set_state("p1", "ServiceRequest/x", "sent")


async def test_a_plan_of_care_is_renewed_one_problem_at_a_time(store: Store, visits: Visits) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    for problem in ("Falls at night", "Breathless on stairs"):
        await visits.add_entry(visit_id, "care-goals", answers={"goal-problem": problem})
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    first = await store.read(lambda c: read_plan(c, "p1"))
    falls = next(goal for goal in first.goals if goal.problem == "Falls at night")
    again = await visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    answers = {"goal-problem": "Falls at night", "goal-state": "reached"}
    await visits.add_entry(again, "care-goals", about=" ".join(falls.references), answers=answers)
    await visits.leave(again)
    await visits.sign(again)
    now = await store.read(lambda c: read_plan(c, "p1"))
    assert {goal.problem: goal.state for goal in now.goals} == {
        "Falls at night": "reached",
        "Breathless on stairs": None,
    }
    assert [goal.problem for goal in now.open_goals] == ["Breathless on stairs"]


async def test_each_of_these_is_written_to_the_audit_log(
    store: Store, stays: Stays, addenda: Addenda, visits: Visits, clock: SteppingClock
) -> None:
    await stays.tell("p1", home_since(clock, 1))
    await addenda.add(await sign_visit(visits), "One more thing.")
    actions = await store.read(lambda c: set(c.execute(select(_audit.c.action)).scalars()))
    assert {"stay", "addendum"} <= actions
