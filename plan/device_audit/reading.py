"""Who saw a person's record on the devices, and how each device's log stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_
from sqlmodel import Session, col, select

from plan.device_audit.tables import DeviceChain, DeviceEvent
from plan.fhir.tables import resource


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing somebody did with a record on a device. Times are ms since 1970, `at_ms` by the device's clock.

    `action`: read, write, sign, … as the device calls it; `subject` is `Type/id`.
    """

    at_ms: int
    received_ms: int
    user_id: str
    device: str
    action: str
    subject: str
    event_id: str
    """The same whenever it is asked for; a FHIR id."""


def list_seen(
    connection: Connection, patient_id: str, *, before_ms: int | None = None, limit: int = 200
) -> Sequence[Seen]:
    """What was done on devices with this person's record, newest first; `before_ms`: older than that.

    Who may ask is decided elsewhere.
    """
    hers = select(resource.c.id).where(resource.c.patient_id == patient_id, resource.c.is_current == 1)
    about = or_(
        col(DeviceEvent.patient_id) == patient_id,
        # What was opened before the plan had it, such as a draft: whose it is became known afterwards.
        and_(col(DeviceEvent.patient_id).is_(None), col(DeviceEvent.subject_id).in_(hers)),
    )
    newest = (
        select(DeviceEvent).where(about).order_by(col(DeviceEvent.at_ms).desc(), col(DeviceEvent.seq).desc())
    )
    if before_ms is not None:
        newest = newest.where(col(DeviceEvent.at_ms) < before_ms)
    with Session(connection) as session:
        return [
            Seen(
                row.at_ms,
                row.received_ms,
                row.user_id,
                row.device,
                row.action,
                f"{row.subject_type}/{row.subject_id}",
                f"{row.device[:32]}-{row.generation}-{row.seq}",
            )
            for row in session.exec(newest.limit(limit))
        ]


def list_chains(connection: Connection, user_id: str, device: str) -> Sequence[DeviceChain]:
    """A device's log by generations, oldest first: more than one is a finding."""
    mine = (DeviceChain.user_id == user_id, DeviceChain.device == device)
    with Session(connection) as session:
        found = session.exec(select(DeviceChain).where(*mine).order_by(col(DeviceChain.generation))).all()
        session.expunge_all()
        return found
