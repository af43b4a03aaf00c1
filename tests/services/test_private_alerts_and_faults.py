"""Private alerts say nothing but behind the secret; a concern is asked about; a fault in a rule costs no answer."""

from __future__ import annotations

import json

import pytest

from app.domain.alert import PRIVATE_TEXT, AlertState
from app.domain.safety import Finding, SafetyContext
from app.domain.visit import Missing
from app.services import safety_context
from app.services.alerts import Alerts
from app.services.plan_settings import META_KEY
from app.services.visits import NotReadyToSign, Visits
from app.store import meta
from app.store.engine import Store
from tests.services.alert_steps import SECRET, WrongSecret, begin, finish_visit, held, tasks, verify
from tests.services.conftest import ANA, SteppingClock


@pytest.fixture
def doors(store: Store, clock: SteppingClock) -> Alerts:
    return Alerts(store, ANA, clock, verify)


async def test_a_private_concern_says_nothing_anywhere_but_behind_the_secret(
    visits: Visits, store: Store, doors: Alerts
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "private-abuse", value="yes")
    (task,) = await tasks(store)
    assert task["code"] == {"text": PRIVATE_TEXT}
    assert "description" not in task
    assert [one["code"] for one in task["meta"]["security"]] == ["R"]
    (alert,) = await held(store, visit_id)
    assert alert.finding == PRIVATE_TEXT
    for line in (*(await visits.page(visit_id)).alerts, *await doors.list_open()):
        shown = f"{line.title} {line.finding} {line.detail} {line.actions} {line.rule}".lower()
        assert "abuse" not in shown
    with pytest.raises(WrongSecret):
        await doors.open_private(alert.id, "wrong")
    detail = await doors.open_private(alert.id, SECRET)
    assert "abuse" in detail.finding
    assert detail.actions


async def test_a_request_for_aid_in_dying_is_told_to_the_supervisor_as_a_private_task(
    visits: Visits, store: Store, doors: Alerts
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "conv-aid-in-dying", value="yes")
    (task,) = await tasks(store)
    assert (task["code"], task["owner"]["identifier"]["value"]) == ({"text": PRIVATE_TEXT}, "supervisor")
    assert [one["code"] for one in task["meta"]["security"]] == ["R"]
    (alert,) = await held(store, visit_id)
    assert "Follow your plan's policy" in " ".join((await doors.open_private(alert.id, SECRET)).actions)


async def test_where_a_plan_wants_nobody_told_a_request_opens_no_task_and_can_be_read_behind_the_secret(
    visits: Visits, store: Store, doors: Alerts
) -> None:
    policy = {"aid_in_dying": {"tell": "nobody", "words": "Page 12 of the handbook."}}
    await store.write(lambda connection: meta.put(connection, META_KEY, json.dumps(policy)))
    visit_id = await begin(visits)
    await visits.answer(visit_id, "conv-aid-in-dying", value="yes")
    assert await tasks(store) == []
    (line,) = (await visits.page(visit_id)).alerts
    assert (line.finding, line.actions) == (PRIVATE_TEXT, ())
    detail = await doors.open_private(line.id, SECRET, visit_id)
    assert "Page 12 of the handbook." in detail.actions


async def test_the_concern_question_is_asked_before_signing_and_could_not_ask_is_an_answer(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "/44260-8", value="LA6569-3")
    await visits.leave(visit_id)
    assert (await visits.page(visit_id)).missing == (Missing.CONCERN,)
    with pytest.raises(NotReadyToSign):
        await visits.sign(visit_id)
    await visits.answer(visit_id, "concern-answer", value="could-not-ask")
    await visits.sign(visit_id)
    (alert,) = await held(store, visit_id)
    assert (alert.state, alert.level.value) == (AlertState.OPEN, "act-now")
    assert "Phone your supervisor now" in alert.detail


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: SafetyContext) -> tuple[Finding, ...]:
        raise ZeroDivisionError("Rosa Colón")

    monkeypatch.setattr(safety_context, "evaluate", broken)


@pytest.mark.usefixtures("faulty")
async def test_a_fault_in_a_rule_keeps_no_answer_from_being_saved_and_the_page_says_so(
    visits: Visits, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=8)
    page = await visits.page(visit_id)
    assert page.draft.answers["esas-pain"].value == 8
    assert [line.title for line in page.alerts] == ["Look at the answers yourself"]
    await finish_visit(visits, visit_id)
    assert "Rosa" not in caplog.text
