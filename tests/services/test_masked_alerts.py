"""Private alerts look all the same until opened, whatever their rule, also once they are finished."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from app.content.rules import Level
from app.domain.alert import PRIVATE_TEXT
from app.services.alert_models import AlertLine
from app.services.alerts import Alerts
from app.services.plan_settings import META_KEY
from app.services.visits import Visits
from app.store import alerts, meta
from app.store.engine import Store
from tests.services.alert_steps import SECRET, begin, finish_visit, held, verify
from tests.services.conftest import ANA, SteppingClock

TYPED = "APS report made about the son"
SUPERVISOR, ABUSE = "(559) 555-0177", "(800) 555-0123"
PHONES = {"supervisor": SUPERVISOR, "on-call": "(559) 555-0199", "abuse-home": ABUSE}
MAY_DIFFER = {"id", "level", "fired_at"}


@pytest.fixture
def doors(store: Store, clock: SteppingClock) -> Alerts:
    return Alerts(store, ANA, clock, verify)


@pytest.fixture
async def phones(store: Store) -> None:
    await store.write(lambda c: meta.put(c, META_KEY, json.dumps({"phones": PHONES})))


def said_of(line: AlertLine) -> dict[str, object]:
    return {one.name: getattr(line, one.name) for one in fields(line) if one.name not in MAY_DIFFER}


@pytest.mark.usefixtures("phones")
async def test_a_typed_closing_reason_of_a_private_alert_is_read_only_behind_the_secret(
    visits: Visits, store: Store, doors: Alerts
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "private-abuse", value="yes")
    (alert,) = await held(store, visit_id)
    await doors.finish(alert.id, TYPED)
    (line,) = (await visits.page(visit_id)).alerts
    assert (line.state, line.closed_reason) == ("done", None)
    await visits.set_note(visit_id, "At home.")
    await finish_visit(visits, visit_id)
    reading = await visits.read(visit_id)
    assert TYPED not in repr(reading.alerts)
    detail = await doors.open_private(alert.id, SECRET)
    assert (detail.closed_reason, detail.phone, detail.due_at) == (TYPED, ABUSE, alert.due_at)


@pytest.mark.usefixtures("phones")
async def test_private_alerts_of_different_rules_differ_in_nothing_that_is_said(
    visits: Visits, doors: Alerts
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "private-abuse", value="yes")
    await visits.answer(visit_id, "conv-aid-in-dying", value="yes")
    for lines in ((await visits.page(visit_id)).alerts, await doors.list_open()):
        one, other = (line for line in lines if line.private)
        assert said_of(one) == said_of(other)
        assert (one.phone, one.phone_for, one.subject, one.due, one.due_at) == (
            SUPERVISOR, "supervisor", "", "", None,
        )  # fmt: skip


async def test_without_a_number_of_the_supervisor_a_private_alert_names_no_other_number(
    visits: Visits, store: Store, doors: Alerts
) -> None:
    others = {name: number for name, number in PHONES.items() if name != "supervisor"}
    await store.write(lambda c: meta.put(c, META_KEY, json.dumps({"phones": others})))
    visit_id = await begin(visits)
    await visits.answer(visit_id, "private-abuse", value="yes")
    (line,) = await doors.list_open()
    assert (line.phone, line.finding) == (None, PRIVATE_TEXT)


async def test_a_private_alert_of_a_colleague_is_masked_the_same_whatever_it_holds(
    visits: Visits, store: Store, doors: Alerts, clock: SteppingClock
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "private-abuse", value="yes")
    (own,) = await held(store, visit_id)
    base = replace(own, visit_id=None, origin="pulled")
    for number, (level, subject) in enumerate(((Level.ACT_NOW, "a"), (Level.WATCH, "b"))):
        theirs = replace(
            base, id=f"t{number}", level=level, subject=subject, rule=f"R{number}", owner=subject,
            due_at=clock.now() + timedelta(hours=number), detail=f"{subject}\n{subject}", finding=subject,
        )  # fmt: skip
        await store.write(lambda c, theirs=theirs: alerts.put(c, theirs))
    one, other = (line for line in await doors.list_open() if line.id in ("t0", "t1"))
    assert said_of(one) == said_of(other)
