"""A mentor is invited by a supervisor who saw the very same, and the link opens nothing else and not for ever."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.fhir.access import DAY_MS
from plan.resources import put_as_system
from plan.sharing.granting import MOST_TRIES
from tests.plan.fhir_builders import encounter, patient, restricted
from tests.plan.mentor_steps import MENTOR, SAID, VISIT, answers, ask, invite, put_visit, see, talk, which
from tests.plan.plan_doubles import Clock, Plan
from tests.plan.sharing_steps import SHARE, list_of

FREE, NAMED = SAID["conv-matters-words"], SAID["conv-coping"]
EARLIER = {"start": "2026-05-20T10:00:00Z", "end": "2026-05-20T11:00:00Z"}
STRANGERS = {"ana": 403, "ben": 403, "cam": 403, "op": 403, "tom": 404}


@pytest.fixture(autouse=True)
def visit(engine: Engine, plan: Plan) -> None:
    put_visit(engine, encounter("before", "a", "ana", period=EARLIER))


def test_nobody_else_sees_it_or_invites(plan: Plan) -> None:
    told = see(plan)
    for who, status in STRANGERS.items():
        user = plan.as_user(who)
        found = [user.post(f"{MENTOR}/read", json=which()), user.post(MENTOR, json=ask(told))]
        assert [one.status_code for one in found] == [status] * 2, who
        assert all("Pain" not in one.text for one in found)
    assert plan.as_user("sue").post(f"{MENTOR}/read", json=which("nothing")).status_code == 404
    assert list_of(plan) == []


def test_an_ask_that_is_not_what_she_saw_shares_nothing(plan: Plan) -> None:
    told, sue = see(plan), plan.as_user("sue")
    wrong: list[tuple[dict[str, Any], int]] = [
        (ask(told, digest="0" * 64), 409),
        (ask(told, digest=""), 409),
        (ask(told, NAMED), 422),
        (ask(told, recipient=" "), 422),
        (ask(told, days=31), 422),
        (ask(told, days=0), 422),
        (ask(told, visit="visit-b"), 404),
        (ask(told, passage="x"), 422),
    ]
    for content, status in wrong:
        assert sue.post(MENTOR, json=content).status_code == status, content
    assert list_of(plan) == []


@pytest.mark.parametrize("status", ["in-progress", "entered-in-error"])
def test_what_is_no_finished_visit_is_not_given(plan: Plan, engine: Engine, status: str) -> None:
    with write_transaction(engine) as connection:
        put_as_system(connection, encounter(VISIT, "a", "ana", status=status))
    assert plan.as_user("sue").post(f"{MENTOR}/read", json=which()).status_code == 409


def test_other_words_than_she_read_are_another_passage(plan: Plan, engine: Engine) -> None:
    told = see(plan)
    with write_transaction(engine) as connection:
        other = {"linkId": "conv-matters-words", "answer": [{"valueString": "Something she never read."}]}
        put_as_system(connection, answers("talk-1", "conversation", [other]))
    assert plan.as_user("sue").post(MENTOR, json=ask(told, FREE)).status_code == 409


CHANGES = {
    "the visit is kept apart": encounter(VISIT, "a", "ana", meta=restricted()),
    "the person is kept apart": patient("a") | {"meta": restricted()},
    "an answer is kept apart": talk(meta=restricted()),
    "an earlier visit is kept apart": encounter("before", "a", "ana", period=EARLIER, meta=restricted()),
    "a name became known": {
        "resourceType": "RelatedPerson",
        "id": "new",
        "patient": {"reference": "Patient/a"},
        "name": [{"text": "Garden"}],
    },
}


@pytest.mark.parametrize("how", CHANGES)
def test_where_the_record_says_anything_else_by_now_it_opens_no_more(
    plan: Plan, engine: Engine, how: str
) -> None:
    made = invite(plan, FREE)
    assert made.open().status_code == 200
    with write_transaction(engine) as connection:
        put_as_system(connection, CHANGES[how])
    answer = made.open()
    assert answer.status_code == 410
    assert "Pain" not in answer.text
    assert list_of(plan)[0]["ended"] == "changed"


def test_it_is_shut_as_every_sharing_is(plan: Plan, clock: Clock) -> None:
    over, gone, shut = invite(plan, days=7), invite(plan), invite(plan)
    assert plan.as_user("sue").post(f"{SHARE}/{gone.id}/withdraw").status_code == 204
    assert gone.open().status_code == 410
    wrong = f"{(int(shut.passcode) + 1) % 10**8:08}"
    for _ in range(MOST_TRIES):
        assert shut.open(passcode=wrong).status_code == 403
    assert shut.open().status_code == 403
    clock.now += 7 * DAY_MS - 1
    assert over.open().status_code == 200
    clock.now += 1
    assert over.open().status_code == 410
    ends = {one["id"]: one["ended"] for one in list_of(plan)}
    assert ends == {over.id: "over", gone.id: "withdrawn", shut.id: "tries"}


def test_there_is_no_fhir_document_of_it_and_no_whole_record_behind_it(plan: Plan) -> None:
    made = invite(plan)
    answer = made.open("fhir")
    assert answer.status_code == 409
    assert "Muster" not in answer.text
    assert list_of(plan)[0]["openings"] == 0


def test_each_step_stands_in_the_trail(plan: Plan) -> None:
    made = invite(plan, FREE)
    made.open()
    (told,) = list_of(plan)
    assert (told["audience"], told["openings"]) == ("mentor", 1)
    events = plan.as_user("sue").get("Patient/a/$hearthside-seen").json()["entry"]
    kinds = [one["resource"]["type"].get("display") for one in events]
    assert kinds.count("Export") == 2, "made and opened"


def test_a_whole_record_is_never_shared_under_the_mentors_name(plan: Plan) -> None:
    named = {
        "patient": "a",
        "audience": "mentor",
        "recipient": "Rosa Vale",
        "said-by": "Patient/a",
        "how": "spoken",
    }
    parts: list[dict[str, Any]] = [{"name": name, "valueString": value} for name, value in named.items()]
    content = {"resourceType": "Parameters", "parameter": [*parts, {"name": "days", "valueInteger": 7}]}
    assert plan.as_user("sue").post(SHARE, json=content).status_code == 422
