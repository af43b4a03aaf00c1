"""A visit that a mentor is to read: full of what must not leave, and the supervisor's steps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from plan.database import write_transaction
from plan.resources import put_as_system
from tests.plan.fhir_builders import encounter, patient
from tests.plan.plan_doubles import Plan
from tests.plan.sharing_steps import Shared

MENTOR = "$hearthside-mentor"
VISIT = "visit-a"
Json = dict[str, Any]
SAID = {
    "conv-matters-words": "To sit in the garden once more.",
    "conv-coping": "Her sister Philippa carries her.",
    "conv-hopes": "To be there on Oct 5 for the wedding.",
    "conv-family": "They moved to Saltmarsh last year.",
    "conv-options": "Call 5550102345 in the night.",
    "conv-recommendation": "To ask the doctor at Bluegate Clinic.",
    "conv-experience-words": "A good talk with Léna.",
    "conv-trade-words": "She is 93 years old and wants rest.",
    "conv-prognosis-words": "Weeks, the marker Zebrawood says.",
    "conv-present-words": "Quillon and Ottoline",
    "conv-aid-words": "Marker Yellowfin",
}
"""Free text of the visit. Only the first may be released."""
MARKERS = (
    *(
        "Muster",
        "m-a",
        "1940-02-03",
        "Philippa",
        "Saltmarsh",
        "Bluegate",
        "Léna",
        "Zebrawood",
        "Quillon",
        "Oct 5",
    ),
    *(
        "Ottoline",
        "Yellowfin",
        "garden",
        "5550102345",
        "555 010",
        "Ana",
        "team-1",
        "2026",
        "visit-a",
        "talk-1",
    ),
    *("Tern Road", "90210", "nurse wrote", "Foreign title", "Foreign display"),
)


def put_visit(engine: Engine, *more: Json, **changed: Any) -> None:
    """Patient a with names and places on record, and a finished visit with coded answers and free text."""
    one = patient("a")
    one["address"] = [{"line": ["7 Tern Road"], "city": "Saltmarsh", "postalCode": "90210"}]
    one["telecom"] = [{"system": "phone", "value": "(555) 010-2345"}]
    person = {
        "resourceType": "RelatedPerson",
        "id": "sister",
        "patient": {"reference": "Patient/a"},
        "name": [{"text": "Philippa Muster"}],
    }
    place = {"resourceType": "Organization", "id": "clinic", "name": "Bluegate Clinic"}
    worker = {"resourceType": "Practitioner", "id": "lena", "name": [{"family": "Hart", "given": ["Lena"]}]}
    note = {"text": "nurse wrote this"}
    visit = encounter(VISIT, "a", "ana", **changed)
    with write_transaction(engine) as connection:
        for each in (one, person, place, worker, visit, talk(), scores(note), *more):
            put_as_system(connection, each)


def answers(response_id: str, form: str, items: list[Json], **more: Any) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": response_id,
        "questionnaire": f"urn:hearthside:questionnaire:{form}|1",
        "status": "completed",
        "subject": {"reference": "Patient/a"},
        "encounter": {"reference": f"Encounter/{VISIT}"},
        "authored": "2026-05-28T11:00:00Z",
        "item": items,
    } | more


def talk(**more: Any) -> Json:
    items = [
        {"linkId": link, "text": "Foreign title", "answer": [{"valueString": text}]}
        for link, text in SAID.items()
    ]
    chosen = {"system": "urn:hearthside:option:conv-hospital", "code": "no", "display": "Foreign display"}
    odd = [{"valueCoding": {"code": code, "display": "Foreign display"}} for code in ("Ottoline", "sad")]
    items.append({"linkId": "conv-emotion", "text": "Foreign title", "answer": odd})
    ahead = {"system": "urn:hearthside:option:conv-prognosis", "code": "time", "display": "Zebrawood"}
    items.append({"linkId": "conv-hospital", "text": "Foreign title", "answer": [{"valueCoding": chosen}]})
    items.append({"linkId": "conv-prognosis", "text": "Foreign title", "answer": [{"valueCoding": ahead}]})
    return answers("talk-1", "conversation", items, **more)


def scores(*_: Any) -> Json:
    again = {"url": "urn:hearthside:again", "extension": [{"url": "value", "valueInteger": 3}]}
    items: list[Json] = [
        {
            "linkId": "esas-pain",
            "text": "Foreign title",
            "extension": [again],
            "answer": [{"valueInteger": 8}],
        },
        {"linkId": "esas-nausea", "answer": [{"valueString": "Yellowfin"}]},
        {"linkId": "esas-invented", "text": "Foreign title", "answer": [{"valueInteger": 5}]},
    ]
    return answers("scores-1", "esas-r", items)


def which(visit: str = VISIT) -> Json:
    return {"resourceType": "Parameters", "parameter": [{"name": "visit", "valueString": visit}]}


def see(plan: Plan, who: str = "sue", visit: str = VISIT) -> list[Json]:
    answer = plan.as_user(who).post(f"{MENTOR}/read", json=which(visit))
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["parameter"]
    return found


def passages(told: list[Json]) -> dict[str, Json]:
    """By label: id, text, and why one is refused."""
    found = [
        {one["name"]: one["valueString"] for one in each["part"]}
        for each in told
        if each["name"] == "passage"
    ]
    return {one["text"]: one for one in found}


def ask(told: list[Json], *released: str, visit: str = VISIT, days: int = 14, **changed: str) -> Json:
    digest = next(one["valueString"] for one in told if one["name"] == "digest")
    said = {"visit": visit, "recipient": "Rosa Vale, another hospice", "digest": digest} | changed
    named: list[Json] = [{"name": name, "valueString": value} for name, value in said.items()]
    named += [{"name": "passage", "valueString": passages(told)[one]["id"]} for one in released]
    return {"resourceType": "Parameters", "parameter": [*named, {"name": "days", "valueInteger": days}]}


def invite(plan: Plan, *released: str, **more: Any) -> Shared:
    answer = plan.as_user("sue").post(MENTOR, json=ask(see(plan), *released, **more))
    assert answer.status_code == 201, answer.text
    said = {one["name"]: one for one in answer.json()["parameter"]}
    return Shared(plan, said["id"]["valueString"], said["link"]["valueUrl"], said["passcode"]["valueString"])
