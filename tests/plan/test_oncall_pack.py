"""The on-call pack: for the nurse on duty, her team's people, until her duty ends, and nobody kept apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from plan.audit.seen import list_events
from plan.clinical_settings import put_settings
from plan.database import read_transaction, write_transaction
from plan.fhir.stamps import instant
from plan.oncall.opening import TEXT
from plan.outcomes.zone import put_zone
from plan.resources import put_as_system
from tests.plan.fhir_builders import careteam, encounter, observation, patient, restricted
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.plan.test_leave_and_cover import enter, staff

DOOR = "$hearthside-oncall"
HOUR = 3_600_000
EVENING = round(datetime(2030, 5, 6, 18, tzinfo=UTC).timestamp() * 1000)
"""A Monday; later than the stamps of what is loaded, as at every plan."""
ACTIVE = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
NIGHT = {"from": "18:00", "to": "07:00"}
Json = dict[str, Any]


def settle(engine: Engine, *on_duty: str, **more: Any) -> None:
    listed = [{"who": f"Practitioner/{who}", **NIGHT} for who in on_duty]
    with write_transaction(engine) as connection:
        put_settings(connection, {"version": "test", "duty": {"list": listed, **more}})
        put_zone(connection, "UTC")


def put(engine: Engine, *resources: Json) -> None:
    for each in resources:
        with write_transaction(engine) as connection:
            put_as_system(connection, each)


def allergy(own_id: str, who: str, text: str, **more: Any) -> Json:
    status = {"coding": [{"system": ACTIVE, "code": "active"}]}
    made = {
        "resourceType": "AllergyIntolerance",
        "id": own_id,
        "clinicalStatus": status,
        "code": {"text": text},
    }
    return made | {"patient": {"reference": f"Patient/{who}"}} | more


def told(answer: Json) -> Json:
    """The single values of an answer, and its people by id."""
    single = {
        one["name"]: next(value for name, value in one.items() if name != "name")
        for one in answer["parameter"]
        if one["name"] != "person"
    }
    people = {}
    for one in answer["parameter"]:
        if one["name"] == "person":
            parts = {part["name"]: part for part in one["part"]}
            own_id = parts["patient"]["valueReference"]["reference"].partition("/")[2]
            head, page = (json.loads(parts[name]["valueString"]) for name in ("head", "page"))
            people[own_id] = head | page
    return single | {"people": people}


@pytest.fixture
def served(engine: Engine) -> Plan:
    return make_night(engine)


def make_night(engine: Engine) -> Plan:
    """Ben is on duty each night; the team is Ana's person a and Ben's person b. Team 2 has person z."""
    load_panel(engine)
    staff(engine)
    put(engine, patient("z", "Zander"), careteam("ct-z", "z", "eve", team_id="team-2"))
    settle(engine, "ben")
    return make_plan(engine, Clock(EVENING + HOUR))


def at(plan: Plan, now: int) -> Plan:
    return make_plan(plan.engine, Clock(now))


def give(plan: Plan, who: str = "ben", held: str | None = None) -> Json:
    answer = plan.as_user(who).get(DOOR, headers={"If-None-Match": held} if held else {})
    assert answer.status_code == 200, answer.text
    found = told(answer.json())
    assert answer.headers["etag"] == found["tag"]
    return found


def test_the_nurse_on_duty_has_everybody_of_her_team_until_her_duty_ends(served: Plan) -> None:
    pack = give(served)
    assert sorted(pack["people"]) == ["a", "b"]
    assert pack["known"] == "a b"
    assert (pack["begins"], pack["until"]) == (instant(EVENING), instant(EVENING + 13 * HOUR))
    assert pack["at"] == instant(EVENING + HOUR)
    for moment in (EVENING - 2 * HOUR, EVENING + 13 * HOUR - 1):
        assert at(served, moment).as_user("ben").get(DOOR).status_code == 200
    for moment in (EVENING - 2 * HOUR - 1, EVENING + 13 * HOUR):
        answer = at(served, moment).as_user("ben").get(DOOR)
        assert (answer.status_code, "Muster" in answer.text) == (404, False)


def test_who_is_not_on_duty_gets_nothing(served: Plan) -> None:
    for who, status in (("ana", 404), ("sue", 403), ("tom", 403), ("cam", 403), ("op", 403), ("reader", 403)):
        answer = served.as_user(who).get(DOOR)
        assert (answer.status_code, "Muster" in answer.text) == (status, False), who
    enter(served, "ben", "ana", EVENING, EVENING + 20 * HOUR)
    assert served.as_user("ben").get(DOOR).status_code == 404, "she is on leave"


def test_another_teams_nurse_on_duty_sees_her_own_team_only(
    served: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plan.principal import Principal
    from tests.plan import plan_doubles

    eve = Principal("u9", "eve", "nurse", "eve", "team-2", plan_doubles.ALL)
    monkeypatch.setitem(plan_doubles.PRINCIPALS, "eve-token", eve)
    settle(served.engine, "ben", "eve")
    pack = give(served, "eve")
    assert sorted(pack["people"]) == ["z"]
    assert "Muster" not in json.dumps(pack)


def test_how_long_before_her_duty_is_the_plans_to_say(served: Plan) -> None:
    settle(served.engine, "ben", pack_hours=0)
    assert at(served, EVENING - 1).as_user("ben").get(DOOR).status_code == 404
    assert at(served, EVENING).as_user("ben").get(DOOR).status_code == 200
    settle(served.engine, "ben", pack_hours=24)
    assert at(served, EVENING - 11 * HOUR).as_user("ben").get(DOOR).status_code == 200


def test_nothing_kept_apart_is_in_it(served: Plan) -> None:
    put(
        served.engine,
        allergy("plain", "a", "Nuts"),
        allergy("kept", "a", "Quillfeather", meta=restricted("R")),
        allergy("very", "a", "Quillfeather", meta=restricted("V")),
        encounter("secret-visit", "a", "ana", meta=restricted("R")),
        allergy("names", "a", "Quillfeather", encounter={"reference": "Encounter/secret-visit"}),
        patient("k", "Quillfeather") | {"meta": restricted("R")},
        careteam("ct-k", "k", "ana"),
    )
    pack = give(served)
    assert {"s": "allergies", "t": "Nuts"} in pack["people"]["a"]["lines"]
    assert "Quillfeather" not in json.dumps(pack)
    assert "k" not in pack["known"].split()


def test_it_costs_nothing_when_nothing_changed_and_only_what_did_otherwise(served: Plan) -> None:
    first = give(served)
    quiet = served.as_user("ben").get(DOOR, headers={"If-None-Match": first["tag"]})
    assert (quiet.status_code, quiet.content) == (304, b"")
    served = at(served, EVENING + 2 * HOUR)
    put(served.engine, allergy("new", "b", "Latex"))
    second = give(served, held=first["tag"])
    assert (second["whole"], sorted(second["people"]), second["known"]) == (False, ["b"], "a b")
    put(served.engine, patient("n", "Neumann"), careteam("ct-n", "n", "ana"))
    third = give(served, held=second["tag"])
    assert (sorted(third["people"]), third["known"]) == (["n"], "a b n")
    put(served.engine, patient("b") | {"meta": restricted("R")})
    fourth = give(served, held=third["tag"])
    assert (fourth["people"], fourth["known"]) == ({}, "a n"), "who is kept apart now leaves it"
    assert give(served, held='"0000000000000000-1-' + "0" * 32 + '"')["whole"], "another pack's tag is none"
    assert give(served, held="nonsense")["whole"]


def test_that_she_carries_it_stands_in_each_persons_trail(served: Plan) -> None:
    tag = give(served)["tag"]
    served.as_user("ben").get(DOOR, headers={"If-None-Match": tag})
    with read_transaction(served.engine) as connection:
        seen = [one for one in list_events(connection, "a") if "On-call pack" in one.records]
        assert [one.practitioner_id for one in seen] == ["ben"], "once: nothing was shown the second time"
        assert not [one for one in list_events(connection, "z") if one.practitioner_id == "ben"]


def opening(
    own_id: str,
    who: str = "a",
    moment: int = EVENING + HOUR,
    reason: str = "The family called",
    *,
    visit: bool = False,
) -> Json:
    parts = [
        {"name": "id", "valueString": own_id},
        {"name": "patient", "valueReference": {"reference": f"Patient/{who}"}},
        {"name": "at", "valueInstant": instant(moment)},
        {"name": "reason", "valueString": reason},
        {"name": "visit", "valueBoolean": visit},
    ]
    return {"name": "opening", "part": parts}


def tell(plan: Plan, *openings: Json, who: str = "ben") -> list[bool]:
    answer = plan.as_user(who).post(DOOR, json={"resourceType": "Parameters", "parameter": list(openings)})
    assert answer.status_code == 200, answer.text
    return [one["part"][1]["valueBoolean"] for one in answer.json()["parameter"]]


ONE, TWO, THREE = (f"0000000{n}-2222-4333-8444-555555555555" for n in (1, 2, 3))


def alerts(plan: Plan, who: str = "sue") -> list[Json]:
    found = plan.as_user(who).get("Task?_count=100").json().get("entry", [])
    return [
        one["resource"] for one in found if one["resource"]["code"]["coding"][0]["code"] == "ON_CALL_OPENED"
    ]


def test_an_opening_told_twice_is_one_and_the_supervisors_are_told_once(served: Plan) -> None:
    give(served)
    assert served.as_user("ben").get("Patient/a").status_code == 404
    assert tell(served, opening(ONE), opening(ONE)) == [True, True]
    assert tell(served, opening(ONE), opening(TWO, reason="They called again")) == [True, True]
    (task,) = alerts(served)
    assert task["description"] == f"{TEXT}\nBen opened it. Reason: The family called"
    with read_transaction(served.engine) as connection:
        events = [one for one in list_events(connection, "a") if one.action == "emergency"]
    assert len(events) == 2, "two openings, each once"
    assert served.as_user("ben").get("Patient/a").status_code == 404, "reading the pack opens no record"
    assert tell(served, opening(THREE, visit=True)) == [True]
    assert served.as_user("ben").get("Patient/a").status_code == 200, "she works with her until the morning"
    morning = at(served, EVENING + 13 * HOUR)
    assert morning.as_user("ben").get("Patient/a").status_code == 404


def test_what_she_wrote_in_the_night_is_taken_in_the_morning_and_nothing_else(served: Plan) -> None:
    give(served)
    morning = at(served, EVENING + 15 * HOUR)
    night = observation("night", "a", 5, "ben") | {"effectiveDateTime": instant(EVENING + 9 * HOUR)}
    before = observation("before", "a", 5, "ben") | {"effectiveDateTime": instant(EVENING + 8 * HOUR)}
    after = observation("after", "a", 5, "ben") | {"effectiveDateTime": instant(EVENING + 14 * HOUR)}
    assert morning.as_user("ben").put("Observation/night", json=night).status_code == 403
    assert tell(morning, opening(ONE, moment=EVENING + 9 * HOUR)) == [True]
    assert morning.as_user("ben").put("Observation/night", json=night).status_code == 403, "no visit began"
    assert tell(morning, opening(TWO, moment=EVENING + 9 * HOUR + 60_000, visit=True)) == [True]
    assert morning.as_user("ben").put("Observation/night", json=night).status_code == 201
    assert morning.as_user("ben").put("Observation/before", json=before).status_code == 403
    assert morning.as_user("ben").put("Observation/after", json=after).status_code == 403
    assert morning.as_user("ben").get("Patient/a").status_code == 404


def test_an_opening_gives_nothing_where_no_pack_held_that_person(served: Plan) -> None:
    assert tell(served, opening(ONE, visit=True)) == [False], "no pack was given out"
    give(served)
    assert tell(served, opening(ONE, who="z", visit=True), opening(TWO, who="nobody", visit=True)) == [
        False,
        False,
    ]
    assert tell(served, opening(TWO, moment=EVENING - 24 * HOUR)) == [False], "of a night without a pack"
    assert tell(served, opening(ONE), who="ana") == [False]
    put(served.engine, patient("k", "Quillfeather") | {"meta": restricted("R")}, careteam("ct-k", "k", "ana"))
    assert tell(served, opening(THREE, who="k")) == [False]
    assert served.as_user("ben").get("Patient/a").status_code == 404
    assert alerts(served) == []
    assert tell(served, opening(THREE)) == [True]
    assert tell(served, opening(THREE), who="ana") == [False], "somebody else's opening is not hers"


def test_the_nurse_does_not_close_the_task_that_tells_of_her(served: Plan) -> None:
    give(served)
    tell(served, opening(ONE, visit=True))
    (task,) = alerts(served, "ben")
    done = task | {"status": "completed"}
    assert served.as_user("ben").put(f"Task/{task['id']}", json=done).status_code == 403
    assert served.as_user("sue").put(f"Task/{task['id']}", json=done).status_code == 200


def test_an_opening_without_a_reason_or_a_time_is_refused(served: Plan) -> None:
    give(served)
    for wrong, status in (
        (opening(ONE, reason="  "), 422),
        (opening(ONE, reason="x" * 301), 422),
        (opening("one"), 400),
        ({"name": "opening"}, 400),
        ({"name": "opening", "part": [*opening(ONE)["part"][:2], opening(ONE)["part"][3]]}, 400),
    ):
        body = {"resourceType": "Parameters", "parameter": [wrong]}
        assert served.as_user("ben").post(DOOR, json=body).status_code == status
    assert served.as_user("ben").post(DOOR, json={"resourceType": "Bundle"}).status_code == 400
    with read_transaction(served.engine) as connection:
        from plan.oncall.tables import DutyOpening

        assert connection.execute(select(DutyOpening.metadata.tables["duty_opening"])).first() is None
