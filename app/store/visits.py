"""Visits: drafts as they are tapped, signed visits, and colleagues' visits as pulled. A tap is one small statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.domain.visit import Answer, AnsweredBy, Modality, Setting, Visit, VisitDraft, VisitStatus
from app.errors import NotFound
from app.store import outbox_rows, unfinished
from app.store.visit_lists import (
    LastAnswers,
    LogQuery,
    VisitRow,
    count_log,
    find_draft,
    get_row,
    last_answers,
    list_arriving,
    list_drafts,
    list_for_patient,
    list_nurses,
    list_received_since,
    list_unsent,
    log,
)
from app.store.visit_rows import (
    ESAS_R,
    OWN,
    PULLED,
    answer_table,
    answer_values,
    draft_values,
    moment,
    put_signed,
    read_answers,
    replace_answers,
    to_draft,
    to_signed,
    visit_table,
)

__all__ = [
    "ESAS_R",
    "LastAnswers",
    "LogQuery",
    "VisitRow",
    "begin",
    "clear_answer",
    "count_log",
    "discard",
    "find_draft",
    "find_name",
    "get_row",
    "last_answers",
    "leave",
    "list_arriving",
    "list_drafts",
    "list_for_patient",
    "list_nurses",
    "list_received_since",
    "list_unsent",
    "log",
    "put_answer",
    "read_draft",
    "read_signed",
    "save_pulled",
    "set_answered_by",
    "set_name",
    "set_note",
    "set_times",
    "set_where",
    "undo_leave",
]

_DRAFT = VisitStatus.DRAFT.value


def begin(connection: Connection, draft: VisitDraft, content_version: str) -> None:
    """Store a new draft, with its answers if it has any already."""
    connection.execute(insert(visit_table).values(**draft_values(draft, content_version)))
    replace_answers(connection, draft.id, draft.answers)
    for key, text in draft.unfinished.items():
        unfinished.put(connection, draft.id, key, text)


def put_answer(
    connection: Connection, visit_id: str, link_id: str, answer: Answer, instrument: str = ESAS_R
) -> None:
    """Store one tap; its name is no unfinished text any more. Raises NotFound unless `visit_id` is a draft here."""
    values: dict[str, Any] = {"visit_id": visit_id, "instrument": instrument, "link_id": link_id}
    values |= answer_values(answer)
    draft = select(
        *(literal(value, answer_table.c[name].type).label(name) for name, value in values.items())
    ).where(_is_draft(visit_id))
    statement = upsert(answer_table).from_select(list(values), draft)
    changed = {name: statement.excluded[name] for name in ("value", "absent", "name", "at")}
    result = connection.execute(
        statement.on_conflict_do_update(index_elements=["visit_id", "instrument", "link_id"], set_=changed)
    )
    if result.rowcount != 1:
        raise NotFound(detail="no such draft")
    unfinished.remove(connection, visit_id, link_id)


def set_name(
    connection: Connection, visit_id: str, link_id: str, name: str, instrument: str = ESAS_R
) -> None:
    """What the person calls a problem: part of its answer, or unfinished text while there is no answer.

    An empty name takes unfinished text away. Never makes or changes a number. Raises NotFound as the others.
    """
    table = answer_table
    result = connection.execute(
        update(table)
        .where(
            table.c.visit_id == visit_id,
            table.c.instrument == instrument,
            table.c.link_id == link_id,
            _is_draft(visit_id),
        )
        .values(name=name)
    )
    unfinished.put(connection, visit_id, link_id, "" if result.rowcount else name)


def find_name(connection: Connection, visit_id: str, link_id: str, instrument: str = ESAS_R) -> str:
    """What `set_name` or an answer stored last, "" when nothing."""
    answer = read_answers(connection, visit_id, instrument).get(link_id)
    name = answer.name if answer is not None else unfinished.read(connection, visit_id).get(link_id)
    return name or ""


def clear_answer(connection: Connection, visit_id: str, link_id: str, instrument: str = ESAS_R) -> None:
    """Take an answer back: the item is "not asked" again. Raises NotFound unless `visit_id` is a draft here.

    A name that was typed for it stays, as unfinished text.
    """
    name = find_name(connection, visit_id, link_id, instrument)
    table = answer_table
    result = connection.execute(
        delete(table).where(
            table.c.visit_id == visit_id,
            table.c.instrument == instrument,
            table.c.link_id == link_id,
            _is_draft(visit_id),
        )
    )
    if result.rowcount == 0:
        _get_draft(connection, visit_id)  # nothing to clear is no error; no draft is
    if name:
        unfinished.put(connection, visit_id, link_id, name)


def set_note(connection: Connection, visit_id: str, text: str) -> None:
    """Raises NotFound unless `visit_id` is a draft here (as all setters below)."""
    _set(connection, visit_id, note=text)


def set_answered_by(connection: Connection, visit_id: str, who: AnsweredBy | None) -> None:
    """Who answered the symptom scale; None takes it back."""
    _set(connection, visit_id, answered_by=None if who is None else who.value)


def set_where(connection: Connection, visit_id: str, modality: Modality, setting: Setting) -> None:
    """How and where the visit is."""
    _set(connection, visit_id, modality=modality.value, setting=setting.value)


def leave(connection: Connection, visit_id: str, at: datetime) -> None:
    """The visit's end, as tapped. A second tap keeps the first time."""
    if _get_draft(connection, visit_id).left_at is None:
        _set(connection, visit_id, **moment("left", at))


def undo_leave(connection: Connection, visit_id: str) -> None:
    """The visit goes on."""
    _set(connection, visit_id, **moment("left", None))


def set_times(connection: Connection, visit_id: str, began_at: datetime, left_at: datetime) -> None:
    """Both ends as the nurse says they were: for a clock that was wrong, or an end that nobody tapped."""
    _set(connection, visit_id, **moment("began", began_at), **moment("left", left_at))


def discard(connection: Connection, visit_id: str) -> bool:
    """Delete a draft in which nothing was recorded (no answer, note or typed name). False, nothing done, otherwise."""
    table = answer_table
    answered = exists(select(table.c.visit_id).where(table.c.visit_id == visit_id))
    result = connection.execute(
        delete(visit_table).where(
            visit_table.c.id == visit_id,
            visit_table.c.status == _DRAFT,
            visit_table.c.note == "",
            ~answered,
            ~unfinished.has_any(visit_id),
        )
    )
    return bool(result.rowcount == 1)


def read_draft(connection: Connection, visit_id: str) -> VisitDraft:
    """Raises NotFound unless `visit_id` is a draft here."""
    row = _get_draft(connection, visit_id)
    return to_draft(row, read_answers(connection, visit_id), unfinished.read(connection, visit_id))


def read_signed(connection: Connection, visit_id: str) -> Visit:
    """A signed visit, own or pulled. Raises NotFound. Its list facts (score, arriving, origin): `get_row`."""
    row = _find(connection, visit_id)
    if row is None or row.status != VisitStatus.SIGNED.value:
        raise NotFound(detail="no such signed visit")
    return to_signed(row, read_answers(connection, visit_id))


def save_pulled(connection: Connection, visit: Visit, *, arriving: bool, content_version: str) -> bool:
    """Store a visit as decoded from the plan; True when stored.

    Never touches a draft or an own visit with anything unsettled. An own visit that was wholly received is only
    replaced by a whole one, never by one still arriving, and stays `own`.
    """
    row = _find(connection, visit.id)
    origin = PULLED if row is None else row.origin
    if row is not None and row.origin == OWN:
        unsettled = outbox_rows.has_unsettled(connection, visit.id)
        if row.status == _DRAFT or unsettled or arriving:
            return False
    put_signed(connection, visit, origin=origin, content_version=content_version, arriving=arriving)
    return True


def _is_draft(visit_id: str) -> Any:
    return exists(
        select(visit_table.c.id).where(visit_table.c.id == visit_id, visit_table.c.status == _DRAFT)
    )


def _find(connection: Connection, visit_id: str) -> Any:
    return connection.execute(select(visit_table).where(visit_table.c.id == visit_id)).one_or_none()


def _get_draft(connection: Connection, visit_id: str) -> Any:
    row = _find(connection, visit_id)
    if row is None or row.status != _DRAFT:
        raise NotFound(detail="no such draft")
    return row


def _set(connection: Connection, visit_id: str, **values: Any) -> None:
    statement = update(visit_table).where(visit_table.c.id == visit_id, visit_table.c.status == _DRAFT)
    if connection.execute(statement.values(**values)).rowcount != 1:
        raise NotFound(detail="no such draft")
