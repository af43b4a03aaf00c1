"""What an opening gives: to whom the pack held, while the duty runs, and whatever became of the person since."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update

from app.domain.on_call import LONGEST_REASON as LONGEST_HERE
from app.sync.fhir import json_text
from app.sync.oncall import AT_ONCE
from plan.database import write_transaction
from plan.fhir.stamps import instant
from plan.fhir.tables import plan_state
from plan.oncall.opening import LONGEST_REASON, MOST
from tests.plan.fhir_builders import observation, patient, restricted
from tests.plan.plan_doubles import Plan
from tests.plan.test_leave_and_cover import enter
from tests.plan.test_oncall_pack import (
    DOOR,
    EVENING,
    HOUR,
    ONE,
    THREE,
    TWO,
    alerts,
    at,
    give,
    make_night,
    opening,
    put,
    settle,
    tell,
)
from tests.plan.unmatched_ward import send_person

MINUTE = 60_000
FIRST_OF_ALL = EVENING - 10 * HOUR
KEPT = {"meta": restricted("R")}


@pytest.fixture
def served(any_engine: Engine) -> Plan:
    return make_night(any_engine)


def write(plan: Plan, own_id: str, moment: int, now: int) -> int:
    """The status with which an observation of Ben's about Ana's person is taken."""
    noted = observation(own_id, "a", 5, "ben") | {"effectiveDateTime": instant(moment)}
    return at(plan, now).as_user("ben").put(f"Observation/{own_id}", json=noted).status_code


def stamp_from(engine: Engine, moment: int) -> None:
    """What is written from here on was written then."""
    with write_transaction(engine) as connection:
        last = update(plan_state).where(plan_state.c.name == "last_stamp")
        connection.execute(last.values(value=str(moment)))


def test_a_pack_that_is_there_hours_before_the_duty_opens_no_record_before_it(served: Plan) -> None:
    settle(served.engine, "ben", pack_hours=24)
    early = at(served, FIRST_OF_ALL)
    give(early)
    assert tell(early, opening(ONE, moment=FIRST_OF_ALL, visit=True)) == [True], (
        "that she opened it stays known"
    )
    assert len(alerts(early)) == 1
    assert early.as_user("ben").get("Patient/a").status_code == 404
    begun = at(served, EVENING + HOUR)
    assert begun.as_user("ben").get("Patient/a").status_code == 404
    assert tell(begun, opening(TWO, visit=True)) == [True]
    assert begun.as_user("ben").get("Patient/a").status_code == 200
    morning = EVENING + 14 * HOUR
    assert write(served, "before", FIRST_OF_ALL + HOUR, morning) == 403, "nor was it hers in the hours before"
    assert write(served, "then", EVENING + HOUR, morning) == 201


def test_the_pack_of_the_next_night_takes_nothing_of_the_night_before(served: Plan) -> None:
    settle(served.engine, "ben", pack_hours=24)
    give(served)
    over = EVENING + 13 * HOUR
    give(at(served, over + 5 * MINUTE))
    assert tell(at(served, over + 6 * MINUTE), opening(ONE, moment=over - MINUTE, visit=True)) == [True]
    assert write(served, "last", over - MINUTE, over + 6 * MINUTE) == 201


@pytest.mark.parametrize("kept_apart", [EVENING + 5 * HOUR, EVENING + 11 * HOUR], ids=["before", "after"])
def test_a_visit_made_offline_is_taken_although_the_person_was_kept_apart_since_the_pack_was_given(
    served: Plan, kept_apart: int
) -> None:
    give(served)
    stamp_from(served.engine, kept_apart)
    put(served.engine, patient("a") | KEPT)
    then, now = EVENING + 9 * HOUR, EVENING + 15 * HOUR
    assert tell(at(served, now), opening(ONE, moment=then, visit=True)) == [True]
    assert len(alerts(at(served, now))) == 1
    assert write(served, "night", then, now) == 201


def test_an_opening_gives_nothing_of_somebody_made_at_a_door(served: Plan) -> None:
    send_person(served.as_user("ana"))
    assert "tmp" not in give(served)["known"].split()
    assert tell(served, opening(ONE, who="tmp", visit=True)) == [False]
    assert served.as_user("ben").get("Patient/tmp").status_code == 404


def test_a_cover_that_ends_before_the_duty_does_not_end_what_the_opening_gave(served: Plan) -> None:
    give(served)
    enter(served, "ana", "ben", EVENING + HOUR, EVENING + 2 * HOUR)
    assert served.as_user("ben").get("Patient/a").status_code == 200
    assert tell(served, opening(ONE, visit=True)) == [True]
    assert write(served, "later", EVENING + 3 * HOUR, EVENING + 3 * HOUR) == 201
    assert at(served, EVENING + 13 * HOUR).as_user("ben").get("Patient/a").status_code == 404


@pytest.mark.parametrize("letter", ["é", "🫁", "\x01x"])
def test_the_largest_batch_that_a_device_sends_is_taken(served: Plan, letter: str) -> None:
    assert (AT_ONCE, LONGEST_HERE) == (MOST, LONGEST_REASON)
    give(served)
    reason = (letter * LONGEST_HERE)[:LONGEST_HERE]
    ids = [f"{number:08x}{ONE[8:]}" for number in range(AT_ONCE - 1)]
    told = [opening(own_id, who="p" * 64, reason=reason) for own_id in ids] + [opening(THREE, reason=reason)]
    body = json_text.dumps({"resourceType": "Parameters", "parameter": told}).encode()
    assert len(body) > 64_000
    answer = served.as_user("ben").post(DOOR, content=body, headers={"Content-Type": "application/fhir+json"})
    assert answer.status_code == 200, answer.text
    kept = [one["part"][1]["valueBoolean"] for one in answer.json()["parameter"]]
    assert kept == [False] * (AT_ONCE - 1) + [True]
