"""What a shared record holds: what the app's clinical paper may show, and nothing that is kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from app.domain.on_paper import NAMED, Paper, stands
from app.domain.visit import Visit
from plan.database import read_transaction, write_transaction
from plan.fhir.json_text import loads
from plan.fhir.validate import validate
from plan.resources import put_as_system
from plan.sharing.document import KEPT, make_document
from plan.sharing.model import Summary
from plan.sharing.said import QUESTIONS
from plan.sharing.summary import read_summary
from tests.plan.fhir_builders import encounter, observation, patient, restricted
from tests.plan.plan_doubles import Plan
from tests.plan.sharing_steps import put_full_visit, share

Json = dict[str, Any]
_TOLD = re.compile(r"&</b> (\d+)")
"""What was typed, in a full visit: each text ends in a number of its own."""
ORDER = "med-listed"
"""How the plan's list says that it is to be taken; that paper takes it from the list itself."""
AUTHOR = {"resourceType": "Practitioner", "id": "ana"}
make = partial(
    make_document,
    base="http://plan.test/fhir",
    document_id="8f7d6a52-7c1e-4c0e-9d52-0f3f7a1c2b3d",
    at_ms=1_780_000_000_000,
    author=AUTHOR,
    custodian=None,
    until="Until then.",
)


def summary_of(engine: Engine, patient_id: str = "a") -> Summary:
    with read_transaction(engine) as connection:
        found = read_summary(connection, patient_id)
    assert found is not None
    return found


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield unescape(value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_of(inner)


def told_in(value: Any) -> set[str]:
    return {number for text in texts_of(value) for number in _TOLD.findall(text)}


def typed(visit: Visit) -> Iterator[tuple[str, str]]:
    """(question, number of its text) for everything that was typed in this visit."""
    entries = [one.answers for group in visit.entries.values() for one in group]
    for answers in (visit.answers, *entries):
        for link, answer in answers.items():
            if isinstance(answer.value, str) and (found := _TOLD.search(answer.value)):
                yield link, found.group(1)


def test_its_questions_are_those_of_the_apps_clinical_paper() -> None:
    assert not QUESTIONS - NAMED[Paper.CLINICAL]
    assert {one for one in QUESTIONS if not stands(Paper.CLINICAL, one)} == set()


@pytest.mark.parametrize("seed", [0, 1])
def test_of_all_that_can_be_typed_in_a_visit_only_what_may_stand_on_that_paper_leaves(
    engine: Engine, plan: Plan, seed: int
) -> None:
    visit = put_full_visit(engine, seed)
    document = make(summary_of(engine))
    shown = told_in(document)
    by_number = {number: link for link, number in typed(visit)}
    told = {by_number[one] for one in shown} - {ORDER}
    assert {one for one in told if not stands(Paper.CLINICAL, one)} == set()
    assert len(shown) >= 6
    assert len(by_number) > 90, "most of what was typed stays"
    assert not re.search("urn:hearthside:(?!sharing)", str([e["resource"] for e in document["entry"]][2:]))


def test_it_is_a_valid_r4_document_whose_references_all_lead_somewhere(engine: Engine, plan: Plan) -> None:
    put_full_visit(engine, 3)
    made = share(plan)
    answer = made.open("fhir")
    document = loads(answer.text)
    assert answer.headers["content-type"] == "application/fhir+json"
    for one in (document, *(each["resource"] for each in document["entry"])):
        validate(one)
    resources = [one["resource"] for one in document["entry"]]
    assert resources[0]["resourceType"] == "Composition"
    names = {f"{one['resourceType']}/{one['id']}" for one in resources}
    assert [one["fullUrl"] for one in document["entry"]] == [
        f"http://plan.test/fhir/{one['resourceType']}/{one['id']}" for one in resources
    ]
    named = set(re.findall(r'"reference":\s*"([^"]+)"', answer.text))
    assert named <= names
    assert any(one.get("entry") for one in resources[0]["section"])
    for one in resources[3:]:
        assert set(one) - {"resourceType", "id"} <= set(KEPT[one["resourceType"]].split())


def test_the_pdf_says_the_same_and_names_nobody_in_its_properties(engine: Engine, plan: Plan) -> None:
    put_full_visit(engine)
    made = share(plan)
    answer = made.open("pdf")
    reader = PdfReader(BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in reader.pages)
    for title in ("Code status", "What matters to the person", "Medicines", "Plan of care"):
        assert title in text
    assert "Test Muster" in text
    assert "Lena Hart" in text
    assert "Muster" not in str(reader.metadata)
    assert answer.headers["content-disposition"] == 'attachment; filename="Hearthside.pdf"'
    assert told_in(text) <= told_in(make(summary_of(engine)))


def said(answer: str, response_id: str, visit: str, **more: Any) -> Json:
    item = {"linkId": "conv-matters-words", "text": "In their own words", "answer": [{"valueString": answer}]}
    return {
        "resourceType": "QuestionnaireResponse",
        "id": response_id,
        "questionnaire": "urn:hearthside:questionnaire:conversation|1",
        "status": "completed",
        "subject": {"reference": "Patient/a"},
        "encounter": {"reference": f"Encounter/{visit}"},
        "authored": "2026-05-28T11:00:00Z",
        "item": [item, *more.pop("items", [])],
        **more,
    }


def talk(visit: str) -> Json:
    return {
        "resourceType": "Procedure",
        "id": f"talk-{visit}",
        "status": "completed",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "713603004"}]},
        "subject": {"reference": "Patient/a"},
        "encounter": {"reference": f"Encounter/{visit}"},
    }


def put(engine: Engine, *resources: Json) -> None:
    with write_transaction(engine) as connection:
        for one in resources:
            put_as_system(connection, one)


def lines_of(engine: Engine, part: str) -> list[str]:
    (found,) = (one for one in summary_of(engine).parts if one.id == part)
    return [line.text for line in found.lines]


def test_a_wish_stands_until_somebody_who_knew_it_writes_another_and_two_that_did_not_both_stand(
    engine: Engine, plan: Plan
) -> None:
    visits = [encounter(f"v{number}", "a", "ana") for number in range(3)]
    put(engine, *visits, *(talk(f"v{number}") for number in range(3)))
    put(engine, said("To be home.", "r0", "v0"), said("My garden.", "r1", "v1"))
    assert sorted(lines_of(engine, "matters")) == ["My garden.", "To be home."]
    saw = {
        "linkId": "conv-saw",
        "answer": [{"valueString": "Procedure/talk-v0 Procedure/talk-v1 conv-matters=Goal/x"}],
    }
    put(engine, said("Both, and my dog.", "r2", "v2", items=[saw]))
    assert lines_of(engine, "matters") == ["Both, and my dog."]
    put(engine, said("Both, and my dog.", "r2", "v2", items=[saw]) | {"status": "entered-in-error"})
    assert sorted(lines_of(engine, "matters")) == ["My garden.", "To be home."]


def test_what_is_kept_apart_and_what_names_it_does_not_leave(engine: Engine, plan: Plan) -> None:
    label = "R"
    put(engine, encounter("v0", "a", "ana"), said("To be home.", "r0", "v0"))
    assert lines_of(engine, "matters") == ["To be home."]
    put(engine, said("To be home.", "r0", "v0", meta=restricted(label)))
    assert lines_of(engine, "matters") == []
    put(engine, said("To be home.", "r0", "v0"))
    put(engine, encounter("v0", "a", "ana", meta=restricted(label)))
    assert lines_of(engine, "matters") == [], "a visit that is kept apart takes all of itself along"


def test_another_persons_record_never_stands_in_it(engine: Engine, plan: Plan) -> None:
    put(engine, patient("b", "Okonkwo"))
    put_full_visit(engine, 1, "b")
    put(engine, observation("mine", "a", 7))
    assert told_in(make(summary_of(engine))) == set()
    assert "Okonkwo" not in share(plan).open().text
