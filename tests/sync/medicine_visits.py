"""Visits in which medicines were gone through or a prescriber was called, and how their records are looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain import prescriber
from app.domain.medicines import GROUP
from app.domain.visit import Answer, AnsweredBy, Entry, Modality, PersonRef, Setting, Value, Visit
from app.sync.fhir.json_text import dumps, loads

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


def visit(*entries: Entry, by: AnsweredBy | None = AnsweredBy.PATIENT, **answers: Value) -> Visit:
    return Visit(
        id="0b7a3f52-65cc-4b5f-9f0e-3f1f2c1b8a01",
        patient_id="p1",
        nurse=PersonRef("Practitioner/ana", "Ana Ruiz, RN"),
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=AT,
        left_at=AT + timedelta(minutes=50),
        signed_at=AT + timedelta(hours=1),
        answered_by=by,
        note="",
        answers={link.replace("_", "-"): Answer(at=AT, value=value) for link, value in answers.items()},
        entries={GROUP: entries} if entries else {},
    )


def entry(number: int, about: str | None = "MedicationRequest/oxy", **answers: Value) -> Entry:
    given = {link.replace("_", "-"): Answer(at=AT, value=value) for link, value in answers.items()}
    return Entry(f"00000000-0000-4000-8000-{number:012}", given, about)


OXY = entry(
    1,
    med_name="Oxycodone 10 MG Oral Tablet",
    med_choice="as-listed",
    med_listed="one every 6 hours",
    med_dose_mg=Decimal(10),
    med_times=Decimal(4),
    med_breakthrough=1,
    med_listed_mg=Decimal(40),
)
NOT_TAKEN = entry(
    2, "MedicationRequest/fur", med_name="Furosemide", med_choice="not-taking", med_why_not="dizzy"
)
PATCH = entry(
    3,
    None,
    med_name="Fentanyl patch",
    med_choice="not-on-list",
    med_patch=Decimal("25"),
    med_how="every 3 days",
)
FILM = entry(4, None, med_name="Buprenorphine film", med_choice="not-on-list")


def call(**answers: Value) -> Visit:
    """A visit with one call to a prescriber."""
    one = entry(21, None, **answers)
    return replace(visit(by=None), entries={prescriber.GROUP: (one,)})


ORDERED: dict[str, Value] = {
    "pc_why": "Pain 8 for two hours",
    "pc_findings": "Pain: 8 at 10:20, 6 at 10:55",
    "pc_ask": "A higher breakthrough dose",
    "pc_how": "phone",
    "pc_reached": "reached",
    "pc_name": "Dr. Lee",
    "pc_role": "physician",
    "pc_outcome": "order",
    "pc_order": "Oxycodone 10 mg by mouth every 4 hours as needed",
    "pc_read_back": "yes",
    "pc_at": "2026-11-22T10:58:00+00:00",
}


def of_type(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in resources if one["resourceType"] == kind]


def plain(resource: Any) -> Any:
    """As it reads once it was sent."""
    return loads(dumps(resource))
