"""A death on a real encrypted store: what stops, what goes on, and that taking it back brings everything again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.death import CONTACT, DISPOSED, ME, PRONOUNCED, TOLD_BY, WITNESS, DeathDraft
from app.domain.stays import Place
from app.domain.visit import PersonRef
from app.errors import NotFound, RecordError
from app.services.alert_lines import list_lines
from app.services.board import read_board
from app.services.caseload import Caseload
from app.services.clock import Clock
from app.services.day import Day
from app.services.death import Deaths
from app.services.promises import Promises
from app.services.safety_clocks import check_clocks
from app.services.stays import Stays, ToldStay
from app.services.visits import Visits
from app.store import alerts, meta, patients
from app.store.engine import Store
from app.store.outbox_groups import list_waiting
from app.store.outbox_kinds import GroupKind
from app.store.outbox_waiting import pending
from app.store.tables import Change, table_of
from app.sync.deaths import mark_dead
from app.sync.fhir.death import encode_death
from app.sync.plan import Cut, make_plan
from tests.services.conftest import ANA, SteppingClock
from tests.services.test_day_of_a_nurse import ADDRESS, plan, put
from tests.services.test_records_beside_visits import make_referral

BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")
SETTINGS = "plan-settings"
_change = table_of(Change)


@pytest.fixture
def deaths(store: Store, clock: SteppingClock) -> Deaths:
    return Deaths(store, ANA, clock)


def told(clock: SteppingClock, **answers: str) -> DeathDraft:
    said = {name.replace("_", "-"): tuple(value.split(",")) for name, value in answers.items()}
    return DeathDraft(said, at=clock.at - timedelta(hours=7))


async def read_changes(store: Store) -> list[dict[str, Any]]:
    def run(connection: Connection) -> list[dict[str, Any]]:
        rows = connection.execute(select(_change).order_by(_change.c.seq)).mappings()
        return [dict(row) | {"body": json.loads(row["payload"])} for row in rows]

    return await store.read(run)


def make_alert(own_id: str, rule: str, clock: SteppingClock, *, private: bool = False) -> Alert:
    return Alert(
        own_id, "p1", None, rule, own_id, Level.TODAY, AlertState.OPEN, "Pain 8", "Pain 8", private,
        "nurse", clock.at, due_at=clock.at - timedelta(minutes=1),
    )  # fmt: skip


async def make_due(store: Store, clock: SteppingClock) -> None:
    """Rosa has everything that can be asked for."""
    clock.at -= timedelta(days=10)
    await make_referral(Visits(store, ANA, clock))
    clock.at += timedelta(days=10)
    await plan(store, clock, -1)
    stay = ToldStay(Place.HOSPITAL, left_at=clock.at - timedelta(hours=47))
    await Stays(store, ANA, clock).tell("p1", stay)
    await Promises(store, ANA, clock).make("p1", kind="phone")
    await store.write(lambda c: check_clocks(c, clock.now(), ANA))
    for one in (
        make_alert("al1", "SEVERE_SYMPTOM", clock),
        make_alert("al2", "MEDICINE_COUNT", clock),
        make_alert("al3", "ABUSE", clock, private=True),
    ):
        await store.write(partial(alerts.put, alert=one))


async def is_dead_on_her_page(store: Store, clock: SteppingClock) -> bool:
    return (await Caseload(store, ANA.reference, ANA.name, clock).page("p1")).sheet.patient.deceased


async def list_asked(store: Store, clock: SteppingClock) -> dict[str, Any]:
    """Everything that screens of nurse and supervisor ask for this person."""
    now = clock.at
    page = await Day(store, ANA, clock).read()
    board = await store.read(lambda c: read_board(c, now))
    sheet = await Caseload(store, ANA.reference, ANA.name, clock).page("p1")
    lines = await store.read(list_lines)
    return {
        "planned": len(page.stops),
        "clocks": len(page.clocks) + len([one for one in page.stops if one.clock]) + len(board.clocks),
        "alerts": sorted(one.id for one in lines if one.id.startswith("al")),
        "clock alerts": len([one for one in lines if not one.id.startswith("al")]),
        "board": sorted(one.id for one in board.alerts if one.id.startswith("al")),
        "referrals": len(board.referrals),
        "promises": len(sheet.parts.promises),
        "page clocks": len(sheet.parts.stays.clocks(now)),
        "page alerts": len(sheet.parts.alerts),
    }


async def test_everything_stops_but_what_asks_for_no_care_and_taking_it_back_brings_all_of_it(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    await make_due(store, clock)
    before = await list_asked(store, clock)
    assert all(before.values()), f"nothing of this would stop: {before}"
    await put(store, {"resourceType": "Patient", "id": "p1"})
    await deaths.record("p1", told(clock, told_by="family"))
    assert await is_dead_on_her_page(store, clock), "whatever the plan's own record says"
    after = await list_asked(store, clock)
    assert after["alerts"] == ["al2", "al3"]
    assert after["board"] == ["al2", "al3"]
    quiet = {name for name, found in after.items() if not found}
    assert quiet == {"planned", "clocks", "clock alerts", "referrals", "promises", "page clocks"}
    written = len(await read_changes(store))
    assert not await store.write(lambda c: check_clocks(c, clock.now() + timedelta(days=3), ANA))
    assert len(await read_changes(store)) == written, "no clock is raised or closed meanwhile"
    await deaths.undo("p1")
    assert not await is_dead_on_her_page(store, clock)
    assert await list_asked(store, clock) == before


async def test_it_leaves_first_alone_and_waits_for_nothing(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    await Promises(store, ANA, clock).make("p1", kind="phone")
    death_id = await deaths.record("p1", told(clock, told_by="family"))
    held = {one["id"]: one for one in await read_changes(store)}
    assert held[death_id]["refs"] == "Patient/p1\nPractitioner/ana"
    (lane,) = make_plan([], await store.read(pending))
    first = lane.actions[0]
    assert isinstance(first, Cut)
    assert (first.group.group_id, first.group.priority) == (death_id, 0)
    waiting = await store.read(list_waiting)
    assert (waiting[0].kind, waiting[0].urgent) == (GroupKind.DEATH, True)


async def test_what_was_said_is_read_back_and_a_correction_takes_its_place(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    first = told(clock, told_by="@Maria Diaz (daughter)", present="family,i", calls="@Doctor,@Night desk")
    await deaths.record("p1", replace(first, words="Peaceful."))
    part = (await deaths.page("p1")).part
    assert part.death is not None
    assert dict(part.death.answers) == dict(first.answers)
    assert (part.death.at, part.death.words, part.death.pending) == (first.at, "Peaceful.", True)
    await deaths.record("p1", DeathDraft({"place": ("home",)}, on=date(2026, 11, 21)))
    part = (await deaths.page("p1")).part
    assert part.death is not None
    assert (part.on, part.death.at, dict(part.death.answers)) == (
        date(2026, 11, 21),
        None,
        {"place": ("home",)},
    )
    assert len(part.calls) == 3, "a correction plans no call twice"


async def test_only_the_day_is_needed_and_it_has_come(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    for wrong in (
        DeathDraft(),
        DeathDraft(at=clock.at + timedelta(hours=1)),
        DeathDraft(on=date(2026, 11, 24)),
    ):
        with pytest.raises(RecordError):
            await deaths.record("p1", wrong)
    with pytest.raises(NotFound):
        await deaths.record("nobody", DeathDraft(on=date(2026, 11, 22)))
    assert await read_changes(store) == []
    await deaths.record("p1", DeathDraft(on=date(2026, 11, 22)))


async def test_a_nurse_does_only_what_the_plan_lets_her_do_in_that_state(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    patient = {"resourceType": "Patient", "id": "p1", "address": [ADDRESS]}
    await put(store, patient)
    assert (await deaths.page("p1")).may == frozenset()
    for question in (PRONOUNCED, DISPOSED, WITNESS):
        with pytest.raises(RecordError, match="does not let"):
            await deaths.record("p1", told(clock, **{question: ME}))
    allows = {
        "death": {"nurse_pronounces_in": ["NV"]},
        "switches": {"nurse-destroys-medicines": True, "nurse-witnesses-destruction": True},
    }
    await store.write(lambda c: meta.put(c, SETTINGS, json.dumps(allows)))
    assert (await deaths.page("p1")).may == {DISPOSED, WITNESS}, "another state's table"
    allows["death"] = {"nurse_pronounces_in": ["NV", "CA"]}
    await store.write(lambda c: meta.put(c, SETTINGS, json.dumps(allows)))
    await deaths.record("p1", told(clock, **{PRONOUNCED: ME, DISPOSED: ME, WITNESS: ME}))


async def test_what_was_tapped_is_there_again_after_the_app_was_killed(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    draft = replace(told(clock, told_by="family"), words="A quiet night")
    await deaths.keep("p1", draft)
    assert not await store.read(list_waiting), "nothing of it is sent before it is recorded"
    again = Deaths(store, ANA, clock)
    assert (await again.page("p1")).draft == draft
    assert not (await store.read(lambda c: patients.get(c, "p1"))).deceased, "a draft says nothing"
    await again.record("p1", draft)
    await again.undo("p1")
    assert (await again.page("p1")).draft.answers == {}, "nothing of it is proposed again"


async def test_the_team_is_told_until_it_was_read_and_who_recorded_it_until_the_plan_has_it(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    death_id = await deaths.record("p1", told(clock, told_by="family"))
    (news,) = await deaths.news()
    assert (news.death.id, news.name, news.read) == (death_id, "Rosa Colón", True)
    await settle_all(store)
    assert await deaths.news() == ()
    await deaths.undo("p1")
    others = await theirs(store, clock)
    (news,) = await deaths.news()
    assert (news.death.id, news.read) == (others, False)
    await deaths.note_read((news,))
    assert await deaths.news() == ()


async def settle_all(store: Store) -> None:
    def run(connection: Connection) -> None:
        connection.execute(_change.update().values(state="settled"))

    await store.write(run)


async def theirs(store: Store, clock: Clock) -> str:
    """Ben's record of this death, as a pull brings it."""
    body = encode_death("d2", "p1", DeathDraft(at=clock.now()), BEN, clock.now())
    await put(store, body)
    await store.write(lambda c: mark_dead(c, ["p1"]))
    return "d2"


async def test_the_family_is_called_on_the_plans_days_one_call_at_a_time(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    calls = deaths.calls
    await deaths.record("p1", told(clock, contact="@Maria Diaz (daughter)"))
    assert await calls.due() == ()
    clock.at += timedelta(days=31)
    (due,) = await calls.due()
    assert (due.call.number, due.call.contact, due.name) == (30, "Maria Diaz (daughter)", "Rosa Colón")
    with pytest.raises(RecordError):
        await calls.finish("p1", due.call.id, "")
    await calls.finish("p1", due.call.id, "hard", "again")
    assert await calls.due() == (), "what was missed before it is done with it"
    clock.at += timedelta(days=7)
    (due,) = await calls.due()
    await calls.finish("p1", due.call.id, "asked-not")
    clock.at += timedelta(days=300)
    assert await calls.due() == ()
    shown = (await deaths.page("p1")).part.calls
    assert [(one.number, one.how) for one in shown] == [(3, "hard"), (30, "hard"), (38, "asked-not")]


async def test_nobody_is_called_who_asked_us_not_to_and_undoing_takes_calls_back(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    await deaths.record("p1", told(clock, **{CONTACT: "@Maria"}))
    await deaths.record("p1", told(clock, **{CONTACT: "asked-not", TOLD_BY: "family"}))
    assert (await deaths.page("p1")).part.calls == ()
    await deaths.undo("p1")
    await deaths.record("p1", told(clock, **{CONTACT: "@Maria"}))
    await deaths.undo("p1")
    clock.at += timedelta(days=90)
    assert await deaths.calls.due() == ()


async def test_what_only_the_plan_says_is_the_plans_to_correct(
    store: Store, clock: SteppingClock, deaths: Deaths
) -> None:
    await put(store, {"resourceType": "Patient", "id": "p1", "deceasedDateTime": "2026-05-03"})
    await store.write(lambda c: mark_dead(c, ["p1"]))
    part = (await deaths.page("p1")).part
    assert (part.dead, part.on, part.death) == (True, date(2026, 5, 3), None)
    with pytest.raises(RecordError):
        await deaths.undo("p1")
