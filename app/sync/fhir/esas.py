"""ESAS-r numbers → Observations that any system can chart, and back where only Observations came.

LOINC's ESAS codes (112494-0 …) are newer than many servers' tables, so each Observation also says in plain
text what it is, and the panel carries the SNOMED CT code too. A missing answer is a dataAbsentReason,
never 0; the total is sent only when all nine counted items are numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.content import Code, Item
from app.domain.visit import Answer, Visit
from app.sync.fhir import codes, read
from app.sync.fhir.questionnaire import ESAS, esas, make_answer, response_id
from app.sync.fhir.write import clean, part_id, person, time_text


def _coding(code: Code) -> codes.Coding:
    coding = {"system": code.system, "code": code.code}
    return coding | {"display": code.display} if code.display else coding


def _text(item: Item, answer: Answer) -> str:
    name = clean(answer.name or "")
    return f"{esas().short_name} {item.name}" + (f": {name}" if name else "")


def _frame(visit: Visit, part: str, code: dict[str, Any], at: datetime) -> dict[str, Any]:
    own_id = part_id(visit.id, f"observation/{part}")
    return {
        "resourceType": "Observation",
        "id": own_id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": own_id}],
        "status": "final",
        "category": [codes.concept(codes.SURVEY)],
        "code": code,
        "subject": {"reference": f"Patient/{visit.patient_id}"},
        "encounter": {"reference": f"Encounter/{visit.id}"},
        "effectiveDateTime": time_text(at),
        "performer": [person(visit.nurse)],
    }


def _derived(visit: Visit) -> dict[str, Any]:
    return {"derivedFrom": [{"reference": f"QuestionnaireResponse/{response_id(visit.id)}"}]}


def _encode_item(visit: Visit, item: Item, answer: Answer) -> dict[str, Any]:
    code = codes.concept(*([_coding(item.code)] if item.code else []), text=_text(item, answer))
    resource = _frame(visit, item.link_id, code, answer.at)
    if answer.absent is not None:
        resource["dataAbsentReason"] = codes.concept(codes.ABSENCES[answer.absent])
    else:
        resource["valueInteger"] = answer.value
    return resource | _derived(visit)


def _encode_total(visit: Visit, at: datetime) -> dict[str, Any] | None:
    total = esas().total
    values = [visit.answers[link].value if link in visit.answers else None for link in total.of]
    numbers = [value for value in values if value is not None]
    if total.code is None or len(numbers) != len(total.of):
        return None
    code = codes.concept(_coding(total.code), text=f"{esas().short_name} total")
    return _frame(visit, f"{ESAS}/total", code, at) | {"valueInteger": sum(numbers)} | _derived(visit)


def encode_observations(visit: Visit) -> list[dict[str, Any]]:
    """One Observation an answered item, then the total where there is one, then the panel that names them
    all.
    """
    asked = [(item, visit.answers[item.link_id]) for item in esas().items if item.link_id in visit.answers]
    if not asked:
        return []
    at = max(answer.at for _, answer in asked)
    members = [_encode_item(visit, item, answer) for item, answer in asked]
    total = _encode_total(visit, at)
    if total is not None:
        members.append(total)
    panel_code = codes.concept(*(_coding(code) for code in esas().panel), text=esas().short_name)
    panel = _frame(visit, ESAS, panel_code, at)
    panel["hasMember"] = [{"reference": f"Observation/{member['id']}"} for member in members]
    return [*members, panel | _derived(visit)]


def decode_observations(observations: Iterable[Any], otherwise_at: datetime) -> Mapping[str, Answer]:
    """Answers by link id from single Observations, for servers that hold no QuestionnaireResponse."""
    by_code = {(item.code.system, item.code.code): item for item in esas().items if item.code is not None}
    named = next((item for item in esas().items if item.named), None)
    found: dict[str, Answer] = {}
    for raw in observations:
        item = next((by_code[pair] for pair in read.codes(read.find(raw, "code")) if pair in by_code), None)
        name = None
        said = read.text(raw, "code", "text") or ""
        if item is None and named is not None and said.startswith(f"{esas().short_name} {named.name}"):
            item = named
            name = said.partition(": ")[2].strip() or None
        if item is None or read.text(raw, "status") not in ("final", "amended", "corrected"):
            continue
        at = read.instant(raw, "effectiveDateTime") or otherwise_at
        absent = next((code for _, code in read.codes(read.find(raw, "dataAbsentReason"))), None)
        answer = make_answer(item, at, read.find(raw, "valueInteger"), absent, name)
        if answer is not None:
            found[item.link_id] = answer
    return found
