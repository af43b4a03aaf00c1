"""Who somebody is: what nobody said is unknown, and what was withdrawn, restricted or a draft never counts."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from plan.outcomes import tables as facts
from plan.outcomes.tables import FOREVER
from tests.support.facts import drawn, ms, one, rows
from tests.support.roster import People
from tests.support.roster_parts import concept

RESTRICTED = {
    "security": [concept("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R")["coding"][0]]
}


def test_what_the_record_does_not_say_is_unknown_and_never_english_or_white(people: People) -> None:
    people.member("ana", language=None, race=None, ethnicity=None, line=None)
    held = drawn(people)
    member = one(held, facts.member)
    named = ("language", "race", "ethnicity", "interpreter", "setting", "rurality", "line", "organisation")
    assert {name: member[name] for name in named} == dict.fromkeys(named, "unknown")


def test_declining_to_say_and_giving_several_answers_are_told_apart(people: People) -> None:
    people.member("ana", race="ASKU", ethnicity="UNK")
    both = people.member("ben")
    patient = both.resources["Patient/p-ben"]["extension"][0]["extension"]
    patient.append(
        {"url": "ombCategory", "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2028-9"}}
    )
    held = drawn(people)
    ana, ben = one(held, facts.member, patient_id="p-ana"), one(held, facts.member, patient_id="p-ben")
    assert (ana["race"], ana["ethnicity"], ben["race"]) == ("declined", "unknown", "more-than-one")


def test_somebody_on_the_roster_without_any_record_is_a_member(people: People) -> None:
    people.member("ana", known=False, since="2026-01-01", rurality="rural")
    held = drawn(people)
    assert one(held, facts.member)["rurality"] == "rural"
    assert one(held, facts.roster)["since_ms"] == ms("2026-01-01T00:00-08:00")


def test_times_on_the_roster_end_after_their_last_day_and_never_overlap(people: People) -> None:
    ana = people.member("ana", since="2025-01-01", until="2025-03-08")
    people.on_roster(ana, "2025-03-01", "2025-03-31")
    people.on_roster(ana, "2026-01-01")
    held = drawn(people)
    spells = [(one["since_ms"], one["until_ms"]) for one in rows(held, facts.roster)]
    changed = ms("2025-03-09T00:00-08:00")  # the clocks go forward in that night
    assert spells == [
        (ms("2025-01-01T00:00-08:00"), changed),
        (changed, ms("2025-04-01T00:00-07:00")),
        (ms("2026-01-01T00:00-08:00"), FOREVER),
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("Medicare Advantage", "medicare-advantage"),
        ("Dual eligible special needs plan (D-SNP)", "d-snp"),
        ("Medi-Cal managed care", "medicaid"),
        ("Employer group plan (commercial)", "employer"),
        ("Marketplace qualified health plan", "marketplace"),
        ("Workers' compensation", "other"),
    ],
)
def test_a_coverage_says_its_line_of_business_in_words(people: People, said: str, line: str) -> None:
    people.member("ana", line=said)
    held = drawn(people)
    assert one(held, facts.enrolment)["line"] == line


def test_a_death_is_the_plans_word_first_then_the_visits(people: People) -> None:
    people.member("ana").died("2026-11-20T03:00-08:00")
    people.member("ben").visit("2026-11-21T09:00-08:00", until="2026-11-21T10:00-08:00", next_none="died")
    people.member("cid")
    held = drawn(people)
    found = {
        row["patient_id"]: (row["is_dead"], row["died_ms"], row["death_source"])
        for row in rows(held, facts.member)
    }
    assert found == {
        "p-ana": (1, ms("2026-11-20T03:00-08:00"), "plan"),
        "p-ben": (1, ms("2026-11-21T10:00-08:00"), "visit"),
        "p-cid": (0, None, None),
    }


def test_a_death_that_the_team_recorded_counts_until_it_is_taken_back_or_replaced(
    engine: Engine, people: People
) -> None:
    ana, replaced = people.member("ana"), {"url": "urn:hearthside:replaces"}
    code = {"coding": [{"system": "http://loinc.org", "code": "81956-5"}]}
    told = {"resourceType": "Observation", "id": "d1", "status": "final", "code": code}
    told |= {"subject": {"reference": "Patient/p-ana"}, "valueDateTime": "2026-11-21T03:10:00-08:00"}
    told["performer"] = [{"reference": "Practitioner/ana"}]

    def drawn_death() -> tuple[int, int | None, str | None]:
        people.save(engine)
        (row,) = rows(engine, facts.member)
        return row["is_dead"], row["died_ms"], row["death_source"]

    ana.resources["Observation/d1"] = told
    assert drawn_death() == (1, ms("2026-11-21T03:10-08:00"), "team")
    extension = [replaced | {"valueReference": {"reference": "Observation/d1"}}]
    gone = {**told, "id": "d2", "status": "cancelled", "extension": extension}
    ana.resources["Observation/d2"] = gone
    assert drawn_death() == (0, None, None)
    del ana.resources["Observation/d2"]
    ana.resources["Observation/d1"] = {**told, "status": "entered-in-error"}
    assert drawn_death() == (0, None, None)


def test_a_visit_entered_in_error_takes_its_answers_with_it(engine: Engine, people: People) -> None:
    ana = people.member("ana")
    visit = ana.visit("2026-11-02T10:00-08:00", esas={"pain": 8}, phase="unstable")
    people.save(engine)
    assert rows(engine, facts.score)
    assert rows(engine, facts.phase)
    ana.resources[f"Encounter/{visit}"]["status"] = "entered-in-error"
    people.save(engine)
    assert not rows(engine, facts.visit)
    assert not rows(engine, facts.score)
    assert not rows(engine, facts.phase)


@pytest.mark.parametrize("status", ["in-progress", "entered-in-error", "stopped"])
def test_answers_that_are_not_complete_do_not_count(people: People, status: str) -> None:
    ana = people.member("ana")
    ana.visit("2026-11-02T10:00-08:00", esas={"pain": 8})
    (response,) = (one for name, one in ana.resources.items() if name.startswith("QuestionnaireResponse/"))
    response["status"] = status
    held = drawn(people)
    assert not rows(held, facts.score)
    assert len(rows(held, facts.visit)) == 1


def test_what_is_restricted_is_not_read(engine: Engine, people: People) -> None:
    ana = people.member("ana")
    ana.visit("2026-11-02T10:00-08:00", esas={"pain": 8}, akps=40)
    for name, response in ana.resources.items():
        if name.startswith("QuestionnaireResponse/") and "akps" in response["questionnaire"]:
            response["meta"] = RESTRICTED
    people.save(engine)
    assert [row["item"] for row in rows(engine, facts.score)] == ["esas-pain"]


def test_a_person_whose_record_is_restricted_is_still_counted(engine: Engine, people: People) -> None:
    people.member("ana").resources["Patient/p-ana"]["meta"] = RESTRICTED
    people.save(engine)
    assert one(engine, facts.member)["birth_date"] == "1945-05-05"


def test_hospice_and_programmes_have_a_beginning_and_an_end(people: People) -> None:
    ana = people.member("ana")
    ana.hospice("2026-11-01", "2026-11-30")
    ana.visit("2026-10-02T10:00-07:00", prog_programme="ecm")
    ana.visit("2026-11-02T10:00-08:00", prog_programme="ltss")
    held = drawn(people)
    found = [(row["programme"], row["from_ms"], row["until_ms"]) for row in rows(held, facts.programme)]
    assert found == [
        ("hospice", ms("2026-11-01T00:00-07:00"), ms("2026-12-01T00:00-08:00")),
        ("ecm", ms("2026-10-02T10:00-07:00"), ms("2026-11-02T10:00-08:00")),
        ("ltss", ms("2026-11-02T10:00-08:00"), FOREVER),
    ]


def test_illnesses_are_grouped_by_their_codes(people: People) -> None:
    ana = people.member("ana")
    for code in ("I50.22", "J44.9", "C25.9", "K74.60", "N18.6", "G30.9", "E11.9"):
        ana.problem(code)
    held = drawn(people)
    found = {row["code"]: row["kind"] for row in rows(held, facts.problem)}
    assert found == {
        "I50.22": "heart-failure",
        "J44.9": "copd",
        "C25.9": "cancer",
        "K74.60": "liver",
        "N18.6": "kidney",
        "G30.9": "dementia",
        "E11.9": "other",
    }
