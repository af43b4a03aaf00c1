"""Every word of the CapabilityStatement, tried; and what a device's pull asks of every type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plan.database import write_transaction
from plan.fhir.capability import make_capability
from plan.fhir.roles import describe
from plan.fhir.types import OPEN, TYPES
from plan.resources import put_as_system
from plan.settings import PlanSettings
from tests.plan.fhir_builders import ids
from tests.plan.fhir_samples import open_samples, samples
from tests.plan.plan_doubles import Plan

RIGHTS = Path(__file__).parents[2] / "docs" / "plan-rights.md"
VALUES = {"token": "x", "reference": "Patient/a", "date": "ge2020-01-01", "string": "x"}
STRICT = {"Prefer": "handling=strict"}
PULLED_BY_PATIENT = sorted(
    name
    for name, kind in TYPES.items()
    if kind.group != OPEN and kind.searched and name not in ("Patient", "Group", "AuditEvent")
)


def declared() -> dict[str, dict[str, Any]]:
    statement = make_capability("http://plan.test/fhir", PlanSettings(), epoch=None, started_ms=0)
    return {each["type"]: each for each in statement["rest"][0]["resource"]}


@pytest.fixture
def full(plan: Plan) -> Plan:
    with write_transaction(plan.engine) as connection:
        for each in [*samples("a", "ana", "a").values(), *open_samples().values()]:
            put_as_system(connection, each)
    return plan


@pytest.mark.parametrize("name", sorted(name for name, kind in TYPES.items() if kind.searched))
def test_every_declared_search_is_answered_and_no_other(full: Plan, name: str) -> None:
    ana, said = full.as_user("ana"), declared()[name]
    for param in said["searchParam"]:
        answer = ana.get(name, params={param["name"]: VALUES[param["type"]]}, headers=STRICT)
        assert answer.status_code == 200, (param, answer.text)
    for include in said.get("searchInclude", []):
        assert ana.get(name, params={"_include": include}, headers=STRICT).status_code == 200, include
    assert ana.get(name, params={"no-such-parameter": "x"}, headers=STRICT).status_code == 400
    result = {
        "_sort": "-_lastUpdated",
        "_count": "1",
        "_total": "accurate",
        "_elements": "id",
        "_summary": "false",
    }
    assert ana.get(name, params=result, headers=STRICT).status_code == 200
    assert ana.get(f"{name}/_history", params={"_count": "1"}).status_code == 200


@pytest.mark.parametrize("name", PULLED_BY_PATIENT)
def test_a_device_pulls_every_type_of_a_member_by_patient_time_and_page(full: Plan, name: str) -> None:
    params = {"patient": "a", "_lastUpdated": "ge2020-01-01", "_sort": "_lastUpdated", "_count": "200"}
    found = ids(full.as_user("ana").get(name, params=params, headers=STRICT).json())
    assert [each for each in found if each.startswith(f"{name}/")] == found
    assert found
    assert ids(full.as_user("ana").get(name, params=params | {"patient": "b"}).json()) == []
    assert ids(full.as_user("ana").get(name, params=params | {"_lastUpdated": "ge2999-01-01"}).json()) == []


def test_settings_are_read_by_id_by_all_roles(full: Plan) -> None:
    library = open_samples()["Library"] | {"id": "hearthside-settings"}
    with write_transaction(full.engine) as connection:
        put_as_system(connection, library)
    for user in ("ana", "sue", "cam"):
        assert full.as_user(user).get("Library/hearthside-settings").status_code == 200
        assert full.as_user(user).put("Library/hearthside-settings", json=library).status_code == 403


def test_the_document_of_rights_says_what_the_table_says() -> None:
    rows = "".join(f"| {name} | {describe(TYPES[name])} |\n" for name in sorted(TYPES))
    assert rows in RIGHTS.read_text(encoding="utf-8")


def test_the_statement_says_who_writes_each_type() -> None:
    said = {name: each["documentation"] for name, each in declared().items()}
    assert said == {name: describe(kind) for name, kind in TYPES.items()}
    assert (
        "A care manager makes and changes her own, and changes others': its loop, and reads" in said["Task"]
    )
    assert "A nurse only reads." in said["Condition"]
