"""A whole pass against a running plan: no name, birth date or word of a record in an address or in the log."""

from __future__ import annotations

import logging

import pytest

from app.logs import SafeFormatter
from tests.support.field import FieldPlan, Person
from tests.support.relay import CUT_BEFORE, Relay
from tests.sync.conftest import MakeTablet

SECRETS = ("arkerquince", "Vera", "1941-05-06", "Wilhelmina", "window to be opened", "pain")


async def test_a_pass_says_nothing_of_anybody_in_addresses_and_logs(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    patient_id = field_plan.add_patient(nurse, family="Markerquince")
    tablet = await tablets(nurse, relay.url)
    assert (await tablet.sync()).ok
    visit = await tablet.document(patient_id, note="Wilhelmina asked for the window to be opened.", pain=7)
    relay.judge = lambda request: CUT_BEFORE
    await tablet.sync()
    relay.judge = lambda request: None
    assert (await tablet.sync()).ok
    told = [request.path for request in relay.seen]
    assert len(told) > 4
    assert [path for path in told if any(secret in path for secret in (*SECRETS, patient_id))] == []
    assert await tablet.received(visit.id), "it travelled, in the body"
    logged = "\n".join(SafeFormatter().format(record) for record in caplog.records)
    assert logged
    assert [secret for secret in (*SECRETS[:-1], patient_id) if secret in logged] == []
