"""A writer that takes its time on our own plan: stamps come in the order of commits, so no overlap is needed."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from app.sync import capabilities
from plan.database import write_transaction
from plan.resources import put_as_system
from tests.faults.one_tablet import condition, held
from tests.support.field import FieldPlan
from tests.sync.conftest import MakeTablet


@pytest.mark.parametrize("database", ["field_plan", "postgres_plan"])
async def test_a_writer_that_commits_late_on_our_plan_is_missed_by_nobody(
    request: pytest.FixtureRequest, tablets: MakeTablet, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    plan: FieldPlan = request.getfixturevalue(database)
    nurse = plan.add_person()
    patient_id = plan.add_patient(nurse)
    monkeypatch.setattr(capabilities, "OWN_OVERLAP", 0)
    tablet = await tablets(nurse, plan.url, plan.token(nurse))
    await tablet.sync()
    slow, fast = str(uuid4()), str(uuid4())

    def write_fast() -> None:
        with write_transaction(plan.engine) as connection:
            put_as_system(connection, condition(patient_id, fast))

    with write_transaction(plan.engine) as connection:
        put_as_system(connection, condition(patient_id, slow))
        other = asyncio.get_running_loop().run_in_executor(None, write_fast)
        assert (await tablet.sync()).outcome == "ok"
        assert await held(tablet, "Condition", [patient_id]) == {}
        assert not other.done(), "the second writer waits for the first one's commit"
    await other
    assert (await tablet.sync()).outcome == "ok"
    assert set(await held(tablet, "Condition", [patient_id])) == {slow, fast}
