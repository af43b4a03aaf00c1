"""Papers to leave behind: read from what is here, drawn in memory, printed or sealed; each leaving is logged."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import Connection

from app.device.papers import PaperDoor, PaperFiles
from app.domain.visit import PersonRef
from app.paper.compose import finish
from app.paper.letters import load_letters
from app.paper.model import Hand, Sheet
from app.paper.source import Source
from app.services.caseload import read_face_sheet
from app.services.clock import Clock
from app.services.patient_parts import read_parts
from app.store import audit, patients, visits
from app.store.engine import Store
from app.store.pins import make_passphrase

FILE_NAME = "Hearthside.pdf"
"""What a file is called outside: nothing about anybody."""


@dataclass(frozen=True, slots=True)
class SealedPaper:
    """A paper that may leave as a file, and the five words that open it, to be told apart from it."""

    data: bytes
    password: str
    name: str = FILE_NAME


class Papers:
    """Reads only what is on the device; nothing here waits for the network.

    A paper about nobody (a report of outcomes) leaves with "" for the person.
    """

    def __init__(self, store: Store, me: PersonRef, clock: Clock, door: PaperDoor) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._door = door

    @property
    def files(self) -> PaperFiles | None:
        """Where a sealed file may lie while a platform takes it; None where nothing may."""
        return self._door.files

    async def read(self, patient_id: str) -> Source:
        """One person's record as papers see it. Raises NotFound."""
        await asyncio.to_thread(load_letters)  # the screen asks of each word whether it can be drawn
        return await self._store.read(lambda connection: self._read(connection, patient_id))

    def _read(self, connection: Connection, patient_id: str) -> Source:
        now = self._clock.now()
        parts = read_parts(connection, patient_id)
        return Source(
            sheet=read_face_sheet(connection, patients.get(connection, patient_id)),
            author=self._me.name,
            today=now.date(),
            statements=parts.code_status,
            people=parts.people,
            conversation=parts.conversation.versions,
            medicines=parts.medicines.last,
            plan=parts.plan,
            settings=parts.settings,
            values=visits.last_values(connection, patient_id, now),
            last_visit_at=visits.last_visit_at(connection, patient_id, now),
        )

    async def find_printer(self) -> str | None:
        """The name of the printer that would be used, None when there is none."""
        return await self._door.printer.find()

    async def print_out(self, patient_id: str, sheet: Sheet, hand: Hand) -> None:
        """To the printer, not as a file. Raises DoesNotFit and PrinterFailed; what was tried stands in the log."""
        made = await asyncio.to_thread(_draw, finish(sheet, hand))
        await self._note("print", patient_id)
        await self._door.printer.print(made)

    async def make_file(self, patient_id: str, sheet: Sheet, hand: Hand) -> SealedPaper:
        """Sealed with five new random words. Raises DoesNotFit. It stands in the log before anybody gets it."""
        password = make_passphrase()
        made = await asyncio.to_thread(_draw, finish(sheet, hand), password)
        await self._note("export", patient_id)
        return SealedPaper(made, password)

    async def sweep(self) -> None:
        """Nothing of a paper stays on the disk."""
        if self._door.files is not None:
            await asyncio.to_thread(self._door.files.sweep)

    async def _note(self, action: str, patient_id: str) -> None:
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action=action,
            subject=f"Patient/{patient_id}" if patient_id else "MeasureReport",
        )


def _draw(sheet: Sheet, password: str | None = None) -> bytes:
    """The PDF, sealed where there is a password. For a thread of its own."""
    from app.paper.pdf import draw  # here: these libraries take half a second, and few days need them
    from app.paper.seal import seal

    made = draw(sheet)
    return made if password is None else seal(made, password)
