"""Visits: drafts as they are tapped, signed visits, and colleagues' visits as pulled. A tap is one small statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from app.domain.visit import AnsweredBy, Modality, Setting, Visit, VisitDraft, VisitStatus
from app.domain.visit_kind import KIND
from app.errors import NotFound
from app.store import attachments, outbox_rows, stars, tables, unfinished
from app.store.answer_rows import answer_table, entry_table, find_answer, read_all, replace_all
from app.store.quick import Quick
from app.store.visit_answers import (
    add_entry,
    clear_answer,
    clear_automatic,
    find_group,
    find_name,
    list_answered,
    list_automatic,
    put_again,
    put_answer,
    put_automatic,
    remove_entry,
    set_name,
)
from app.store.visit_lists import (
    VisitRow,
    find_draft,
    find_last_answered_by,
    first_visits_at,
    get_row,
    last_values,
    last_visit_at,
    list_arriving,
    list_drafted,
    list_drafts,
    list_for_patient,
    list_not_met,
    list_received_since,
    list_unsent,
)
from app.store.visit_more import find_more, more_of, put_more
from app.store.visit_rows import (
    ESAS_R,
    OWN,
    PULLED,
    draft_values,
    moment,
    put_signed,
    to_draft,
    to_signed,
    visit_table,
)

__all__ = [
    "ESAS_R",
    "DraftFrame",
    "VisitRow",
    "add_entry",
    "begin",
    "clear_answer",
    "clear_automatic",
    "discard",
    "find_answer",
    "find_draft",
    "find_group",
    "find_last_answered_by",
    "find_name",
    "first_visits_at",
    "get_row",
    "last_values",
    "last_visit_at",
    "leave",
    "list_answered",
    "list_arriving",
    "list_automatic",
    "list_drafted",
    "list_drafts",
    "list_for_patient",
    "list_not_met",
    "list_received_since",
    "list_unsent",
    "put_again",
    "put_answer",
    "put_automatic",
    "read_draft",
    "read_frame",
    "read_signed",
    "remove_entry",
    "save_pulled",
    "set_answered_by",
    "set_mistaken",
    "set_name",
    "set_note",
    "set_times",
    "set_where",
    "undo_leave",
]

_DRAFT = VisitStatus.DRAFT.value
_FIND = Quick(select(visit_table).where(visit_table.c.id == bindparam("visit_id")))


@dataclass(frozen=True, slots=True)
class DraftFrame:
    """Whose draft it is, how the visit is, and who answers."""

    patient_id: str
    modality: Modality
    answered_by: AnsweredBy | None


def begin(connection: Connection, draft: VisitDraft, content_version: str) -> None:
    """Store a new draft, with its answers if it has any already."""
    connection.execute(insert(visit_table).values(**draft_values(draft, content_version)))
    replace_all(connection, draft.id, draft.answers, draft.entries)
    put_more(connection, draft.id, more_of(draft))
    for key, text in draft.unfinished.items():
        unfinished.put(connection, draft.id, key, text)


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
    """Both ends as the nurse says they were; the visit is marked as written afterwards."""
    times = moment("began", began_at) | moment("left", left_at)
    _set(connection, visit_id, **times, written_afterwards=True)


def discard(connection: Connection, visit_id: str) -> bool:
    """Delete a draft in which nothing was recorded: no answer, entry, note, typed text, picture or alert.

    Answers that only stand because an observer answers are nothing recorded, nor is the kind of the visit, which the
    app keeps. False, nothing done, otherwise.
    """
    alert = tables.table_of(tables.Alert)
    tapped = answer_table.c.automatic.is_(False) & (answer_table.c.link_id != KIND)
    given = (answer_table.c.visit_id == visit_id) & tapped
    held = (
        exists(select(answer_table.c.visit_id).where(given)),
        exists(select(entry_table.c.visit_id).where(entry_table.c.visit_id == visit_id)),
        exists(select(alert.c.id).where(alert.c.visit_id == visit_id)),
        unfinished.has_any(visit_id),
        attachments.has_any(visit_id),
    )
    result = connection.execute(
        delete(visit_table).where(
            visit_table.c.id == visit_id,
            visit_table.c.status == _DRAFT,
            visit_table.c.note == "",
            *(~one for one in held),
        )
    )
    if result.rowcount != 1:
        return False
    connection.execute(delete(answer_table).where(answer_table.c.visit_id == visit_id))
    unfinished.remove(connection, visit_id)
    attachments.forget_draft(connection, visit_id)
    return True


def read_draft(connection: Connection, visit_id: str) -> VisitDraft:
    """Raises NotFound unless `visit_id` is a draft here."""
    row = _get_draft(connection, visit_id)
    texts, starred = unfinished.read(connection, visit_id), stars.find(connection, visit_id)
    return to_draft(row, *read_all(connection, visit_id), texts, starred, find_more(connection, visit_id))


def read_frame(connection: Connection, visit_id: str) -> DraftFrame:
    """What a single tap must know of its draft, without reading answers. Raises NotFound as `read_draft`."""
    row = _get_draft(connection, visit_id)
    who = None if row.answered_by is None else AnsweredBy(row.answered_by)
    return DraftFrame(row.patient_id, Modality(row.modality), who)


def read_signed(connection: Connection, visit_id: str) -> Visit:
    """A signed visit, own or pulled, one entered in error too. Raises NotFound. Its list facts: `get_row`."""
    row = _find(connection, visit_id)
    if row is None or row.status not in (VisitStatus.SIGNED.value, VisitStatus.MISTAKEN.value):
        raise NotFound(detail="no such signed visit")
    return to_signed(row, *read_all(connection, visit_id), find_more(connection, visit_id))


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


def set_mistaken(connection: Connection, visit_id: str) -> bool:
    """The plan has it as entered in error: kept to be read, and counted nowhere. True where it is here as signed."""
    mine = (visit_table.c.id == visit_id, visit_table.c.status == VisitStatus.SIGNED.value)
    changed = connection.execute(update(visit_table).where(*mine).values(status=VisitStatus.MISTAKEN.value))
    return changed.rowcount == 1


def _find(connection: Connection, visit_id: str) -> Any:
    return _FIND.one_or_none(connection, visit_id=visit_id)


def _get_draft(connection: Connection, visit_id: str) -> Any:
    row = _find(connection, visit_id)
    if row is None or row.status != _DRAFT:
        raise NotFound(detail="no such draft")
    return row


def _set(connection: Connection, visit_id: str, **values: Any) -> None:
    statement = update(visit_table).where(visit_table.c.id == visit_id, visit_table.c.status == _DRAFT)
    if connection.execute(statement.values(**values)).rowcount != 1:
        raise NotFound(detail="no such draft")
