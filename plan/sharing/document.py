"""A shared record as an R4 document Bundle: the Composition first, then the few records that it shows.

Of each record only the elements named here leave: no notes, no extensions of ours, nobody's address or telephone but
those of the people who decide and help. The texts say all of it; the records beside them are for machines.
"""

from __future__ import annotations

import uuid
from html import escape
from typing import Any

from plan.fhir.stamps import instant
from plan.sharing.model import TITLE, Line, Part, Summary
from plan.sharing.reading import reference_of

Json = dict[str, Any]
KEPT = {
    "Patient": "identifier name gender birthDate deceasedBoolean deceasedDateTime communication",
    "AllergyIntolerance": "clinicalStatus verificationStatus type category criticality code patient recordedDate",
    "Observation": "status category code subject effectiveDateTime valueInteger valueCodeableConcept "
    "dataAbsentReason interpretation",
    "RelatedPerson": "active patient relationship name telecom",
    "MedicationRequest": "status intent medicationCodeableConcept subject authoredOn dosageInstruction",
    "MedicationStatement": "status medicationCodeableConcept subject effectiveDateTime dateAsserted dosage",
    "Condition": "clinicalStatus verificationStatus category code subject onsetDateTime recordedDate",
    "CarePlan": "status intent category title subject created goal activity",
    "Goal": "lifecycleStatus achievementStatus description subject startDate target",
}
"""By type, the elements that leave."""
_DROPPED = ("extension", "modifierExtension", "note", "id", "contained", "requester", "recorder", "performer")
"""Inside of those as well."""
_XHTML = "http://www.w3.org/1999/xhtml"


def make_document(
    summary: Summary,
    *,
    base: str,
    document_id: str,
    at_ms: int,
    author: Json,
    custodian: Json | None,
    until: str,
) -> Json:
    """The Bundle. `author` and `custodian`: Practitioner and Organization, as id and name. `until`: words of how long
    it may be read.
    """
    patient = _keep(summary.patient)
    entries: dict[str, Json] = {reference_of(patient): patient, reference_of(author): author}
    if custodian is not None:
        entries[reference_of(custodian)] = custodian
    for part in summary.parts:
        entries.update((reference_of(one), _keep(one)) for one in part.records if one["resourceType"] in KEPT)
    for one in entries.values():
        _drop_outside(one, entries.keys())
    composition = {
        "resourceType": "Composition",
        "id": str(uuid.uuid5(uuid.UUID(document_id), "composition")),
        "status": "final",
        "type": {
            "coding": [
                {"system": "http://loinc.org", "code": "60591-5", "display": "Patient summary Document"}
            ]
        },
        "subject": {"reference": reference_of(patient)},
        "date": instant(at_ms),
        "author": [{"reference": reference_of(author)}],
        "title": TITLE,
        "confidentiality": "N",
        "text": _narrative([Line(summary.name), *(Line(one) for one in summary.about), Line(until)]),
        "section": [_section(part, entries) for part in summary.parts],
    }
    if custodian is not None:
        composition["custodian"] = {"reference": reference_of(custodian)}
    held = [composition, *entries.values()]
    return {
        "resourceType": "Bundle",
        "id": document_id,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{document_id}"},
        "type": "document",
        "timestamp": instant(at_ms),
        "entry": [{"fullUrl": f"{base}/{reference_of(one)}", "resource": one} for one in held],
    }


_OURS = "urn:hearthside:"


def _section(part: Part, entries: dict[str, Json]) -> Json:
    shown = [{"reference": name} for one in part.records if (name := reference_of(one)) in entries]
    found: Json = {"title": part.title}
    if part.code is not None:
        found["code"] = {
            "coding": [{"system": "http://loinc.org", "code": part.code[0], "display": part.code[1]}]
        }
    found["text"] = _narrative(part.lines or (Line(part.empty),))
    return found | ({"entry": shown} if shown else {})


def _narrative(lines: Any) -> Json:
    said = "".join(f"<p>{_say(line)}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}">{said}</div>'}


def _say(line: Line) -> str:
    text = escape(line.text).replace("\n", "<br/>")
    text = f"&#8220;{text}&#8221;" if line.quoted else text
    label = f"<b>{escape(line.label)}</b>" if line.label else ""
    return "<br/>".join(part for part in (label, text, escape(line.detail)) if part)


def _keep(held: Json) -> Json:
    names = KEPT[held["resourceType"]].split()
    head = {"resourceType": held["resourceType"], "id": held["id"]}
    return head | {name: _plain(held[name]) for name in names if name in held}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [made for one in value if (made := _plain(one)) not in ({}, [])]
    if isinstance(value, dict) and "code" in value and str(value.get("system")).startswith(_OURS):
        return {}  # a word of our own says nothing to others; the text beside it does
    if isinstance(value, dict):
        kept = {n: _plain(v) for n, v in value.items() if n not in _DROPPED and not n.startswith("_")}
        return {name: one for name, one in kept.items() if one not in ({}, [])}
    return value


def _drop_outside(held: Json, known: Any) -> None:
    """A CarePlan names its goals: those that are not in the document are not named either."""
    goals = held.get("goal")
    if isinstance(goals, list):
        inside = [one for one in goals if one.get("reference") in known]
        held.pop("goal")
        if inside:
            held["goal"] = inside
