"""A promise may hold what was said in trust: nurses and supervisors of the team read it, a care manager never."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from app.domain.promise import Promise, PromiseState
from app.domain.visit import PersonRef
from app.sync.fhir.promise import amend_promise, encode_promise
from plan.database import write_transaction
from plan.resources import put_as_system
from tests.plan.fhir_builders import careteam
from tests.plan.plan_doubles import Plan

AT = datetime(2026, 5, 28, 10, tzinfo=UTC)
BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")


def test_the_team_reads_and_answers_a_promise_and_a_care_manager_does_neither(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben", "cam"))
    author = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
    task = encode_promise(Promise(str(uuid4()), "a", "", "Talk with her son about hospice", author, AT))
    url = f"Task/{task['id']}"
    assert plan.as_user("ana").put(url, json=task).status_code == 201
    kept = amend_promise(task, PromiseState.KEPT, BEN, AT)
    assert plan.as_user("ben").put(url, json=kept).status_code == 200
    taken_back = amend_promise(task, PromiseState.TAKEN_BACK, BEN, AT)
    assert plan.as_user("ben").put(url, json=taken_back).status_code == 403, "only who made it"
    assert [plan.as_user(user).get(url).status_code for user in ("ana", "ben", "sue", "cam")] == [200] * 3 + [
        404
    ]
    assert plan.as_user("cam").get("Task?patient=a").json().get("entry", []) == []
