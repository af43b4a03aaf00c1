"""People in the caseload: what lists and search need. Search finds by the beginning of any word of the name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.patient import PatientRow, fold
from app.domain.visit import VisitStatus
from app.errors import NotFound
from app.store import answer_rows, attachments, tables, unmatched
from app.store.outbox_rows import (
    SETTLED,
    change,
    find_server_time,
    read_received_at,
    receipt,
    write_change,
)
from app.store.patient_words import find_terms, name_values, named_by, replace_words
from app.store.quick import Quick
from app.store.visit_rows import OWN, PULLED, visit_table

_patient = tables.table_of(tables.Patient)
_base = tables.table_of(tables.Base)
_cursor = tables.table_of(tables.Cursor)
_p = _patient.c
_UNMATCHED = (unmatched.is_temporary() & ~unmatched.is_joined()).label("unmatched")
_ONE = Quick(select(_patient, _UNMATCHED).where(_p.id == bindparam("wanted")))
_ACTIVE = Quick(select(_p.id).where(_p.active_member))
_MEMBERS = Quick(select(_p.id, _p.active_member))


def upsert(connection: Connection, row: PatientRow) -> None:
    """Store or replace. Membership is untouched (a new row is an active member)."""
    values = {
        "display_name": row.display_name,
        "sort_name": row.sort_name,
        "search_name": fold(f"{row.sort_name} {row.display_name}"),
        "birth_on": None if row.birth_on is None else row.birth_on.isoformat(),
        "gender": row.gender,
        "language": row.language,
        "city": row.city,
        "deceased": row.deceased,
    }  # search_name begins with the sort name, so it orders lists too, accents aside, by its index
    statement = insert(_patient).values(id=row.id, active_member=True, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    replace_words(connection, row.id, f"{row.display_name} {row.sort_name}")


def search(connection: Connection, text: str, limit: int = 50) -> tuple[PatientRow, ...]:
    """Active members for whom every word of `text` begins some word of the name; accents and case do not matter.

    Empty text: everybody. In order of `sort_name`, accents aside.
    """
    terms = find_terms(text)
    rows = _search(len(terms)).all(connection, most=limit, **name_values(terms))
    return tuple(_to_row(row) for row in rows)


@lru_cache(16)
def _search(terms: int) -> Quick:
    """Built once for each number of words: the list follows every letter."""
    shown = (_p.active_member, unmatched.is_shown())
    statement = select(_patient, _UNMATCHED).where(*shown, *named_by(_p.id, terms))
    return Quick(statement.order_by(_p.search_name, _p.id).limit(bindparam("most", type_=Integer)))


def find(connection: Connection, patient_id: str) -> PatientRow | None:
    """Former members too, while they are on this device."""
    row = _ONE.one_or_none(connection, wanted=patient_id)
    return None if row is None else _to_row(row)


def get(connection: Connection, patient_id: str) -> PatientRow:
    """Raises NotFound."""
    row = find(connection, patient_id)
    if row is None:
        raise NotFound(detail="no such patient")
    return row


def count(connection: Connection) -> int:
    """Active members; a temporary person who was matched and of whom nothing waits here is none more."""
    statement = select(func.count()).select_from(_patient).where(_p.active_member, unmatched.is_shown())
    return int(connection.execute(statement).scalar_one())


def list_ids(connection: Connection) -> frozenset[str]:
    """Ids of active members."""
    return frozenset(row.id for row in _ACTIVE.all(connection))


def make_active(connection: Connection, patient_id: str) -> None:
    """She is in the list until the plan's list says otherwise."""
    connection.execute(update(_patient).where(_p.id == patient_id).values(active_member=True))


def set_active_members(connection: Connection, ids: Collection[str]) -> tuple[str, ...]:
    """Mark exactly these as active; return the ids on this device that no longer are. Deletes nothing (I8).

    Whom this device made and the plan has not got yet is active too: no list can name her.
    """
    active = set(ids) | unmatched.list_unsent(connection)
    known: dict[str, bool] = dict(_MEMBERS.all(connection))
    for value in (True, False):
        turned = [id for id, was in known.items() if (id in active) is value and was is not value]
        if turned:
            connection.execute(update(_patient).where(_p.id.in_(turned)).values(active_member=value))
    return tuple(sorted(known.keys() - active))


def read_names(connection: Connection, ids: Iterable[str]) -> Mapping[str, str]:
    """Display names by id; unknown ids are left out."""
    rows = connection.execute(select(_p.id, _p.display_name).where(_p.id.in_(list(ids))))
    return dict(rows.all())


def purge(connection: Connection, patient_id: str, *, received_before: str) -> bool:
    """Take somebody who left the panel off this device; True when done.

    Nothing is done while she is an active member, has a draft or anything unsettled here, or anything of ours that the
    plan received at or after `received_before` (server time as text; own work stays 30 days). The outbox's settled
    changes go too; writes without their bodies, and receipts, stay as the record of what was sent.
    Raises ValueError when `received_before` is no time.
    """
    limit = find_server_time(received_before)
    if limit is None:
        raise ValueError("received_before is a time with its offset")
    own_visits = list(
        connection.execute(
            select(visit_table.c.id).where(
                visit_table.c.patient_id == patient_id, visit_table.c.origin == OWN
            )
        ).scalars()
    )
    if _is_needed(connection, patient_id):
        return False
    received = read_received_at(connection, own_visits)
    if any(visit_id not in received or received[visit_id] >= limit for visit_id in own_visits):
        return False
    if any(at >= limit for at in _read_receipt_times(connection, patient_id)):
        return False
    visits = select(visit_table.c.id).where(visit_table.c.patient_id == patient_id)
    answer_rows.remove_all(connection, visits)
    write = tables.table_of(tables.Write)
    connection.execute(delete(change).where(change.c.patient_id == patient_id))
    connection.execute(update(write).where(write.c.patient_id == patient_id).values(body=""))
    attachments.purge(connection, patient_id)
    for table in (visit_table, _base, tables.table_of(tables.Alert)):
        connection.execute(delete(table).where(table.c.patient_id == patient_id))
    connection.execute(delete(_cursor).where(_cursor.c.scope == f"backfill/{patient_id}"))
    unmatched.forget(connection, patient_id)
    replace_words(connection, patient_id, "")
    connection.execute(delete(_patient).where(_p.id == patient_id))
    return True


def take_off_others(connection: Connection, patient_id: str) -> int:
    """Somebody left the panel while our own work of hers is still here: all that is not ours goes at once (F32).

    Her name stays beside our visits; copies stay of records that unsent changes of ours name. Nothing is done while
    she is an active member. Returns how many copies and rows went.
    """
    if connection.execute(select(exists().where(_p.id == patient_id, _p.active_member))).scalar_one():
        return 0
    b, alert = _base.c, tables.table_of(tables.Alert)
    named = exists().where(change.c.type == b.type, change.c.id == b.id, change.c.state != SETTLED)
    pulled = select(visit_table.c.id).where(
        visit_table.c.patient_id == patient_id, visit_table.c.origin == PULLED
    )
    answer_rows.remove_all(connection, pulled)
    went = (
        delete(_base).where(b.patient_id == patient_id, ~named),
        delete(visit_table).where(visit_table.c.patient_id == patient_id, visit_table.c.origin == PULLED),
        delete(alert).where(alert.c.patient_id == patient_id, alert.c.origin == PULLED),
    )
    return sum(connection.execute(statement).rowcount for statement in went)


def _read_receipt_times(connection: Connection, patient_id: str) -> list[datetime]:
    """When the plan received what of ours can still be sent again."""
    texts = connection.execute(
        select(receipt.c.received_at)
        .join(write_change, write_change.c.write_id == receipt.c.write_id)
        .join(change, change.c.seq == write_change.c.seq)
        .where(change.c.patient_id == patient_id, change.c.payload != "", receipt.c.lost_at.is_(None))
        .distinct()
    ).scalars()
    return [at for text in texts if (at := find_server_time(text)) is not None]


def _is_needed(connection: Connection, patient_id: str) -> bool:
    """An active member, or somebody of whom something here is not yet the plan's."""
    v = visit_table.c
    reasons = (
        exists().where(_p.id == patient_id, _p.active_member),
        exists().where(v.patient_id == patient_id, v.status == VisitStatus.DRAFT.value),
        exists().where(change.c.patient_id == patient_id, change.c.state != SETTLED),
    )
    return any(connection.execute(select(reason)).scalar_one() for reason in reasons)


def _to_row(row: Any) -> PatientRow:
    return PatientRow(
        id=row.id,
        display_name=row.display_name,
        sort_name=row.sort_name,
        birth_on=None if row.birth_on is None else date.fromisoformat(row.birth_on),
        gender=row.gender,
        language=row.language,
        city=row.city,
        deceased=row.deceased,
        unmatched=bool(row.unmatched),
    )
