"""What a day's list is made of, over all people on this device: one statement each, and few bodies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select, union

from app.domain.day import NEXT_CONTACT, NEXT_HOW, Contact
from app.domain.visit import Modality, Setting, VisitStatus
from app.domain.visit_kind import KIND, NOT_SEEN_WHY, VisitKind
from app.store import tables
from app.store.answer_rows import answer_table
from app.store.bases import base_table
from app.store.log_query import not_met
from app.store.outbox_rows import SETTLED, change
from app.store.times import to_text
from app.store.values import decode_value
from app.store.visit_rows import find_moment, visit_table

_patient = tables.table_of(tables.Patient)
_b, _c, _v, _p = base_table.c, change.c, visit_table.c, _patient.c
_NO_STAY = (Setting.HOME.value, Setting.OFFICE.value)


def _member(name: str) -> ColumnElement[Any]:
    """A member of a base's JSON; NULL for a body that cannot be read, which must not end the whole list."""
    return func.json_extract(case((func.json_valid(_b.body) == 1, _b.body)), f"$.{name}")


def list_appointments(connection: Connection, from_day: str) -> tuple[str, ...]:
    """Bodies of Appointments from this day on (`2026-11-22`, by the server's own text), of living active members."""
    rows = connection.execute(
        select(_b.body)
        .join(_patient, _p.id == _b.patient_id)
        .where(_b.type == "Appointment", _b.deleted.is_(False), _p.active_member, _p.deceased.is_(False))
        .where(_member("start") >= from_day)
        .order_by(_b.id)
    )
    return tuple(rows.scalars())


def list_contacts(
    connection: Connection, patient_ids: Collection[str], since: datetime
) -> tuple[Contact, ...]:
    """Visits with these people that began since then, own and pulled, drafts too."""
    a = answer_table.c
    own = (a.visit_id == _v.id) & (a.entry == "")

    def said(link_id: str) -> ColumnElement[Any]:
        return select(a.value).where(own, a.link_id == link_id).scalar_subquery()

    named = ("id", "patient_id", "nurse_reference", "modality", "status")
    times = ("began_at", "began_offset", "signed_at", "signed_offset")
    rows = connection.execute(
        select(
            *(_v[name] for name in (*named, *times)),
            said(KIND).label("kind"),
            said(NEXT_CONTACT).label("next_on"),
            said(NEXT_HOW).label("next_how"),
            exists().where(own, a.link_id == NOT_SEEN_WHY).label("not_seen"),
        ).where(
            _v.patient_id.in_(list(patient_ids)),
            _v.began_at >= to_text(since),
            _v.status.in_((VisitStatus.DRAFT.value, VisitStatus.SIGNED.value)),
        )
    )
    found = []
    for row in rows:
        began_at = find_moment(row.began_at, row.began_offset)
        if began_at is None:
            continue
        kind = _word(row.kind)
        found.append(
            Contact(
                row.id,
                row.patient_id,
                began_at,
                Modality(row.modality),
                kind or None,
                row.status == VisitStatus.DRAFT.value,
                met=not row.not_seen and kind != VisitKind.NOT_SEEN,
                next_on=_day(_word(row.next_on)),
                next_how=_word(row.next_how),
                signed_at=find_moment(row.signed_at, row.signed_offset),
                nurse=row.nurse_reference,
            )
        )
    return tuple(found)


def _word(value: str | None) -> str:
    """An answer that is a word or a day; "" for none and for any other."""
    found = None if value is None else decode_value(value)
    return found if isinstance(found, str) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def list_people_not_seen(connection: Connection, nurses: Collection[str], since: datetime) -> frozenset[str]:
    """Living active members with a signed visit of these nurses since then in which nobody was seen."""
    rows = connection.execute(
        select(_v.patient_id)
        .join(_patient, _p.id == _v.patient_id)
        .where(_p.active_member, _p.deceased.is_(False), _v.began_at >= to_text(since))
        .where(_v.status == VisitStatus.SIGNED.value, _v.nurse_reference.in_(list(nurses)), not_met())
        .distinct()
    )
    return frozenset(rows.scalars())


def list_people_with_stays(connection: Connection, visit_mark: str, from_day: str) -> tuple[str, ...]:
    """Active members with an Encounter that is no visit (one without `visit_mark`), still open or ended since that
    day (`2026-11-22`).
    """
    end = _member("period.end")
    held = select(_b.patient_id).where(
        _b.type == "Encounter",
        # By the index alone: the bodies of thousands of visits are not looked into.
        # A stay for palliative care is read as a visit too, so only visits where nobody stays are left out.
        _b.id.not_in(select(_v.id).where(_v.setting.in_(_NO_STAY))),
        _b.deleted.is_(False),
        func.instr(_b.body, visit_mark) == 0,
        or_(end.is_(None), end >= from_day),
    )
    own = select(_c.patient_id).where(
        _c.type == "Encounter", _c.payload != "", func.instr(_c.payload, visit_mark) == 0
    )
    either = union(held, own).subquery()
    rows = connection.execute(
        select(_p.id)
        .where(_p.active_member, _p.deceased.is_(False), _p.id.in_(select(either.c.patient_id)))
        .order_by(_p.id)
    )
    return tuple(rows.scalars())


def list_people_with_flags(connection: Connection, mark: str) -> frozenset[str]:
    """People of whom a Flag with this text in it is here, the plan's or our own."""
    held = select(_b.patient_id).where(_b.type == "Flag", func.instr(_b.body, mark) > 0)
    own = select(_c.patient_id).where(_c.type == "Flag", func.instr(_c.payload, mark) > 0)
    return frozenset(one for one in connection.execute(union(held, own)).scalars() if one is not None)


def list_people_with_tasks(connection: Connection, mark: str) -> tuple[str, ...]:
    """People of whom a Task with this text in it is asked for, or of whom this device changed such a one."""
    held = select(_b.patient_id).where(
        _b.type == "Task",
        _b.deleted.is_(False),
        func.instr(_b.body, mark) > 0,
        _member("status").in_(("requested", "received", "accepted", "in-progress")),
    )
    own = select(_c.patient_id).where(
        _c.type == "Task", or_(_c.state != SETTLED, _c.payload != ""), func.instr(_c.payload, mark) > 0
    )
    found = connection.execute(union(held, own)).scalars()
    return tuple(sorted({one for one in found if one is not None}))


def list_settled(connection: Connection, kind: str, ids: Collection[str]) -> frozenset[str]:
    """Of these own records: those of which the plan has answered for any version."""
    rows = connection.execute(
        select(_c.id).where(_c.type == kind, _c.id.in_(list(ids)), _c.state == SETTLED).distinct()
    )
    return frozenset(rows.scalars())
