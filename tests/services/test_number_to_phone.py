"""Whom to phone about an alert: the same number in the visit, once it is signed, and on a colleague's tablet."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.services.alert_lines import list_lines
from app.services.plan_settings import META_KEY
from app.services.visits import Visits
from app.store import alerts, meta
from app.store.engine import Store
from app.sync.fhir.task import decode_task, encode_task
from tests.services.alert_steps import begin, finish_visit, held
from tests.services.conftest import ANA, SteppingClock

SUPERVISOR, ON_CALL = "213-555-0190", "213-555-0191"
PHONES = {"supervisor": SUPERVISOR, "on-call": ON_CALL}


@pytest.mark.parametrize(
    ("found_out", "purpose"),
    [
        ("tired-of-living", "on-call"),
        ("thoughts-of-acting", "supervisor"),
        ("could-not-ask", "supervisor"),
    ],
)
async def test_what_the_nurse_found_out_about_a_wish_to_die_decides_the_number_everywhere(
    visits: Visits, store: Store, clock: SteppingClock, found_out: str, purpose: str
) -> None:
    await store.write(lambda c: meta.put(c, META_KEY, json.dumps({"phones": PHONES})))
    visit_id = await begin(visits)
    await visits.answer(visit_id, "concern-worried", value="yes")
    await visits.answer(visit_id, "concern-answer", value=found_out)
    lines = [*(await visits.page(visit_id)).alerts, *await store.read(list_lines)]
    (own,) = await held(store, visit_id)
    await visits.set_note(visit_id, "At home.")
    await finish_visit(visits, visit_id)
    lines += [*(await visits.read(visit_id)).alerts, *await store.read(list_lines)]
    theirs = decode_task(encode_task(own, ANA, clock.now()))
    assert theirs is not None
    await store.write(lambda c: alerts.put(c, replace(theirs, id="theirs", visit_id="not-here")))
    lines += await store.read(lambda c: list_lines(c, among=lambda one: one.id == "theirs"))
    assert [(one.phone_for, one.phone) for one in lines] == [(purpose, PHONES[purpose])] * 5
