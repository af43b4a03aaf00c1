"""Device orders in the database: laid down, handed out, and what the device says it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, union, update
from sqlmodel import Session, col, select

from plan.contacts import DeviceContact
from plan.devices.tables import RegisteredDevice
from plan.fhir.outcomes import Refusal
from plan.orders.order import SignedOrder
from plan.orders.tables import DeviceOrder
from plan.problems import PlanProblem
from plan.users import User, find_user_by_id

_RANK = {"": 0, "nothing": 1, "keys": 2, "all": 3}
_OBEYED = ("keys", "all")
_MOST_OUT = 5
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a device says it did: `did` is all | keys | nothing; counts of visits not sent and sealed copies kept."""

    did: str
    visits: int | None
    sealed: int


def read_told(document: dict[str, Any]) -> Told:
    """Raises Refusal 400 for anything but a report."""
    did, visits, sealed = document.get("did"), document.get("visits"), document.get("sealed", 0)
    if not isinstance(did, str) or not did or did not in _RANK:
        raise Refusal(400, "A report says what was done: all, keys or nothing.")
    if not (visits is None or _is_count(visits)) or not _is_count(sealed):
        raise Refusal(400, "A report counts visits and sealed copies.")
    return Told(did, visits, sealed)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


def find_owner(connection: Connection, device: str, username: str | None = None) -> User:
    """Whose device this is. Raises PlanProblem when the plan never heard of it, or from several users."""
    contacts = select(col(DeviceContact.user_id)).where(col(DeviceContact.device) == device)
    registered = select(col(RegisteredDevice.user_id)).where(col(RegisteredDevice.device) == device)
    found = connection.execute(union(contacts, registered)).scalars()
    users = [user for user_id in found if (user := find_user_by_id(connection, user_id)) is not None]
    if username is not None:
        users = [user for user in users if user.username == username]
    if not users:
        raise PlanProblem("The plan has not heard of that device. See: hearthside plan devices.")
    if len(users) > 1:
        raise PlanProblem("Several users named that device. Say which with --user.")
    return users[0]


def list_owned(connection: Connection, user_id: str) -> list[str]:
    """Ids of all devices of one user that the plan has heard of."""
    contacts = select(col(DeviceContact.device)).where(col(DeviceContact.user_id) == user_id)
    registered = select(col(RegisteredDevice.device)).where(col(RegisteredDevice.user_id) == user_id)
    return sorted(connection.execute(union(contacts, registered)).scalars())


def add_order(connection: Connection, order: SignedOrder, user_id: str) -> None:
    """Lay an order down for its device. Inside `write_transaction`."""
    row = DeviceOrder(
        id=order.id,
        device=order.device,
        user_id=user_id,
        kind=order.kind,
        issued_ms=order.issued_ms,
        key_id=order.key_id,
        body=order.body,
        signature=order.signature,
    )
    with Session(connection) as session:
        session.add(row)
        session.flush()


def withdraw_orders(connection: Connection, device: str, now_ms: int) -> int:
    """Take back this device's orders. Returns how many it has not reported as obeyed. Inside `write_transaction`."""
    open_ones = select(func.count()).select_from(DeviceOrder)
    left = connection.execute(open_ones.where(*_standing(device), col(DeviceOrder.did).not_in(_OBEYED)))
    number = int(left.scalar_one())
    connection.execute(update(DeviceOrder).where(*_standing(device)).values(withdrawn_ms=now_ms))
    return number


def list_standing(connection: Connection, device: str) -> list[SignedOrder]:
    """What the device is to obey, newest first; empty for a device that nobody knows.

    Also what was reported as obeyed: anybody who knows the id can say that, and a device obeys no order twice.
    """
    query = (
        select(DeviceOrder)
        .where(*_standing(device))
        .order_by(col(DeviceOrder.issued_ms).desc())
        .limit(_MOST_OUT)
    )
    with Session(connection) as session:
        return [
            SignedOrder(
                row.id, row.device, row.kind, row.issued_ms, row.key_id, bytes(row.body), bytes(row.signature)
            )
            for row in session.exec(query)
        ]


def note_told(connection: Connection, device: str, order_id: str, told: Told, now_ms: int) -> bool:
    """Keep a device's word on an order; one that says less than what was said before is passed over.

    False, and nothing kept, when there is no such order. Inside `write_transaction`.
    """
    wanted = select(DeviceOrder).where(DeviceOrder.id == order_id, DeviceOrder.device == device)
    with Session(connection) as session:
        row = session.exec(wanted).first()
        if row is None or _RANK[told.did] < _RANK[row.did]:
            return False
        row.did, row.visits, row.sealed, row.heard_ms = told.did, told.visits, told.sealed, now_ms
        session.add(row)
        session.flush()
    return True


def list_orders(connection: Connection) -> Sequence[DeviceOrder]:
    """All orders, the newest first."""
    with Session(connection) as session:
        return session.exec(select(DeviceOrder).order_by(col(DeviceOrder.issued_ms).desc())).all()


def _standing(device: str) -> tuple[Any, ...]:
    return (
        col(DeviceOrder.device) == device,
        col(DeviceOrder.withdrawn_ms).is_(None),
    )
