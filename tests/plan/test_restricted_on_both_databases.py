"""The same answers on SQLite and on PostgreSQL: what a care manager and a nurse see of one visit."""

from __future__ import annotations

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
from tests.plan.plan_doubles import Clock, load_panel, make_plan


def test_a_private_concern_stays_with_the_team_on_both_databases(any_engine: Engine) -> None:
    load_panel(any_engine)
    with write_transaction(any_engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "cam"))
    plan = make_plan(any_engine, Clock(4_000_000_000_000))
    visit = {"encounter": {"reference": "Encounter/v"}}
    made = [
        encounter("v", "a", "ana"),
        observation("open", "a", 4, "ana", **visit),
        observation("hidden", "a", 9, "ana", meta=restricted(), **visit),
        observation("names", "a", 5, "ana", derivedFrom=[{"reference": "Observation/hidden"}], **visit),
        provenance("p", "ana", "Encounter/v", "Observation/open", "Observation/hidden", "Observation/names"),
    ]
    assert plan.as_user("ana").post("", json=bundle(*map(entry, made))).status_code == 200
    roads = {
        "Observation?_sort=-_lastUpdated": {"Observation/open"},
        "Provenance?patient=a": set(),
        "Encounter?_revinclude=Observation:encounter": {"Encounter/v", "Observation/open"},
        "Observation?encounter.status=finished": {"Observation/open"},
        "Observation/_history": {"Observation/open"},
    }
    for url, seen in roads.items():
        assert set(ids(plan.as_user("cam").get(url).json())) == seen, url
    assert len(ids(plan.as_user("ana").get("Observation?patient=a").json())) == 3
    assert plan.as_user("ana").get("Provenance/p").status_code == 200
    assert plan.as_user("cam").get("Provenance/p").status_code == 404
