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
from tests.plan.sharing_steps import SHARE, ask, share


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
        careplan("open", title="Sleep", **visit),
        careplan("hidden", title="Hidden", meta=restricted(), **visit),
        careplan("names", title="Names", partOf=[{"reference": "CarePlan/hidden"}], **visit),
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
    shared = share(plan)
    shown = shared.open("fhir").text
    assert "CarePlan/open" in shown
    assert "CarePlan/hidden" not in shown
    assert "CarePlan/names" not in shown
    assert plan.as_user("ana").post(f"{SHARE}/{shared.id}/withdraw").status_code == 204
    assert shared.open().status_code == 410


def test_ids_that_no_database_takes_are_ids_of_nobody(any_engine: Engine) -> None:
    load_panel(any_engine)
    ana = make_plan(any_engine, Clock()).as_user("ana")
    answers = [
        ana.post(SHARE, json=ask("\0")),
        ana.post(f"{SHARE}/%00/withdraw"),
        ana.post(f"{SHARE}/list", json=ask("\0")),
    ]
    assert [one.status_code for one in answers] == [404, 404, 400]
