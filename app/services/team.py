"""The supervisor's visit log: her team's received visits, from what was pulled to this device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from app.domain import evv
from app.domain.review import Word, stand
from app.domain.visit import Modality, PersonRef
from app.domain.visit_kind import find_kind
from app.services import log_views
from app.services.clock import Clock
from app.services.log_models import LogChoices, LogPage, LogRow, LogStatus, Looking, SavedView
from app.services.models import VisitReading, VisitSummary
from app.services.review_facts import read_reviews
from app.services.summaries import summarise
from app.services.visit_page import read_visit
from app.store import audit, log_rows
from app.store.engine import Store
from app.store.log_query import Arrival, LogQuery
from app.store.log_rows import Key, VisitFacts
from app.store.visit_lists import VisitRow

_ARRIVALS: Mapping[LogStatus | None, Arrival] = {
    LogStatus.WHOLE: Arrival.WHOLE,
    LogStatus.ARRIVING: Arrival.ARRIVING,
}


def start_of(day: date) -> datetime:
    """Midnight at the start of a local day, with the offset that holds then."""
    return datetime.combine(day, time.min).astimezone()


class TeamLog:
    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def log(self, looking: Looking, after: Key | None = None, limit: int = 50) -> LogPage:
        """One page of the log, in the order asked for."""
        asked = make_query(looking, self._clock.now().date())

        def read(connection: Connection) -> LogPage:
            query = narrow(connection, asked, looking.wanted.status)
            found = log_rows.read_log_page(connection, query, looking.sort, after, limit)
            total = log_rows.count_log(connection, query)
            return LogPage(read_lines(connection, found.rows), total, found.last)

        return await self._store.read(read)

    async def choices(self) -> LogChoices:
        """What the filters offer."""
        return await self._store.read(
            lambda connection: LogChoices(
                nurses=log_rows.list_nurses(connection),
                lines=log_rows.list_said(connection, evv.LINE_OF_BUSINESS),
                organisations=log_rows.list_said(connection, evv.ORGANISATION),
            )
        )

    async def views(self) -> tuple[SavedView, ...]:
        """Saved by this user on this device, in order of their names."""
        return await self._store.read(log_views.read_views)

    async def save_view(self, view: SavedView) -> None:
        """A view of the same name is replaced. Raises RecordError for no name, a long one, or too many views."""
        await self._store.write(lambda connection: log_views.save_view(connection, view))

    async def remove_view(self, name: str) -> None:
        await self._store.write(lambda connection: log_views.remove_view(connection, name))

    async def read(self, visit_id: str) -> VisitReading:
        """One visit, read only. Raises NotFound. Reading is written to the audit log."""
        now = self._clock.now()
        reading = await self._store.read(lambda connection: read_visit(connection, visit_id, now))
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action="read",
            subject=f"Encounter/{visit_id}",
        )
        return reading


def make_query(looking: Looking, today: date, *, may_leave: bool = False) -> LogQuery:
    """The store's question. `may_leave`: for what goes out of this device."""
    wanted = looking.wanted
    first = wanted.first_day(today)
    last = None if wanted.days is not None else wanted.to_on
    return LogQuery(
        nurse_name=wanted.nurse_name,
        patient_text=wanted.patient_text,
        setting=wanted.setting,
        modality=wanted.modality,
        from_at=None if first is None else start_of(first),
        to_at=None if last is None else start_of(last + timedelta(days=1)),
        minimum_score=wanted.minimum_score,
        place=wanted.place,
        line=wanted.line,
        organisation=wanted.organisation,
        arrival=_ARRIVALS.get(wanted.status),
        flags=wanted.flags,
        in_person_only=looking.evv,
        may_leave=may_leave,
    )


def narrow(connection: Connection, query: LogQuery, status: LogStatus | None) -> LogQuery:
    """The same question, of visits in this state of the review; any other status asks no more."""
    if status not in (LogStatus.QUESTION, LogStatus.REVIEWED, LogStatus.NOT_REVIEWED):
        return query
    words = {visit_id: stand(several).word for visit_id, several in read_reviews(connection).items()}
    if status is LogStatus.NOT_REVIEWED:
        said = (Word.QUESTION, Word.REVIEWED)
        return replace(query, but=frozenset(one for one, word in words.items() if word in said))
    word = Word.QUESTION if status is LogStatus.QUESTION else Word.REVIEWED
    return replace(query, among=frozenset(one for one, said in words.items() if said is word))


def read_lines(
    connection: Connection, rows: tuple[VisitRow, ...], *, with_private: bool = True
) -> tuple[LogRow, ...]:
    """What the log says of these visits, in their order, with a fixed number of statements.

    Without `with_private` alerts that are kept apart count as if there were none.
    """
    facts = log_rows.read_facts(connection, [row.id for row in rows], with_private=with_private)
    summaries = summarise(connection, rows)
    return tuple(
        _line(row, summary, facts.get(row.id, VisitFacts()))
        for row, summary in zip(rows, summaries, strict=True)
    )


def _line(row: VisitRow, summary: VisitSummary, facts: VisitFacts) -> LogRow:
    verified = evv.Verified(
        nurse_name=row.nurse_name,
        left_at=row.left_at,
        signed_at=row.signed_at,
        clock_offset_ms=facts.clock_offset_ms,
        written_afterwards=facts.written_afterwards,
        address=facts.address,
    )
    applies = row.modality is Modality.IN_PERSON and summary.met
    return LogRow(
        visit=summary,
        received_at=summary.status.received_at,
        signed_at=row.signed_at,
        kind=find_kind(facts.kind),
        place=evv.place_of_service(row.modality, row.setting),
        line=facts.line,
        organisation=facts.organisation,
        address_other=facts.address_other,
        clock_offset_ms=facts.clock_offset_ms,
        exceptions=evv.find_exceptions(verified) if applies else (),
        act_now=facts.act_now,
        act_now_open=facts.act_now_open,
        alert_open=facts.alert_open,
    )
