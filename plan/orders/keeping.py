"""Device orders in the database: laid down, handed out, and what the device says it did."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, func, union, update
from sqlmodel import Session, col, select

from plan.contacts import DeviceContact
from plan.devices.tables import RegisteredDevice
from plan.orders.order import SignedOrder, read_until
from plan.orders.reports import Told, is_proved
from plan.orders.tables import DeviceOrder, OrderWord
from plan.problems import PlanProblem
from plan.users import User, find_user_by_id

_RANK = {"": 0, "nothing": 1, "keys": 2, "all": 3}
_OBEYED = ("keys", "all")
_MOST_OUT = 5


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


def renew_order(connection: Connection, order: SignedOrder) -> None:
    """The same order, signed anew, takes the place of what was signed before. Inside `write_transaction`."""
    connection.execute(
        update(DeviceOrder)
        .where(col(DeviceOrder.id) == order.id)
        .values(issued_ms=order.issued_ms, key_id=order.key_id, body=order.body, signature=order.signature)
    )


def list_renewable(connection: Connection, devices: Collection[str] | None) -> Sequence[tuple[str, str]]:
    """(id, device) of orders that were neither taken back nor obeyed by the device's own word; None: of all devices."""
    open_ones = select(DeviceOrder.id, DeviceOrder.device).where(
        col(DeviceOrder.withdrawn_ms).is_(None), col(DeviceOrder.did).not_in(_OBEYED)
    )
    if devices is not None:
        open_ones = open_ones.where(col(DeviceOrder.device).in_(devices))
    return [(row[0], row[1]) for row in connection.execute(open_ones.order_by(col(DeviceOrder.issued_ms)))]


def list_standing(connection: Connection, device: str, now_ms: int) -> list[SignedOrder]:
    """What the device is to obey, newest first; empty for a device that nobody knows, and for orders that are over.

    Also what was reported as obeyed: no report stops an order, and a device obeys none twice.
    """
    query = select(DeviceOrder).where(*_standing(device)).order_by(col(DeviceOrder.issued_ms).desc())
    with Session(connection) as session:
        rows = [row for row in session.exec(query) if read_until(bytes(row.body)) > now_ms]
        return [
            SignedOrder(
                row.id, row.device, row.kind, row.issued_ms, row.key_id, bytes(row.body), bytes(row.signature)
            )
            for row in rows[:_MOST_OUT]
        ]


def note_told(connection: Connection, device: str, order_id: str, told: Told, now_ms: int) -> bool:
    """Keep a device's word on an order; one that says less than what was said before is passed over.

    A word without the device's proof is anybody's: it is noted as that, and what the device said stands. False, and
    nothing kept, when there is no such order. Inside `write_transaction`.
    """
    wanted = select(DeviceOrder).where(DeviceOrder.id == order_id, DeviceOrder.device == device)
    with Session(connection) as session:
        row = session.exec(wanted).first()
        if row is None:
            return False
        if not is_proved(connection, row.user_id, device, order_id, told):
            session.merge(OrderWord(order_id=order_id, did=told.did, heard_ms=now_ms))
        elif _RANK[told.did] < _RANK[row.did]:
            return False
        else:
            row.did, row.visits, row.sealed, row.heard_ms = told.did, told.visits, told.sealed, now_ms
            session.add(row)
        session.flush()
    return True


def list_words(connection: Connection) -> dict[str, OrderWord]:
    """What was said of orders without proof, by order."""
    with Session(connection) as session:
        return {row.order_id: row for row in session.exec(select(OrderWord))}


def list_orders(connection: Connection) -> Sequence[DeviceOrder]:
    """All orders, the newest first."""
    with Session(connection) as session:
        return session.exec(select(DeviceOrder).order_by(col(DeviceOrder.issued_ms).desc())).all()


def _standing(device: str) -> tuple[Any, ...]:
    return (
        col(DeviceOrder.device) == device,
        col(DeviceOrder.withdrawn_ms).is_(None),
    )
