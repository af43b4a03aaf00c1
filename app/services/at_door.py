"""What whoever goes in must know first: whether an interpreter is needed, allergies of high risk, and whether the
person could say at all how strong her symptoms are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.content.rules import load_rules
from app.domain.patient import Allergy
from app.domain.visit import Absent
from app.store import bases, unmatched
from app.store.trend_rows import list_given
from app.sync.fhir import json_text
from app.sync.fhir.patient import decode_face_sheet

COULD_NOT = frozenset({Absent.COULD_NOT_ANSWER, Absent.SLEEPY, Absent.CONFUSED, Absent.NO_WORDS})
HIGH = "high"
"""The criticality of an allergy that must be known before anything is given."""


@dataclass(frozen=True, slots=True)
class AtDoor:
    """`interpreter`: for which language one is needed, as the plan's record names it ("" where it does not), None where
    none is. `unable_at`: when, at the last visit that asked for symptoms, the person could not answer for one of them.
    """

    interpreter: str | None = None
    allergies: tuple[Allergy, ...] = ()
    """Of high risk only."""
    unable_at: datetime | None = None
    listed: tuple[Allergy, ...] | None = None
    """All allergies; None where nothing is recorded, which is not "no known allergies"."""


def read_at_door(connection: Connection, patient_id: str) -> AtDoor:
    base = bases.find(connection, "Patient", patient_id)
    body = base.body if base is not None else unmatched.find_body(connection, patient_id)
    held = bases.list_for_patient(connection, patient_id, "AllergyIntolerance")
    sheet = decode_face_sheet(
        json_text.find_object(body) if body is not None else None,
        allergies=[json_text.find_object(one.body) for one in held],
    )
    asked = list_given(connection, patient_id, load_rules().inputs["esas"], visits=1)
    unable = [one.at for one in asked if one.answer.absent in COULD_NOT]
    return AtDoor(
        interpreter=(sheet.patient.language or "") if sheet.interpreter_needed else None,
        allergies=tuple(one for one in sheet.allergies or () if one.criticality == HIGH),
        unable_at=max(unable, default=None),
        listed=sheet.allergies,
    )
