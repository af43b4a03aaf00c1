"""A death ↔ Observation 81956-5 ("Date+time of death"); a call to the family ↔ Task (ADR 0060).

Source of the codes: HL7 Vital Records Death Reporting (VRDR) STU 2.2 and 3, profile "Death Date": LOINC 81956-5 with
the time as its value, component 58332-8 for the place. All else is in components under our own names. A correction
replaces what it corrects (ADR 0017). Its author marks her own record as entered in error; somebody else's is replaced
by a cancelled one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.domain.death import (
    BY_CODE,
    HOW,
    NAMED,
    PLACE,
    QUESTIONS,
    THEN,
    Death,
    DeathDraft,
    FamilyCall,
    newest,
)
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, recorded_at, restricted
from app.sync.fhir.seen import note_by
from app.sync.fhir.task import unstamped
from app.sync.fhir.versions import heads, reference_of
from app.sync.fhir.write import clean, person, time_text

DEATH: codes.Coding = {"system": codes.LOINC, "code": "81956-5", "display": "Date+time of death"}
PLACE_OF_DEATH: codes.Coding = {"system": codes.LOINC, "code": "58332-8", "display": "Location of death"}
MARK = '"81956-5"'
"""Stands in the text of every such record and of no other that we write."""
KIND = "urn:hearthside:death"
CALL: codes.Coding = {
    "system": "urn:hearthside:task",
    "code": "bereavement-call",
    "display": "Call to the family",
}
CALL_MARK = '"bereavement-call"'
HOW_KIND, THEN_KIND = "urn:hearthside:bereavement-how", "urn:hearthside:bereavement-then"
_TAKEN_BACK = "cancelled"


def encode_death(
    death_id: str,
    patient_id: str,
    draft: DeathDraft,
    by: PersonRef,
    at: datetime,
    replaces: Iterable[str] = (),
) -> Json:
    """The record of a death. `replaces`: the records (`Observation/…`) that it corrects. `draft` says when."""
    when = time_text(draft.at) if draft.at is not None else str(draft.on)
    parts = [
        {"code": _question(question.code), "valueCodeableConcept": _given(question.code, value)}
        for question in QUESTIONS
        for value in draft.answers.get(question.code, ())
    ]
    said = clean(draft.words)
    return {
        **_frame(death_id, patient_id, by, at, replaces),
        "status": "final",
        "effectiveDateTime": when,
        "valueDateTime": when,
        **({"note": [{"authorReference": person(by), "time": time_text(at), "text": said}]} if said else {}),
        **({"component": parts} if parts else {}),
    }


def encode_withdrawn(
    death_id: str, patient_id: str, by: PersonRef, at: datetime, replaces: Iterable[str]
) -> Json:
    """What takes the place of somebody else's record that was entered in error."""
    note = {"authorReference": person(by), "time": time_text(at), "text": "Entered in error"}
    return {
        **_frame(death_id, patient_id, by, at, replaces),
        "status": _TAKEN_BACK,
        "effectiveDateTime": time_text(at),
        "note": [note],
    }


def withdraw(base: Mapping[str, Any], by: PersonRef, at: datetime) -> Json:
    """One's own record, entered in error; what it said stays in it."""
    note = {"authorReference": person(by), "time": time_text(at), "text": "Entered in error"}
    return unstamped(base) | {"status": "entered-in-error", "note": [*read.items(base, "note"), note]}


def _frame(death_id: str, patient_id: str, by: PersonRef, at: datetime, replaces: Iterable[str]) -> Json:
    replaced = [
        {"url": codes.REPLACES, "valueReference": {"reference": one}} for one in dict.fromkeys(replaces)
    ]
    return {
        "resourceType": "Observation",
        "id": death_id,
        "extension": [{"url": codes.RECORDED_AT, "valueDateTime": time_text(at)}, *replaced],
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": death_id}],
        "category": [codes.concept(codes.SURVEY)],
        "code": codes.concept(DEATH, text="Death"),
        "subject": {"reference": f"Patient/{patient_id}"},
        "issued": time_text(at.astimezone(UTC)),
        "performer": [person(by)],
    }


def _question(code: str) -> Json:
    own = {"system": KIND, "code": code, "display": BY_CODE[code].text}
    return codes.concept(*([PLACE_OF_DEATH] if code == PLACE else []), own, text=BY_CODE[code].text)


def _given(code: str, value: str) -> Json:
    system = f"{KIND}-{code}"
    if value.startswith(NAMED):
        return codes.concept({"system": system, "code": "named"}, text=clean(value.removeprefix(NAMED)))
    words = BY_CODE[code].options.get(value, value)
    return codes.concept({"system": system, "code": value, "display": words}, text=words)


def is_death(resource: Any) -> bool:
    """Is this a record of a death, standing or not, ours or another system's? Never raises."""
    code = read.find(resource, "code")
    return read.text(resource, "resourceType") == "Observation" and read.has_code(
        code, DEATH["code"], DEATH["system"]
    )


def decode_deaths(
    resources: Iterable[Any], pending: frozenset[str] = frozenset(), refused: frozenset[str] = frozenset()
) -> Death | None:
    """The death that stands, told by the newest record; None where none does. Never raises.

    `pending` and `refused`: references of records that the plan does not have yet, or would not take.
    """
    held = [one for one in heads(one for one in resources if is_death(one)) if _counts(one)]
    found = [made for one in held if (made := _decode(one)) is not None]
    last = newest(found)
    if last is None:
        return None
    records = tuple(reference_of(one) for one in held)
    return replace(
        last,
        records=records,
        pending=any(one in pending for one in records),
        refused=any(one in refused for one in records),
    )


def _counts(resource: Any) -> bool:
    return read.text(resource, "status") in ("final", "amended", "corrected", "preliminary")


def _decode(resource: Any) -> Death | None:
    own_id, patient = read.record_id(resource), read.reference(resource, "subject")
    when = read.text(resource, "valueDateTime") or read.text(resource, "effectiveDateTime") or ""
    at = read.instant({"at": when}, "at") if "T" in when else None
    on = at.date() if at is not None else read.day({"on": when[:10]}, "on")
    said_at = recorded_at(resource)
    if own_id is None or patient is None or patient[0] != "Patient" or on is None or said_at is None:
        return None
    by = next(iter(read.items(resource, "performer")), {})
    return Death(
        id=own_id,
        patient_id=patient[1],
        on=on,
        at=at,
        answers=_answers(resource),
        words="\n".join(text for one in read.items(resource, "note") if (text := read.text(one, "text"))),
        by=PersonRef(read.text(by, "reference") or "", read.text(by, "display") or ""),
        recorded_at=said_at,
    )


def _answers(resource: Any) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for part in read.items(resource, "component"):
        question = next(
            (c for s, c in read.codes(read.find(part, "code")) if s == KIND and c in BY_CODE), None
        )
        value = read.find(part, "valueCodeableConcept")
        if question is None:
            continue
        given = next((c for s, c in read.codes(value) if s == f"{KIND}-{question}"), None)
        words = read.concept_text(value) or ""
        if given is None or (given not in BY_CODE[question].options and words):
            found.setdefault(question, []).append(NAMED + words)
        else:
            found.setdefault(question, []).append(given)
    return {question: tuple(given) for question, given in found.items()}


def encode_call(
    call_id: str, patient_id: str, number: int, due_on: date, contact: str, by: PersonRef, at: datetime
) -> Json:
    """One call to the family, `number` days after. It stands without an owner: whoever of the team is there calls."""
    who = f": {clean(contact)}" if clean(contact) else ""
    due = datetime(due_on.year, due_on.month, due_on.day, tzinfo=UTC) + timedelta(hours=12)
    stamp = time_text(at.astimezone(UTC))
    return restricted(
        {
            "resourceType": "Task",
            "id": call_id,
            "identifier": [
                {"system": codes.RECORD_IDENTIFIER, "value": call_id},
                {"system": "urn:hearthside:bereavement-day", "value": str(number)},
            ],
            "status": "requested",
            "intent": "plan",
            "priority": "routine",
            "code": codes.concept(CALL, text=CALL["display"]),
            "description": f"Call to the family, day {number}{who}",
            "for": {"reference": f"Patient/{patient_id}"},
            "authoredOn": stamp,
            "lastModified": stamp,
            "requester": person(by),
            "restriction": {"period": {"start": due.date().isoformat()}},
        }
    )


def finish_call(base: Mapping[str, Any], how: str, then: str, by: PersonRef, at: datetime) -> Json:
    """The same Task with what was found. `how` and `then` are codes of HOW and THEN."""
    said = [("How they are", HOW_KIND, how, HOW[how]), ("What is next", THEN_KIND, then, THEN.get(then, ""))]
    outputs = [
        {"type": codes.concept(text=name), "valueCodeableConcept": codes.concept(
            {"system": system, "code": code, "display": words}, text=words)}
        for name, system, code, words in said
        if code
    ]  # fmt: skip
    return unstamped(base) | {
        "status": "completed",
        "lastModified": time_text(at.astimezone(UTC)),
        "output": outputs,
        "note": [*read.items(base, "note"), note_by(by, at, HOW[how])],
    }


def cancel_call(base: Mapping[str, Any], by: PersonRef, at: datetime) -> Json:
    """The same Task, no longer wanted: the death was entered in error."""
    note = note_by(by, at, "The death was entered in error")
    moved = {"status": "cancelled", "lastModified": time_text(at.astimezone(UTC))}
    return unstamped(base) | moved | {"note": [*read.items(base, "note"), note]}


def decode_call(task: Any, *, pending: bool = False) -> FamilyCall | None:
    """None for any other Task, and for one that was taken back. Never raises."""
    own_id, patient = read.record_id(task), read.reference(task, "for")
    due = read.day(task, "restriction", "period", "start")
    if not read.has_code(read.find(task, "code"), CALL["code"], CALL["system"]):
        return None
    if own_id is None or patient is None or due is None:
        return None
    status = read.text(task, "status")
    if status in ("cancelled", "entered-in-error", "rejected", "failed"):
        return None
    day = next((read.text(one, "value") for one in read.items(task, "identifier")
                if one.get("system") == "urn:hearthside:bereavement-day"), None)  # fmt: skip
    said = {s: c for one in read.items(task, "output")
            for s, c in read.codes(read.find(one, "valueCodeableConcept"))}  # fmt: skip
    _, _, contact = (read.text(task, "description") or "").partition(": ")
    done = status == "completed"
    return FamilyCall(
        id=own_id,
        patient_id=patient[1],
        due_on=due,
        number=int(day) if day is not None and day.isdigit() else 0,
        contact=contact,
        how=said.get(HOW_KIND) or "",
        then=said.get(THEN_KIND) or "",
        done_at=read.instant(task, "lastModified") if done else None,
        open=not done,
        pending=pending,
    )
