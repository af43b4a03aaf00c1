"""What devices say of themselves: how much waits on each, and what became of its last passes.

A failure of sending leaves its trace here at the next contact, so that somebody at the plan can see it. No clinical
content: kinds, counts, times and error codes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
)
from sqlalchemy import select as select_rows
from sqlmodel import Field, Session, col, select

from plan.database import PlanTable
from plan.device_audit.chain import Held, keep_log
from plan.device_audit.events import ToldLog
from plan.device_audit.reading import list_chains
from plan.device_audit.tables import DeviceChain
from plan.quick import Quick
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


_contact, _waiting, _aside, _pass = (
    PlanTable.metadata.tables[one]
    for one in ("device_contact", "device_waiting", "device_aside", "device_pass")
)


def _of_device(table: Table) -> ColumnElement[bool]:
    return and_(table.c.user_id == bindparam("user_id"), table.c.device == bindparam("device"))


_FORGET = [Quick(delete(table).where(_of_device(table))) for table in (_waiting, _aside, _contact)]
_NEW_CONTACT, _NEW_PASS = Quick(insert(_contact)), Quick(insert(_pass))
_NEW_WAITING, _NEW_ASIDE = Quick(insert(_waiting)), Quick(insert(_aside))
_FORGET_PASS = Quick(delete(_pass).where(_of_device(_pass), _pass.c.began_ms == bindparam("began_ms")))
_TRIM = Quick(
    delete(_pass).where(
        _of_device(_pass),
        _pass.c.began_ms.not_in(
            select_rows(_pass.c.began_ms)
            .where(_of_device(_pass))
            .order_by(_pass.c.began_ms.desc())
            .limit(literal_column(str(KEPT_PASSES)))
        ),
    )
)


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
    for forget in _FORGET:
        forget.run(connection, mine)
    _NEW_CONTACT.run(connection, contact.model_dump())
    _FORGET_PASS.run(connection, *(mine | {"began_ms": one.began_ms} for one in report.passes))
    _NEW_PASS.run(connection, *(one.model_dump() | mine for one in report.passes))
    _NEW_WAITING.run(connection, *(one.model_dump() | mine for one in report.waiting))
    _NEW_ASIDE.run(connection, *(one.model_dump() | mine for one in report.asides))
    _TRIM.run(connection, mine)
    if report.log is None:
        return None
    return keep_log(connection, contact.user_id, contact.device, report.log, contact.received_ms)


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
