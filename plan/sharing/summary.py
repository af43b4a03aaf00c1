"""One member's palliative record, composed for somebody outside the team: what document and paper are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from plan.fhir.extract import walk
from plan.sharing.code_status import code_status
from plan.sharing.lists import allergies, medicines, people, plan_of_care, problems
from plan.sharing.model import Line, Part, Summary
from plan.sharing.reading import (
    Json,
    concept_text,
    extension_values,
    has_code,
    heads,
    moment,
    read_record,
    say_day,
)
from plan.sharing.said import FUNCTION, MATTERS, QUOTED, SYMPTOMS, WISHES, WORSE, Saying, newest, what_stands

_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_VISIT_CLASSES = ("HH", "FLD", "AMB", "VR")


def read_summary(connection: Connection, patient_id: str) -> Summary | None:
    """The record as it stands now; None for somebody who is not here, or whose whole record is kept apart."""
    record = read_record(connection, patient_id)
    if not record["Patient"]:
        return None
    patient, responses = record["Patient"][-1], record["QuestionnaireResponse"]
    return Summary(
        patient,
        _name(patient),
        tuple(_about(patient, record["Encounter"])),
        (
            allergies(record["AllergyIntolerance"]),
            code_status(record),
            people(record["RelatedPerson"], record["Consent"]),
            Part("matters", "What matters to the person", None, _said(what_stands(record, MATTERS))),
            Part("wishes", "Wishes about care", None, _said(what_stands(record, WISHES))),
            _symptoms(record["Observation"], newest(responses, SYMPTOMS)),
            _function(record["Observation"], newest(responses, FUNCTION)),
            medicines(record["MedicationRequest"], record["MedicationStatement"]),
            problems(record["Condition"]),
            plan_of_care(record["CarePlan"], record["Goal"]),
            Part("worse", "If it gets worse", None, _said(newest(responses, WORSE).values())),
        ),
    )


def _name(patient: Json) -> str:
    names = patient.get("name") or [{}]
    first = next((one for one in names if one.get("use") == "official"), names[0])
    words = [*(first.get("given") or ()), first.get("family"), *(first.get("suffix") or ())]
    return str(first.get("text") or " ".join(str(one) for one in words if one) or "Name not recorded")


def _about(patient: Json, encounters: Iterable[Json]) -> Iterator[str]:
    if patient.get("birthDate"):
        yield f"Born {say_day(str(patient['birthDate']))}"
    number = next((one["value"] for one in walk(patient, "identifier") if one.get("value")), None)
    if number is not None:
        yield f"Member number {number}"
    language = next((concept_text(one) for one in walk(patient, "communication.language")), "")
    if language:
        wanted = any(one is True for one in extension_values(patient, _INTERPRETER))
        yield f"Language: {language}. An interpreter is needed." if wanted else f"Language: {language}."
    visits = [str(one["period"]["start"]) for one in encounters if _is_visit(one)]
    if visits:
        yield f"Last palliative care visit: {say_day(max(visits, key=moment))}"


def _is_visit(encounter: Json) -> bool:
    period, kind = encounter.get("period") or {}, encounter.get("class") or {}
    whole = encounter.get("status") == "finished" and bool(encounter.get("participant"))
    return whole and kind.get("code") in _VISIT_CLASSES and bool(period.get("start"))


def _said(sayings: Iterable[Saying]) -> tuple[Line, ...]:
    return tuple(
        Line(one.text, "" if one.link_id in QUOTED else one.title, one.day, quoted=one.link_id in QUOTED)
        for one in sayings
        if one.text
    )


def _symptoms(observations: Iterable[Json], said: dict[str, Saying]) -> Part:
    found = [said[link] for link in SYMPTOMS if link in said and said[link].number is not None]
    lines = tuple(Line(f"{one.number} of 10, {one.day}", one.title.partition(" (")[0]) for one in found)
    behind = _behind(observations, found)
    records = [
        one
        for each in found
        for one in behind
        if has_code(one.get("code"), SYMPTOMS[each.link_id])
        and each.source in walk(one, "derivedFrom.reference")
    ]
    return Part("symptoms", "Symptoms: 0 is none and 10 the most", None, lines, tuple(records))


def _function(observations: Iterable[Json], said: dict[str, Saying]) -> Part:
    lines = tuple(Line(f"{one.text}, {one.day}") for one in said.values())
    code = ("47420-5", "Functional status assessment note")
    return Part("function", "Function (AKPS)", code, lines, tuple(_behind(observations, said.values())))


def _behind(observations: Iterable[Json], said: Iterable[Saying]) -> list[Json]:
    """The newest Observations made from these answers."""
    sources = {one.source for one in said}
    return [
        one
        for one in heads(observations)
        if sources & set(walk(one, "derivedFrom.reference"))
        and "valueInteger" in one
        and "hasMember" not in one
    ]
