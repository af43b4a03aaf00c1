"""The worklist: who of the roster could be helped and was never reached, why, and for whose eyes. Each case by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.declines import PALLIATIVE, Scope, Voice
from plan.fhir.access import DAY_MS
from plan.fhir.stamps import instant
from plan.worklist.criteria import DISEASES, GENERAL, Reason, Said, list_reasons, meets_sb1004
from tests.plan.fhir_builders import careteam, restricted
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.support.declined import decline
from tests.support.plan_files import open_new_plan
from tests.support.roster import People, Person

DOOR = "$hearthside-worklist"
NOW = 1_795_000_000_000
"""2026-11-18T05:46:40Z."""


DECLINED = (
    ("wants-no-programme", Voice.PERSON, date(2026, 11, 19)),
    ("no-is-over", Voice.PERSON, date(2026, 11, 10)),
    ("family-said-no", Voice.FAMILY, date(2027, 1, 15)),
)
"""Whose programme was declined, by whom, and until when: the first is left in peace a day longer."""


def ago(days: float) -> int:
    return NOW - int(days * DAY_MS)


def answered(person: Person, at: int, **answers: str) -> None:
    """A need screen by somebody who made no visit."""
    items = [
        {"linkId": name.replace("_", "-"), "answer": [{"valueCoding": {"code": code}}]}
        for name, code in answers.items()
    ]
    form = "sb1004" if "sb" in next(iter(answers)) else "need-screen"
    person.put(
        "QuestionnaireResponse",
        f"{form}/{at}",
        questionnaire=f"urn:hearthside:questionnaire:{form}|1",
        status="completed",
        subject=person.subject,
        authored=instant(at),
        item=items,
    )


def make_people() -> People:
    """Everybody is on the roster; the name says what it is about."""
    people = People()

    def add(key: str, team: str | None = "team-1", line: str = "Medicare Advantage", **more: Any) -> Person:
        person = people.member(key, team=team, line=line, **more)
        person.problem("I50.9")
        return person

    for key in ("ill-only", "two"):
        add(key).polst(ago(100))
    two = people.members["two"]
    two.stay("hospital", ago(40), ago(35), went="oth")
    add("three").stay("hospital", ago(20), ago(10))
    old = add("old-stay")
    old.polst(ago(300))
    old.stay("hospital", ago(200), ago(181), went="oth")
    edge = add("edge-stay")
    edge.polst(ago(300))
    edge.stay("hospital", ago(200), ago(179), went="oth")
    seen = add("visited")
    seen.visit(ago(364))
    long_ago = add("visited-long-ago")
    long_ago.visit(ago(366))
    missed = add("not-seen")
    missed.visit(ago(10), seen=False)
    add("referred").refer("ecm", ago(5))
    lost = add("lost")
    lost.renew(lost.refer("ecm", ago(50)), "lost", ago(20))
    declined = add("declined")
    declined.renew(declined.refer("ecm", ago(50)), "declined", ago(20))
    add("in-hospice").hospice(ago(30))
    add("dead").died(ago(1))
    add("off-roster", until="2026-01-31")
    add("other-team", team="team-2")
    add("no-team", team=None)
    said_no = add("said-no")
    said_no.polst(ago(300))
    said_no.stay("hospital", ago(60), ago(50), went="oth")
    answered(said_no, ago(5), need_hospital="no")
    asked = add("asked")
    asked.polst(ago(300))
    answered(asked, ago(30), need_year="yes", need_decline="no")
    law = add("law", line="Medi-Cal managed care")
    law.polst(ago(300))
    for key, voice, until in DECLINED:
        says = add(key)
        says.polst(ago(100))
        says.stay("hospital", ago(40), ago(35), went="oth")
        decline(says, Scope.PROGRAMME, PALLIATIVE, voice, until)
    answered(law, ago(30), **dict.fromkeys((one.replace("-", "_") for one in GENERAL), "met"), sb_chf="met")
    return people


ON_THE_LIST = {
    "law": {"need-illness"},
    "two": {"need-illness", "need-hospital"},
    "three": {"need-illness", "need-hospital", "need-transition", "need-wishes"},
    "edge-stay": {"need-illness", "need-hospital"},
    "visited-long-ago": {"need-illness", "need-wishes"},
    "not-seen": {"need-illness", "need-wishes"},
    "lost": {"need-illness", "need-wishes"},
    "asked": {"need-illness", "need-year"},
    "no-is-over": {"need-illness", "need-hospital"},
    "family-said-no": {"need-illness", "need-hospital"},
}
"""Of team 1, with the questions that are a yes; law is there by SB 1004."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    engine = open_new_plan(tmp_path_factory.mktemp("worklist") / "plan.db", load_panel)
    make_people().save(engine)
    return make_plan(engine, Clock(NOW))


def members(plan: Plan, who: str) -> dict[str, dict[str, Any]]:
    answer = plan.as_user(who).get(DOOR)
    assert answer.status_code == 200, answer.text
    found = {}
    for one in answer.json()["parameter"]:
        if one["name"] == "member":
            parts = {part["name"]: part for part in one["part"]}
            parts["reasons"] = {
                inner["valueCode"]
                for part in one["part"]
                if part["name"] == "reason"
                for inner in part["part"]
                if inner["name"] == "code"
            }
            found[parts["who"]["valueReference"]["reference"].removeprefix("Patient/p-")] = parts
    return found


def test_who_meets_the_criteria_and_was_not_reached_is_on_the_list_with_the_reasons(plan: Plan) -> None:
    found = members(plan, "sue")
    assert found.keys() == ON_THE_LIST.keys()
    for key, reasons in ON_THE_LIST.items():
        assert found[key]["reasons"] == reasons, key
    assert list(found)[:2] == ["law", "three"], "the law's criteria first, then most reasons"
    assert found["law"]["sb1004"]["valueBoolean"] is True
    assert (found["law"]["target"]["valueCode"], found["two"]["target"]["valueCode"]) == (
        "ecm",
        "complex-care",
    )


def test_a_supervisor_sees_her_own_team_and_nobody_else_does(plan: Plan) -> None:
    assert members(plan, "tom").keys() == {"other-team"}
    assert members(plan, "op").keys() == {*ON_THE_LIST, "other-team", "no-team"}
    for who in ("ana", "cam"):
        answer = plan.as_user(who).get(DOOR)
        assert answer.status_code == 403
        assert "Patient/" not in answer.text


def test_a_small_number_of_people_without_a_team_is_told_to_the_plan_alone(plan: Plan) -> None:
    def told(who: str) -> list[int]:
        parts = plan.as_user(who).get(DOOR).json()["parameter"]
        return [one["valueUnsignedInt"] for one in parts if one["name"] == "no-team"]

    assert (told("sue"), told("op")) == ([], [1])


def test_whoever_was_shown_stands_in_the_trail(plan: Plan) -> None:
    members(plan, "sue")
    seen = plan.as_user("op").get("Patient/p-three/$hearthside-seen").json()["entry"]
    assert any("Practitioner/sue" in str(one) for one in seen)
    hers = plan.as_user("op").get("Patient/p-other-team/$hearthside-seen").json().get("entry", [])
    assert not any("Practitioner/sue" in str(one) for one in hers)


def test_a_change_of_a_record_changes_the_list_at_the_next_refresh(tmp_path: Path) -> None:
    engine = open_new_plan(tmp_path / "plan.db", load_panel)
    people = People()
    one = people.member("one", team="team-1")
    one.problem("I50.9")
    people.save(engine)
    plan = make_plan(engine, Clock(NOW))
    assert members(plan, "sue").keys() == {"one"}
    one.visit(ago(1))
    people.save(engine)
    assert members(plan, "sue") == {}
    visit = next(name for name in one.resources if name.startswith("Encounter/"))
    one.resources[visit]["status"] = "entered-in-error"
    people.save(engine)
    assert members(plan, "sue").keys() == {"one"}
    one.resources["Patient/p-one"]["meta"] = restricted("V")
    people.save(engine)
    assert members(plan, "sue") == {}, "a record that is very restricted is its author's alone"
    engine.dispose()


YES, NO = Said("yes", 100), Said("no", 100)
RULES: list[tuple[dict[str, Said], dict[str, int | None], set[Reason]]] = [
    ({"need-year": YES}, {}, {Reason("need-year", 100, asked=True)}),
    ({"need-year": NO}, {}, set()),
    ({"need-hospital": NO}, {"need-hospital": 100}, set()),
    ({"need-hospital": NO}, {"need-hospital": 101}, {Reason("need-hospital", 101, asked=False)}),
    ({"need-wishes": NO}, {"need-wishes": None}, set()),
    ({}, {"need-wishes": None}, {Reason("need-wishes", None, asked=False)}),
]


def test_an_answer_stands_until_a_later_record_says_otherwise() -> None:
    for said, records, reasons in RULES:
        assert set(list_reasons(said, records)) == reasons, (said, records)


def test_the_law_asks_for_all_five_and_a_disease_of_members_it_is_for() -> None:
    met = Said("met", 1)
    whole = dict.fromkeys((*GENERAL, DISEASES[0]), met)
    judge: Callable[[dict[str, Said], str], bool] = meets_sb1004
    assert judge(whole, "medicaid")
    assert judge(whole, "d-snp")
    assert not judge(whole, "medicare-advantage")
    for code in whole:
        assert not judge({n: s for n, s in whole.items() if n != code}, "medicaid"), code
        assert not judge(whole | {code: Said("unknown", 1)}, "medicaid"), code


def test_a_team_that_has_somebody_no_more_does_not_see_her(tmp_path: Path) -> None:
    engine = open_new_plan(tmp_path / "plan.db", load_panel)
    people = People()
    people.member("one", team="team-1").problem("I50.9")
    people.save(engine)
    plan = make_plan(engine, Clock(NOW))
    assert members(plan, "sue").keys() == {"one"}
    held = plan.as_user("op").get("CareTeam?patient=p-one").json()["entry"][0]["resource"]
    moved = careteam(held["id"], "p-one", team_id="team-2")
    moved.pop("participant")
    assert plan.as_user("op").put(f"CareTeam/{held['id']}", json=moved).status_code == 200
    plan.clock.now = NOW + 1000  # type: ignore[attr-defined]  # the doubles' clock is set by hand
    assert members(plan, "sue") == {}
    assert members(plan, "tom").keys() == {"one"}
    engine.dispose()
