"""SIGKILL at each step from a signature to the deletion of its sealed copy: no visit lost, none doubled."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from app.store import outbox
from app.sync.relay import ARRIVED
from tests.support.field import FieldPlan, Person
from tests.support.history import provenance_targets, versions
from tests.support.seal_once import STEPS
from tests.support.sealing_tablet import SealingTablet, add_person, bring, make_sealing_tablet

COPY_AFTER = ("laid", "before deleting")
"""Deaths after which a whole copy lies beside the store."""


@pytest.fixture(scope="module")
def ana(keyed_plan: FieldPlan) -> Person:
    return add_person(keyed_plan, "Ana Ruiz, RN")


@pytest.fixture(scope="module")
def ben(keyed_plan: FieldPlan) -> Person:
    return add_person(keyed_plan, "Ben Cole, RN")


@pytest.fixture
async def tablet(keyed_plan: FieldPlan, ana: Person, tmp_path: Path) -> SealingTablet:
    """Closed, ready for a process of its own."""
    tablet = await make_sealing_tablet(tmp_path, ana, keyed_plan)
    await tablet.close()
    return tablet


@pytest.fixture(scope="module")
def lives() -> Iterator[subprocess.Popen[str]]:
    """What starts processes that die (`tests.support.seal_once`)."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.seal_once"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def die_at(lives: subprocess.Popen[str], tablet: SealingTablet, patient_id: str, step: str) -> str:
    """Somebody documents on this tablet until her process is killed; returns the id of the visit she signed."""
    orders = {
        "data": str(tablet.files.directory.parent.parent),
        "store_id": tablet.files.store_id,
        "key": tablet.key.hex(),
        "person": asdict(tablet.person),
        "patient_id": patient_id,
        "step": step,
    }
    assert lives.stdin is not None
    assert lives.stdout is not None
    lives.stdin.write(f"{json.dumps(orders)}\n")
    lives.stdin.flush()
    code, visit_id = json.loads(lives.stdout.readline())
    assert code == -signal.SIGKILL
    return str(visit_id)


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_any_step_the_visit_arrives_once_and_no_copy_stays(
    keyed_plan: FieldPlan,
    ana: Person,
    ben: Person,
    tablet: SealingTablet,
    lives: subprocess.Popen[str],
    step: str,
) -> None:
    visit_id = await asyncio.to_thread(die_at, lives, tablet, keyed_plan.add_patient(ana), step)
    lying = tablet.copies()
    assert bool(lying) == (step in COPY_AFTER), step
    brought = await bring(keyed_plan, ben, lying)
    assert set(brought.said.values()) <= set(ARRIVED)
    again = await tablet.reopen()
    try:
        await again.sealer.tidy()
        await again.sealer.run()
        wanted = {one.id for one in await again.store.read(outbox.open_writes)}
        assert set(again.copies()) == wanted, "what is missing is made again at start, what is settled goes"
        assert (await bring(keyed_plan, ben, again.copies())).reasons == {}
        assert (await again.sync()).outcome == "ok"
        await again.sealer.run()
        assert await again.received(visit_id)
        assert again.copies() == {}
        assert not again.sealed.directory.exists() or list(again.sealed.directory.iterdir()) == []
    finally:
        await again.close()
    (encounter,) = versions(keyed_plan, ana, "Encounter", visit_id)
    for target in provenance_targets(keyed_plan, ana, encounter):
        kind, _, record_id = target["reference"].partition("/")
        assert len(versions(keyed_plan, ana, kind, record_id)) == 1
