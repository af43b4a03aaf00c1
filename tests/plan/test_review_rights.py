"""Who may say that a visit is reviewed, who asks, who answers; the mapping's own resources against the plan's rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.domain.review import Comment, Review, ReviewKind
from app.domain.visit import PersonRef
from app.sync.fhir.review import answer_review, decode_review, encode_review, take_back_review
from plan.database import write_transaction
from plan.fhir.stamps import clock_ms
from plan.resources import put_as_system
from plan.users import User
from tests.plan.fhir_builders import careteam, encounter, provenance
from tests.plan.plan_doubles import Clock, Plan

AT = datetime(2026, 5, 28, 12, tzinfo=UTC)
ANA, SUE = PersonRef("Practitioner/ana", "Ana Ruiz, RN"), PersonRef("Practitioner/sue", "Sue Park, RN")
BEN, CAM = PersonRef("Practitioner/ben", "Ben Cole, RN"), PersonRef("Practitioner/cam", "Cam Ito")
COMMENT = Comment("symptoms", "Symptoms", "Before or after the dose?")
Json = dict[str, Any]


def make(kind: ReviewKind, visit_id: str = "visit-1", **more: Any) -> Json:
    made = Review(str(uuid4()), visit_id, "a", kind, SUE, AT, ANA, (COMMENT,))
    return encode_review(replace(made, **more))


@pytest.fixture
def reviewed(plan: Plan) -> Plan:
    """Ana's visit with patient a, whom Ben sees too, and one of which the manifest has not come."""
    tagged = {"tag": [{"system": "urn:hearthside:write", "code": "w1"}]}
    with write_transaction(plan.engine) as connection:
        for each in (
            careteam("ct-a", "a", "ana", "ben"),
            encounter("visit-1", "a", "ana", meta=tagged),
            provenance("w1", "ana", "Encounter/visit-1"),
            encounter("visit-2", "a", "ana", meta=tagged),
            encounter("visit-sue", "a", "sue"),
        ):
            put_as_system(connection, each)
    return plan


def send(plan: Plan, user: str, task: Json) -> int:
    return int(plan.as_user(user).put(f"Task/{task['id']}", json=task).status_code)


@pytest.mark.parametrize("kind", list(ReviewKind))
def test_a_supervisor_of_the_team_makes_them_and_nobody_else_does(reviewed: Plan, kind: ReviewKind) -> None:
    for user in ("ana", "ben", "tom", "cam"):
        assert send(reviewed, user, make(kind)) == 403, user
        mine = PersonRef(f"Practitioner/{user}", user)
        assert send(reviewed, user, make(kind, by=mine)) == 403, user
    task = make(kind)
    assert send(reviewed, "sue", task) == 201
    read = [reviewed.as_user(user).get(f"Task/{task['id']}").status_code for user in ("ana", "tom", "cam")]
    assert read == [200, 404, 404], "for the care team only"


ODD: dict[str, Callable[[], Json]] = {
    "in another's name": lambda: make(ReviewKind.COUNTERSIGN, by=PersonRef("Practitioner/tom", "Tom")),
    "in nobody's name": lambda: make(ReviewKind.COUNTERSIGN) | {"requester": {"display": "Sue"}},
    "of her own visit": lambda: make(ReviewKind.COUNTERSIGN, "visit-sue", nurse=SUE),
    "of a visit that is not whole": lambda: make(ReviewKind.COUNTERSIGN, "visit-2"),
    "of no visit": lambda: make(ReviewKind.COUNTERSIGN, "visit-0"),
    "of another person's visit": lambda: make(ReviewKind.QUESTION, patient_id="b"),
    "to another nurse": lambda: make(ReviewKind.QUESTION, nurse=PersonRef("Practitioner/ben", "Ben")),
    "not done": lambda: make(ReviewKind.COUNTERSIGN) | {"status": "requested"},
    "answered at once": lambda: make(ReviewKind.QUESTION) | {"output": []},
}


@pytest.mark.parametrize("name", ODD)
def test_a_review_is_of_one_whole_visit_of_somebody_else(reviewed: Plan, name: str) -> None:
    assert send(reviewed, "sue", ODD[name]()) in (400, 403, 422), name


def test_a_countersign_never_changes(reviewed: Plan) -> None:
    task = make(ReviewKind.COUNTERSIGN)
    assert send(reviewed, "sue", task) == 201
    for user in ("sue", "ana", "ben"):
        assert send(reviewed, user, take_back_review(task, AT)) == 403, user
    assert reviewed.as_user("sue").delete(f"Task/{task['id']}").status_code == 403


def test_the_nurse_who_is_asked_answers_once_and_nobody_answers_for_her(reviewed: Plan) -> None:
    task = make(ReviewKind.QUESTION)
    assert send(reviewed, "sue", task) == 201
    answered = answer_review(task, None, AT)
    assert send(reviewed, "ben", answered) == 403
    assert send(reviewed, "sue", answered) == 403
    for name, value in (
        ("input", []),
        ("owner", {"reference": "Practitioner/ben"}),
        ("note", [{"text": "x"}]),
    ):
        assert send(reviewed, "ana", answered | {name: value}) in (403, 422), name
    assert send(reviewed, "ana", take_back_review(task, AT)) == 403, "not hers to take back"
    assert send(reviewed, "ana", answered) == 200
    assert send(reviewed, "ana", answer_review(task, "doc", AT)) in (403, 422), "once"
    assert send(reviewed, "sue", take_back_review(task, AT)) == 403, "it has been answered"
    other = make(ReviewKind.QUESTION)
    assert send(reviewed, "sue", other) == 201
    assert send(reviewed, "sue", take_back_review(other, AT)) == 200
    assert send(reviewed, "ben", answer_review(other, None, AT)) == 403
    assert send(reviewed, "ana", answer_review(other, None, AT)) == 200, "she had answered with no signal"


def test_a_task_becomes_no_review_and_a_review_no_other_task(reviewed: Plan) -> None:
    plain = make(ReviewKind.QUESTION)
    plain["code"] = {"text": "Call the pharmacy"}
    assert send(reviewed, "ana", plain | {"requester": {"reference": ANA.reference}}) == 201
    for user in ("ana", "sue"):
        assert send(reviewed, user, make(ReviewKind.COUNTERSIGN) | {"id": plain["id"]}) == 403, user
    task = make(ReviewKind.QUESTION)
    assert send(reviewed, "sue", task) == 201
    assert send(reviewed, "sue", task | {"code": plain["code"]}) == 403


def test_what_is_sent_is_what_is_read(reviewed: Plan) -> None:
    made = Review(str(uuid4()), "visit-1", "a", ReviewKind.QUESTION, SUE, AT, ANA, (COMMENT,))
    assert send(reviewed, "sue", encode_review(made)) == 201
    assert decode_review(reviewed.as_user("ana").get(f"Task/{made.id}").json()) == made


def employ(plan: Plan, *names: str, team_id: str = "team-1", disabled: bool = False) -> None:
    with write_transaction(plan.engine) as connection:
        for name in names:
            row = {"id": f"u-{name}", "username": f"{name}.user", "display_name": name, "role": "nurse"}
            more = {"practitioner_id": name, "team_id": team_id, "disabled": disabled, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))


def leave(plan: Plan, *staying: str) -> None:
    """The care team as it is from now on."""
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", *staying))
    assert isinstance(plan.clock, Clock)
    plan.clock.now = clock_ms() + 1000


def test_a_question_goes_to_who_has_the_person_once_its_nurse_has_not(reviewed: Plan) -> None:
    employ(reviewed, "ana", "ben")
    task = make(ReviewKind.QUESTION)
    assert send(reviewed, "sue", task) == 201
    to_ben = task | {"owner": {"reference": BEN.reference}}
    assert send(reviewed, "sue", to_ben) == 403, "Ana still has the person"
    leave(reviewed, "ben")
    assert send(reviewed, "sue", make(ReviewKind.QUESTION, nurse=CAM)) == 403, "no nurse"
    assert send(reviewed, "sue", make(ReviewKind.THANKS, nurse=BEN)) == 403, "thanks are for who earned them"
    assert send(reviewed, "sue", make(ReviewKind.COUNTERSIGN, nurse=BEN)) == 403
    for user in ("ben", "tom"):
        assert send(reviewed, user, to_ben) in (403, 404), user
    more = to_ben | {"description": "Something else"}
    assert send(reviewed, "sue", more) == 403, "handed on, not changed"
    assert send(reviewed, "sue", to_ben) == 200
    assert send(reviewed, "sue", make(ReviewKind.QUESTION, nurse=BEN)) == 201
    assert send(reviewed, "ben", answer_review(to_ben, None, AT)) == 200
    assert send(reviewed, "sue", answer_review(to_ben, None, AT) | {"owner": task["owner"]}) == 403


@pytest.mark.parametrize(("team_id", "disabled"), [("team-2", False), ("team-1", True)])
def test_nobody_of_another_team_or_shut_out_is_asked_in_her_place(
    reviewed: Plan, team_id: str, disabled: bool
) -> None:
    employ(reviewed, "ana")
    employ(reviewed, "ben", team_id=team_id, disabled=disabled)
    leave(reviewed, "ben")
    assert send(reviewed, "sue", make(ReviewKind.QUESTION, nurse=BEN)) == 403
