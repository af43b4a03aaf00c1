"""Signing out never costs a record: nothing is deleted, and signing in again sends what waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.visit import PersonRef
from app.services.signing_out import SigningOut, WhatStays
from app.store import audit, sessions
from app.sync.engine import SystemClock
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.relay import DROP_ANSWER, PORTAL, Fault, Relay
from tests.sync.browser_sign_in import sign_in
from tests.sync.conftest import MakeTablet


def leaving(tablet: Tablet) -> SigningOut:
    return SigningOut(tablet.store, PersonRef(tablet.person.reference, tablet.person.name), SystemClock())


@pytest.mark.parametrize("network", ["good", "answer dropped", "portal", "gone"])
async def test_f07_signing_out_keeps_every_unsent_visit_and_the_next_sign_in_sends_it(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, network: str
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    row = (await sign_in(field_plan, nurse)).sign_in
    where = "http://127.0.0.1:9" if network == "gone" else relay.url
    moved = replace(row, revocation_endpoint=(row.revocation_endpoint or "").replace(field_plan.url, where))
    await tablet.store.write(lambda c: sessions.save(c, moved))
    visit = await tablet.document(patient_id, pain=3)
    faults: dict[str, Fault] = {"answer dropped": DROP_ANSWER, "portal": PORTAL}
    relay.judge = lambda request: faults.get(network)

    out = leaving(tablet)
    assert await out.look() == WhatStays(unsent_visits=1, others=0, set_aside=0, drafts=0)
    assert await out.sign_out() == (network == "good")
    kept = await tablet.store.read(sessions.find)
    assert kept is not None
    assert (kept.ended, kept.access_token, kept.refresh_token) == (True, None, None)
    assert kept.user_reference == nurse.reference, "who she is stays known"
    assert (await tablet.sync()).outcome == "sign-in-needed"
    assert await out.look() == WhatStays(unsent_visits=1, others=0, set_aside=0, drafts=0)
    assert await tablet.store.read(audit.find_head) != (0, "")

    again = (await sign_in(field_plan, nurse)).sign_in
    await tablet.store.write(lambda c: sessions.save(c, again))
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)
    assert (await out.look()).unsent == 0


async def test_a_confirmed_sign_out_is_one_at_the_plan_too(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    tablet = await tablets(nurse)
    row = (await sign_in(field_plan, nurse)).sign_in
    await tablet.store.write(lambda c: sessions.save(c, row))
    assert await leaving(tablet).sign_out()
    assert not await leaving(tablet).sign_out(), "a second one has nothing to end"
    await tablet.store.write(lambda c: sessions.save(c, row))
    assert (await tablet.sync()).outcome == "sign-in-needed", "a copied token opens nothing"
