"""The same answers on SQLite and on PostgreSQL: what a care manager and a nurse see of one visit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from plan.database import write_transaction
from plan.resources import put_as_system
from tests.plan.fhir_builders import (
    bundle,
    careteam,
    encounter,
    entry,
    ids,
    observation,
    provenance,
    restricted,
)
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Clock, load_panel, make_plan


def careplan(resource_id: str, **more: Any) -> dict[str, Any]:
    return samples("a", "ana", "x")["CarePlan"] | {"id": resource_id} | more


def test_a_private_concern_stays_with_the_team_on_both_databases(any_engine: Engine) -> None:
    load_panel(any_engine)
    with write_transaction(any_engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "cam"))
    plan = make_plan(any_engine, Clock(4_000_000_000_000))
    visit = {"encounter": {"reference": "Encounter/v"}}
    made = [
        encounter("v", "a", "ana"),
        careplan("open", **visit),
        careplan("hidden", meta=restricted(), **visit),
        careplan("names", partOf=[{"reference": "CarePlan/hidden"}], **visit),
        observation("measured", "a", 4, "ana", **visit),
        provenance("p", "ana", "Encounter/v", "CarePlan/open", "CarePlan/hidden", "CarePlan/names"),
    ]
    assert plan.as_user("ana").post("", json=bundle(*map(entry, made))).status_code == 200
    roads = {
        "CarePlan?_sort=-_lastUpdated": {"CarePlan/open"},
        "Provenance?patient=a": set(),
        "Encounter?_revinclude=CarePlan:encounter": {"Encounter/v", "CarePlan/open"},
        "CarePlan?encounter.status=finished": {"CarePlan/open"},
        "CarePlan/_history": {"CarePlan/open"},
    }
    for url, seen in roads.items():
        assert set(ids(plan.as_user("cam").get(url).json())) == seen, url
    assert len(ids(plan.as_user("ana").get("CarePlan?patient=a").json())) == 3
    assert ids(plan.as_user("cam").get("Observation?patient=a").json()) == []
    assert plan.as_user("ana").get("Provenance/p").status_code == 200
    assert plan.as_user("cam").get("Provenance/p").status_code == 404
