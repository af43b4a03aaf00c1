"""Stamps of writes: time, version id, and the store's epoch."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import uuid_utils
from sqlalchemy import Connection, bindparam, insert, select, update

from plan.fhir.tables import plan_state
from plan.quick import Quick

Clock = Callable[[], int]
"""Now, in ms since 1970."""
_EPOCH = Quick(select(plan_state.c.value).where(plan_state.c.name == "store_epoch"))
_LAST = Quick(select(plan_state.c.value).where(plan_state.c.name == "last_stamp").with_for_update())
_SAVE = Quick(update(plan_state).where(plan_state.c.name == "last_stamp").values(value=bindparam("last")))


def clock_ms() -> int:
    return time.time_ns() // 1_000_000


def instant(ms: int) -> str:
    """`2026-11-22T07:58:12.345Z`, as `meta.lastUpdated` is written."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def http_date(ms: int) -> str:
    """`Sun, 22 Nov 2026 07:58:12 GMT`, as Last-Modified is written."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


class Stamper:
    """Gives out the stamps of one write transaction, each later than any before, even if the clock went back.

    Only for use inside `write_transaction`, whose lock makes the stored last stamp the true last one.
    """

    def __init__(self, connection: Connection, clock: Clock = clock_ms) -> None:
        self._connection = connection
        self._clock = clock
        row = _LAST.scalar(connection, {})
        self._known = row is not None
        self._last = int(row or 0)

    def next(self) -> tuple[int, str]:
        """The next stamp in ms, and the version id that goes with it: a UUIDv7 of the same ms."""
        self._last = max(self._clock(), self._last + 1)
        return self._last, str(uuid_utils.uuid7(nanoseconds=self._last * 1_000_000))

    def moment(self, stamp: int) -> int:
        """When the write of this stamp took place by the clock, which stamps run ahead of once it went back."""
        return min(stamp, self._clock())

    def save(self) -> None:
        """Store the last stamp. Call once, as the transaction's last act."""
        if self._known:
            _SAVE.run(self._connection, {"last": str(self._last)})
        else:
            self._connection.execute(insert(plan_state).values(name="last_stamp", value=str(self._last)))
            self._known = True


def find_epoch(connection: Connection) -> str | None:
    """The store's epoch, None before the first `renew_epoch`."""
    found: str | None = _EPOCH.scalar(connection, {})
    return found


def renew_epoch(connection: Connection) -> str:
    """Give the store a new epoch: after a restore from backup, so that devices compare what they hold.

    For use inside `write_transaction`.
    """
    epoch = str(uuid.uuid4())
    known = find_epoch(connection) is not None
    if known:
        connection.execute(update(plan_state).where(plan_state.c.name == "store_epoch").values(value=epoch))
    else:
        connection.execute(insert(plan_state).values(name="store_epoch", value=epoch))
    return epoch
