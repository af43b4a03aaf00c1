"""Visits that leave this device as a file: asked why, written to the log first, sealed in memory, with five words."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection

from app.device.papers import PaperFiles
from app.domain.csv_cells import Cell, write_rows
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.language import tr
from app.services import log_file_words as said
from app.services.clock import Clock
from app.services.log_models import Looking
from app.services.log_rows_out import COLUMNS, choose, make_cells, make_lines
from app.services.models import Role
from app.services.paper import SealedPaper
from app.services.team import make_query, narrow
from app.store import audit, log_rows
from app.store.engine import Store
from app.store.log_query import LogQuery
from app.store.log_rows import Key, LogSort
from app.store.pins import make_passphrase
from app.store.visit_lists import VisitRow

MOST_VISITS = 10_000
"""In one file; a plan that wants its whole population asks the plan's own server."""
AT_ONCE = 200
"""Visits of one read, so that screens read in between."""


class ExportForm(StrEnum):
    CSV = "csv"
    NDJSON = "ndjson"


class ExportReason(StrEnum):
    """Why visits leave. A word of the audit log, so it is chosen and never typed."""

    VERIFY = "verify"
    AUDIT = "audit"
    QUALITY = "quality"
    PAYMENT = "payment"
    PERSON = "person"
    LAW = "law"


NAMES = {ExportForm.CSV: "visits.csv", ExportForm.NDJSON: "visits.ndjson"}
"""What the list is called inside the sealed file."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A sealed file, and what is in it. `held_back`: visits that fit but may not leave."""

    paper: SealedPaper
    visits: int
    people: int
    held_back: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One read: the rows that leave, how many fitted, and what is written of them."""

    rows: tuple[VisitRow, ...]
    fitting: int
    cells: tuple[tuple[Cell, ...], ...]
    lines: tuple[str, ...]
    after: Key | None


class LogExport:
    def __init__(
        self, store: Store, me: PersonRef, role: Role, clock: Clock, files: PaperFiles | None
    ) -> None:
        self._store = store
        self._me = me
        self._role = role
        self._clock = clock
        self._files = files

    @property
    def files(self) -> PaperFiles | None:
        """Where a sealed file may lie while a platform takes it; None where nothing may."""
        return self._files

    async def count(self, looking: Looking) -> int:
        """How many visits fit and are of people on this user's list."""
        query = await self._ask(looking)
        return await self._store.read(lambda connection: log_rows.count_log(connection, query))

    async def _ask(self, looking: Looking) -> LogQuery:
        asked = make_query(looking, self._clock.now().date(), may_leave=True)
        return await self._store.read(lambda connection: narrow(connection, asked, looking.wanted.status))

    async def make(self, looking: Looking, form: ExportForm, reason: ExportReason) -> LogFile:
        """The visits that fit, as a sealed file. Whose records are in it stands in the audit log before it is given.

        Raises RecordError for anybody but a supervisor, for no visit, and for too many; StoreError where the log
        cannot be written, and then nothing leaves.
        """
        if self._role is not Role.SUPERVISOR:
            raise RecordError("Only a supervisor can take visits out of Hearthside.")
        number = await self.count(looking)
        if number == 0:
            raise RecordError("No visit fits, so there is nothing to take out.")
        if number > MOST_VISITS:
            raise RecordError(
                tr("Please narrow it down: at most {number} visits fit into one file.", number=MOST_VISITS)
            )
        parts = await self._take(looking, form)
        rows = [row for part in parts for row in part.rows]
        if not rows:
            raise RecordError("The visits that fit may not leave this device.")
        people = tuple(dict.fromkeys(row.patient_id for row in rows))
        file = LogFile(
            SealedPaper(b"", make_passphrase()),
            visits=len(rows),
            people=len(people),
            held_back=sum(part.fitting for part in parts) - len(rows),
        )
        cover = (
            said.made(self._clock.now(), self._me.name),
            said.REASON[reason],
            said.inside(file.visits, file.people),
            said.HOW_TO_OPEN,
        )
        sealed = await asyncio.to_thread(_seal, parts, form, cover, file.paper.password)
        await self._note(reason, people)
        return replace(file, paper=replace(file.paper, data=sealed))

    async def _take(self, looking: Looking, form: ExportForm) -> list[_Part]:
        query = await self._ask(looking)
        # A person's visits together: her records are read once.
        sort = LogSort.PERSON if form is ExportForm.NDJSON else looking.sort
        parts: list[_Part] = []
        after: Key | None = None
        while True:
            part = await self._store.read(partial(_read_part, query, sort, after, form))
            parts.append(part)
            after = part.after
            if after is None:
                return parts

    async def _note(self, reason: ExportReason, people: tuple[str, ...]) -> None:
        """One entry with the reason, then one for each person. Not `note_reading`: without the log nothing leaves."""
        now, file_id = self._clock.now(), uuid.uuid4()

        def write(connection: Connection) -> None:
            subjects = (f"List/{file_id}", *(f"Patient/{patient_id}" for patient_id in people))
            actions = (f"export-{reason}", *("export" for _ in people))
            for action, subject in zip(actions, subjects, strict=True):
                audit.append(connection, at=now, actor=self._me.reference, action=action, subject=subject)

        await self._store.write(write)


def _read_part(
    query: LogQuery, sort: LogSort, after: Key | None, form: ExportForm, connection: Connection
) -> _Part:
    page = log_rows.read_log_page(connection, query, sort, after, AT_ONCE)
    whole = form is ExportForm.NDJSON
    rows = choose(connection, [row for row in page.rows if not (whole and row.arriving)])
    return _Part(
        rows=rows,
        fitting=len(page.rows),
        cells=() if whole else tuple(make_cells(connection, rows)),
        lines=tuple(make_lines(connection, rows)) if whole else (),
        after=page.last,
    )


def _seal(parts: Sequence[_Part], form: ExportForm, cover: Sequence[str], password: str) -> bytes:
    """For a thread of its own; nothing is written to the disk."""
    from app.paper.parcel import (
        make_parcel,
    )  # here: these libraries take half a second, and few days need them
    from app.paper.seal import seal

    if form is ExportForm.CSV:
        text = write_rows([COLUMNS, *(cells for part in parts for cells in part.cells)])
    else:
        text = "".join(f"{line}\n" for part in parts for line in part.lines)
    return seal(make_parcel(said.TITLE, cover, NAMES[form], text.encode("utf-8")), password)
