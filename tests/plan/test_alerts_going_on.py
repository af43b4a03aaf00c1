"""An alert that nobody saw goes on to the next on duty, once whoever looks; a discharge while the nurse is off too."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, true

from plan.alert_task import ALERT
from plan.clinical_settings import put_settings
from plan.database import read_transaction, write_transaction
from plan.fhir.json_text import loads
from plan.fhir.stamps import instant
from plan.fhir.store import find_current
from plan.leave.background import Watch, run
from plan.leave.discharges import task_id, tell_of_discharges
from plan.leave.duty import make_duty
from plan.leave.going_on import GONE_TO, list_steps, pass_on
from plan.leave.tables import DutyAccess
from plan.outcomes.zone import put_zone
from plan.resources import put_as_system
from tests.plan.fhir_builders import careteam, patient, restricted
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.plan.test_leave_and_cover import enter, staff

MINUTE = 60_000
HOUR = 60 * MINUTE
Json = dict[str, Any]
ALL_DAY = {"from": "00:00", "to": "00:00"}
DUTY: Json = {
    "unseen_minutes": {"act-now": 30, "today": 240},
    "list": [{"who": f"Practitioner/{who}", **ALL_DAY} for who in ("eve", "ben", "fay", "sue")],
}


def settle(engine: Engine, duty: Json) -> None:
    with write_transaction(engine) as connection:
        put_settings(connection, {"version": "test", "duty": duty})
        put_zone(connection, "UTC")


@pytest.fixture
def served(engine: Engine) -> Plan:
    """Ana has a, Fay has nobody; the clock is the database's own, so that stamps and looks agree."""
    load_panel(engine)
    staff(engine)
    settle(engine, DUTY)
    return make_plan(engine, Clock(now_ms()))


def now_ms() -> int:
    return round(datetime.now(UTC).timestamp() * 1000)


def alert(own_id: str, level: str = "act-now", owner: str = "supervisor", **more: Any) -> Json:
    parts = {"rule": "SEVERE_SYMPTOM", "subject": "pain", "level": level, "owner": owner}
    made = {
        "resourceType": "Task",
        "id": own_id,
        "extension": [
            {
                "url": ALERT,
                "extension": [{"url": name, "valueString": value} for name, value in parts.items()],
            }
        ],
        "status": "requested",
        "intent": "order",
        "code": {"text": "Pain 9 of 10"},
        "for": {"reference": "Patient/a"},
        "authoredOn": instant(now_ms()),
        "requester": {"reference": "Practitioner/ana"},
        "owner": {"display": "Supervisor"},
    }
    return made | more


def put(engine: Engine, *resources: Json) -> None:
    for each in resources:
        with write_transaction(engine) as connection:
            put_as_system(connection, each)


def read(engine: Engine, own_id: str) -> Json:
    with read_transaction(engine) as connection:
        row = find_current(connection, "Task", own_id, true())
        assert row is not None
        found: Json = loads(row.body)
        return found


def steps(engine: Engine, own_id: str) -> list[str]:
    return [who for who, _ in list_steps(read(engine, own_id))]


def look(plan: Plan, minutes: float) -> int:
    """So long after the plan had it."""
    clock = Clock(now_ms() + round(minutes * MINUTE))
    return pass_on(plan.engine, clock)


def test_it_goes_on_in_the_order_of_the_list_each_time_its_minutes_are_over(served: Plan) -> None:
    engine = served.engine
    put(engine, alert("al"))
    assert look(served, 29) == 0
    assert look(served, 31) == 1
    assert steps(engine, "al") == ["ben"], "Eve is another team's"
    assert read(engine, "al")["owner"] == {"reference": "Practitioner/ben", "display": "Ben"}
    assert look(served, 32) == 0, "Ben has thirty minutes too"
    for minutes in (62, 93, 124, 155):
        look(served, minutes)
    assert steps(engine, "al") == ["ben", "fay", "sue"], "and then there is nobody left"


def test_what_was_seen_taken_closed_or_is_the_nurses_own_goes_nowhere(served: Plan) -> None:
    engine = served.engine
    note = {"authorReference": {"reference": "Practitioner/sue"}, "time": instant(now_ms()), "text": "Seen"}
    own = note | {"authorReference": {"reference": "Practitioner/ana"}}
    put(
        engine,
        alert("seen", note=[note]),
        alert("taken", status="accepted"),
        alert("closed", status="cancelled"),
        alert("hers", owner="nurse"),
        alert("watch", level="watch"),
        alert("other", extension=[{"url": "urn:test:x", "valueString": ALERT}]),
        alert("own-note", note=[own]),
    )
    assert look(served, 31) == 1
    assert steps(engine, "own-note") == ["ben"], "who asked for it has of course seen it"


def test_who_is_on_leave_is_passed_over_and_a_private_one_goes_to_supervisors_only(served: Plan) -> None:
    clock = Clock(now_ms())
    plan = make_plan(served.engine, clock)
    enter(plan, "ben", "ana", clock.now, clock.now + 10 * HOUR)
    put(served.engine, alert("al"), alert("secret", meta=restricted("R")))
    assert look(served, 31) == 2
    assert steps(served.engine, "al") == ["fay"]
    assert steps(served.engine, "secret") == ["sue"]


def test_after_a_death_only_what_asks_for_no_care_goes_on(served: Plan) -> None:
    engine, at = served.engine, now_ms()
    put(
        engine,
        alert("care"),
        alert("count"),
        stay("home", "a", at - HOUR),
        patient("a") | {"deceasedBoolean": True},
    )
    count = read(engine, "count")
    count["extension"][0]["extension"][0]["valueString"] = "MEDICINE_COUNT"
    put(engine, count)
    enter(make_plan(engine, Clock(at)), "ana", "fay", at, at + 10 * HOUR)
    assert look(served, 31) == 1
    assert steps(engine, "count") == ["ben"]
    assert tell_of_discharges(engine, Clock(now_ms() + 1_000)) == 0


def test_a_nurse_on_duty_reads_and_answers_it_and_her_access_ends_with_her_duty(served: Plan) -> None:
    engine = served.engine
    settle(engine, DUTY | {"list": [{"who": "Practitioner/ben", **ALL_DAY}]})
    put(engine, alert("al"))
    assert look(served, 31) == 1
    with read_transaction(engine) as connection:
        access = DutyAccess.metadata.tables["duty_access"]
        (row,) = connection.execute(select(access)).all()
    assert (row.practitioner_id, row.patient_id) == ("ben", "a")
    clock = Clock(row.from_ms)
    plan = make_plan(engine, clock)
    ben = plan.as_user("ben")
    assert ben.get("Patient/a").status_code == 200
    task = ben.get("Task/al").json()
    author = {"reference": "Practitioner/ben", "display": "Ben"}
    said = {"authorReference": author, "time": instant(clock.now), "text": "Taken"}
    answered = task | {"status": "accepted", "note": [said]}
    assert ben.put("Task/al", json=answered).status_code == 200
    assert look(served, 600) == 0
    told = ben.get("$hearthside-leave").json()["parameter"]
    assert [one["valueReference"]["reference"] for one in told if one["name"] == "patient"] == ["Patient/a"]
    clock.now = row.until_ms
    assert ben.get("Patient/a").status_code == 404
    assert ben.put("Task/al", json=answered).status_code in (403, 404)


def test_many_who_look_at_once_pass_it_on_once(any_engine: Engine) -> None:
    load_panel(any_engine)
    staff(any_engine)
    settle(any_engine, DUTY)
    put(any_engine, alert("al"))
    later, done = now_ms() + 31 * MINUTE, []
    looking = [
        threading.Thread(target=lambda: done.append(pass_on(any_engine, Clock(later)))) for _ in range(4)
    ]
    for one in looking:
        one.start()
    for one in looking:
        one.join()
    assert sorted(done) == [0, 0, 0, 1]
    assert steps(any_engine, "al") == ["ben"]


def test_without_a_duty_list_nothing_happens(served: Plan) -> None:
    put(served.engine, alert("al"))
    settle(served.engine, {"unseen_minutes": {"act-now": 5}})
    assert look(served, 600) == 0
    settle(served.engine, {"list": DUTY["list"]})
    assert look(served, 600) == 0
    assert GONE_TO not in str(read(served.engine, "al"))


def stay(own_id: str, who: str, left: int, **more: Any) -> Json:
    """In a hospital for four days, home since then (ms)."""
    return {
        "resourceType": "Encounter",
        "id": own_id,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": f"Patient/{who}"},
        "period": {"start": instant(left - 96 * HOUR), "end": instant(left)},
        "hospitalization": {"dischargeDisposition": {"text": "Home"}},
    } | more


def test_a_discharge_while_the_nurse_is_on_leave_is_told_at_once_and_once(served: Plan) -> None:
    engine, clock = served.engine, Clock(now_ms())
    put(engine, patient("c"), careteam("ct-c", "c", "fay"))
    enter(make_plan(engine, clock), "ana", "fay", clock.now, clock.now + 10 * HOUR)
    clock.now = now_ms() + 1_000
    put(
        engine,
        stay("home", "a", clock.now - HOUR),
        stay("of-fay", "c", clock.now - HOUR),
        stay("still-in", "a", clock.now, status="in-progress"),
        stay("long-ago", "a", clock.now - 60 * HOUR),
    )
    watch, other = Watch(engine, clock), Watch(engine, clock)
    assert [watch.look(), watch.look(), other.look()] == [1, 0, 0]
    task = read(engine, task_id("home"))
    assert task["owner"]["reference"] == "Practitioner/ben", "the first on duty of the team"
    assert task["for"] == {"reference": "Patient/a"}
    plan = make_plan(engine, clock)
    for name in ("ben", "sue"):
        assert plan.as_user(name).get(f"Task/{task['id']}").status_code == 200, name
    assert plan.as_user("tom").get(f"Task/{task['id']}").status_code == 404


def test_outside_the_hours_that_the_plan_has_set_every_nurse_is_off(served: Plan) -> None:
    engine, at = served.engine, now_ms()
    here = datetime.fromtimestamp(at / 1000, UTC)
    hour = f"{(here.hour + 2) % 24:02}:00"
    settle(engine, {"working": {"from": hour, "to": f"{(here.hour + 3) % 24:02}:00"}})
    put(engine, stay("home", "a", at - HOUR))
    assert Watch(engine, Clock(now_ms() + 1_000)).look() == 1
    owner = read(engine, task_id("home"))["owner"]
    assert owner == {"reference": "Organization/team-1"}, "nobody is on duty: the supervisors have it"


def test_a_look_that_fails_is_followed_by_another() -> None:
    class Broken:
        looks = 0

        def look(self) -> int:
            self.looks += 1
            raise OSError

    class Ending:
        def __init__(self) -> None:
            self.waits: list[float] = []

        def wait(self, seconds: float) -> bool:
            self.waits.append(seconds)
            return len(self.waits) > 2

    broken, ending = Broken(), Ending()
    run(broken, ending, 5.0)  # type: ignore[arg-type]  # small doubles of both
    assert (broken.looks, ending.waits) == (2, [5.0, 60.0, 60.0])


@given(st.integers(0, 7 * 24 * 60 - 1), st.integers(0, 24 * 60 - 1), st.integers(0, 24 * 60 - 1))
def test_hours_of_a_day_go_over_midnight(minute: int, begins: int, ends: int) -> None:
    """Against counting minutes: hours of Fridays alone, in a zone without summer time."""
    said = {
        "days": ["fri"],
        "from": f"{begins // 60:02}:{begins % 60:02}",
        "to": f"{ends // 60:02}:{ends % 60:02}",
    }
    duty = make_duty({"working": said}, ZoneInfo("UTC"))
    monday = round(datetime(2026, 6, 1, tzinfo=UTC).timestamp() * 1000)
    first = 4 * 24 * 60 + begins
    last = 4 * 24 * 60 + ends + (0 if ends > begins else 24 * 60)
    inside = any(first <= one < last for one in (minute, minute + 7 * 24 * 60))
    assert duty.is_working_time(monday + minute * MINUTE) is inside
