"""Sharing a record in tests: the ask, the door behind the link, and a record made by the app's own mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.domain.visit import PersonRef, Visit
from app.sync.fhir.visit import encode_visit
from plan.database import write_transaction
from plan.fhir.json_text import loads
from plan.resources import put_all_as_system
from tests.plan.plan_doubles import Plan
from tests.support.full_visit import make_full_visit

SHARE = "$hearthside-share"
Json = dict[str, Any]
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


def ask(patient: str = "a", **more: Any) -> Json:
    said = {
        "patient": patient,
        "audience": "case-manager",
        "recipient": "Lena Hart, Golden Valley",
        "said-by": f"Patient/{patient}",
        "how": "spoken",
        "days": 14,
    } | {name.replace("_", "-"): value for name, value in more.items()}
    named = [
        {"name": name, ("valueInteger" if isinstance(value, int) else "valueString"): value}
        for name, value in said.items()
    ]
    return {"resourceType": "Parameters", "parameter": named}


def about(patient: str) -> Json:
    return {"resourceType": "Parameters", "parameter": [{"name": "patient", "valueString": patient}]}


@dataclass(frozen=True)
class Shared:
    """A sharing and whoever was shared with."""

    plan: Plan
    id: str
    link: str
    passcode: str

    def open(self, form: str = "page", passcode: str | None = None) -> httpx.Response:
        door = TestClient(self.plan.client.app, base_url="http://plan.test", raise_server_exceptions=False)
        said = {"passcode": self.passcode if passcode is None else passcode, "form": form}
        answer: httpx.Response = door.post(self.link, data=said)
        return answer


def share(plan: Plan, who: str = "ana", **more: Any) -> Shared:
    answer = plan.as_user(who).post(SHARE, json=ask(**more))
    assert answer.status_code == 201, answer.text
    said = {one["name"]: one for one in answer.json()["parameter"]}
    return Shared(plan, said["id"]["valueString"], said["link"]["valueUrl"], said["passcode"]["valueString"])


def list_of(plan: Plan, patient: str = "a", who: str = "ana") -> list[dict[str, Any]]:
    """Each sharing as its parts by name."""
    answer = plan.as_user(who).post(f"{SHARE}/list", json=about(patient))
    assert answer.status_code == 200, answer.text
    return [
        {part["name"]: next(v for n, v in part.items() if n != "name") for part in one["part"]}
        for one in answer.json().get("parameter", ())
    ]


def put_full_visit(engine: Engine, seed: int = 0, patient: str = "a") -> Visit:
    """Every item of every instrument answered, as the app sends it."""
    visit = make_full_visit(ANA, patient, seed)
    with write_transaction(engine) as connection:
        put_all_as_system(connection, [loads(part.body) for part in encode_visit(visit)])
    return visit
