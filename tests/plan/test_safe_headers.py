"""No answer of the plan, whatever it is, lets a browser do more with it than it must."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from plan.app import make_app
from plan.headers import ALWAYS
from tests.plan.plan_doubles import Clock, Plan, authenticate, load_panel


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "Patient/a", 200),
        ("GET", "metadata", 200),
        ("GET", "Patient/b", 404),
        ("GET", "http://plan.test/nowhere", 404),
        ("GET", "http://plan.test/health", 200),
        ("GET", "http://plan.test/openapi.json", 200),
        ("PATCH", "Patient/a", 405),
        ("POST", "Patient", 415),
    ],
)
def test_every_answer_carries_the_headers(plan: Plan, method: str, path: str, status: int) -> None:
    answer = plan.as_user("ana").request(method, path, headers={"Origin": "https://evil.example"})
    assert answer.status_code == status
    for name, value in ALWAYS.items():
        assert answer.headers.get_list(name) == [value], name
    assert not any(name.startswith("access-control") for name in answer.headers)
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers


def test_over_https_browsers_are_told_to_stay_there(engine: Engine, clock: Clock) -> None:
    load_panel(engine)
    app = make_app(engine, base_url="https://plan.example", authenticate=authenticate, clock=clock)
    answer = TestClient(app).get("/fhir/metadata")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_an_answer_to_who_is_unknown_says_how_to_be_known(plan: Plan) -> None:
    answer = plan.client.get("Patient/a")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.headers["x-frame-options"] == "DENY"
