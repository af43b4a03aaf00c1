"""The version that follows two which did not know each other ↔ records outside a visit, made by the same encoders.

Whoever chooses was not with the person then, so there is no Encounter and, for a conversation, no Procedure: nobody
talked. What holds together the records of one choice is an extension of ours with its id, when it was made, as of when
its words were said, and by whom. Each record names all versions that it takes the place of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.merging_heads import Subject
from app.domain.merging_subjects import FORMS
from app.domain.visit import Answer, Entry, Modality, PersonRef, Setting, Visit
from app.sync.fhir import care_plan, code_status, codes, conversation, medicine_use, people, read
from app.sync.fhir.frame import Json
from app.sync.fhir.questionnaire import encode_responses
from app.sync.fhir.write import EncodedResource, encoded, person, time_text

_MADE = {
    Subject.CONVERSATION: (conversation.encode, ("Goal", "Observation")),
    Subject.CODE_STATUS: (code_status.encode, ("DocumentReference", "Flag", "Observation")),
    Subject.PEOPLE: (people.encode, ("RelatedPerson", "Consent")),
    Subject.MEDICINES: (medicine_use.encode, ("MedicationStatement",)),
    Subject.PLAN: (care_plan.encode, ("Goal", "CarePlan")),
}
"""The encoder of a subject, and which of its records a choice makes: no talk was held, no daily sum was taken."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What somebody chose. `as_of` and `said_by`: when its words were said, and by whom they were written down; the
    chooser and now where they were put together. `entry` None is a conversation, whose answers stand in `answers`.
    """

    id: str
    patient_id: str
    subject: Subject
    by: PersonRef
    at: datetime
    as_of: datetime
    said_by: PersonRef
    replaces: tuple[str, ...]
    answers: Mapping[str, Answer]
    entry: Entry | None = None


def encode_resolution(chosen: Resolution) -> tuple[EncodedResource, ...]:
    """The new version's records, answers first. Raises ValueError for an id that is no UUID."""
    make, kept = _MADE[chosen.subject]
    made_up = _as_visit(chosen)
    responses = encode_responses(made_up)
    if chosen.subject is Subject.CONVERSATION:
        named = [{"url": codes.REPLACES, "valueReference": {"reference": one}} for one in chosen.replaces]
        for response in responses:
            response["extension"] = [*read.items(response, "extension"), *named]
    records = [*responses, *(one for one in make(made_up) if one["resourceType"] in kept)]
    return tuple(encoded(_outside(one, chosen)) for one in records)


def _as_visit(chosen: Resolution) -> Visit:
    """The shape that encoders take; nothing of a visit is left in what they make."""
    entries = {} if chosen.entry is None else {FORMS[chosen.subject][1]: (chosen.entry,)}
    return Visit(
        id=chosen.id,
        patient_id=chosen.patient_id,
        nurse=chosen.by,
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=chosen.as_of,
        left_at=chosen.at,
        signed_at=chosen.at,
        answered_by=None,
        note="",
        answers=chosen.answers if chosen.entry is None else {},
        entries=entries,
    )


def _outside(resource: Json, chosen: Resolution) -> Json:
    """Without the visit that never was, with the mark of the choice."""
    kept = {name: value for name, value in resource.items() if name not in ("encounter", "context")}
    extensions = [one for one in read.items(resource, "extension") if one.get("url") != codes.ENCOUNTER]
    parts: list[Json] = [
        {"url": "id", "valueString": chosen.id},
        {"url": "at", "valueDateTime": time_text(chosen.at)},
        {"url": "as-of", "valueDateTime": time_text(chosen.as_of)},
        {"url": "said-by", "valueReference": {k: v for k, v in person(chosen.said_by).items() if v}},
    ]
    built = {"resourceType": resource["resourceType"], "id": resource["id"]}
    if "meta" in kept:
        built["meta"] = kept["meta"]
    mark = {"url": codes.RESOLUTION, "extension": parts}
    return built | {"extension": [*extensions, mark]} | {n: v for n, v in kept.items() if n != "extension"}
