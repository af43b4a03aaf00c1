"""Single values of a store."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from app.errors import StoreDamaged
from app.store.quick import Quick
from app.store.tables import Meta, table_of

SCHEMA_VERSION = "schema-version"
STORE_ID = "store-id"
USER_REFERENCE = "user-reference"
USER_NAME = "user-name"
PLAN_URL = "plan-url"
STORE_EPOCH = "store-epoch"
CLOCK_OFFSET_MS = "clock-offset-ms"
SWEPT_AT = "swept-at"
"""The server's time when the last comparison of all ids was through."""
TRIMMED_AT = "trimmed-at"
RESTORING = "restoring"
"""While the plan's records, put back to an earlier day, are compared with what is here: how far that has come."""
FULL_PULL = "full-pull"
"""Somebody asked for everything to be fetched again."""
AUDIT_TOLD = "audit-told"
"""How many events of the audit chain the plan holds, by its own word."""
AUDIT_DIFFERS = "audit-differs"
"""The last answer by which the plan held another log of this device than the device: "<code> <length>"."""

PLAN_KEYS = "plan-keys"
"""The plan's signed key set as it is pinned (`app.sync.plan_keys`)."""
RESCUE_KEY = "rescue-key"
"""The rescue key of that set: its id, a space, the raw public key in base64."""
KEYS_REFUSED = "keys-refused"
"""Why a newer key set was not taken, as a word; absent when none was refused."""
RESCUE_TOLD = "rescue-told"
"""The ids of the rescue keys that the plan was last told of, with spaces between."""
KEY_MADE_AT = "key-made-at"
"""When the data key was made, by this device's date."""
KEY_WANTED = "key-wanted"
"""Somebody asked for a new data key; it is made at the next unlock."""
KEY_FAILED_AT = "key-failed-at"
"""When a new data key could not be made."""
DEVICE_KEY = "device-signing-key"
"""The private Ed25519 key that this user's writes are signed with on this device, raw, in base64."""
DEVICE_KEY_TOLD = "device-key-told"
"""The store epoch of the plan that was last told of the public half."""
BROUGHT = "brought"
"""What the plan said of sealed copies of other stores that were brought from here (JSON by write id)."""
TAKEN_BACK = "taken-back"
"""The plan's epoch and ids of own sealed writes that it was told are over (JSON)."""
ORDERS_OBEYED = "orders-obeyed"
"""Ids of device orders that were obeyed here, so that none is obeyed twice."""

_meta = table_of(Meta)
_FIND = Quick(select(_meta.c.value).where(_meta.c.key == bindparam("wanted")))
_REMOVE = Quick(delete(_meta).where(_meta.c.key == bindparam("wanted")))
_NEW = insert(_meta)
_PUT = Quick(_NEW.on_conflict_do_update(index_elements=["key"], set_={"value": _NEW.excluded.value}))


def find(connection: Connection, key: str) -> str | None:
    value = _FIND.scalar(connection, wanted=key)
    return None if value is None else str(value)


def get(connection: Connection, key: str) -> str:
    """Raises app.errors.StoreDamaged when a value that every store has is not there."""
    value = find(connection, key)
    if value is None:
        raise StoreDamaged(detail=f"no {key}")
    return value


def put(connection: Connection, key: str, value: str) -> None:
    """Store or replace."""
    _PUT.run(connection, {"key": key, "value": value})


def remove(connection: Connection, key: str) -> None:
    """Take a value away; nothing happens when there is none."""
    _REMOVE.run(connection, {"wanted": key})
