"""Answers to a symptom scale ↔ QuestionnaireResponse: the source of truth, in the scale's own order and
words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.content import Instrument, Item, load
from app.domain.visit import Absent, Answer, AnsweredBy, PersonRef, Visit
from app.sync.fhir import codes, read
from app.sync.fhir.write import clean, part_id, person, time_text

ESAS = "esas-r"
_NAME, _VALUE = "/name", "/value"
_ABSENT_BY_CODE = {coding["code"]: absent for absent, coding in codes.ABSENCES.items()}
_ABSENT_BY_CODE |= {"unknown": Absent.COULD_NOT_ANSWER, "not-applicable": Absent.COULD_NOT_ANSWER}


def esas() -> Instrument:
    return load()[ESAS]


def response_id(visit_id: str) -> str:
    return part_id(visit_id, f"questionnaire-response/{ESAS}")


def _absence(absent: Absent) -> dict[str, Any]:
    return {"url": codes.DATA_ABSENT_EXTENSION, "valueCode": codes.ABSENCES[absent]["code"]}


def _answered_at(answer: Answer) -> dict[str, Any]:
    return {"url": codes.ANSWERED_AT, "valueDateTime": time_text(answer.at)}


def _value(built: dict[str, Any], answer: Answer) -> None:
    if answer.absent is not None:
        built.setdefault("extension", []).append(_absence(answer.absent))
    else:
        built["answer"] = [{"valueInteger": answer.value}]


def _encode_item(item: Item, answer: Answer) -> dict[str, Any]:
    built: dict[str, Any] = {"extension": [_answered_at(answer)], "linkId": item.link_id, "text": item.text}
    if not item.named:
        _value(built, answer)
        return built
    parts: list[dict[str, Any]] = []
    name = clean(answer.name or "")
    if name:
        parts.append({"linkId": item.link_id + _NAME, "answer": [{"valueString": name}]})
    value: dict[str, Any] = {"linkId": item.link_id + _VALUE}
    _value(value, answer)
    return built | {"item": [*parts, value]}


def encode_response(visit: Visit) -> dict[str, Any] | None:
    """The filled-in scale, or None when nothing was asked. Items that were not asked are left out, never
    0.
    """
    answers = [(item, visit.answers[item.link_id]) for item in esas().items if item.link_id in visit.answers]
    if not answers:
        return None
    own_id = response_id(visit.id)
    resource: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "id": own_id}
    if visit.answered_by is not None:
        resource["extension"] = [{"url": codes.ANSWERED_BY, "valueCode": visit.answered_by.value}]
    resource |= {
        "identifier": {"system": codes.RECORD_IDENTIFIER, "value": own_id},
        "questionnaire": f"{codes.QUESTIONNAIRE}{ESAS}|{esas().version}",
        "status": "completed",
        "subject": {"reference": f"Patient/{visit.patient_id}"},
        "encounter": {"reference": f"Encounter/{visit.id}"},
        "authored": time_text(max(answer.at for _, answer in answers)),
        "author": person(visit.nurse),
    }
    if visit.answered_by in (AnsweredBy.PATIENT, AnsweredBy.ASSISTED):
        resource["source"] = {"reference": f"Patient/{visit.patient_id}"}
    resource["item"] = [_encode_item(item, answer) for item, answer in answers]
    return resource


def make_answer(
    item: Item, at: datetime, value: object, absent: str | None, name: str | None = None
) -> Answer | None:
    """An answer when the parts make sense; a number outside the scale is no answer rather than a wrong
    one.
    """
    if isinstance(value, int) and not isinstance(value, bool) and item.minimum <= value <= item.maximum:
        return Answer(at=at, value=value, name=name)
    if value is None and absent in _ABSENT_BY_CODE:
        return Answer(at=at, absent=_ABSENT_BY_CODE[absent], name=name)
    return None


def _absent_code(item: Any) -> str | None:
    return read.text(read.extension(item, codes.DATA_ABSENT_EXTENSION), "valueCode")


def _decode_item(item: Item, raw: Any, otherwise_at: datetime) -> Answer | None:
    at = read.instant(read.extension(raw, codes.ANSWERED_AT), "valueDateTime") or otherwise_at
    name, holder = None, raw
    for part in read.items(raw, "item"):
        link_id = read.text(part, "linkId")
        if link_id == item.link_id + _NAME:
            name = read.text(part, "answer", 0, "valueString")
        elif link_id == item.link_id + _VALUE:
            holder = part
    return make_answer(item, at, read.find(holder, "answer", 0, "valueInteger"), _absent_code(holder), name)


def is_esas(response: Any) -> bool:
    """Ours, or a response to LOINC's own ESAS panel questionnaire, whose link ids are the item codes."""
    questionnaire = read.text(response, "questionnaire") or ""
    panels = {f"http://loinc.org/q/{code.code}" for code in esas().panel}
    return questionnaire.startswith(f"{codes.QUESTIONNAIRE}{ESAS}") or questionnaire.split("|")[0] in panels


def decode_response(response: Any, otherwise_at: datetime) -> Mapping[str, Answer]:
    """Answers by link id; items this app does not know are passed over and stay in the record's base."""
    by_link = {item.link_id: item for item in esas().items}
    by_link |= {item.code.code: item for item in esas().items if item.code is not None}
    authored = read.instant(response, "authored") or otherwise_at
    found: dict[str, Answer] = {}
    for raw in read.items(response, "item"):
        item = by_link.get(read.text(raw, "linkId") or "")
        answer = _decode_item(item, raw, authored) if item is not None else None
        if item is not None and answer is not None:
            found[item.link_id] = answer
    return found


def decode_answered_by(response: Any) -> AnsweredBy | None:
    code = read.text(read.extension(response, codes.ANSWERED_BY), "valueCode")
    return next((one for one in AnsweredBy if one.value == code), None)


def author_of(response: Any) -> PersonRef | None:
    who = read.reference(response, "author")
    return PersonRef(f"{who[0]}/{who[1]}", read.text(response, "author", "display") or "") if who else None
