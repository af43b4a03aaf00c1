"""A whole visit ↔ its resources: one Encounter, the filled-in scale, its Observations, the note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.domain.visit import Answer, AnsweredBy, PersonRef, Visit
from app.sync.fhir import document, encounter, esas, provenance, questionnaire, read
from app.sync.fhir.write import EncodedResource, encoded

__all__ = ["EncodedResource", "decode_visit", "encode_visit"]


def encode_visit(visit: Visit) -> tuple[EncodedResource, ...]:
    """The visit's parts in the order in which they depend on each other; Encounter first.

    Not in it: the Provenance, which belongs to the write and not to the visit. Who answered is kept with the
    answers, so that a visit in which nothing was asked does not say who answered.
    """
    resources = [encounter.encode_encounter(visit)]
    response = questionnaire.encode_response(visit)
    if response is not None:
        resources.append(response)
    resources += esas.encode_observations(visit)
    note = document.encode_note(visit)
    if note is not None:
        resources.append(note)
    return tuple(encoded(resource) for resource in resources)


def _answers(
    frame: encounter.Frame, responses: list[Any], observations: Iterable[Any]
) -> tuple[Mapping[str, Answer], AnsweredBy | None]:
    answers: dict[str, Answer] = dict(esas.decode_observations(observations, frame.left_at))
    answered_by = None
    for response in responses:
        answers |= questionnaire.decode_response(response, frame.left_at)
        answered_by = questionnaire.decode_answered_by(response) or answered_by
    return answers, answered_by


def _signed_at(frame: encounter.Frame, documents: list[Any], provenances: Iterable[Any]) -> datetime:
    said = [frame.signed_at, *map(provenance.recorded_at, provenances), *map(document.dated_at, documents)]
    return next((moment for moment in said if moment is not None), frame.left_at)


def decode_visit(
    encounter_resource: Any,
    questionnaire_responses: Iterable[Any] = (),
    documents: Iterable[Any] = (),
    observations: Iterable[Any] = (),
    provenances: Iterable[Any] = (),
) -> Visit | None:
    """The visit that these records describe, or None when the Encounter is no finished visit.

    Never raises, whatever a server sends: what is odd is passed over and stays as it is in the base copies.
    A response in the scale's own form wins over single Observations.
    """
    frame = encounter.decode_encounter(encounter_resource)
    if frame is None:
        return None
    responses = [r for r in questionnaire_responses if questionnaire.is_esas(r) and _stands(r)]
    documents = [d for d in documents if isinstance(d, dict)]
    answers, answered_by = _answers(frame, responses, observations)
    nurse = frame.nurse
    if not nurse.reference:
        nurse = next((a for r in responses if (a := questionnaire.author_of(r))), PersonRef("", ""))
    return Visit(
        id=frame.id,
        patient_id=frame.patient_id,
        nurse=nurse,
        modality=frame.modality,
        setting=frame.setting,
        began_at=frame.began_at,
        left_at=frame.left_at,
        signed_at=_signed_at(frame, documents, provenances),
        answered_by=answered_by,
        note=next((note for d in documents if (note := document.decode_note(d)) is not None), ""),
        answers=answers,
        clock_offset_ms=frame.clock_offset_ms,
    )


def _stands(response: Any) -> bool:
    return read.text(response, "status") in ("completed", "amended")
