"""Visits that leave as a file: who may, what is in it, what never is, what is written down first, what stays behind."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PasswordType, PdfReader
from sqlalchemy import Connection, select, update

from app.device.papers import PaperFiles
from app.domain import evv
from app.domain.alert import AlertState
from app.domain.visit import Answer, PersonRef
from app.errors import DiskFull, RecordError
from app.services.log_export import ExportForm, ExportReason, LogExport, LogFile
from app.services.log_models import LogFilter, Looking
from app.services.models import Role
from app.store import bases, patients, tables, visits
from app.store.engine import Store
from app.store.tables import AuditEvent, table_of
from tests.services.conftest import SteppingClock, person
from tests.store.store_builders import NOON, answer, make_visit

MARIA = PersonRef("Practitioner/maria", "Maria Lopez")
PRIVATE = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
_patient = tables.table_of(tables.Patient)
_alert = tables.table_of(tables.Alert)


def export_of(store: Store, clock: SteppingClock, role: Role = Role.SUPERVISOR) -> LogExport:
    return LogExport(store, MARIA, role, clock, None)


def put_base(c: Connection, kind: str, id: str, patient_id: str, **more: Any) -> None:
    body = {"resourceType": kind, "id": id, **more}
    at = "2026-03-02T14:02:00.000Z"
    bases.put(c, bases.BaseCopy(kind, id, "1", at, json.dumps(body), patient_id, False))


def put_visit(c: Connection, visit_id: str, patient_id: str, **more: Any) -> None:
    meta = more.pop("meta", None)
    arriving = more.pop("arriving", False)
    visit = replace(make_visit(visit_id, patient_id, note="A note of the visit."), **more)
    visits.save_pulled(c, visit, arriving=arriving, content_version="1")
    put_base(c, "Encounter", visit_id, patient_id, **({"meta": meta} if meta else {}))
    for kind in ("QuestionnaireResponse", "Observation"):
        put_base(c, kind, f"{visit_id}-{kind}", patient_id, encounter={"reference": f"Encounter/{visit_id}"})


def fill(c: Connection) -> None:
    patients.upsert(c, person("p2", "=HYPERLINK(evil)"))
    patients.upsert(c, person("p3", "Left The Team"))
    patients.upsert(c, person("p4", "Opened In Emergency"))
    elsewhere = {
        evv.ADDRESS: Answer(NOON, "elsewhere"),
        evv.ADDRESS_OTHER: Answer(NOON, "@SUM(1+1)*cmd|' /C calc'!A0"),
        evv.LINE_OF_BUSINESS: Answer(NOON, "Medicaid"),
    }
    put_visit(c, "v1", "p1", clock_offset_ms=90_000)
    put_visit(c, "v2", "p2", answers=elsewhere | {"esas-pain": answer(8)})
    put_visit(c, "v3", "p3")
    put_visit(c, "v4", "p4")
    put_visit(c, "v5", "p1", meta=PRIVATE)
    put_visit(c, "v6", "p1", arriving=True)
    encounter = {"reference": "Encounter/v1"}
    put_base(c, "QuestionnaireResponse", "kept-apart", "p1", encounter=encounter, meta=PRIVATE, text="secret")
    patients.set_active_members(c, ["p1", "p2", "p4"])
    c.execute(
        update(_patient).where(_patient.c.id == "p4").values(access_until="2026-12-01T00:00:00.000000Z")
    )
    alert = {
        "id": "a1",
        "patient_id": "p1",
        "visit_id": "v1",
        "rule": "concern",
        "subject": "",
        "level": "act-now",
    }
    more = {"state": AlertState.OPEN.value, "finding": "Private task", "detail": "", "private": True}
    rest = {"owner": "Practitioner/ana", "fired_at": "2026-03-02T12:00:00.000000Z", "origin": "pulled"}
    c.execute(_alert.insert().values(**alert, **more, **rest))


def open_file(file: LogFile) -> tuple[str, str]:
    """(name, text) of the list inside, with the five words."""
    reader = PdfReader(BytesIO(file.paper.data))
    assert reader.decrypt(file.paper.password) is not PasswordType.NOT_DECRYPTED
    ((name, found),) = reader.attachments.items()
    (data,) = found
    return name, data.decode("utf-8")


async def read_audit(store: Store) -> list[tuple[str, str]]:
    events = table_of(AuditEvent)
    rows = await store.read(
        lambda c: c.execute(select(events.c.action, events.c.subject).order_by(events.c.seq)).all()
    )
    return [(row.action, row.subject) for row in rows]


async def test_the_table_holds_what_may_leave_and_nothing_that_a_spreadsheet_runs(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(fill)
    file = await export_of(store, clock).make(Looking(), ExportForm.CSV, ExportReason.VERIFY)
    name, text = open_file(file)
    rows = {row["visit_id"]: row for row in csv.DictReader(StringIO(text))}
    assert name == "visits.csv"
    assert set(rows) == {"v1", "v2", "v6"}
    assert (file.visits, file.people, file.held_back) == (3, 2, 1)
    assert rows["v2"]["person_name"] == "'=HYPERLINK(evil)"
    assert rows["v2"]["other_address"].startswith("'@SUM")
    assert rows["v2"]["line_of_business_when_signed"] == "Medicaid"
    assert rows["v2"]["visit_verification_exceptions"] == "clock-not-compared elsewhere"
    assert (rows["v1"]["began_at_tablet"], rows["v1"]["began_at_plan_clock"]) == (
        "2026-03-02T12:00:00+00:00",
        "2026-03-02T12:01:30+00:00",
    )
    assert (rows["v1"]["plan_minus_tablet_seconds"], rows["v1"]["place_of_service"]) == ("90", "12")
    assert (rows["v1"]["act_now_alert"], rows["v1"]["open_alert"]) == ("no", "no")
    assert (rows["v1"]["arriving"], rows["v6"]["arriving"]) == ("no", "yes")
    assert "A note of the visit" not in text


async def test_the_records_hold_the_plans_copies_of_whole_visits_without_what_is_kept_apart(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(fill)
    file = await export_of(store, clock).make(Looking(), ExportForm.NDJSON, ExportReason.AUDIT)
    name, text = open_file(file)
    found = sorted(json.loads(line)["id"] for line in text.splitlines())
    assert name == "visits.ndjson"
    assert found == sorted(
        f"{v}{part}" for v in ("v1", "v2") for part in ("", "-Observation", "-QuestionnaireResponse")
    )
    assert "secret" not in text
    assert (file.visits, file.held_back) == (2, 2)


async def test_who_took_what_and_why_stands_in_the_log_for_each_person(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(fill)
    await export_of(store, clock).make(Looking(), ExportForm.CSV, ExportReason.PAYMENT)
    (reason, about), *people = await read_audit(store)
    assert reason == "export-payment"
    assert about.startswith("List/")
    assert sorted(people) == [("export", "Patient/p1"), ("export", "Patient/p2")]


class FullDisk:
    """A store whose disk is full: it reads, and writes nothing."""

    def __init__(self, store: Store) -> None:
        self.read = store.read

    async def write(self, *_: object, **__: object) -> None:
        raise DiskFull


async def test_nothing_leaves_that_cannot_be_written_down(store: Store, clock: SteppingClock) -> None:
    await store.write(fill)
    export = LogExport(FullDisk(store), MARIA, Role.SUPERVISOR, clock, None)  # type: ignore[arg-type]  # a double
    with pytest.raises(DiskFull):
        await export.make(Looking(), ExportForm.CSV, ExportReason.AUDIT)


async def test_a_nurse_takes_nothing_out(store: Store, clock: SteppingClock) -> None:
    await store.write(fill)
    with pytest.raises(RecordError, match="Only a supervisor"):
        await export_of(store, clock, Role.NURSE).make(Looking(), ExportForm.CSV, ExportReason.AUDIT)
    assert await read_audit(store) == []


async def test_without_a_visit_that_fits_there_is_no_file_and_no_entry(
    store: Store, clock: SteppingClock
) -> None:
    await store.write(fill)
    export = export_of(store, clock)
    for wanted in (LogFilter(nurse_name="Nobody"), LogFilter(patient_text="Left")):
        with pytest.raises(RecordError, match="nothing to take out"):
            await export.make(Looking(wanted), ExportForm.CSV, ExportReason.AUDIT)
    assert await read_audit(store) == []


async def test_the_file_opens_only_with_its_words_and_no_other_file_is_made(
    store: Store, clock: SteppingClock, tmp_path: Path
) -> None:
    await store.write(fill)
    papers = PaperFiles(tmp_path / "papers")
    before = sorted(tmp_path.rglob("*"))
    export = LogExport(store, MARIA, Role.SUPERVISOR, clock, papers)
    file = await export.make(Looking(), ExportForm.CSV, ExportReason.LAW)
    assert sorted(path for path in tmp_path.rglob("*") if "store-0001" not in path.name) == [
        path for path in before if "store-0001" not in path.name
    ]
    for clear in (b"Rosa", b"Medicaid", b"visit_id", b"p1"):
        assert clear not in file.paper.data or clear == b"p1"
    reader = PdfReader(BytesIO(file.paper.data))
    assert reader.decrypt("five other words of nobody") is PasswordType.NOT_DECRYPTED
    assert papers.put(file.paper.data).is_file()  # the door for phones takes it
    assert papers.sweep() == 0
    assert "Rosa" not in file.paper.name
