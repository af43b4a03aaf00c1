"""One person's page of the pack: the newest by the moment, and only what can be called is a phone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from plan.oncall.composing import compose
from plan.oncall.home import comfort_lines, last_counts
from plan.oncall.last_visit import last_visit
from plan.oncall.people import WHOLE
from plan.sharing.lists import people
from tests.plan.fhir_builders import encounter, patient

OLDER, NEWER = "2026-05-29T01:00:00Z", "2026-05-28T23:30:00-04:00"
"""The later moment is the earlier text: devices write their own offset, other systems another."""
Json = dict[str, Any]


def answers(form: str, at: str, *items: Json, **more: Any) -> Json:
    asked = f"urn:hearthside:questionnaire:{form}|1"
    made = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": asked}
    return made | {"id": f"{form}-{at[:10]}", "authored": at, "item": list(items)} | more


def item(link: str, *answer: Json, **more: Any) -> Json:
    return {"linkId": link, "answer": list(answer)} | more


def record(*held: Json) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {name: [] for name in (*WHOLE, "Observation", "QuestionnaireResponse")}
    for one in held:
        found[one["resourceType"]].append(one)
    return found


def count(at: str, left: int) -> Json:
    inner = [item("hc-name", {"valueString": "Morphine"}), item("hc-now", {"valueQuantity": {"value": left}})]
    return answers("home-count", at, {"linkId": "home-count", "item": inner})


def test_the_last_count_is_the_latest_by_the_clock_whatever_offset_it_is_written_in() -> None:
    (one,) = last_counts([count(NEWER, 3), count(OLDER, 9)])
    assert (one.left, one.at) == (Decimal(3), NEWER)


def test_comfort_medicines_are_as_they_were_found_last_by_the_clock() -> None:
    def found(at: str, code: str) -> Json:
        chosen = item("comfort-medicines", {"valueCoding": {"code": code}})
        return answers("body-comfort-medicines", at, chosen)

    (line,) = comfort_lines([found(NEWER, "not-there"), found(OLDER, "complete")])
    assert (line.text, line.at) == ("Ordered, not in the home", NEWER)


def test_the_last_visit_is_the_latest_by_the_clock() -> None:
    visits = [encounter(f"e-{at}", "a", "ana", period={"start": at}) for at in (NEWER, OLDER)]
    assert last_visit(record(*visits))[0].at == NEWER


def test_what_is_done_is_of_the_plan_that_is_the_latest_by_the_clock() -> None:
    def plan_of_care(at: str, text: str) -> Json:
        done = {"linkId": "goal", "item": [item("goal-do", {"valueString": text})]}
        return answers("plan-of-care", at, done)

    visit = encounter("e", "a", "ana")
    lines = last_visit(record(visit, plan_of_care(NEWER, "A fan"), plan_of_care(OLDER, "Nothing yet")))
    assert [one.text for one in lines if one.label == "What is done"] == ["A fan"]


def test_only_numbers_that_can_be_called_now_are_phones_and_a_shared_record_says_what_it_said() -> None:
    contacts = [
        {"system": "email", "value": "maria@example.org"},
        {"system": "phone", "use": "old", "value": "555 0001"},
        {"system": "phone", "value": "555 0002"},
        {"system": "sms", "value": "555 0003"},
    ]
    helper = {
        "resourceType": "RelatedPerson",
        "id": "maria",
        "name": [{"text": "Maria"}],
        "extension": [{"url": "urn:hearthside:role", "valueCode": "helps"}],
        "telecom": contacts,
    }
    reached_by_mail = helper | {"id": "paul", "name": [{"text": "Paul"}], "telecom": contacts[:2]}
    made = compose(record(patient("a"), helper, reached_by_mail), ZoneInfo("UTC"))
    assert made is not None
    lines = [(one["t"], one.get("p")) for one in made.page["lines"] if one["s"] == "people"]
    assert lines == [("Maria", "555 0002"), ("Maria", "555 0003"), ("Paul", None)]
    assert [one.text for one in people([helper], []).lines] == ["maria@example.org"]
