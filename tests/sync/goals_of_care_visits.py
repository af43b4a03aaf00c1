"""Visits with conversations, code status and people in them, and their records as JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.content import load
from app.domain.visit import Answer, Entry, Modality, PersonRef, Setting, Value, Visit
from app.sync.fhir import json_text
from app.sync.fhir.visit import encode_visit

VISIT = "0f6f6f0e-0001-4000-8000-000000000001"
OTHER_VISIT = "0f6f6f0e-0001-4000-8000-000000000002"
BEGAN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
FORMS = ("conversation", "team-view", "code-status", "people")
CONTENT = {name: load()[name] for name in FORMS}

Record = dict[str, Any]


def said(values: dict[str, Value], at: datetime = BEGAN) -> dict[str, Answer]:
    return {link: Answer(at, value=value) for link, value in values.items()}


def make_visit(
    answers: dict[str, Value] | None = None,
    *,
    statements: tuple[Entry, ...] = (),
    people: tuple[Entry, ...] = (),
    visit_id: str = VISIT,
    days: int = 0,
) -> Visit:
    began = BEGAN + timedelta(days=days)
    entries = {group: found for group, found in (("cs-statements", statements), ("people", people)) if found}
    return Visit(
        id=visit_id,
        patient_id="p1",
        nurse=PersonRef("Practitioner/rn1", "Ana Ruiz, RN"),
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=began,
        left_at=began + timedelta(minutes=52),
        signed_at=began + timedelta(hours=4),
        answered_by=None,
        note="",
        answers=said(answers or {}, began + timedelta(minutes=10)),
        entries=entries,
    )


def entry(entry_id: str, values: dict[str, Value], about: str | None = None) -> Entry:
    return Entry(entry_id, said(values), about)


def records_of(visit: Visit) -> list[Record]:
    """As a device reads them: a number with its text, so that 0.00 minutes are not read as a float."""
    return [json_text.loads(one.body) for one in encode_visit(visit)]


def held(records: list[Record]) -> list[tuple[Record, bool]]:
    return [(record, False) for record in records]


def of_type(records: list[Record], kind: str) -> list[Record]:
    return [record for record in records if record["resourceType"] == kind]


def coded(records: list[Record], code: str) -> list[Record]:
    """Observations with this code."""
    found = of_type(records, "Observation")
    return [r for r in found if any(c["code"] == code for c in r["code"].get("coding", []))]
