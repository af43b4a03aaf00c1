"""The team's log: both clocks, verification, saved views; and the line of business that a signature freezes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from app.domain import evv
from app.domain.review import Comment, Review, ReviewKind
from app.domain.visit import Answer, AnsweredBy, Modality, PersonRef, Setting
from app.errors import RecordError
from app.services.log_models import LogFilter, LogStatus, Looking, SavedView
from app.services.log_views import MOST_VIEWS, VIEWS
from app.services.team import TeamLog
from app.services.visits import Visits
from app.store import bases, meta, visits
from app.store.engine import Store
from app.store.log_query import Flag, LogQuery
from app.store.log_rows import LogSort, count_log
from app.sync.fhir import json_text
from app.sync.fhir.review import encode_review
from tests.services.conftest import ANA, SteppingClock
from tests.store.store_builders import make_visit


def cover(
    c: Connection, id: str, line: str, start: str, end: str | None = None, status: str = "active"
) -> None:
    period = {"start": start} | ({"end": end} if end else {})
    body = {"resourceType": "Coverage", "id": id, "status": status, "period": period, "type": {"text": line}}
    copy = bases.BaseCopy("Coverage", id, "1", "2026-11-01T00:00:00Z", json.dumps(body), "p1", False)
    bases.put(c, copy)


async def sign(store: Store, clock: SteppingClock) -> str:
    made = Visits(store, ANA, clock)
    visit_id = await made.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await made.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await made.answer(visit_id, "esas-pain", value=6)
    await made.leave(visit_id)
    await made.sign(visit_id)
    return visit_id


async def test_the_line_of_business_stays_as_it_was_when_the_visit_was_signed(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(lambda c: cover(c, "c1", "Medicare Advantage", "2026-01-01"))
    await store.write(lambda c: cover(c, "c0", "Medicaid", "2024-01-01", "2025-12-31"))
    visit_id = await sign(store, clock)
    await store.write(lambda c: cover(c, "c1", "Employer group plan", "2026-01-01"))
    team = TeamLog(store, ANA, clock)
    (row,) = (await team.log(Looking())).rows
    assert row.line == "Medicare Advantage"
    assert (await team.choices()).lines == ("Medicare Advantage",)
    signed = await store.read(lambda c: visits.read_signed(c, visit_id))
    assert signed.answers[evv.LINE_OF_BUSINESS].value == "Medicare Advantage"
    changes = await store.read(
        lambda c: [row.payload for row in c.exec_driver_sql("SELECT payload FROM change")]
    )
    assert any('"frame-line-of-business"' in payload for payload in changes), "it travels with the visit"


async def test_without_a_coverage_of_that_day_nothing_is_said(store: Store, clock: SteppingClock) -> None:
    await store.write(lambda c: cover(c, "c0", "Medicaid", "2024-01-01", "2025-12-31"))
    await store.write(lambda c: cover(c, "c1", "Medicare", "2026-01-01", status="cancelled"))
    await sign(store, clock)
    (row,) = (await TeamLog(store, ANA, clock).log(Looking())).rows
    assert row.line is None


async def test_both_clocks_and_what_to_look_at_stand_beside_a_visit(
    store: Store, clock: SteppingClock
) -> None:
    at = datetime(2026, 11, 20, 9, 2, tzinfo=UTC)
    place = {evv.ADDRESS: Answer(at, evv.ELSEWHERE), evv.ADDRESS_OTHER: Answer(at, "12 Elm St")}
    visit = replace(make_visit("v1", "p1", began_at=at, answers=place), clock_offset_ms=600_000)
    await store.write(lambda c: visits.save_pulled(c, visit, arriving=False, content_version="1"))
    (row,) = (await TeamLog(store, ANA, clock).log(Looking(evv=True))).rows
    assert row.visit.began_at == at
    assert evv.plan_time(at, row.clock_offset_ms) == at + timedelta(minutes=10)
    assert row.exceptions == (evv.Exceptional.CLOCK_OFF, evv.Exceptional.ELSEWHERE)
    assert (row.address_other, row.place) == ("12 Elm St", "12")


async def test_visits_are_found_by_what_was_said_of_them(store: Store, clock: SteppingClock) -> None:
    sue = PersonRef("Practitioner/sue", "Sue Ito")
    ids = {kind: f"visit-{kind}" for kind in (ReviewKind.QUESTION, ReviewKind.COUNTERSIGN, None)}

    def fill(c: Connection) -> None:
        for kind, visit_id in ids.items():
            visits.save_pulled(c, make_visit(visit_id, "p1"), arriving=False, content_version="1")
            if kind is not None:
                review = Review(
                    f"r-{kind}", visit_id, "p1", kind, sue, clock.at, ANA, (Comment("note", "Note", "Why?"),)
                )
                body = json_text.dumps(encode_review(review))
                bases.put(c, bases.BaseCopy("Task", review.id, "1", "2026-11-01T00:00:00Z", body, "p1"))

    await store.write(fill)
    team = TeamLog(store, ANA, clock)

    async def found(status: LogStatus) -> list[str]:
        return [row.visit.id for row in (await team.log(Looking(LogFilter(status=status)))).rows]

    assert await found(LogStatus.QUESTION) == [ids[ReviewKind.QUESTION]]
    assert await found(LogStatus.REVIEWED) == [ids[ReviewKind.COUNTERSIGN]]
    assert await found(LogStatus.NOT_REVIEWED) == [ids[None]]
    assert len(await found(LogStatus.WHOLE)) == 3
    assert await found(LogStatus.ARRIVING) == []
    # more than a statement takes as single values
    many = frozenset(f"other-{n}" for n in range(70_000))
    query = LogQuery(among=many | {ids[None]})
    assert await store.read(lambda c: count_log(c, query)) == 1


async def test_a_preset_of_days_moves_with_the_calendar(store: Store, clock: SteppingClock) -> None:
    old = make_visit("v1", "p1", began_at=clock.at - timedelta(days=8))
    await store.write(lambda c: visits.save_pulled(c, old, arriving=False, content_version="1"))
    team, week = TeamLog(store, ANA, clock), Looking(LogFilter(days=6))
    assert (await team.log(week)).total == 0
    clock.at -= timedelta(days=3)
    assert (await team.log(week)).total == 1


async def test_a_saved_view_comes_back_whole_and_a_name_is_used_once(
    store: Store, clock: SteppingClock
) -> None:
    team = TeamLog(store, ANA, clock)
    wanted = LogFilter(
        nurse_name="Ben Okafor, RN",
        patient_text="ros",
        setting=Setting.HOME,
        modality=Modality.IN_PERSON,
        from_on=date(2026, 11, 1),
        to_on=date(2026, 11, 30),
        minimum_score=7,
        place="12",
        line="Medicaid",
        organisation="Valley Hospice",
        status=LogStatus.REVIEWED,
        flags=frozenset({Flag.EVV, Flag.ACT_NOW}),
    )
    view = SavedView("My November", Looking(wanted, LogSort.NURSE, True))
    await team.save_view(SavedView("my november", Looking()))
    await team.save_view(view)
    assert await team.views() == (view,)
    await team.remove_view("My November")
    assert await team.views() == ()


async def test_views_have_a_name_and_are_not_endless(store: Store, clock: SteppingClock) -> None:
    team = TeamLog(store, ANA, clock)
    for name in ("", "  ", "x" * 41):
        with pytest.raises(RecordError):
            await team.save_view(SavedView(name, Looking()))
    for n in range(MOST_VIEWS):
        await team.save_view(SavedView(f"View {n}", Looking()))
    with pytest.raises(RecordError, match="as many as fit"):
        await team.save_view(SavedView("One more", Looking()))
    await team.save_view(SavedView("View 3", Looking(evv=True)))
    assert len(await team.views()) == MOST_VIEWS


@pytest.mark.parametrize(
    "held",
    [
        "no json",
        "{}",
        '[{"name": "a"}]',
        '[{"name": "a", "sort": "newest", "flags": ["of tomorrow"]}]',
        "[7]",
    ],
)
async def test_a_view_that_is_not_understood_is_left_out_and_not_half_applied(
    store: Store, clock: SteppingClock, held: str
) -> None:
    await store.write(lambda c: meta.put(c, VIEWS, held))
    assert await TeamLog(store, ANA, clock).views() == ()
