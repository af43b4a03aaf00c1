"""What devices say of themselves: how much waits on each, and what became of its last passes.

A failure of sending leaves its trace here at the next contact, so that somebody at the plan can see it. No clinical
content: kinds, counts, times and error codes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, delete, insert
from sqlmodel import Field, Session, col, select

from plan.database import PlanTable
from plan.device_audit.chain import Held, keep_log
from plan.device_audit.events import ToldLog
from plan.device_audit.reading import list_chains
from plan.device_audit.tables import DeviceChain
from plan.users import User

KEPT_PASSES = 200
"""Passes kept for each device."""


class DeviceContact(PlanTable, table=True):
    """The newest word of one device of one user. Times are ms since 1970, by the plan's clock where not said."""

    __tablename__ = "device_contact"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    received_ms: int = Field(sa_type=BigInteger)
    version: str = Field(default="", max_length=40)


class DeviceWaiting(PlanTable, table=True):
    """What waited on a device at its newest contact: one row a kind, set-aside records apart."""

    __tablename__ = "device_waiting"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    kind: str = Field(primary_key=True, max_length=20)
    set_aside: bool = Field(primary_key=True)
    count: int
    oldest_ms: int | None = Field(default=None, sa_type=BigInteger)
    """By the device's clock, corrected by its measured offset."""


class DeviceAside(PlanTable, table=True):
    """Why something was set aside on a device, by its newest contact: one row a kind and reason, as words of a code."""

    __tablename__ = "device_aside"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    kind: str = Field(primary_key=True, max_length=20)
    why: str = Field(primary_key=True, max_length=20)
    count: int
    oldest_ms: int | None = Field(default=None, sa_type=BigInteger)
    """By the device's clock, corrected by its measured offset."""


class DevicePass(PlanTable, table=True):
    """One pass of a device as it told; `began_ms` by the device's clock."""

    __tablename__ = "device_pass"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    began_ms: int = Field(primary_key=True, sa_type=BigInteger)
    ended_ms: int | None = Field(default=None, sa_type=BigInteger)
    outcome: str = Field(max_length=20)
    pushed: int
    pulled: int
    set_aside: int
    waiting: int
    detail: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class Report:
    """One contact: who, which device, what waits there, the passes that were not told of before, its audit log."""

    contact: DeviceContact
    waiting: Sequence[DeviceWaiting]
    passes: Sequence[DevicePass]
    log: ToldLog | None = None
    asides: Sequence[DeviceAside] = ()


def keep_report(connection: Connection, report: Report) -> Held | None:
    """Take a device's word. Told twice, it stands once. Inside `write_transaction`.

    Returns how the plan's copy of the device's audit log stands, None where the device told nothing of one.
    """
    contact = report.contact
    mine = {"user_id": contact.user_id, "device": contact.device}
    for table in (DeviceWaiting, DeviceAside):
        connection.execute(
            delete(table).where(col(table.user_id) == contact.user_id, col(table.device) == contact.device)
        )
    with Session(connection) as session:
        session.merge(contact)
        for one in report.passes:
            session.merge(one)
        session.flush()
    if report.waiting:
        connection.execute(insert(DeviceWaiting), [one.model_dump() | mine for one in report.waiting])
    if report.asides:
        connection.execute(insert(DeviceAside), [one.model_dump() | mine for one in report.asides])
    _trim(connection, contact)
    if report.log is None:
        return None
    return keep_log(connection, contact.user_id, contact.device, report.log, contact.received_ms)


def _trim(connection: Connection, contact: DeviceContact) -> None:
    mine = (col(DevicePass.user_id) == contact.user_id, col(DevicePass.device) == contact.device)
    newest = select(col(DevicePass.began_ms)).where(*mine).order_by(col(DevicePass.began_ms).desc())
    connection.execute(
        delete(DevicePass).where(*mine, col(DevicePass.began_ms).not_in(newest.limit(KEPT_PASSES)))
    )


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device as the plan last heard from it."""

    user: User
    contact: DeviceContact
    waiting: Sequence[DeviceWaiting]
    passes: Sequence[DevicePass]
    chains: Sequence[DeviceChain]
    """Its audit log; more than one generation is a finding."""
    asides: Sequence[DeviceAside] = ()
    """Why something was set aside there; an older app does not tell."""


def list_devices(connection: Connection, passes: int = 5) -> Sequence[DeviceState]:
    """All devices, the one that was silent longest first, each with its newest `passes`."""
    with Session(connection) as session:
        contacts = session.exec(select(DeviceContact).order_by(col(DeviceContact.received_ms))).all()
        found = []
        for contact in contacts:
            user = session.get(User, contact.user_id)
            if user is None:
                continue
            waiting = session.exec(
                select(DeviceWaiting)
                .where(DeviceWaiting.user_id == contact.user_id, DeviceWaiting.device == contact.device)
                .order_by(DeviceWaiting.kind)
            ).all()
            told = session.exec(
                select(DevicePass)
                .where(DevicePass.user_id == contact.user_id, DevicePass.device == contact.device)
                .order_by(col(DevicePass.began_ms).desc())
                .limit(passes)
            ).all()
            reasons = session.exec(
                select(DeviceAside)
                .where(DeviceAside.user_id == contact.user_id, DeviceAside.device == contact.device)
                .order_by(DeviceAside.kind, DeviceAside.why)
            ).all()
            chains = list_chains(connection, contact.user_id, contact.device)
            found.append(DeviceState(user, contact, waiting, told, chains, reasons))
    return found
