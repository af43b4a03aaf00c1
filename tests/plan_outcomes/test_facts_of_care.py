"""Visits, answers, conversations, medicines, papers, phases, referrals and what was declined."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from plan.outcomes import tables as facts
from plan.outcomes.tables import FOREVER
from tests.support.facts import drawn, ms, one, rows
from tests.support.roster import People

AT = "2026-11-02T10:00-08:00"


@pytest.mark.parametrize(
    ("modality", "setting", "seen", "at_home"),
    [
        ("in-person", "home", True, 1),
        ("in-person", "assisted-living", True, 1),
        ("in-person", "nursing-home-short", True, 0),
        ("telephone", "home", True, 0),
        ("video", "home", True, 0),
        ("in-person", "home", False, 0),
    ],
)
def test_only_a_visit_in_person_at_home_is_a_home_visit(
    people: People, modality: str, setting: str, seen: bool, at_home: int
) -> None:
    people.member("ana").visit(AT, modality=modality, setting=setting, seen=seen)
    held = drawn(people)
    visit = one(held, facts.visit)
    assert (visit["modality"], visit["setting"], visit["seen"], visit["at_home"]) == (
        modality,
        setting,
        int(seen),
        at_home,
    )


def test_a_visit_late_in_the_evening_is_of_that_day_in_the_plans_zone(people: People) -> None:
    people.member("ana").visit("2026-11-03T07:30Z")
    held = drawn(people)
    assert one(held, facts.visit)["local_date"] == "2026-11-02"


def test_an_answer_a_reason_and_a_second_look_are_three_things(people: People) -> None:
    people.member("ana").visit(
        AT, esas={"pain": 8, "sob": "?declined"}, again={"esas-pain": {"2026-11-02T10:40-08:00": 3}}, akps=40
    )
    held = drawn(people)
    found = [(r["item"], r["turn"], r["number"], r["code"], r["absent"]) for r in rows(held, facts.score)]
    assert sorted(found, key=str) == [
        ("akps", 0, 40.0, "40", None),
        ("esas-pain", 0, 8.0, None, None),
        ("esas-pain", 1, 3.0, None, None),
        ("esas-sob", 0, None, None, "declined"),
    ]
    look = one(held, facts.action)
    assert (look["symptom"], look["kind"], look["at_ms"]) == (
        "pain",
        "assessment",
        ms("2026-11-02T10:40-08:00"),
    )
    assert one(held, facts.decline, what="item")["scope"] == "esas-sob"


def test_line_and_organisation_of_a_visit_are_those_that_were_signed(people: People) -> None:
    ana = people.member("ana", line="Medicare Advantage")
    visit = ana.visit(AT, frame_kind="routine", prog_programme="ecm")
    for name, words in (
        ("frame-line-of-business", "Dual eligible (D-SNP)"),
        ("prog-organisation", "Harbor Palliative"),
    ):
        form = "visit-frame" if name.startswith("frame") else "programme"
        (response,) = (one for one in ana.resources.values() if f":{form}|" in one.get("questionnaire", ""))
        response["item"].append({"linkId": name, "answer": [{"valueString": words}]})
    ana.visit("2026-10-02T10:00-07:00")
    held = drawn(people)
    signed, other = one(held, facts.visit, visit_id=visit), one(held, facts.visit, local_date="2026-10-02")
    assert (signed["line"], signed["organisation"]) == ("d-snp", "Harbor Palliative")
    assert (other["line"], other["organisation"]) == ("unknown", "unknown")
    member = one(held, facts.member)
    assert (member["line"], member["organisation"]) == ("medicare-advantage", "Harbor Palliative")


def test_an_interpreter_is_needed_by_the_visits_word_else_by_the_plans(people: People) -> None:
    ana = people.member("ana", interpreter=True)
    ana.visit("2026-11-02T10:00-08:00", interpreter=False)
    ana.visit("2026-11-03T10:00-08:00", interpreter=True, interpreter_used="remote")
    ana.visit("2026-11-04T10:00-08:00")
    people.member("ben").visit("2026-11-05T10:00-08:00")
    held = drawn(people)
    found = sorted(
        (r["local_date"], r["interpreter_needed"], r["interpreter_used"]) for r in rows(held, facts.visit)
    )
    assert [one[1:] for one in found] == [("no", None), ("yes", "remote"), ("yes", None), ("unknown", None)]


def test_a_conversation_is_told_field_by_field_and_silence_is_no_answer(people: People) -> None:
    ana = people.member("ana")
    ana.conversation(
        ana.visit(AT),
        minutes=25,
        matters="family",
        worries="?does-not-want-to-discuss",
        information="?not-known",
        understanding="not-explored",
        strength=["faith"],
        conv_hospital="no",
    )
    held = drawn(people)
    talk = one(held, facts.conversation)
    assert (talk["held"], talk["minutes"], talk["decided"]) == (1, 25, 0)
    assert {
        name: talk[name] for name in ("matters", "worries", "information", "understanding", "experience")
    } == {
        "matters": "said",
        "worries": "not-wanted",
        "information": "not-known",
        "understanding": "not-discussed",
        "experience": None,
    }
    assert (talk["preferences"], talk["spiritual"]) == ("said", "said")
    assert one(held, facts.decline)["scope"] == "conv-worries"


def test_a_conversation_that_was_not_wanted_is_a_preference(people: People) -> None:
    ana = people.member("ana")
    ana.conversation(ana.visit(AT), held=False, conv_voluntary="not-wanted")
    held = drawn(people)
    assert one(held, facts.conversation)["held"] == 0
    assert one(held, facts.decline)["what"] == "conversation"


def test_opioids_bowel_regimens_and_reasons(people: People) -> None:
    ana = people.member("ana")
    ana.order("Morphine ER 15 mg tablet", "2026-11-01")
    ana.order("MiraLAX 17 g", "2026-11-02")
    ana.order("Naloxegol 25 mg", "2026-11-03")
    ana.order("Naloxone 4 mg nasal spray", "2026-11-03")
    ana.order("Lisinopril 10 mg", "2026-11-03")
    ana.visit(AT, bowel_regimen="contraindicated", naloxone="declined")
    held = drawn(people)
    orders = [
        (r["kind"], r["ingredient"], r["from_date"]) for r in rows(held, facts.medicine, source="order")
    ]
    assert sorted(orders) == [
        ("bowel-regimen", "miralax", "2026-11-02"),
        ("bowel-regimen", "naloxegol", "2026-11-03"),
        ("naloxone", "naloxone", "2026-11-03"),
        ("opioid", "morphine", "2026-11-01"),
    ]
    asked = {r["kind"]: (r["answer"], r["has_reason"]) for r in rows(held, facts.medicine, source="answer")}
    assert asked == {"bowel-regimen": ("contraindicated", 1), "naloxone": ("declined", 0)}
    assert one(held, facts.decline)["what"] == "naloxone"


def test_a_proposal_is_no_order_and_a_cancelled_one_was_not_taken(engine: Engine, people: People) -> None:
    ana = people.member("ana")
    ana.resources[f"MedicationRequest/{ana.order('Oxycodone 5 mg', '2026-11-01')}"]["intent"] = "proposal"
    ana.resources[f"MedicationRequest/{ana.order('Fentanyl patch', '2026-11-01')}"]["status"] = "cancelled"
    people.save(engine)
    order = one(engine, facts.medicine)
    assert (order["ingredient"], order["taken"]) == ("fentanyl", 0)
    assert order["until_ms"] < FOREVER


def test_papers_hold_until_they_are_replaced(people: People) -> None:
    ana = people.member("ana")
    first = ana.polst("2026-02-01T12:00Z")
    second = ana.polst("2026-05-01T12:00Z")
    replaces = {
        "url": "urn:hearthside:replaces",
        "valueReference": {"reference": f"DocumentReference/{first}"},
    }
    ana.resources[f"DocumentReference/{second}"]["extension"] = [replaces]
    ana.agent("2026-01-01")
    held = drawn(people)
    papers = sorted((r["kind"], r["from_ms"], r["until_ms"]) for r in rows(held, facts.document))
    changed = ms("2026-05-01T12:00+00:00")
    assert papers == [
        ("agent", ms("2026-01-01T00:00-08:00"), FOREVER),
        ("polst", ms("2026-02-01T12:00+00:00"), changed),
        ("polst", changed, FOREVER),
    ]


def test_a_phase_runs_until_another_is_written_or_death(people: People) -> None:
    ana = people.member("ana")
    for day, phase in (("02", "unstable"), ("03", "unstable"), ("05", "stable"), ("09", "terminal")):
        ana.visit(f"2026-11-{day}T10:00-08:00", phase=phase)
    ana.died("2026-11-10T04:00-08:00")
    held = drawn(people)
    runs = [(r["phase"], r["from_ms"], r["until_ms"], r["ended_by"]) for r in rows(held, facts.phase)]
    two, five, nine = (ms(f"2026-11-{day}T10:00-08:00") for day in ("02", "05", "09"))
    assert runs == [
        ("unstable", two, five, "phase"),
        ("stable", five, nine, "phase"),
        ("terminal", nine, ms("2026-11-10T04:00-08:00"), "death"),
    ]


def test_a_referrals_loop_keeps_when_it_was_first_answered_and_first_closed(
    engine: Engine, people: People
) -> None:
    ana = people.member("ana")
    request = ana.refer("hospice", "2026-10-01T09:00-07:00")
    for state, at in (("sent", "02"), ("accepted", "05"), ("started", "07"), ("closed", "20")):
        people.save(engine, fresh=False)
        ana.renew(request, state, f"2026-10-{at}T09:00-07:00")
    people.save(engine)
    loop = one(engine, facts.referral)
    assert (loop["target"], loop["state"], loop["local_date"]) == ("hospice", "closed", "2026-10-01")
    assert loop["answered_ms"] == ms("2026-10-05T09:00-07:00")
    assert loop["closed_ms"] == loop["state_ms"] == ms("2026-10-20T09:00-07:00")


def test_a_loop_that_was_opened_again_is_not_closed(engine: Engine, people: People) -> None:
    ana = people.member("ana")
    request = ana.refer("ltss", "2026-10-01T09:00-07:00")
    people.save(engine, fresh=False)
    ana.renew(request, "no-capacity", "2026-10-04T09:00-07:00")
    people.save(engine, fresh=False)
    ana.renew(request, "sent", "2026-10-08T09:00-07:00")
    people.save(engine)
    loop = one(engine, facts.referral)
    assert (loop["state"], loop["closed_ms"]) == ("sent", None)
    assert loop["answered_ms"] == ms("2026-10-04T09:00-07:00")


def test_what_a_person_did_not_want_is_kept_apart_from_what_could_not_be_had(people: People) -> None:
    ana = people.member("ana")
    ana.renew(ana.refer("hospice", "2026-10-01T09:00-07:00"), "declined", "2026-10-02T09:00-07:00")
    ana.renew(ana.refer("ecm", "2026-10-01T09:00-07:00"), "no-capacity", "2026-10-02T09:00-07:00")
    ana.visit("2026-10-03T09:00-07:00", seen=False, ns_why="person-no")
    ana.visit("2026-10-04T09:00-07:00", seen=False, ns_why="nobody-home")
    held = drawn(people)
    assert sorted((r["what"], r["scope"]) for r in rows(held, facts.decline)) == [
        ("referral", "hospice"),
        ("visit", "person"),
    ]
