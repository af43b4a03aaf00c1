"""Withdrawing a device or a user: their tokens turn into drain tokens, which send what was written and no more.

A tablet that was lost, or a nurse who left, may hold visits that nobody else has. Ending the sign-in outright would
keep them from the plan; leaving it open would let whoever holds the tablet read on. So for a day the sign-in stays,
good for its user's own writes and for asking what became of them (`plan.fhir.draining` says what that is); then it
ends.

A sign-in belongs to the first device that it names, at its contact or when that registers its key. One that has named
none yet might be any device of its user, so that it drains with each of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, delete, insert, or_, select, update
from sqlmodel import Field, col

from plan.database import PlanTable
from plan.devices.registry import list_registered, mark_revoked
from plan.devices.tables import RegisteredDevice
from plan.principal import Principal
from plan.signin.tables import SignInCode, SignInFamily
from plan.users import User

DRAIN_SECONDS = 24 * 3600
"""How long a withdrawn sign-in may still send."""


class SignInDrain(PlanTable, table=True):
    """A sign-in that was withdrawn, and until when (ms since 1970) it may still send."""

    __tablename__ = "sign_in_drain"

    family_id: str = Field(primary_key=True, max_length=36)
    since_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)


class SignInDevice(PlanTable, table=True):
    """The device that a sign-in named first."""

    __tablename__ = "sign_in_device"

    family_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(max_length=64)


class WithdrawnDevice(PlanTable, table=True):
    """A device that was withdrawn: every sign-in of its user that names it drains."""

    __tablename__ = "withdrawn_device"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    since_ms: int = Field(sa_type=BigInteger)


def may_go_on(now_ms: int) -> ColumnElement[bool]:
    """Over an outer join with `SignInDrain`: a sign-in that was not withdrawn, or one that still drains."""
    until = col(SignInDrain.until_ms)
    return or_(and_(until.is_(None), col(User.disabled).is_(False)), until > now_ms)


def find_drain(connection: Connection, family_id: str) -> int | None:
    """Until when a sign-in drains or drained (ms); None for one that was not withdrawn."""
    wanted = select(col(SignInDrain.until_ms)).where(col(SignInDrain.family_id) == family_id)
    found: int | None = connection.execute(wanted).scalar()
    return found


def withdraw_user(connection: Connection, user_id: str, now_ms: int) -> int:
    """Let nobody sign in as this user, and drain all her sign-ins. Returns how many of them were open.

    Inside `write_transaction`. Told twice, nobody gets more time.
    """
    connection.execute(update(User).where(col(User.id) == user_id).values(disabled=True))
    for one in list_registered(connection, user_id=user_id):
        mark_revoked(connection, user_id, one.device, now_ms)
    return _drain(connection, user_id, _open_families(connection, user_id), now_ms)


def withdraw_device(connection: Connection, user_id: str, device: str, now_ms: int) -> int:
    """Drain the sign-ins of one device, those that come later too. Returns how many were open.

    Inside `write_transaction`. The user may sign in again on another device.
    """
    if not is_withdrawn(connection, user_id, device):
        row = {"user_id": user_id, "device": device, "since_ms": now_ms}
        connection.execute(insert(WithdrawnDevice).values(**row))
    mark_revoked(connection, user_id, device, now_ms)
    named = select(col(SignInDevice.family_id)).where(col(SignInDevice.device) != device)
    elsewhere = set(connection.execute(named).scalars())
    mine = [one for one in _open_families(connection, user_id) if one not in elsewhere]
    return _drain(connection, user_id, mine, now_ms)


def accept_device(connection: Connection, user_id: str, device: str) -> bool:
    """Take a withdrawal back: the device was found. False when it was not withdrawn.

    Sign-ins that drain go on draining: she signs in again. Inside `write_transaction`.
    """
    mine = (col(WithdrawnDevice.user_id) == user_id, col(WithdrawnDevice.device) == device)
    known = connection.execute(delete(WithdrawnDevice).where(*mine)).rowcount == 1
    registered = (col(RegisteredDevice.user_id) == user_id, col(RegisteredDevice.device) == device)
    connection.execute(update(RegisteredDevice).where(*registered).values(revoked_ms=None))
    return known


def is_withdrawn(connection: Connection, user_id: str, device: str) -> bool:
    """Was this device of hers withdrawn?"""
    mine = (col(WithdrawnDevice.user_id) == user_id, col(WithdrawnDevice.device) == device)
    return connection.execute(select(col(WithdrawnDevice.since_ms)).where(*mine)).first() is not None


def find_bound(connection: Connection, family_id: str) -> str | None:
    """The device that a sign-in named first; None while it has named none."""
    named = select(col(SignInDevice.device)).where(col(SignInDevice.family_id) == family_id)
    found: str | None = connection.execute(named).scalar()
    return found


def bind_device(connection: Connection, principal: Principal, device: str, now_ms: int) -> None:
    """Note which device a sign-in is of; the first one that it names stands. Inside `write_transaction`.

    One of a withdrawn device drains from now on, so that its finder's or its user's next sign-in there reads nothing.
    """
    family_id = principal.family_id
    if not family_id:
        return
    held = find_bound(connection, family_id)
    if held is None:
        connection.execute(insert(SignInDevice).values(family_id=family_id, device=device))
        held = device
    if not principal.draining and is_withdrawn(connection, principal.user_id, held):
        _drain(connection, principal.user_id, [family_id], now_ms)


def _open_families(connection: Connection, user_id: str) -> Sequence[str]:
    mine = (col(SignInFamily.user_id) == user_id, col(SignInFamily.ended_ms).is_(None))
    return connection.execute(select(col(SignInFamily.id)).where(*mine)).scalars().all()


def _drain(connection: Connection, user_id: str, families: Sequence[str], now_ms: int) -> int:
    # A code that is on its way back to the app would begin a sign-in that nobody withdrew.
    connection.execute(update(SignInCode).where(col(SignInCode.user_id) == user_id).values(expires_ms=0))
    drains = select(col(SignInDrain.family_id)).where(col(SignInDrain.family_id).in_(families))
    known = set(connection.execute(drains).scalars())
    new = [one for one in families if one not in known]
    until_ms = now_ms + DRAIN_SECONDS * 1000
    rows = [{"family_id": one, "since_ms": now_ms, "until_ms": until_ms} for one in new]
    if rows:
        connection.execute(insert(SignInDrain), rows)
    return len(new)
