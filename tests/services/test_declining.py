"""What is not wanted, on a real store: written down offline, quiet from then on, taken back, sent as valid FHIR."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.domain import declines as no
from app.domain.declines import Decline, Scope, Voice
from app.domain.stays import ClockState, Place
from app.domain.visit import Modality, PersonRef, Setting
from app.domain.visit_kind import VisitKind
from app.errors import NotFound, RecordError
from app.services.declines import Declines, read_declines, title_of
from app.services.safety_clocks import check_clocks
from app.services.safety_facts import read_facts
from app.services.stays import Stays, ToldStay, read_stays
from app.services.visits import Visits
from app.store import alerts
from app.store.engine import Store
from app.store.tables import Change, table_of
from app.sync.fhir.declines import decode_declines, encode_decline
from plan.fhir.validate import validate
from tests.services.conftest import ANA, SteppingClock

_change = table_of(Change)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")


@pytest.fixture
def declines(store: Store, clock: SteppingClock) -> Declines:
    return Declines(store, ANA, clock)


def sent(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(select(_change.c.payload).where(_change.c.type == "Consent"))
    return [json.loads(one) for one in rows.scalars()]


def ahead(clock: SteppingClock, days: int) -> date:
    return clock.at.date() + timedelta(days=days)


async def read(store: Store) -> tuple[Decline, ...]:
    return await store.read(lambda connection: read_declines(connection, "p1"))


async def test_a_no_is_on_record_at_once_and_each_voice_for_itself(
    declines: Declines, store: Store, clock: SteppingClock
) -> None:
    await declines.say("p1", Scope.TOPIC, "mood", Voice.PERSON, ahead(clock, 30))
    await declines.say("p1", Scope.TOPIC, "mood", Voice.FAMILY, ahead(clock, 14))
    held = await read(store)
    assert {(one.voice, one.ask_again_on, one.pending) for one in held} == {
        (Voice.PERSON, ahead(clock, 30), True),
        (Voice.FAMILY, ahead(clock, 14), True),
    }
    await declines.take_back("p1", Scope.TOPIC, "mood", Voice.FAMILY)
    (left,) = await read(store)
    assert (left.voice, left.noted_by) == (Voice.PERSON, ANA.name)
    await declines.take_back("p1", Scope.TOPIC, "mood", Voice.FAMILY)
    assert len(await store.read(sent)) == 3, "what does not stand cannot be taken back once more"


@pytest.mark.parametrize("scope", list(Scope))
async def test_every_no_is_valid_fhir_and_comes_back_the_same(
    declines: Declines, store: Store, clock: SteppingClock, scope: Scope
) -> None:
    about = no.list_subjects(scope)[0]
    for voice in Voice:
        await declines.say("p1", scope, about, voice, ahead(clock, 30))
    resources = await store.read(sent)
    assert len(resources) == len(Voice)
    for resource in resources:
        validate(resource)
        assert "refus" not in json.dumps(resource).lower()
    back = decode_declines(resources)
    assert {(one.scope, one.about, one.voice, one.ask_again_on) for one in back} == {
        (scope, about, voice, ahead(clock, 30)) for voice in Voice
    }
    assert title_of(scope, about) != about


def test_two_nurses_who_asked_at_once_count_as_one_no_until_the_earlier_day() -> None:
    said = [
        encode_decline(
            f"c{days}",
            "p1",
            Decline(Scope.SERVICE, "hospice", Voice.PERSON, NOON, NOON.date() + timedelta(days=days)),
            "Hospice",
            BEN,
        )
        for days in (30, 14)
    ]
    (one,) = decode_declines([*said, {"resourceType": "Consent", "category": [{"text": "other"}]}])
    assert one.ask_again_on == NOON.date() + timedelta(days=14)
    assert set(one.records) == {"Consent/c30", "Consent/c14"}


async def test_a_day_that_is_not_ahead_or_too_far_or_an_unknown_subject_is_not_taken(
    declines: Declines, store: Store, clock: SteppingClock
) -> None:
    for days in (0, -1, 731):
        with pytest.raises(RecordError):
            await declines.say("p1", Scope.TOPIC, "mood", Voice.PERSON, ahead(clock, days))
    with pytest.raises(RecordError):
        await declines.say("p1", Scope.TOPIC, "hospice", Voice.PERSON, ahead(clock, 3))
    with pytest.raises(NotFound):
        await declines.say("nobody", Scope.TOPIC, "mood", Voice.PERSON, ahead(clock, 3))
    assert await store.read(sent) == []


async def test_her_own_no_to_the_visit_after_a_stay_closes_the_clock_and_its_alert_and_back(
    declines: Declines, store: Store, clock: SteppingClock
) -> None:
    left = clock.at - timedelta(hours=40)
    await Stays(store, ANA, clock).tell("p1", ToldStay(Place.HOSPITAL, "", left - timedelta(days=3), left))

    async def state() -> ClockState:
        part = await store.read(lambda c: read_stays(c, "p1"))
        return part.clocks(clock.at)[0].state

    async def standing() -> list[str]:
        await store.write(lambda c: check_clocks(c, clock.now(), ANA))
        found = await store.read(lambda c: alerts.list_for_patient(c, "p1"))
        return [one.rule for one in found if one.state.stands]

    assert await state() is ClockState.SOON
    assert await standing() == ["TRANSITION_48H"]
    await declines.say("p1", Scope.SERVICE, no.AFTER_STAY, Voice.FAMILY, ahead(clock, 30))
    assert await state() is ClockState.SOON
    await declines.say("p1", Scope.SERVICE, no.AFTER_STAY, Voice.PERSON, ahead(clock, 30))
    assert await state() is ClockState.CLOSED
    assert await standing() == []
    await declines.take_back("p1", Scope.SERVICE, no.AFTER_STAY, Voice.PERSON)
    assert await state() is ClockState.SOON
    assert await standing() == ["TRANSITION_48H"]


async def test_a_visit_is_quiet_about_a_declined_topic_and_alarms_as_ever(
    declines: Declines, visits: Visits, clock: SteppingClock
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.ROUTINE)
    layout = (await visits.page(visit_id)).layout
    assert layout is not None
    assert "phq-9" in layout.why
    await declines.say("p1", Scope.TOPIC, "mood", Voice.PERSON, ahead(clock, 30))
    layout = (await visits.page(visit_id)).layout
    assert layout is not None
    assert "phq-9" not in layout.why
    await visits.answer(visit_id, "/44260-8", value="LA6571-9")
    assert [one.level for one in (await visits.page(visit_id)).alerts] == ["act-now"]


async def test_hospice_is_not_raised_while_her_no_to_it_stands(
    declines: Declines, visits: Visits, clock: SteppingClock
) -> None:
    await declines.say("p1", Scope.SERVICE, "hospice", Voice.PERSON, ahead(clock, 30))
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    page = await visits.page(visit_id)
    facts = read_facts(page.parts, page.draft)
    assert facts.hospice_no is not None
    a_month_on = replace(page.draft, began_at=page.draft.began_at + timedelta(days=31))
    assert read_facts(page.parts, a_month_on).hospice_no is None
