"""A signed answer that should read otherwise: no alert is missed for it, and none closes by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.addendum import Correction
from app.domain.alert import Alert, AlertState
from app.domain.review import Comment
from app.domain.visit import AnsweredBy
from app.services.addenda import Addenda
from app.services.alert_corrections import check_corrected
from app.services.alert_models import AlertLine
from app.services.clock import SystemClock
from app.services.visit_page import read_visit
from app.services.visits import Visits
from app.store import alerts, visits
from app.store.engine import Store
from tests.services.alert_steps import begin, finish_visit, held
from tests.services.conftest import ANA, SteppingClock
from tests.services.test_questions_go_along import employ, move, reviewing
from tests.services.test_records_beside_visits import changes
from tests.support.two_nurses import Desk, Team, meeting

WHAT = Comment("symptoms", "Symptoms", "Is this number right?")


async def correct(team: Team, visit_id: str, *corrections: Correction, by: Desk | None = None) -> None:
    """The supervisor asks, and the nurse answers while she has no signal."""
    asked = await reviewing(team.sue).ask(visit_id, [WHAT])
    await team.meet()
    await reviewing(by or team.ana).answer(visit_id, asked, "", list(corrections))


async def lines(desk: Desk, visit_id: str) -> tuple[AlertLine, ...]:
    return (await desk.store.read(lambda c: read_visit(c, visit_id, SystemClock().now()))).alerts


async def fill(doors: Visits, visit_id: str, answers: Mapping[str, str | int]) -> str:
    """The draft with these answers of the person's own, signed."""
    await doors.set_answered_by(visit_id, AnsweredBy.PATIENT)
    for name, value in answers.items():
        await doors.answer(visit_id, name.replace("_", "-"), value=value)
    await finish_visit(doors, visit_id)
    return visit_id


async def said(desk: Desk, **answers: str | int) -> str:
    return await fill(desk.visits, await desk.begin(), answers)


async def signed(doors: Visits, **answers: str | int) -> str:
    return await fill(doors, await begin(doors), answers)


def pain(was: int, now: int) -> Correction:
    return Correction("esas-pain", "Pain", str(was), str(now), now)


def nausea(was: int, now: int) -> Correction:
    return Correction("esas-nausea", "Nausea", str(was), str(now), now)


def words(line: AlertLine) -> list[tuple[str, str, str]]:
    return [(one.correction.name, one.correction.was, one.correction.now) for one in line.corrected]


async def test_a_corrected_number_that_reaches_a_rule_raises_the_alert_as_the_visit_would_have(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        right, wrong = await said(team.ana, esas_pain=8), await said(team.ana, esas_pain=3)
        await team.meet()
        assert await lines(team.ana, wrong) == ()
        await correct(team, wrong, pain(3, 8))
        (meant,), (raised,) = await held(team.ana.store, right), await held(team.ana.store, wrong)
        same = {"id": meant.id, "visit_id": right, "fired_at": meant.fired_at, "due_at": meant.due_at}
        assert replace(raised, **same, state=meant.state) == meant
        assert raised.state is AlertState.OPEN
        await team.meet()
        for desk in team.desks:
            (line,) = await lines(desk, wrong)
            assert (line.finding, line.state, words(line)) == ("Pain 8 of 10.", "open", [("Pain", "3", "8")])


async def test_a_corrected_number_that_is_lower_closes_nothing_and_the_alert_says_what_was_corrected(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        visit_id = await said(team.ana, esas_pain=8, esas_nausea=7)
        await team.meet()
        before = await held(team.ana.store, visit_id)
        await correct(team, visit_id, pain(8, 3))
        assert await held(team.ana.store, visit_id) == before
        await team.meet()
        for desk in team.desks:
            found = {one.subject: one for one in await lines(desk, visit_id)}
            assert {one.state for one in found.values()} == {"open"}
            assert words(found["esas-pain"]) == [("Pain", "8", "3")]
            assert words(found["esas-nausea"]) == [], "another answer was corrected"


async def test_who_answers_in_the_place_of_the_nurse_who_made_the_visit_raises_an_alert_too(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        employ(tmp_path)
        visit_id = await said(team.ana, esas_pain=7)
        await team.meet()
        await move(team)
        await correct(team, visit_id, pain(7, 10), by=team.ben)
        await team.ben.sync()
        await team.sue.sync()
        found = {one.finding: words(one) for one in await lines(team.sue, visit_id)}
        assert found == {f"Pain {n} of 10.": [("Pain", "7", "10")] for n in (7, 10)}


async def test_what_a_nurse_puts_right_by_herself_raises_the_alert_too_and_leaves_after_it(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    visit_id = await signed(visits, esas_pain=2, esas_nausea=8)
    before = await held(store, visit_id)
    addendum = await Addenda(store, ANA, clock).add(visit_id, "", [pain(2, 9), nausea(8, 1)])
    found = {one.subject: one for one in await held(store, visit_id)}
    raised = found.pop("esas-pain")
    assert (raised.state, raised.finding, raised.visit_id) == (AlertState.OPEN, "Pain 9 of 10.", visit_id)
    assert tuple(found.values()) == before, "what reads lower closes nothing"
    reading = await store.read(lambda c: read_visit(c, visit_id, clock.now()))
    (added,) = reading.addenda
    assert [(one.now, one.alerts) for one in added.corrections] == [
        ("9", (raised.id,)), ("1", tuple(one.id for one in before))
    ]  # fmt: skip
    waiting = [one["id"] for one in await store.read(changes)]
    assert waiting.index(raised.id) < waiting.index(addendum)


async def check(
    store: Store, clock: SteppingClock, visit_id: str, *several: Correction
) -> tuple[Correction, ...]:
    return await store.write(
        lambda c: check_corrected(c, visits.read_signed(c, visit_id), several, clock.now(), ANA)
    )


async def test_answers_that_reach_a_rule_only_together_are_both_named(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    signs = [f"4at-{n}" for n in (1, 4)]
    visit_id = await signed(visits, **{"4at_1": "normal", "4at_4": "no", "phase": "stable"})
    right = [
        Correction(signs[0], "Alertness", "Normal", "Abnormal", "abnormal"),
        Correction(signs[1], "Change", "No", "Yes", "yes"),
        Correction("phase", "Phase", "Stable", "Unstable", "unstable"),
    ]
    told = await check(store, clock, visit_id, *right)
    (alert,) = await held(store, visit_id)
    assert alert.rule == "DELIRIUM"
    assert [one.alerts for one in told] == [(alert.id,), (alert.id,), ()]


@pytest.mark.parametrize(("was", "now", "state"), [(8, 9, AlertState.DONE), (6, 8, AlertState.OPEN)])
async def test_what_was_done_about_an_alert_is_heard_again_only_where_the_correction_is_more_urgent(
    visits: Visits, store: Store, clock: SteppingClock, was: int, now: int, state: AlertState
) -> None:
    visit_id = await signed(visits, esas_pain=was)

    def finish(one: Alert) -> Alert:
        return replace(one, state=AlertState.DONE, closed_at=clock.now(), closed_reason="Dose given")

    for one in await held(store, visit_id):
        done = finish(one)
        await store.write(lambda c, done=done: alerts.put(c, done))
    await check(store, clock, visit_id, pain(was, now))
    (alert,) = await held(store, visit_id)
    assert alert.state is state


async def test_words_that_were_typed_are_no_value_and_raise_nothing(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    visit_id = await signed(visits, esas_pain=3)
    await check(store, clock, visit_id, Correction("esas-pain", "Pain", "3", "worse"))
    assert await held(store, visit_id) == ()
