"""Pictures and signatures: kept with the draft as they are taken, frozen when it is signed, encrypted as all else.

What happens on the way to the plan is in `app.store.attachment_sending`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.domain.attachment import MOST_IN_A_VISIT, Attachment, AttachmentKind
from app.domain.visit import VisitStatus
from app.errors import NotFound, RecordError
from app.language import tr
from app.store import tables, times
from app.store.outbox_rows import change
from app.store.quick import Quick
from app.store.visit_rows import OWN, PULLED, visit_table

attachment_table = tables.table_of(tables.Attachment)
_a = attachment_table.c
_META = [column for column in attachment_table.c if column.name != "body"]
_ALL = (
    select(*_META, _a.body.is_not(None).label("here"))
    .where(_a.visit_id == bindparam("visit"))
    .order_by(_a.taken_at, _a.id)
)
_EVERY, _KEPT = Quick(_ALL), Quick(_ALL.where(_a.removed_at.is_(None)))


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One attachment on this device without its bytes. `here`: the bytes are on this device."""

    attachment: Attachment
    thumbnail: bytes | None
    own: bool
    here: bool
    removed: bool
    problem: str | None = None


def add(connection: Connection, attachment: Attachment, body: bytes, thumbnail: bytes) -> None:
    """Keep what was just taken. Raises NotFound unless its visit is a draft here, RecordError when that is full."""
    _need_draft(connection, attachment.visit_id or "")
    held = select(func.count()).where(_a.visit_id == attachment.visit_id, _a.removed_at.is_(None))
    if connection.execute(held).scalar_one() >= MOST_IN_A_VISIT:
        raise RecordError(tr("A visit holds at most {number} pictures.", number=MOST_IN_A_VISIT))
    connection.execute(insert(attachment_table).values(_values(attachment, OWN, body, thumbnail)))


def keep_pulled(connection: Connection, attachment: Attachment, body: bytes, thumbnail: bytes | None) -> None:
    """Keep the bytes of one that the plan has, now that somebody opened it."""
    values = _values(attachment, PULLED, body, thumbnail)
    changed = {name: values[name] for name in ("body", "thumbnail", "size", "sha1", "content_type")}
    known = connection.execute(update(attachment_table).where(_a.id == attachment.id).values(**changed))
    if known.rowcount == 0:
        # Two documents may name one file; its bytes are kept for the first that was opened.
        connection.execute(upsert(attachment_table).values(values).on_conflict_do_nothing())


def remove(connection: Connection, visit_id: str, attachment_id: str, at: datetime) -> None:
    """Take one away from a draft; `restore` brings it back until the draft is signed. Raises NotFound."""
    _set_removed(connection, visit_id, attachment_id, times.to_text(at))


def restore(connection: Connection, visit_id: str, attachment_id: str) -> None:
    """Raises NotFound."""
    _set_removed(connection, visit_id, attachment_id, None)


def _set_removed(connection: Connection, visit_id: str, attachment_id: str, at: str | None) -> None:
    _need_draft(connection, visit_id)
    statement = update(attachment_table).where(_a.id == attachment_id, _a.visit_id == visit_id)
    if connection.execute(statement.values(removed_at=at)).rowcount != 1:
        raise NotFound(detail="no such attachment")


def move_entry(connection: Connection, visit_id: str, old: str, new: str) -> None:
    """An entry that was removed came back under another id: its pictures are its own again. Raises NotFound."""
    _need_draft(connection, visit_id)
    mine = update(attachment_table).where(_a.visit_id == visit_id, _a.entry == old)
    connection.execute(mine.values(entry=new))


def list_for_visit(
    connection: Connection, visit_id: str, *, with_removed: bool = False
) -> tuple[KeptFile, ...]:
    """In the order in which they were taken."""
    rows = (_EVERY if with_removed else _KEPT).all(connection, visit=visit_id)
    return tuple(_to_kept(row) for row in rows)


def find(connection: Connection, attachment_id: str) -> KeptFile | None:
    statement = select(*_META, _a.body.is_not(None).label("here")).where(_a.id == attachment_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else _to_kept(row)


def find_body(connection: Connection, attachment_id: str) -> bytes | None:
    """Its bytes, None where they are not on this device."""
    found = connection.execute(select(_a.body).where(_a.id == attachment_id)).scalar_one_or_none()
    return None if found is None else bytes(found)


def keep_only(connection: Connection, visit_id: str, ids: Collection[str]) -> None:
    """At signing: what was taken away, or belongs to nothing in the visit, leaves this device for good."""
    if not _EVERY.all(connection, visit=visit_id):
        return
    gone = select(_a.id).where(_a.visit_id == visit_id, _a.origin == OWN, _a.id.not_in(list(ids)))
    connection.execute(delete(change).where(change.c.group_id.in_(gone), change.c.state != "settled"))
    connection.execute(
        delete(attachment_table).where(_a.visit_id == visit_id, _a.origin == OWN, _a.id.not_in(list(ids)))
    )


def has_any(visit_id: str) -> Any:
    """SQL: whether a visit holds one that was not taken away."""
    return exists(select(_a.id).where(_a.visit_id == visit_id, _a.removed_at.is_(None)))


def forget_draft(connection: Connection, visit_id: str) -> None:
    """A draft was discarded: what had been taken away from it goes too."""
    connection.execute(delete(attachment_table).where(_a.visit_id == visit_id))


def purge(connection: Connection, patient_id: str) -> None:
    """Somebody left this device: all her pictures go. Only for who has nothing unsent here."""
    connection.execute(delete(attachment_table).where(_a.patient_id == patient_id))


def _need_draft(connection: Connection, visit_id: str) -> None:
    draft = (visit_table.c.id == visit_id) & (visit_table.c.status == VisitStatus.DRAFT.value)
    if not connection.execute(select(exists(select(visit_table.c.id).where(draft)))).scalar_one():
        raise NotFound(detail="no such draft")


def _values(
    attachment: Attachment, origin: str, body: bytes | None, thumbnail: bytes | None
) -> dict[str, Any]:
    return {
        "id": attachment.id,
        "binary_id": attachment.binary_id,
        "patient_id": attachment.patient_id,
        "visit_id": attachment.visit_id,
        "link_id": attachment.link_id,
        "entry": attachment.entry,
        "kind": attachment.kind.value,
        "title": attachment.title,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha1": attachment.sha1,
        "width": attachment.width,
        "height": attachment.height,
        "taken_at": times.to_text(attachment.taken_at),
        "taken_offset": times.offset_of(attachment.taken_at),
        "author": attachment.author,
        "origin": origin,
        "thumbnail": thumbnail,
        "body": body,
        "attempts": 0,
        "failures": 0,
    }


def to_attachment(row: Any) -> Attachment:
    """From a row of the attachment table, with or without its bytes."""
    return Attachment(
        id=row.id,
        binary_id=row.binary_id,
        patient_id=row.patient_id,
        kind=AttachmentKind(row.kind),
        content_type=row.content_type,
        size=row.size,
        sha1=row.sha1,
        taken_at=times.at_offset(row.taken_at, row.taken_offset),
        author=row.author,
        visit_id=row.visit_id,
        link_id=row.link_id,
        entry=row.entry,
        title=row.title,
        width=row.width,
        height=row.height,
    )


def _to_kept(row: Any) -> KeptFile:
    return KeptFile(
        attachment=to_attachment(row),
        thumbnail=None if row.thumbnail is None else bytes(row.thumbnail),
        own=row.origin == OWN,
        here=bool(row.here),
        removed=row.removed_at is not None,
        problem=row.problem,
    )
