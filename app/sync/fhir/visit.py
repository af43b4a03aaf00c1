"""A whole visit ↔ its resources: one Encounter, the filled-in instruments, Observations, the note, derived records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.visit import PersonRef, Visit
from app.sync.fhir import document, encounter, provenance, responses
from app.sync.fhir.charted import decode_observations
from app.sync.fhir.observations import encode_observations
from app.sync.fhir.parts import encode_parts
from app.sync.fhir.questionnaire import encode_responses
from app.sync.fhir.responses import Decoded, decode_responses
from app.sync.fhir.write import EncodedResource, encoded

__all__ = ["EncodedResource", "decode_visit", "encode_visit"]


def encode_visit(visit: Visit) -> tuple[EncodedResource, ...]:
    """The visit's parts in the order in which they depend on each other; Encounter first.

    Not in it: the Provenance, which belongs to the write and not to the visit. Raises ValueError when two parts are
    the same record, which no server could keep apart.
    """
    resources = [encounter.encode_encounter(visit), *encode_responses(visit), *encode_observations(visit)]
    note = document.encode_note(visit)
    if note is not None:
        resources.append(note)
    resources += encode_parts(visit)
    found = tuple(encoded(resource) for resource in resources)
    if len({part.reference for part in found}) != len(found):
        raise ValueError("two parts of a visit are the same record")
    return found


def _answers(
    frame: encounter.Frame, standing: list[Any], encounter_resource: Any, observations: Iterable[Any]
) -> Decoded:
    """Who answered stands in the Encounter; visits of the first version said it with the answers only."""
    decoded = decode_responses(standing, frame.left_at)
    if not standing:
        decoded = Decoded(decode_observations(observations, frame.left_at))
    said = responses.find_answered_by(encounter_resource)
    return decoded if said is None else replace(decoded, answered_by=said)


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
    Observations are read only where no response of a known instrument is there.
    """
    frame = encounter.decode_encounter(encounter_resource)
    if frame is None:
        return None
    known = [r for r in questionnaire_responses if responses.stands(r)]
    standing = [r for r in known if responses.find_instrument(r) is not None]
    documents = [d for d in documents if isinstance(d, dict)]
    decoded = _answers(frame, standing, encounter_resource, observations)
    nurse = frame.nurse if frame.nurse.reference else decoded.author or PersonRef("", "")
    return Visit(
        id=frame.id,
        patient_id=frame.patient_id,
        nurse=nurse,
        modality=frame.modality,
        setting=frame.setting,
        began_at=frame.began_at,
        left_at=frame.left_at,
        signed_at=_signed_at(frame, documents, provenances),
        answered_by=decoded.answered_by,
        note=next((note for d in documents if (note := document.decode_note(d)) is not None), ""),
        answers=decoded.answers,
        clock_offset_ms=frame.clock_offset_ms,
        entries=decoded.entries,
        written_afterwards=frame.written_afterwards,
        draft_of=frame.draft_of,
        from_paper=frame.from_paper,
    )
