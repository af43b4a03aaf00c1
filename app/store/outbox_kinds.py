"""What a group of the outbox is to a person: a visit, an alert, a picture, …"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from app.store import tables
from app.store.outbox_rows import change
from app.store.times import at_offset, from_text
from app.store.visit_rows import visit_table

_alert = tables.table_of(tables.Alert)
_attachment = tables.table_of(tables.Attachment)
_patient = tables.table_of(tables.Patient)


DEATH_MARK = '"81956-5"'
"""Stands in the text of every record of a death (`app.sync.fhir.death`)."""


class GroupKind(StrEnum):
    VISIT = "visit"
    ALERT = "alert"
    DEATH = "death"
    STAY = "stay"
    ADDENDUM = "addendum"
    TASK = "task"
    ATTACHMENT = "attachment"
    RECORD = "record"


_BY_TYPE = {
    "Binary": GroupKind.ATTACHMENT,
    "Encounter": GroupKind.STAY,
    "DocumentReference": GroupKind.ADDENDUM,
    "Task": GroupKind.TASK,
}


def find_kinds(connection: Connection, types: Mapping[str, Collection[str]]) -> Mapping[str, GroupKind]:
    """For each group: what it is, from what is kept under its id, else from the types of its records."""
    ids = list(types)
    visits = frozenset(
        connection.execute(select(visit_table.c.id).where(visit_table.c.id.in_(ids))).scalars()
    )
    alerts = frozenset(connection.execute(select(_alert.c.id).where(_alert.c.id.in_(ids))).scalars())
    files = frozenset(connection.execute(select(_attachment.c.id).where(_attachment.c.id.in_(ids))).scalars())

    deaths = _find_deaths(connection, [group for group in ids if "Observation" in types[group]])

    def kind(group: str) -> GroupKind:
        if group in deaths:
            return GroupKind.DEATH
        if group in visits:
            return GroupKind.VISIT
        if group in alerts:
            return GroupKind.ALERT
        if group in files:
            return GroupKind.ATTACHMENT
        return next((_BY_TYPE[one] for one in _BY_TYPE if one in types[group]), GroupKind.RECORD)

    return {group: kind(group) for group in ids}


def _find_deaths(connection: Connection, groups: Collection[str]) -> frozenset[str]:
    """Of these: the groups whose record is of a death. It is of a group that bears its own id."""
    rows = connection.execute(
        select(change.c.group_id).where(
            change.c.group_id.in_(groups),
            change.c.type == "Observation",
            change.c.id == change.c.group_id,
            func.instr(change.c.payload, DEATH_MARK) > 0,
        )
    )
    return frozenset(rows.scalars())


@dataclass(frozen=True, slots=True)
class FileOf:
    """Which visit a picture or signature belongs to, and a sentence why it did not go at its last turn."""

    visit_id: str | None
    problem: str | None


def find_files(connection: Connection, ids: Collection[str]) -> Mapping[str, FileOf]:
    """By attachment id; whatever is no attachment is left out."""
    columns = (_attachment.c.id, _attachment.c.visit_id, _attachment.c.problem)
    rows = connection.execute(select(*columns).where(_attachment.c.id.in_(ids)))
    return {row.id: FileOf(row.visit_id, row.problem) for row in rows}


def find_beginnings(connection: Connection, visit_ids: Collection[str]) -> Mapping[str, datetime]:
    """When each of these visits began, by the clock that the nurse saw."""
    columns = (visit_table.c.id, visit_table.c.began_at, visit_table.c.began_offset)
    rows = connection.execute(select(*columns).where(visit_table.c.id.in_(visit_ids)))
    return {visit_id: at_offset(began_at, offset) for visit_id, began_at, offset in rows}


@dataclass(frozen=True, slots=True)
class AlertOf:
    """What an alert found, by which rule, and when. `private`: not even in the words of a list may it be shown."""

    finding: str
    rule: str
    private: bool
    fired_at: datetime


def find_alerts(connection: Connection, ids: Collection[str]) -> Mapping[str, AlertOf]:
    """By group id; whatever is no alert is left out."""
    columns = (_alert.c.id, _alert.c.finding, _alert.c.rule, _alert.c.private, _alert.c.fired_at)
    rows = connection.execute(select(*columns).where(_alert.c.id.in_(ids)))
    return {
        row.id: AlertOf(row.finding, row.rule, bool(row.private), from_text(row.fired_at)) for row in rows
    }


def find_tasks(connection: Connection, groups: Collection[str]) -> Mapping[str, str]:
    """The newest Task (FHIR JSON) that each of these groups sends or sent; groups without one are left out."""
    newest = (
        select(func.max(change.c.seq))
        .where(change.c.group_id.in_(groups), change.c.type == "Task", change.c.payload != "")
        .group_by(change.c.group_id)
    )
    rows = connection.execute(select(change.c.group_id, change.c.payload).where(change.c.seq.in_(newest)))
    return dict(rows.all())


def find_names(connection: Connection, patient_ids: Collection[str]) -> Mapping[str, str]:
    """Display names of people who are on this device."""
    rows = connection.execute(
        select(_patient.c.id, _patient.c.display_name).where(_patient.c.id.in_(patient_ids))
    )
    return dict(rows.all())
