"""In-memory visit log of a team with the same doors as the real one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.device.papers import PaperFiles
from app.domain import evv
from app.domain.patient import fold
from app.domain.visit import Modality
from app.domain.visit_kind import kind_of
from app.errors import HearthsideError
from app.services.log_export import ExportForm, ExportReason, LogFile
from app.services.log_models import LogChoices, LogFilter, LogPage, LogRow, Looking, SavedView
from app.services.models import VisitState, VisitSummary
from app.services.paper import SealedPaper
from app.store.log_query import NOT_SAID, Flag
from app.store.log_rows import Key
from tests.views.double_visits import DoubleVisits
from tests.views.double_world import now

FIVE_WORDS = "amber river quiet lantern stone"


class DoubleTeam(DoubleVisits):
    saved: tuple[SavedView, ...] = ()
    pages_read = 0

    async def log(self, looking: Looking, after: Key | None = None, limit: int = 50) -> LogPage:
        self._fail_read()
        self.pages_read += 1
        found = [row for row in map(self._row, self.rows(VisitState.RECEIVED)) if fits(row, looking)]
        start = 0 if after is None else int(after[0])
        end = start + limit
        return LogPage(tuple(found[start:end]), len(found), (end,) if end < len(found) else None)

    async def choices(self) -> LogChoices:
        every = [self._row(visit) for visit in self.rows(VisitState.RECEIVED)]
        return LogChoices(
            nurses=tuple(sorted({row.visit.nurse_name for row in every})),
            lines=tuple(sorted({row.line for row in every if row.line})),
            organisations=tuple(sorted({row.organisation for row in every if row.organisation})),
        )

    async def views(self) -> tuple[SavedView, ...]:
        return self.saved

    async def save_view(self, view: SavedView) -> None:
        self.saved = (*(one for one in self.saved if one.name != view.name), view)

    async def remove_view(self, name: str) -> None:
        self.saved = tuple(one for one in self.saved if one.name != name)

    def _row(self, visit: VisitSummary) -> LogRow:
        draft = self.world.visits[visit.id].draft
        said = {key: answer.value for key, answer in draft.answers.items() if isinstance(answer.value, str)}
        verified = evv.Verified(
            nurse_name=visit.nurse_name,
            left_at=visit.left_at,
            signed_at=visit.left_at,
            clock_offset_ms=0,
            written_afterwards=draft.written_afterwards,
            address=said.get(evv.ADDRESS),
        )
        applies = visit.met and visit.modality is Modality.IN_PERSON
        return LogRow(
            visit=visit,
            received_at=visit.status.received_at,
            kind=kind_of(draft.answers),
            place=evv.place_of_service(visit.modality, visit.setting),
            line=said.get(evv.LINE_OF_BUSINESS),
            organisation=said.get(evv.ORGANISATION),
            clock_offset_ms=0,
            exceptions=evv.find_exceptions(verified) if applies else (),
        )


def fits(row: LogRow, looking: Looking) -> bool:
    visit, wanted = row.visit, looking.wanted
    on = visit.began_at.date()
    first = wanted.first_day(now().date()) or date.min
    return (
        (wanted.nurse_name is None or visit.nurse_name == wanted.nurse_name)
        and (wanted.patient_text is None or fold(wanted.patient_text) in fold(visit.patient_name))
        and (wanted.setting is None or visit.setting is wanted.setting)
        and (wanted.modality is None or visit.modality is wanted.modality)
        and first <= on <= (wanted.to_on or date.max)
        and (wanted.minimum_score is None or (visit.highest_score or 0) >= wanted.minimum_score)
        and (wanted.place is None or row.place == wanted.place)
        and _says(row.line, wanted.line)
        and _says(row.organisation, wanted.organisation)
        and (Flag.EVV not in wanted.flags or bool(row.exceptions))
        and (Flag.NOT_SEEN not in wanted.flags or not visit.met)
        and (not looking.evv or (visit.met and visit.modality is Modality.IN_PERSON))
    )


def _says(value: str | None, wanted: str | None) -> bool:
    return wanted is None or value == (None if wanted == NOT_SAID else wanted)


@dataclass
class DoubleExport:
    team: DoubleTeam
    files: PaperFiles | None = None
    error: HearthsideError | None = None
    made: list[tuple[LogFilter, ExportForm, ExportReason]] = field(default_factory=list)

    async def make(self, looking: Looking, form: ExportForm, reason: ExportReason) -> LogFile:
        if self.error is not None:
            raise self.error
        self.made.append((looking.wanted, form, reason))
        page = await self.team.log(looking, None, 10_000)
        people = {row.visit.patient_id for row in page.rows}
        return LogFile(SealedPaper(b"%PDF-2.0 /Encrypt", FIVE_WORDS), page.total, len(people), 1)
