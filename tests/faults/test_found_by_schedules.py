"""What random schedules found, kept as the shortest schedule that shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.checker import Checker
from tests.faults.many import Many, make_templates


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Many]:
    templates = tmp_path / "templates"
    templates.mkdir()
    await make_templates(templates)
    made = Many(templates, tmp_path)
    await made.start()
    yield made
    await made.close()


@pytest.mark.parametrize("finish", [True, False], ids=["finishes", "acknowledges"])
async def test_i3_words_of_who_closed_an_alert_outlive_a_colleague_who_never_saw_them(
    world: Many, finish: bool
) -> None:
    """Seed 1000002: Ana finishes, Ben has not seen it and acknowledges, then goes on from his list of alerts."""
    (alert_id,) = await world.ana.list_alerts()
    await world.ana.finish(alert_id)
    await world.ben.acknowledge(alert_id)
    await world.sync(world.ana)
    await world.sync(world.ben)
    for one in await world.ben.list_alerts():
        await (world.ben.finish(one) if finish else world.ben.acknowledge(one))
    await world.heal()
    with Checker() as checker:
        await world.check(checker)
