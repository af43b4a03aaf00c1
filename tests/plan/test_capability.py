"""What the server says about itself."""

from __future__ import annotations

from sqlalchemy import Engine
from starlette.testclient import TestClient

from plan.app import make_app
from plan.database import write_transaction
from plan.fhir.stamps import renew_epoch
from plan.fhir.types import TYPES
from plan.fhir.validate import validate
from tests.plan.plan_doubles import Clock, Plan, authenticate, load_panel


def test_a_capability_is_made_from_the_table_it_runs_on(plan: Plan) -> None:
    statement = plan.client.get("metadata").json()
    resources = {each["type"]: each for each in statement["rest"][0]["resource"]}
    assert set(resources) == set(TYPES)
    for name, each in resources.items():
        assert {param["name"] for param in each.get("searchParam", [])} == set(TYPES[name].params)
        assert each["updateCreate"] is True
        assert each["conditionalCreate"] is TYPES[name].searched
    extensions = {each["url"]: each for each in statement["extension"]}
    assert extensions["urn:hearthside:scopes-by-careteam"]["valueBoolean"] is True
    epoch = extensions["urn:hearthside:store-epoch"]["valueString"]
    assert plan.client.get("metadata").json()["extension"] == statement["extension"]
    with write_transaction(plan.engine) as connection:
        assert renew_epoch(connection) != epoch
    assert epoch not in plan.client.get("metadata").text
    validate(statement)


def test_the_openapi_document_and_health_are_there(plan: Plan) -> None:
    assert plan.client.get("http://plan.test/health").json() == {"status": "ok"}
    paths = plan.client.get("http://plan.test/openapi.json").json()["paths"]
    assert {"/fhir/metadata", "/fhir/{type_name}", "/fhir/{type_name}/{resource_id}/_history"} <= set(paths)


def test_the_openapi_document_says_what_kind_of_sign_in_it_names(plan: Plan) -> None:
    document = plan.client.get("http://plan.test/openapi.json").json()
    named = {
        name
        for path in document["paths"].values()
        for route in path.values()
        for need in route.get("security", [])
        for name in need
    }
    assert named
    assert named <= set(document["components"]["securitySchemes"])


def test_links_carry_the_base_url_without_its_slash(engine: Engine, clock: Clock) -> None:
    load_panel(engine)
    app = make_app(engine, base_url="https://plan.example/", authenticate=authenticate, clock=clock)
    client = TestClient(app, headers={"Authorization": "Bearer ana-token"})
    links = client.get("/fhir/Patient").json()["link"]
    assert links == [{"relation": "self", "url": "https://plan.example/fhir/Patient"}]
