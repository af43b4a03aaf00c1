"""Alerts on a real store: they open at once, close when corrected, leave before the visit, and block nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from app.domain.alert import AlertState
from app.domain.visit import Modality, Setting
from app.errors import RecordError
from app.services import answering, safety
from app.services.alert_lines import list_lines
from app.services.alerts import Alerts
from app.services.safety_context import NEWER
from app.services.visits import Visits
from app.store import alerts, outbox
from app.store.engine import Store
from tests.services.alert_steps import begin, change, finish_visit, held, tasks, verify
from tests.services.conftest import ANA, SteppingClock


@pytest.fixture
def doors(store: Store, clock: SteppingClock) -> Alerts:
    return Alerts(store, ANA, clock, verify)


async def test_an_alert_leaves_at_once_before_everything_else_and_names_its_visit_without_waiting_for_it(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    (alert,) = await held(store, visit_id)
    (group,) = await store.read(outbox.pending)
    assert (group.group_id, group.priority) == (alert.id, 0)
    (task,) = await tasks(store)
    assert task["id"] == alert.id
    assert task["code"]["text"] == "Pain 8 of 10."
    assert task["encounter"]["identifier"]["value"] == visit_id
    assert "reference" not in task["encounter"]
    assert "restriction" in task


async def test_a_corrected_answer_closes_it_with_a_reason_and_the_same_one_opens_again(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    for value in (8, 3, 9):
        await visits.answer(visit_id, "esas-pain", value=value)
    (alert,) = await held(store, visit_id)
    assert (alert.state, alert.finding) == (AlertState.OPEN, "Pain 9 of 10.")
    said = [(task["status"], task.get("statusReason", {}).get("text")) for task in await tasks(store)]
    assert said == [("requested", None), ("cancelled", safety.CORRECTED), ("requested", None)]
    assert len({task["id"] for task in await tasks(store)}) == 1
    await visits.clear(visit_id, "esas-pain")
    (alert,) = await held(store, visit_id)
    assert (alert.state, alert.closed_reason) == (AlertState.CLOSED, safety.CORRECTED)


async def test_an_eye_is_kept_on_other_symptoms_without_a_task(visits: Visits, store: Store) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-tired", value=9)
    assert await tasks(store) == []
    (line,) = (await visits.page(visit_id)).alerts
    assert (line.level, line.task, line.received) == ("watch", False, True)


async def test_a_tap_that_no_rule_reads_looks_at_nothing_more_and_writes_nothing(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    statements: list[str] = []

    def look(connection: Connection) -> bool:
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(statements.append)
        try:
            return safety.check(connection, visit_id, clock.at, ANA)
        finally:
            driver.set_trace_callback(None)

    assert await store.write(look) is False
    assert 1 <= len(statements) <= 3, statements
    assert len(await tasks(store)) == 1


async def test_what_was_rolled_back_fires_again(visits: Visits, store: Store, clock: SteppingClock) -> None:
    visit_id = await begin(visits)

    def tap_and_fail(connection: Connection) -> None:
        answering.answer(connection, visit_id, "esas-pain", "", clock.at, value=8, absent=None, name=None)
        assert safety.check(connection, visit_id, clock.at, ANA)
        raise RecordError("the disk is full")

    with pytest.raises(RecordError):
        await store.write(tap_and_fail)
    assert await held(store, visit_id) == ()
    await visits.answer(visit_id, "esas-pain", value=8)
    assert len(await held(store, visit_id)) == 1


async def test_a_taken_alert_stays_taken_and_opens_again_only_when_it_gets_more_urgent(
    visits: Visits, store: Store, doors: Alerts
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "concern-worried", value="yes")
    await visits.answer(visit_id, "concern-answer", value="tired-of-living")
    (alert,) = await held(store, visit_id)
    await doors.finish(alert.id, " Told Dr. Lee at 11:05. ")
    (alert,) = await held(store, visit_id)
    assert (alert.state, alert.closed_reason) == (AlertState.DONE, "Told Dr. Lee at 11:05.")
    await visits.answer(visit_id, "concern-where", value="At home")
    assert (await held(store, visit_id))[0].state is AlertState.DONE
    await visits.answer(visit_id, "concern-answer", value="thoughts-of-acting")
    (alert,) = await held(store, visit_id)
    assert (alert.state, alert.level.value) == (AlertState.OPEN, "act-now")


async def test_a_finished_alert_opens_again_when_what_is_found_then_asks_for_other_steps(
    visits: Visits, store: Store, doors: Alerts
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "concern-worried", value="yes")
    await visits.answer(visit_id, "concern-answer", value="could-not-ask")
    (alert,) = await held(store, visit_id)
    await doors.finish(alert.id, "Phoned the supervisor.")
    await visits.answer(visit_id, "concern-answer", value="thoughts-of-acting")
    (alert,) = await held(store, visit_id)
    assert (alert.state, alert.closed_reason) == (AlertState.OPEN, None)
    assert "Do not leave the person alone." in alert.detail


@pytest.mark.parametrize("said", ["tired-of-living", "thoughts-of-acting", "could-not-ask"])
async def test_taking_back_what_raised_the_question_closes_nothing_while_its_answer_stands(
    visits: Visits, store: Store, said: str
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "concern-worried", value="yes")
    await visits.answer(visit_id, "/44260-8", value="LA6569-3")
    await visits.answer(visit_id, "concern-answer", value=said)
    await visits.clear(visit_id, "concern-worried")
    await visits.answer(visit_id, "/44260-8", value="LA6568-5")
    (alert,) = await held(store, visit_id)
    assert alert.state is AlertState.OPEN
    await visits.answer(visit_id, "concern-answer", value="mistake")
    (alert,) = await held(store, visit_id)
    assert (alert.state, alert.closed_reason) == (AlertState.CLOSED, safety.CORRECTED)


async def test_first_breathlessness_leaves_as_new_or_worse_only_once_that_was_said(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-sob", value=8)
    (task,) = await tasks(store)
    assert (task["code"]["coding"][0]["code"], task["priority"]) == ("SEVERE_SYMPTOM", "urgent")
    assert "New or worse" not in str(task)
    await visits.answer(visit_id, "sob-new-or-usual", value="new-or-worse")
    last = (await tasks(store))[-1]
    assert (last["code"]["coding"][0]["code"], last["priority"]) == ("NEW_SEVERE_DYSPNEA", "stat")
    assert last["id"] == task["id"]


async def test_what_was_seen_before_the_visit_went_on_by_telephone_stays_and_no_more_is_taken(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "4at-4", value="yes")
    await visits.set_where(visit_id, Modality.TELEPHONE, Setting.HOME)
    (alert,) = await held(store, visit_id)
    assert (alert.rule, alert.state) == ("DELIRIUM", AlertState.OPEN)
    assert (await visits.page(visit_id)).draft.answers["4at-4"].value == "yes"
    with pytest.raises(RecordError):
        await visits.answer(visit_id, "4at-1", value="abnormal")
    await visits.clear(visit_id, "4at-4")
    assert (await held(store, visit_id))[0].state is AlertState.CLOSED


async def test_finishing_asks_for_a_few_words(visits: Visits, store: Store, doors: Alerts) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    (alert,) = await held(store, visit_id)
    for words in ("  ", "x" * 501):
        with pytest.raises(RecordError):
            await doors.finish(alert.id, words)
    await doors.acknowledge(alert.id)
    assert (await held(store, visit_id))[0].state is AlertState.ACKNOWLEDGED
    assert [task["status"] for task in await tasks(store)] == ["requested", "accepted"]


async def test_usual_for_this_person_closes_the_task_and_pain_goes_to_the_supervisor(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-nausea", value=8)
    await visits.answer(visit_id, "esas-pain", value=8)
    for source in ("esas-nausea", "esas-pain"):
        await visits.add_entry(visit_id, "usual-for-person", answers={"usual-of": source, "usual-value": 8})
    by_subject = {one.subject: one for one in await held(store, visit_id)}
    assert (by_subject["esas-nausea"].state, by_subject["esas-nausea"].closed_reason) == (
        AlertState.CLOSED,
        safety.QUIETED,
    )
    pain = by_subject["esas-pain"]
    assert (pain.state, pain.owner, pain.level.value) == (AlertState.OPEN, "supervisor", "watch")
    await visits.add_entry(
        visit_id, "usual-for-person", answers={"usual-of": "esas-nausea", "usual-ended": "yes"}
    )
    loud = next(one for one in await held(store, visit_id) if one.subject == "esas-nausea")
    assert loud.state is AlertState.OPEN


async def test_pain_severe_a_day_apart_is_uncontrolled_and_the_newer_alert_takes_the_place_of_the_older(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    first = await begin(visits)
    await visits.answer(first, "esas-pain", value=8)
    await finish_visit(visits, first)
    clock.at += timedelta(hours=25)
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=7)
    await finish_visit(visits, second)
    (older,), (newer,) = await held(store, first), await held(store, second)
    assert newer.rule == "PAIN_UNCONTROLLED"
    assert (older.state, older.closed_reason) == (AlertState.CLOSED, NEWER)
    lines = await store.read(list_lines)
    assert [line.id for line in lines] == [newer.id]


async def test_usual_is_remembered_from_the_visit_before(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    first = await begin(visits)
    await visits.answer(first, "esas-nausea", value=8)
    await visits.add_entry(first, "usual-for-person", answers={"usual-of": "esas-nausea", "usual-value": 8})
    await finish_visit(visits, first)
    clock.at += timedelta(days=3)
    second = await begin(visits)
    await visits.answer(second, "esas-nausea", value=9)
    assert await held(store, second) == ()
    await visits.answer(second, "esas-nausea", value=10)
    assert len(await held(store, second)) == 1


async def test_on_the_page_what_somebody_is_asked_to_do_stands_before_what_is_only_watched(
    visits: Visits, clock: SteppingClock
) -> None:
    first = await begin(visits)
    await visits.answer(first, "esas-pain", value=1)
    await finish_visit(visits, first)
    clock.at += timedelta(days=3)
    second = await begin(visits)
    await visits.answer(second, "esas-tired", value=7)
    await visits.answer(second, "esas-pain", value=6)
    lines = (await visits.page(second)).alerts
    assert [(line.level, line.task) for line in lines] == [("watch", True), ("watch", False)]


async def test_a_pulled_alert_is_kept_and_never_goes_over_what_waits_to_be_sent(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    (own,) = await held(store, visit_id)
    theirs = replace(own, state=AlertState.DONE)
    assert await store.write(lambda c: alerts.save_pulled(c, theirs)) is False
    other = replace(own, id="other")
    assert await store.write(lambda c: alerts.save_pulled(c, other)) is True
    kept = await store.read(lambda c: alerts.get(c, "other"))
    assert kept.origin == "pulled"


async def test_two_visits_in_one_outbox_still_send_the_alert_first(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    first = await begin(visits)
    await visits.answer(first, "esas-pain", value=2)
    await finish_visit(visits, first)
    clock.at += timedelta(hours=1)
    second = await begin(visits)
    await visits.answer(second, "esas-pain", value=8)
    groups = await store.read(outbox.pending)
    assert [group.priority for group in groups] == [0, 10]
    total = await store.read(lambda c: c.execute(select(func.count()).select_from(change)).scalar_one())
    assert total > 2
