"""Every part of the app has something to show in the demo: read with the app's own decoders."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.code_status import Cpr, compose, find_disagreement
from app.domain.medicine_names import Opioid
from app.domain.ordered import most_a_day, opioid_of
from app.domain.people import Person
from app.domain.stays import ClockState, Place, current_stay, make_clock
from app.paper.parts import DAY, NIGHT
from app.services.plan_settings import default_settings, parse_settings
from app.sync.fhir import care_plan, code_status_read, people, referral, stays
from app.sync.fhir.appointment import decode_appointment
from app.sync.fhir.going_in import decode_facts
from app.sync.fhir.json_text import loads
from app.sync.fhir.medicines import decode_medicines
from app.sync.fhir.task import decode_task
from plan.clinical_settings import check_settings
from plan.demo_panel.load import SETTINGS, USERS, all_members, later_versions, panel_resources
from plan.demo_panel.records import patient_id
from plan.fhir.json_text import dumps
from plan.people import team_id
from plan.users import User

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [found for item in value.values() for found in references(item)]
    return []


@pytest.fixture(scope="module")
def charts() -> dict[str, list[Any]]:
    """What the plan holds of each member, by key, as a device reads it."""
    users = {
        name: User(
            id=name, username=name, display_name=shown, role=role, practitioner_id=f"p-{name}",
            team_id=team_id(team), created_ms=0,
        )
        for name, shown, role, team in USERS
    }  # fmt: skip
    groups = panel_resources(users, NOW)
    held = {f"{each['resourceType']}/{each['id']}": each for group in groups for each in group}
    held |= {f"{each['resourceType']}/{each['id']}": each for each in later_versions(groups, users, NOW)}
    everything = [loads(dumps(each)) for each in held.values()]
    return {
        member.key: [each for each in everything if f"Patient/{patient_id(member)}" in references(each)]
        for member in all_members()
    }


def of_type(chart: list[Any], *kinds: str) -> list[Any]:
    return [each for each in chart if each["resourceType"] in kinds]


def test_orders_say_in_numbers_what_the_most_is(charts: dict[str, list[Any]]) -> None:
    most: dict[str, Decimal] = {}
    for chart in charts.values():
        for medicine in decode_medicines(of_type(chart, "MedicationRequest")):
            opioid: Opioid | None = opioid_of(medicine)
            if opioid is not None and opioid.factor is not None:
                most[medicine.text] = most_a_day(opioid, medicine.dosing)
    assert most == {
        "Morphine ER 15 mg tablet": 30,
        "Morphine 20 mg/mL oral concentrate": 30,
        "Oxycodone 5 mg tablet": 30,
        "Fentanyl 25 mcg/hour patch": 25,
        "Hydromorphone 2 mg tablet": 12,
    }


def test_code_status_stands_on_paper_and_a_person_said_something_else(charts: dict[str, list[Any]]) -> None:
    said = code_status_read.decode((each, False) for each in charts["odowd"])
    assert {one.cpr for one in said} >= {Cpr.NO, Cpr.YES}
    assert find_disagreement(said)
    assert "Two different records" in compose(said, NOW.date()).headline
    agreed = code_status_read.decode((each, False) for each in charts["tergrigoryan"])
    assert {one.cpr for one in agreed if one.cpr is not None} == {Cpr.NO}
    assert not find_disagreement(agreed)
    assert code_status_read.decode((each, False) for each in charts["chan"]) == ()


def test_people_and_agents_are_on_record(charts: dict[str, list[Any]]) -> None:
    found: dict[str, tuple[Person, ...]] = {
        key: people.decode((each, False) for each in chart) for key, chart in charts.items()
    }
    agents = {key for key, listed in found.items() if any(one.agent == "primary" for one in listed)}
    assert {"odowd", "nguyen", "tergrigoryan"} <= agents
    renewed = [one for one in found["odowd"] if one.replaces]
    assert [one.name for one in renewed] == ["Maureen O'Dowd"]
    assert found["quinones"] == ()


def test_plans_of_care_of_nurse_and_care_manager_stand_side_by_side(charts: dict[str, list[Any]]) -> None:
    plan = care_plan.decode_plan(of_type(charts["odowd"], "CarePlan", "Goal"))
    assert {one.problem for one in plan.goals} == {"Pain at night", "Bowels slow"}
    (other,) = plan.others
    assert other.author == "Lena Hart, MSW, CCM"
    assert other.goals
    assert other.actions


def test_referral_loops_are_in_several_states(charts: dict[str, list[Any]]) -> None:
    states = {
        (key, one.to): one.state
        for key, chart in charts.items()
        for one in referral.decode_referrals(of_type(chart, "ServiceRequest", "Task"))
    }
    assert states == {
        ("odowd", "social-work"): "accepted",
        ("odowd", "respite"): "no-capacity",
        ("nguyen", "hospice"): "declined",
        ("quinones", "ecm"): "started",
    }


def test_alerts_are_open(charts: dict[str, list[Any]]) -> None:
    found = [
        alert
        for chart in charts.values()
        for task in of_type(chart, "Task")
        if (alert := decode_task(task)) is not None
    ]
    assert {alert.rule for alert in found if alert.state.stands} == {"PAIN_UNCONTROLLED", "SEVERE_SYMPTOM"}
    assert {alert.finding for alert in found} == {
        "Pain 8 of 10, also severe a day or more ago.",
        "Nausea 7 of 10.",
    }


def test_clocks_run_after_two_discharges_and_one_person_is_in_hospital(charts: dict[str, list[Any]]) -> None:
    clocks: dict[str, tuple[ClockState, timedelta]] = {}
    inside: dict[str, str] = {}
    for key, chart in charts.items():
        known = stays.decode_stays(of_type(chart, "Encounter"), of_type(chart, "Task"))
        here = current_stay(known)
        if here is not None:
            inside[key] = here.place.value
        made = [make_clock(one, (), now=NOW, starters=default_settings().clock_starters) for one in known]
        clocks.update((key, (one.state, one.left)) for one in made if one is not None)
    assert clocks == {
        "venkataraman": (ClockState.RUNNING, timedelta(hours=28)),
        "villasenor": (ClockState.SOON, timedelta(hours=8)),
    }
    assert inside["freeman"] == "hospital"
    assert list(inside.values()).count("hospital") == 1


def test_the_plan_tells_where_everybody_lives_who_lives_in_a_house(charts: dict[str, list[Any]]) -> None:
    homes = {
        key: here.place
        for key, chart in charts.items()
        if (here := current_stay(stays.decode_stays(of_type(chart, "Encounter"), []))) is not None
        and here.place is not Place.HOSPITAL
    }
    assert homes == {
        "chan": Place.ASSISTED_LIVING,
        "sondergaard": Place.ASSISTED_LIVING,
        "tergrigoryan": Place.LONG_TERM,
        "faleolo": Place.LONG_TERM,
        "featherstonehaugh": Place.SKILLED,
    }


def test_one_member_is_enrolled_in_hospice(charts: dict[str, list[Any]]) -> None:
    enrolled = [key for key, chart in charts.items() if of_type(chart, "EpisodeOfCare")]
    assert enrolled == ["tergrigoryan"]
    codes = json.dumps([each["code"] for each in of_type(charts["tergrigoryan"], "Condition")])
    assert "551781000124102" in codes


def test_the_demos_settings_are_taken_whole() -> None:
    check_settings(SETTINGS)
    read = parse_settings(json.dumps(SETTINGS))
    assert read.version == "demo"
    assert {"supervisor", "on-call", "abuse-home", "abuse-facility", "988", "911", DAY, NIGHT} == set(
        read.phones
    )
    assert read.video_link is not None


def test_both_nurses_have_a_day_with_something_overdue_a_call_and_something_at_the_door(
    charts: dict[str, list[Any]],
) -> None:
    everything = [each for chart in charts.values() for each in chart]
    visits = [one for each in everything if (one := decode_appointment(each)) is not None]
    facts = [one for chart in charts.values() for one in decode_facts(chart)]
    for name in ("ana.ruiz", "ben.cole"):
        hers = [one for one in visits if f"Practitioner/p-{name}" in one.nurses]
        assert len(hers) >= 3
        assert {one.kind for one in hers} >= {"routine", "telephone"}
    assert any(one.start < NOW - timedelta(hours=24) for one in visits)
    assert any(one.cancelled for one in visits)
    assert {one.kind.value for one in facts} == {"dog", "stairs", "parking"}
