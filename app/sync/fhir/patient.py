"""Patient → a line in a list, and with what belongs to it → the face sheet. Reading only: the plan owns
these.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.patient import FaceSheet, PatientRow
from app.sync.fhir import coverage, medicines, person, problems, read

_GENDERS = ("female", "male", "other", "unknown")


def is_deceased(patient: Any) -> bool:
    """Whether the plan's own record says that this person has died. Never raises."""
    return read.flag(patient, "deceasedBoolean") is True or read.text(patient, "deceasedDateTime") is not None


def decode_patient_row(patient: Any) -> PatientRow:
    """Never raises; raises nothing even for a resource that is no Patient (its id is then empty)."""
    display, ordered = person.name_of(patient)
    gender = read.text(patient, "gender")
    return PatientRow(
        id=read.record_id(patient) or "",
        display_name=display,
        sort_name=ordered,
        birth_on=read.day(patient, "birthDate"),
        gender=gender if gender in _GENDERS else None,
        language=person.language_of(patient),
        city=person.city_of(patient),
        deceased=is_deceased(patient),
    )


def decode_face_sheet(
    patient: Any,
    conditions: Iterable[Any] = (),
    medication_requests: Iterable[Any] = (),
    allergies: Iterable[Any] = (),
    coverages: Iterable[Any] = (),
    read_at: datetime | None = None,
) -> FaceSheet:
    """What the plan knows of one member. Never raises.

    `read_at` is when the plan last confirmed it (server time); which coverage is active is judged by that
    day. The
    member number is the card's (type MB, or the active coverage's subscriber), else the medical record
    number; never a social security, licence or passport number.
    """
    covers = list(coverages)
    today = read_at.date() if read_at is not None else None
    number = person.identifier_of(patient, "MB") or coverage.subscriber_of(covers, today)
    diagnoses, social = problems.decode_problems(conditions)
    return FaceSheet(
        patient=decode_patient_row(patient),
        member_number=number or person.identifier_of(patient, "MR"),
        phone=person.phone_of(patient),
        address=person.address_of(patient),
        line_of_business=coverage.line_of_business(covers, today),
        interpreter_needed=person.interpreter_needed(patient),
        problems=diagnoses,
        medicines=medicines.decode_medicines(medication_requests),
        allergies=medicines.decode_allergies(allergies),
        read_at=read_at,
        social=social,
    )
