"""Whether an open store is whole: for `hearthside doctor`. Counts, versions and times; nobody's record is read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.store import audit, audit_telling, meta, outbox
from app.store.tables import Receipt, table_of


@dataclass(frozen=True, slots=True)
class Health:
    """`integrity` and `seal` are "ok" or SQLite's own words. `last_receipt_at` is the server's text."""

    integrity: str
    seal: str
    schema_version: str
    counts: outbox.OutboxCounts
    last_receipt_at: str | None
    chain: audit.ChainState
    audit_told: int
    """How many events of the chain the plan holds, by its own word."""
    audit_differs: str | None
    """The plan's last word that it held another log of this device, and how long this one was then."""

    @property
    def whole(self) -> bool:
        return self.integrity == self.seal == "ok" and self.chain.broken_at is None


def examine(connection: Connection) -> Health:
    """Check every page, every page's seal and the whole audit chain. Reads the whole file."""
    integrity = connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars().all()
    seal = connection.exec_driver_sql("PRAGMA cipher_integrity_check").scalars().all()
    receipt = table_of(Receipt)
    last = connection.execute(select(func.max(receipt.c.received_at))).scalar_one()
    return Health(
        integrity="ok" if integrity == ["ok"] else f"{len(integrity)} faults",
        seal="ok" if not seal else f"{len(seal)} pages",
        schema_version=meta.get(connection, meta.SCHEMA_VERSION),
        counts=outbox.count(connection),
        last_receipt_at=last,
        chain=audit.verify(connection),
        audit_told=audit_telling.read_told(connection),
        audit_differs=meta.find(connection, meta.AUDIT_DIFFERS),
    )
