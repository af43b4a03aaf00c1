"""The log as it leaves: cells of a CSV file, and lines of FHIR NDJSON. What may not leave is not among them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.domain.csv_cells import Cell
from app.domain.evv import plan_time
from app.services.log_models import LogRow
from app.services.models import VisitState
from app.services.team import read_lines
from app.store import bases, patients
from app.store.visit_lists import VisitRow
from app.sync.fhir.frame import is_restricted, visit_of
from app.sync.fhir.json_text import BadJson, dumps, loads

COLUMNS = (
    "visit_id", "person_id", "person_name", "birth_date",
    "service", "visit_kind", "took_place", "modality", "setting", "place_of_service", "other_address",
    "line_of_business_when_signed", "provider_organization", "nurse_id", "nurse_name",
    "began_at_tablet", "ended_at_tablet", "signed_at_tablet", "began_at_plan_clock", "ended_at_plan_clock",
    "plan_minus_tablet_seconds", "received_at_plan", "arriving", "highest_score", "act_now_alert", "open_alert",
    "visit_verification_exceptions",
)  # fmt: skip
SERVICE = "Community palliative care"
PARTS = ("Observation", "QuestionnaireResponse")
"""What of a visit leaves as FHIR beside its Encounter."""


def choose(connection: Connection, rows: Sequence[VisitRow]) -> tuple[VisitRow, ...]:
    """Those that may leave: the plan's copy is here, and no label on it asks for more care than usual."""
    copies = bases.find_all(connection, "Encounter", [row.id for row in rows])
    return tuple(row for row in rows if row.id in copies and _may_leave(copies[row.id]) is not None)


def make_cells(connection: Connection, rows: Sequence[VisitRow]) -> list[tuple[Cell, ...]]:
    """One row a visit, in the order of COLUMNS. Alerts kept apart do not show in it."""
    found = read_lines(connection, tuple(rows), with_private=False)
    people = {row.patient_id: patients.find(connection, row.patient_id) for row in rows}
    made: list[tuple[Cell, ...]] = []
    for row, line in zip(rows, found, strict=True):
        person = people[row.patient_id]
        birth = "" if person is None or person.birth_on is None else person.birth_on.isoformat()
        made.append((row.id, row.patient_id, row.patient_name, birth, *_of_visit(row, line)))
    return made


def _of_visit(row: VisitRow, line: LogRow) -> tuple[Cell, ...]:
    ms = line.clock_offset_ms
    ended = None if row.left_at is None else plan_time(row.left_at, ms)
    return (
        SERVICE,
        line.kind,
        _yes(line.visit.met),
        row.modality.value,
        row.setting.value,
        line.place,
        line.address_other,
        line.line,
        line.organisation,
        row.nurse_reference,
        row.nurse_name,
        _time(row.began_at),
        _time(row.left_at),
        _time(row.signed_at),
        _time(plan_time(row.began_at, ms)),
        _time(ended),
        None if ms is None else round(ms / 1000),
        _time(line.received_at),
        _yes(line.visit.status.state is VisitState.ARRIVING),
        row.highest_score,
        _yes(line.act_now),
        _yes(line.alert_open),
        " ".join(line.exceptions),
    )


def make_lines(connection: Connection, rows: Sequence[VisitRow]) -> Iterator[str]:
    """The plan's copies of these visits as it wrote them, one a line: Encounters, then what was answered in them."""
    copies = bases.find_all(connection, "Encounter", [row.id for row in rows])
    for row in rows:
        encounter = _may_leave(copies[row.id]) if row.id in copies else None
        if encounter is not None:
            yield dumps(encounter)
    wanted = {row.id for row in rows}
    for patient_id in dict.fromkeys(row.patient_id for row in rows):
        yield from _parts(connection, patient_id, wanted)


def _parts(connection: Connection, patient_id: str, visit_ids: Collection[str]) -> Iterator[str]:
    for kind in PARTS:
        for copy in bases.list_for_patient(connection, patient_id, kind):
            resource = _may_leave(copy)
            if resource is not None and visit_of(resource) in visit_ids:
                yield dumps(resource)


def _may_leave(copy: bases.BaseCopy) -> object | None:
    """The resource, or None for a deleted, unreadable or labelled one."""
    if copy.deleted:
        return None
    try:
        resource = loads(copy.body)
    except BadJson:
        return None
    return None if is_restricted(resource) else resource


def _time(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
