"""Copies of others on one tablet: each gets its turn, and a plan that was put back is brought them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.store.courier_files import SealedFiles
from app.sync import relay as relaying
from app.sync.plan_door import PlanDoor
from app.sync.plan_keys import find_keys
from app.sync.relay import Said, Told, relay
from tests.support.field import FieldPlan
from tests.support.sealing_tablet import SealingTablet, add_person, make_sealing_tablet

COPIES = [f"{number}0000000-0000-4000-8000-000000000000" for number in range(3)]


class Plan:
    """Says the same of every copy, and remembers which were brought."""

    def __init__(self) -> None:
        self.says = Said.LATER
        self.asked: list[str] = []

    async def bring_one(self, door: PlanDoor, document: dict[str, Any]) -> Told:
        self.asked.append(document["write"])
        return Told(self.says)

    def told(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    plan = Plan()
    monkeypatch.setattr(relaying, "bring_one", plan.bring_one)
    return plan


@pytest.fixture
async def tablet(keyed_plan: FieldPlan, tmp_path: Path) -> Any:
    """Ben's, on which a colleague's store keeps three copies."""
    ben = add_person(keyed_plan, "Ben Cole, RN")
    made = await make_sealing_tablet(tmp_path, ben, keyed_plan)
    keys = await made.store.read(find_keys)
    assert keys is not None
    colleagues = SealedFiles(tmp_path / "users" / ("ab" * 16) / "sealed")
    colleagues.directory.parent.mkdir()
    for write_id in COPIES:
        colleagues.lay(write_id, {"plan": keys.root_id, "write": write_id})
    yield made
    await made.close()


MINUTES: Iterator[int] = count()


async def relayed(tablet: SealingTablet, epoch: str = "as it was") -> int:
    capabilities = tablet.client.capabilities
    assert capabilities is not None
    at = datetime(2026, 11, 22, 9, tzinfo=UTC) + timedelta(minutes=next(MINUTES))
    return await relay(tablet.store, tablet.client, replace(capabilities, store_epoch=epoch), now=lambda: at)


async def test_copies_that_go_on_waiting_keep_no_other_from_being_brought(
    tablet: SealingTablet, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "MOST_A_PASS", 2)
    for expected in (COPIES[:2], [COPIES[2], COPIES[0]], [COPIES[1], COPIES[0]]):
        assert await relayed(tablet) == 0
        assert plan.told() == expected


async def test_a_plan_that_was_put_back_to_an_earlier_day_is_brought_again_what_it_had(
    tablet: SealingTablet, plan: Plan
) -> None:
    plan.says = Said.APPLIED
    assert await relayed(tablet) == 3
    assert await relayed(tablet) == 0
    assert plan.told() == COPIES
    assert await relayed(tablet, "restored") == 3
    assert plan.told() == COPIES
    assert await relayed(tablet, "restored") == 0
