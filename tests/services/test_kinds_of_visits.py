"""Kinds of visit on a real encrypted store: how they begin, change, are signed, and what one that was not made does."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from app.domain.stays import ClockState, Place
from app.domain.visit import AnsweredBy, Missing, Modality, Setting
from app.domain.visit_kind import NO_ANSWER, VisitKind, kind_of
from app.domain.visit_layout import Why
from app.errors import NotFound, RecordError
from app.services.stays import Stays, ToldStay
from app.services.visits import NotReadyToSign, Visits
from app.store.engine import Store
from app.store.tables import Change, table_of
from tests.services.conftest import ANA, SteppingClock

_change = table_of(Change)
NEXT = "2026-11-29"


def encounters(connection: Connection) -> list[str]:
    """Statuses of the visits in the outbox, in order."""
    rows = connection.execute(
        select(_change.c.payload).where(_change.c.type == "Encounter").order_by(_change.c.seq)
    )
    return [json.loads(text)["status"] for text in rows.scalars()]


async def make_visit(
    visits: Visits, *, kind: VisitKind = VisitKind.ROUTINE, by: AnsweredBy = AnsweredBy.PATIENT
) -> str:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, kind)
    await visits.set_answered_by(visit_id, by)
    await visits.answer(visit_id, "akps", value="60")
    await visits.answer(visit_id, "poc-next-contact", value=NEXT)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    return visit_id


async def call_off(visits: Visits, why: str = "nobody-home") -> str:
    visit_id = await visits.begin_not_seen("p1", Modality.IN_PERSON, Setting.HOME, why)
    await visits.answer(visit_id, "poc-next-contact", value=NEXT)
    await visits.sign(visit_id)
    return visit_id


async def test_a_visit_keeps_its_kind_lays_out_its_page_and_asks_what_the_kind_needs(visits: Visits) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.FIRST)
    page = await visits.page(visit_id)
    assert kind_of(page.draft.answers) is VisitKind.FIRST
    assert page.layout is not None
    assert page.layout.why["phq-9"] is Why.EARLY
    assert page.missing == (Missing.ANSWERED_BY, Missing.FINDING, Missing.NEXT, Missing.END)
    with pytest.raises(NotReadyToSign):
        await visits.sign(visit_id)


async def test_a_signed_visit_holds_its_kind(visits: Visits, store: Store) -> None:
    reading = await visits.read(await make_visit(visits))
    assert kind_of(reading.answers) is VisitKind.ROUTINE
    assert await store.read(encounters) == ["finished"]


async def test_the_kind_alone_is_nothing_recorded(visits: Visits) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.ROUTINE)
    assert await visits.discard(visit_id)
    again = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.ROUTINE)
    await visits.answer(again, "esas-pain", value=1)
    assert not await visits.discard(again)


async def test_another_kind_changes_how_one_meets_and_keeps_what_was_said(visits: Visits) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.ROUTINE)
    await visits.answer(visit_id, "esas-pain", value=4)
    await visits.set_kind(visit_id, VisitKind.TELEPHONE)
    page = await visits.page(visit_id)
    assert (kind_of(page.draft.answers), page.draft.modality) == (VisitKind.TELEPHONE, Modality.TELEPHONE)
    assert page.draft.answers["esas-pain"].value == 4
    await visits.set_kind(visit_id, VisitKind.CANNOT_SPEAK)
    assert (await visits.page(visit_id)).draft.modality is Modality.IN_PERSON
    await visits.set_kind(visit_id, VisitKind.NOT_SEEN)
    assert (await visits.page(visit_id)).draft.left_at is not None
    await visits.set_not_met(visit_id, "asked-later")
    await visits.set_kind(visit_id, VisitKind.ROUTINE)
    draft = (await visits.page(visit_id)).draft
    assert (draft.left_at, "ns-why" in draft.answers) == (None, False)
    with pytest.raises(NotFound):
        await visits.set_kind("no-such-visit", VisitKind.ROUTINE)


async def test_a_door_that_stayed_shut_is_a_visit_of_one_moment_with_its_reason(
    visits: Visits, store: Store
) -> None:
    visit_id = await visits.begin_not_seen("p1", Modality.IN_PERSON, Setting.HOME, "nobody-home")
    page = await visits.page(visit_id)
    assert page.draft.answers["ns-why"].value == "nobody-home"
    assert page.draft.began_at == page.draft.left_at
    assert page.missing == (Missing.NEXT,)
    await visits.answer(visit_id, "poc-next-contact", value=NEXT)
    await visits.sign(visit_id)
    assert await store.read(encounters) == ["cancelled"]
    assert not (await visits.read(visit_id)).summary.met


async def test_a_reason_that_is_none_is_refused_and_nothing_begins(visits: Visits) -> None:
    with pytest.raises(RecordError):
        await visits.begin_not_seen("p1", Modality.IN_PERSON, Setting.HOME, "no wish to drive")
    visit_id = await visits.begin("p1", Modality.TELEPHONE, Setting.HOME, VisitKind.TELEPHONE)
    with pytest.raises(RecordError):
        await visits.set_not_met(visit_id, "no wish to call")
    assert (await visits.page(visit_id)).draft.left_at is None


async def test_an_open_draft_is_gone_on_with_and_never_called_off_behind_her_back(visits: Visits) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.ROUTINE)
    assert await visits.begin_not_seen("p1", Modality.IN_PERSON, Setting.HOME, "nobody-home") == visit_id
    assert "ns-why" not in (await visits.page(visit_id)).draft.answers


async def test_no_answer_ends_the_call_and_taking_it_back_goes_on_with_it(visits: Visits) -> None:
    visit_id = await visits.begin("p1", Modality.TELEPHONE, Setting.HOME, VisitKind.TELEPHONE)
    await visits.set_not_met(visit_id, NO_ANSWER)
    page = await visits.page(visit_id)
    assert page.draft.left_at is not None
    assert page.missing == (Missing.NEXT,)
    await visits.set_not_met(visit_id, None)
    page = await visits.page(visit_id)
    assert (page.draft.left_at, "ns-why" in page.draft.answers) == (None, False)
    assert page.missing == (
        Missing.PERSON, Missing.ANSWERED_BY, Missing.FINDING, Missing.NEXT, Missing.END,
    )  # fmt: skip


async def test_a_visit_that_was_not_made_closes_no_clock_and_is_no_last_visit(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    stays = Stays(store, ANA, clock)
    left = clock.at - timedelta(hours=20)
    await stays.tell("p1", ToldStay(Place.SKILLED, "Elm House", left - timedelta(days=8), left))
    await call_off(visits)
    part = await stays.read("p1")
    assert [one.state for one in part.clocks(clock.now())] == [ClockState.RUNNING]
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.FIRST)
    page = await visits.page(visit_id)
    assert page.last_visit_at is None
    assert page.layout is not None
    assert page.layout.why["gad-7"] is Why.EARLY, "it is the first visit still"


async def test_the_kind_is_proposed_from_the_record(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    assert await visits.propose_kind("p1") is VisitKind.FIRST
    await call_off(visits)
    assert await visits.propose_kind("p1") is VisitKind.FIRST
    await make_visit(visits)
    assert await visits.propose_kind("p1") is VisitKind.ROUTINE
    await make_visit(visits, by=AnsweredBy.FAMILY)
    assert await visits.propose_kind("p1") is VisitKind.CANNOT_SPEAK
    left = clock.now()
    clock.at += timedelta(hours=3)
    await Stays(store, ANA, clock).tell("p1", ToldStay(Place.HOSPITAL, "", left - timedelta(days=2), left))
    assert await visits.propose_kind("p1") is VisitKind.FROM_FACILITY
    await make_visit(visits)
    assert await visits.propose_kind("p1") is VisitKind.ROUTINE
