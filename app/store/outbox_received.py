"""What the plan has confirmed, one row a group, from its receipts and from nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from app.store.no_patient import NOBODY
from app.store.outbox_kinds import GroupKind, find_kinds, find_names
from app.store.outbox_rows import SETTLED, find_server_time, receipt, unsettled_groups, write

SHOWN = 200
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReceivedGroup:
    """`received_at`: the server's time of the last receipt; None where that cannot be read. `parts`: receipts."""

    group_id: str
    patient_id: str
    patient_name: str
    kind: GroupKind
    received_at: datetime | None
    parts: int


def list_received(connection: Connection, limit: int = SHOWN) -> tuple[ReceivedGroup, ...]:
    """Groups of which nothing waits and for whose every write the plan's receipt stands; the newest first.

    A receipt that the plan was found to have lost counts for nothing.
    """
    newest = (
        select(write.c.group_id)
        .where(write.c.state == SETTLED, write.c.patient_id != NOBODY)
        .where(write.c.group_id.not_in(unsettled_groups()))
        .order_by(write.c.settled_at.desc())
        .limit(4 * limit)  # a visit may have travelled in a few parts
    )
    rows = connection.execute(
        select(write.c.group_id, write.c.patient_id, receipt.c.type, receipt.c.id, receipt.c.received_at)
        .join(receipt, receipt.c.write_id == write.c.id)
        .where(write.c.group_id.in_(newest), receipt.c.lost_at.is_(None))
    )
    people: dict[str, str] = {}
    types: defaultdict[str, set[str]] = defaultdict(set)
    records: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for group, patient_id, kind, record_id, received_at in rows:
        people[group] = patient_id
        if kind != "Provenance":
            types[group].add(kind)
            records[group].add((kind, record_id))
        at = find_server_time(received_at)
        if at is not None:
            times[group].append(at)
    kinds = find_kinds(connection, {group: types[group] for group in people})
    names = find_names(connection, set(people.values()))
    found = [
        ReceivedGroup(
            group_id=group,
            patient_id=patient_id,
            patient_name=names.get(patient_id, ""),
            kind=kinds[group],
            received_at=max(times[group], default=None),
            parts=len(records[group]),
        )
        for group, patient_id in people.items()
    ]
    found.sort(key=lambda one: (one.received_at or _LONG_AGO, one.group_id), reverse=True)
    return tuple(found[:limit])
