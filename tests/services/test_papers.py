"""Papers of a real store: what is read, what leaves and how, and what stays behind: a line in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PasswordType, PdfReader
from sqlalchemy import select

from app.device.papers import NoPrinter, PaperDoor, PaperFiles, Printer, PrinterFailed
from app.domain.on_paper import Paper
from app.domain.visit import AnsweredBy, Modality, Setting
from app.errors import NotFound
from app.paper.compose import compose
from app.paper.model import Hand
from app.services.device_service import Device, make_device
from app.services.paper import FILE_NAME, Papers
from app.services.visits import Visits
from app.store.engine import Store
from app.store.tables import AuditEvent, table_of
from tests.services.conftest import ANA, SteppingClock, signed_in


@dataclass
class TrayPrinter:
    """Keeps what it was given, unless it is out of paper."""

    empty: bool = False
    pages: list[bytes] = field(default_factory=list)

    async def find(self) -> str | None:
        return "Office"

    async def print(self, pdf: bytes) -> None:
        if self.empty:
            raise PrinterFailed
        self.pages.append(pdf)


def papers_of(store: Store, clock: SteppingClock, tmp_path: Path, printer: Printer | None = None) -> Papers:
    return Papers(store, ANA, clock, PaperDoor(printer or NoPrinter(), PaperFiles(tmp_path / "papers")))


async def read_log(store: Store) -> list[tuple[str, str]]:
    events = table_of(AuditEvent)

    def rows(connection):  # type: ignore[no-untyped-def]  # a Connection; only this test reads the table itself
        return connection.execute(select(events.c.action, events.c.subject).order_by(events.c.seq)).all()

    return [(row.action, row.subject) for row in await store.read(rows)]


async def sign_a_visit(store: Store, clock: SteppingClock) -> None:
    visits = Visits(store, ANA, clock)
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=6)
    await visits.answer(visit_id, "phase", value="deteriorating")
    await visits.set_text(visit_id, "conv-matters-words", "To sit on the porch.")
    await visits.set_text(visit_id, "conv-worries-words", "Not getting air.")
    await visits.leave(visit_id)
    await visits.sign(visit_id)


async def test_a_signed_visit_stands_on_the_chart_without_phase_or_worries(
    store: Store, clock: SteppingClock, tmp_path: Path
) -> None:
    await sign_a_visit(store, clock)
    tray = TrayPrinter()
    papers = papers_of(store, clock, tmp_path, tray)
    sheet = compose(await papers.read("p1"), Paper.CLINICAL, "en")
    await papers.print_out("p1", sheet, Hand())
    text = PdfReader(BytesIO(tray.pages[0])).pages[0].extract_text()
    assert "Rosa Colón" in text
    assert "6 of 10" in text
    assert "To sit on the porch." in text
    assert "eteriorating" not in text
    assert "Not getting air." not in text


async def test_a_file_is_locked_with_new_words_each_time_and_named_after_nobody(
    store: Store, clock: SteppingClock, tmp_path: Path
) -> None:
    papers = papers_of(store, clock, tmp_path)
    sheet = compose(await papers.read("p1"), Paper.FRIDGE, "en")
    made, again = [await papers.make_file("p1", sheet, Hand()) for _ in range(2)]
    assert made.name == FILE_NAME == "Hearthside.pdf"
    assert made.password != again.password
    assert len(made.password.split()) == 5
    assert PdfReader(BytesIO(made.data)).decrypt(made.password) == PasswordType.USER_PASSWORD
    assert PdfReader(BytesIO(made.data)).decrypt(again.password) == PasswordType.NOT_DECRYPTED
    assert not list(tmp_path.rglob("*.pdf")), "it lay in memory only"


async def test_each_leaving_stands_in_the_log_also_when_the_printer_was_empty(
    store: Store, clock: SteppingClock, tmp_path: Path
) -> None:
    tray = TrayPrinter(empty=True)
    papers = papers_of(store, clock, tmp_path, tray)
    sheet = compose(await papers.read("p1"), Paper.FRIDGE, "en")
    await papers.make_file("p1", sheet, Hand())
    with pytest.raises(PrinterFailed):
        await papers.print_out("p1", sheet, Hand())
    left = [line for line in await read_log(store) if line[0] in ("print", "export")]
    assert left == [("export", "Patient/p1"), ("print", "Patient/p1")]


async def test_sweeping_leaves_no_paper_on_the_disk(
    store: Store, clock: SteppingClock, tmp_path: Path
) -> None:
    papers = papers_of(store, clock, tmp_path)
    sheet = compose(await papers.read("p1"), Paper.FRIDGE, "en")
    made = await papers.make_file("p1", sheet, Hand())
    assert papers.files is not None
    path = papers.files.put(made.data)
    await papers.sweep()
    assert not path.exists()
    await Papers(store, ANA, clock, PaperDoor(NoPrinter(), None)).sweep()


async def test_nobody_is_made_up_for_a_paper(store: Store, clock: SteppingClock, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await papers_of(store, clock, tmp_path).read("nobody")


async def test_locking_sweeps_what_lies_on_its_way(device: Device, tmp_path: Path) -> None:
    files = PaperFiles(tmp_path / "papers")
    device.paper_door = PaperDoor(NoPrinter(), files)
    session = await device.enrol(signed_in(), device.suggest_passphrase(), "window")
    path = files.put(b"%PDF-2.0 /Encrypt")
    await session.lock()
    assert not path.exists()


async def test_starting_sweeps_what_a_crash_left(tmp_path: Path) -> None:
    path = PaperFiles(tmp_path / "papers").put(b"%PDF-2.0 /Encrypt")
    device = await make_device(tmp_path)
    assert not path.exists()
    assert device.paper_door is not None
    await device.close()
