"""Eight writers at once, and a device that pulls meanwhile."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.store import bases
from app.sync import capabilities
from tests.support.field import FieldPlan, Person, Tablet
from tests.sync.conftest import MakeTablet

PASSES = 3
"""That the device makes while they write: however fast they are, they go on until then."""


async def test_eight_concurrent_writers_while_a_device_pulls_lose_nothing(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any overlap: our backend's stamp order is its commit order."""
    monkeypatch.setattr(capabilities, "OWN_OVERLAP", 0)
    await pull_beside_writers(field_plan, nurse, await tablets(nurse))


@pytest.mark.postgres
async def test_eight_concurrent_writers_on_postgresql_lose_nothing_either(
    postgres_plan: FieldPlan, tablets: MakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capabilities, "OWN_OVERLAP", 0)
    nurse = postgres_plan.add_person()
    tablet = await tablets(nurse, postgres_plan.url, postgres_plan.token(nurse))
    await pull_beside_writers(postgres_plan, nurse, tablet)


async def pull_beside_writers(plan: FieldPlan, nurse: Person, tablet: Tablet, each: int = 12) -> None:
    patient_id = plan.add_patient(nurse)
    await tablet.sync()
    token, url = plan.token(nurse), f"{plan.url}/fhir/"
    written: set[str] = set()
    passes = 0

    async def writer(number: int) -> None:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
            for turn in itertools.count():
                if turn >= each and passes >= PASSES:
                    return
                record_id = str(uuid4())
                body = observation(record_id, patient_id, nurse, number * 1000 + turn)
                (await client.put(f"Observation/{record_id}", json=body)).raise_for_status()
                written.add(record_id)

    writing = asyncio.gather(*(writer(number) for number in range(8)))
    while not writing.done():
        assert (await tablet.sync()).outcome == "ok"
        passes += 1
    await writing
    await tablet.sync()
    here = await tablet.store.read(lambda c: bases.list_for_patient(c, patient_id, "Observation"))
    assert len(written) >= 8 * each
    assert {base.id for base in here} == written


def observation(record_id: str, patient_id: str, nurse: Person, value: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": record_id,
        "status": "final",
        "code": {"text": "Count"},
        "subject": {"reference": f"Patient/{patient_id}"},
        "performer": [{"reference": nurse.reference}],
        "effectiveDateTime": "2026-05-28T10:00:00Z",
        "valueInteger": value,
    }
