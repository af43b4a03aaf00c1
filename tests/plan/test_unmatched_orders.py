"""Whatever the order of visits, joins and their undoing: each visit is at the plan once, and with whom it belongs."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.fhir.outcomes import Refusal
from plan.unmatched.joining import join, undo
from tests.plan.fhir_builders import visit
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.plan.unmatched_ward import send_person

ROUNDS = 2
STEPS = ("visit", "visit", "again", "edit", "a", "b", "undo")


def change_whose(plan: Plan, person_id: str, step: str, joined: str | None) -> str | None:
    """Join to that member, or part; what is not possible now is refused and changes nothing."""
    possible = (joined is not None) if step == "undo" else joined in (None, step)
    if not possible:
        with pytest.raises(Refusal) as refused:
            change_now(plan, person_id, step)
        assert refused.value.status == 409
        return joined
    return change_now(plan, person_id, step)


def change_now(plan: Plan, person_id: str, step: str) -> str | None:
    with write_transaction(plan.engine) as connection:
        if step == "undo":
            undo(connection, person_id, None, clock=plan.clock)
            return None
        join(connection, person_id, step, None, clock=plan.clock)
        return step


@pytest.mark.parametrize("number", range(ROUNDS))
def test_every_visit_is_there_once_and_with_whom_it_belongs(
    engine: Engine, clock: Clock, number: int
) -> None:
    load_panel(engine)
    plan, chance = make_plan(engine, clock), random.Random(number)
    ana, op = plan.as_user("ana"), plan.as_user("op")
    send_person(ana)
    joined: str | None = None
    sent = []
    versions: dict[str, str] = {}
    for step in chance.choices(STEPS, k=14):
        clock.now += 1_000
        if step == "visit":
            sent.append(visit("tmp", "ana", values=2))
            answer = ana.post("", json=sent[-1])
            assert answer.status_code == 200, answer.text
            for told in answer.json()["entry"]:
                kind, record_id, _, version = told["response"]["location"].split("/")[-4:]
                versions[f"{kind}/{record_id}"] = version
        elif step == "again" and sent:
            # An answer that was lost: the very same bytes, and the plan says that it has them.
            assert ana.post("", json=chance.choice(sent)).status_code == 412
        elif step == "edit" and sent:
            # She corrects what she wrote, on the version that her device was told of.
            encounter = chance.choice(sent)["entry"][0]["resource"]
            name = f"Encounter/{encounter['id']}"
            changed = encounter | {"length": {"value": chance.randint(1, 60), "unit": "min"}}
            answer = ana.put(name, json=changed, headers={"If-Match": f'W/"{versions[name]}"'})
            assert answer.status_code == 200, answer.text
            versions[name] = answer.json()["meta"]["versionId"]
        elif step in ("a", "b", "undo"):
            joined = change_whose(plan, "tmp", step, joined)
    whose = joined or "tmp"
    wanted = sorted(one["entry"][0]["resource"]["id"] for one in sent)
    for patient_id in ("tmp", "a", "b"):
        found = op.get("Encounter", params={"patient": patient_id}).json().get("entry", [])
        assert sorted(one["resource"]["id"] for one in found) == (wanted if patient_id == whose else [])
        parts = op.get("Observation", params={"patient": patient_id, "_count": "200"}).json().get("entry", [])
        assert len(parts) == (2 * len(wanted) if patient_id == whose else 0)
    links = op.get("Patient/tmp").json().get("link", [])
    assert [one["other"]["reference"] for one in links] == ([f"Patient/{joined}"] if joined else [])
