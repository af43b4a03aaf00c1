"""The key set that the plan hands out, and which rescue key each device has sealed its way back in to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, delete, insert, select, update
from sqlmodel import Field, Session, col
from sqlmodel import select as select_rows

from plan.database import PlanTable
from plan.fhir.tables import plan_state
from plan.keys.key_set import KeySet, read_key_set
from plan.problems import PlanProblem
from plan.quick import Quick

_NAME = "key_set"
_HELD = Quick(select(plan_state.c.value).where(plan_state.c.name == _NAME))


class DeviceRescueKey(PlanTable, table=True):
    """One rescue key to which one device of one user has sealed its data key. `heard_ms`: ms since 1970."""

    __tablename__ = "device_rescue_key"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    rescue_id: str = Field(primary_key=True, max_length=16)
    heard_ms: int = Field(sa_type=BigInteger)


def find_key_set(connection: Connection) -> KeySet | None:
    """The set in force; None where the plan has put none in force."""
    text: str | None = _HELD.scalar(connection, {})
    return None if text is None else read_key_set(text)


def put_key_set(connection: Connection, keys: KeySet, *, new_root: bool = False) -> bool:
    """Put a set in force. True when it was another one before. Inside `write_transaction`.

    Raises PlanProblem for a set that is older than the one in force, or of another root unless `new_root`: devices
    that know the old root refuse it and have to be set up anew.
    """
    held = find_key_set(connection)
    if held is not None and held.text == keys.text:
        return False
    if held is None:
        connection.execute(insert(plan_state).values(name=_NAME, value=keys.text))
        return True
    if held.root_public != keys.root_public:
        if not new_root:
            raise PlanProblem(
                "This set was signed by another root key. Devices that know the old one will refuse it; "
                "use --new-root only if the old root key is lost or was stolen."
            )
    elif keys.serial <= held.serial:
        raise PlanProblem(
            f"The set in force has serial {held.serial}, this one {keys.serial}. Devices never go back to an older one."
        )
    connection.execute(update(plan_state).where(plan_state.c.name == _NAME).values(value=keys.text))
    return True


def keep_rescue_keys(
    connection: Connection, user_id: str, device: str, rescue_ids: Sequence[str], now_ms: int
) -> None:
    """Write down which rescue keys a device uses now. Inside `write_transaction`."""
    mine = (col(DeviceRescueKey.user_id) == user_id, col(DeviceRescueKey.device) == device)
    connection.execute(delete(DeviceRescueKey).where(*mine))
    rows = [
        {"user_id": user_id, "device": device, "rescue_id": one, "heard_ms": now_ms}
        for one in dict.fromkeys(rescue_ids)
    ]
    if rows:
        connection.execute(insert(DeviceRescueKey), rows)


def list_rescue_keys(connection: Connection) -> Sequence[DeviceRescueKey]:
    """What all devices use, by rescue key, the one that was silent longest first."""
    with Session(connection) as session:
        statement = select_rows(DeviceRescueKey).order_by(
            col(DeviceRescueKey.rescue_id), col(DeviceRescueKey.heard_ms)
        )
        return session.exec(statement).all()
