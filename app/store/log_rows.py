"""The supervisor's log of visits, in pages by keyset: page one hundred costs what the first one does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from app.content.rules import Level
from app.domain import evv
from app.domain.patient import fold
from app.domain.visit import VisitStatus
from app.domain.visit_kind import KIND
from app.store import tables
from app.store.alerts import STANDING
from app.store.answer_rows import answer_table
from app.store.log_query import LogQuery, conditions
from app.store.values import decode_value
from app.store.visit_lists import VisitRow, select_rows, to_row
from app.store.visit_rows import visit_table

_v = visit_table.c
_a = answer_table.c
_alert = tables.table_of(tables.Alert).c
_patient = tables.table_of(tables.Patient).c
_SIGNED = _v.status == VisitStatus.SIGNED.value


class LogSort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    PERSON = "person"
    NURSE = "nurse"
    SCORE = "score"
    """The highest symptom score first."""


Key = tuple[Any, ...]
"""Where a page ended: the values of its last row's columns of order."""
_NAME = func.coalesce(_patient.search_name, "")
_SCORE = func.coalesce(_v.highest_score, -1)
_ORDERS: Mapping[LogSort, tuple[tuple[ColumnElement[Any], bool], ...]] = {
    LogSort.NEWEST: ((_v.began_at, True), (_v.id, True)),
    LogSort.OLDEST: ((_v.began_at, False), (_v.id, False)),
    LogSort.PERSON: ((_NAME, False), (_v.began_at, True), (_v.id, True)),
    LogSort.NURSE: ((_v.nurse_name, False), (_v.began_at, True), (_v.id, True)),
    LogSort.SCORE: ((_SCORE, True), (_v.began_at, True), (_v.id, True)),
}
"""Columns of order, and whether they go down. The id makes every order total."""


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What the log says of one visit beside its row."""

    kind: str | None = None
    line: str | None = None
    """Line of business when it was signed."""
    organisation: str | None = None
    address: str | None = None
    address_other: str = ""
    clock_offset_ms: int | None = None
    written_afterwards: bool = False
    act_now: bool = False
    act_now_open: bool = False
    alert_open: bool = False


@dataclass(frozen=True, slots=True)
class LogRows:
    """One page; `last` is where the next one begins, None after the last page."""

    rows: tuple[VisitRow, ...]
    last: Key | None


def read_log_page(
    connection: Connection,
    query: LogQuery,
    sort: LogSort = LogSort.NEWEST,
    after: Key | None = None,
    limit: int = 50,
) -> LogRows:
    """Signed visits that match and come after `after` in this order, at most `limit`. One statement."""
    order = _ORDERS[sort]
    keys = [column.label(f"key_{number}") for number, (column, _) in enumerate(order)]
    statement = (
        select_rows().add_columns(*keys).where(_SIGNED, *conditions(query)).order_by(None).limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(_comes_after(order, after))
    statement = statement.order_by(*(column.desc() if down else column.asc() for column, down in order))
    found = connection.execute(statement).all()
    shown = found[:limit]
    last = tuple(getattr(shown[-1], key.name) for key in keys) if len(found) > limit else None
    return LogRows(tuple(to_row(row) for row in shown), last)


def log(connection: Connection, query: LogQuery, limit: int = 50) -> tuple[VisitRow, ...]:
    """Signed visits that match, newest first."""
    return read_log_page(connection, query, limit=limit).rows


def count_log(connection: Connection, query: LogQuery) -> int:
    """How many signed visits match."""
    statement = select(func.count()).select_from(visit_table).where(_SIGNED, *conditions(query))
    return int(connection.execute(statement).scalar_one())


def list_nurses(connection: Connection) -> tuple[str, ...]:
    """Names of all who have a signed visit on this device, in order."""
    names = connection.execute(select(_v.nurse_name).where(_SIGNED).distinct()).scalars()
    return tuple(sorted((name for name in names if name), key=lambda name: (fold(name), name)))


def list_said(connection: Connection, link_id: str) -> tuple[str, ...]:
    """The different words that signed visits answer this item with, in order."""
    value = (
        select(_a.value)
        .where(_a.visit_id == _v.id, _a.entry == "", _a.link_id == link_id)
        .scalar_subquery()
        .label("said")
    )
    rows = connection.execute(select(value).select_from(visit_table).where(_SIGNED).distinct()).scalars()
    said = {text for row in rows if row and isinstance(text := decode_value(row), str)}
    return tuple(sorted(said, key=lambda text: (fold(text), text)))


def read_facts(
    connection: Connection, visit_ids: Collection[str], *, with_private: bool = True
) -> Mapping[str, VisitFacts]:
    """By visit id; three statements however many visits there are."""
    columns = (_v.id, _v.clock_offset_ms, _v.written_afterwards)
    visits = connection.execute(select(*columns).where(_v.id.in_(visit_ids))).all()
    answers = _read_answers(connection, visit_ids)
    alerts = _read_alerts(connection, visit_ids, with_private)
    return {
        row.id: VisitFacts(
            kind=answers.get((row.id, KIND)),
            line=answers.get((row.id, evv.LINE_OF_BUSINESS)),
            organisation=answers.get((row.id, evv.ORGANISATION)),
            address=answers.get((row.id, evv.ADDRESS)),
            address_other=answers.get((row.id, evv.ADDRESS_OTHER), ""),
            clock_offset_ms=row.clock_offset_ms,
            written_afterwards=row.written_afterwards,
            act_now=any(level == Level.ACT_NOW for level, _ in alerts.get(row.id, ())),
            act_now_open=any(
                level == Level.ACT_NOW and state in STANDING for level, state in alerts.get(row.id, ())
            ),
            alert_open=any(state in STANDING for _, state in alerts.get(row.id, ())),
        )
        for row in visits
    }


def _read_answers(connection: Connection, visit_ids: Collection[str]) -> dict[tuple[str, str], str]:
    wanted = (KIND, evv.LINE_OF_BUSINESS, evv.ORGANISATION, evv.ADDRESS, evv.ADDRESS_OTHER)
    rows = connection.execute(
        select(_a.visit_id, _a.link_id, _a.value).where(
            _a.visit_id.in_(visit_ids), _a.entry == "", _a.link_id.in_(wanted), _a.value.is_not(None)
        )
    )
    read = ((row, decode_value(row.value)) for row in rows)
    return {(row.visit_id, row.link_id): value for row, value in read if isinstance(value, str)}


def _read_alerts(
    connection: Connection, visit_ids: Collection[str], with_private: bool
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    statement = select(_alert.visit_id, _alert.level, _alert.state).where(_alert.visit_id.in_(visit_ids))
    if not with_private:
        statement = statement.where(_alert.private.is_(False))
    for visit_id, level, state in connection.execute(statement):
        found.setdefault(visit_id, []).append((level, state))
    return found


def _comes_after(order: Sequence[tuple[ColumnElement[Any], bool]], after: Key) -> ColumnElement[bool]:
    """(a, b, c) after (x, y, z): a beyond x, or a = x and b beyond y, … each in its own direction."""
    ways: list[ColumnElement[bool]] = []
    for number, (column, down) in enumerate(order):
        same = [earlier == after[place] for place, (earlier, _) in enumerate(order[:number])]
        beyond = column < after[number] if down else column > after[number]
        ways.append(and_(*same, beyond))
    return or_(*ways)
