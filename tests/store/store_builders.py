"""Builders and small real doubles for tests of the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.patient import PatientRow
from app.domain.visit import Answer, AnsweredBy, Entry, Modality, PersonRef, Setting, Visit, VisitDraft
from app.store.attempts import BootTime
from app.store.records import NewChange
from app.store.slots import KdfCost

CHEAP = KdfCost(memory_kib=8, passes=1, lanes=1)
KEY = bytes(range(32))
STORE_ID = "0" * 32
PIN = "836194"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


class MemoryKeystore:
    """A keystore that keeps its entries in a dictionary, or, with a path, in a file (to outlive a process)."""

    name = "memory"

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.entries: dict[str, str] = json.loads(path.read_text()) if path and path.exists() else {}
        self.reads = 0

    async def get(self, key: str) -> str | None:
        self.reads += 1
        return self.entries.get(key)

    async def set(self, key: str, value: str) -> None:
        self.entries[key] = value
        self._save()

    async def delete(self, key: str) -> None:
        self.entries.pop(key, None)
        self._save()

    def _save(self) -> None:
        if self._path is not None:
            self._path.write_text(json.dumps(self.entries))


class FakeBoot:
    """A clock since boot that only moves when told."""

    def __init__(self) -> None:
        self.now = BootTime("boot-1", 1000.0)

    def __call__(self) -> BootTime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now = BootTime(self.now.boot, self.now.seconds + seconds)

    def restart(self, uptime: float = 0.0) -> None:
        self.now = BootTime(self.now.boot + "x", uptime)


def make_draft(
    id: str = "visit-1", patient_id: str = "patient-1", answers: Mapping[str, Answer] | None = None
) -> VisitDraft:
    return VisitDraft(
        id=id,
        patient_id=patient_id,
        nurse=ANA,
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=NOON,
        answers=answers or {},
    )


def make_visit(
    id: str = "visit-1",
    patient_id: str = "patient-1",
    *,
    began_at: datetime = NOON,
    answers: Mapping[str, Answer] | None = None,
    note: str = "Sleeping better.",
    nurse: PersonRef = ANA,
    setting: Setting = Setting.HOME,
    entries: Mapping[str, tuple[Entry, ...]] | None = None,
) -> Visit:
    return Visit(
        id=id,
        patient_id=patient_id,
        nurse=nurse,
        modality=Modality.IN_PERSON,
        setting=setting,
        began_at=began_at,
        left_at=began_at + timedelta(minutes=40),
        signed_at=began_at + timedelta(minutes=55),
        answered_by=AnsweredBy.PATIENT,
        note=note,
        answers={"esas-pain": answer(7), "esas-nausea": answer(0)} if answers is None else answers,
        entries=entries or {},
    )


def answer(value: int, at: datetime = NOON) -> Answer:
    return Answer(at=at, value=value)


def make_changes(visit_id: str = "visit-1", patient_id: str = "patient-1") -> list[NewChange]:
    """An Encounter and one Observation that points to it."""
    encounter = {
        "resourceType": "Encounter",
        "id": visit_id,
        "subject": {"reference": f"Patient/{patient_id}"},
    }
    observation = {
        "resourceType": "Observation",
        "id": f"{visit_id}-pain",
        "encounter": {"reference": f"Encounter/{visit_id}"},
        "valueInteger": 7,
    }
    return [
        NewChange("Encounter", visit_id, json.dumps(encounter)),
        NewChange("Observation", f"{visit_id}-pain", json.dumps(observation)),
    ]


def make_patient(
    id: str = "patient-1", name: str = "María José Núñez-O'Brien", sort_name: str | None = None
) -> PatientRow:
    return PatientRow(
        id=id,
        display_name=name,
        sort_name=sort_name or name,
        birth_on=None,
        gender=None,
        language=None,
        city=None,
    )
