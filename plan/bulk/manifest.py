"""The list of an export's files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from plan.bulk.tables import BulkFile, BulkJob
from plan.fhir.stamps import find_epoch, instant


def make_manifest(connection: Connection, job: BulkJob, files: str) -> dict[str, Any]:
    """As the Bulk Data guide writes it. `files`: the address that file numbers are put behind.

    The store's epoch stands in its extension: where it differs from that of the export before, the plan was put back
    to a backup, and only everything (without `_since`) is whole.
    """
    rows = connection.execute(
        select(col(BulkFile.number), col(BulkFile.kind), col(BulkFile.type), col(BulkFile.lines))
        .where(col(BulkFile.job_id) == job.id)
        .order_by(col(BulkFile.number))
    ).all()

    def listed(kind: str) -> list[dict[str, Any]]:
        return [
            {"type": row.type, "url": f"{files}/{job.id}/{row.number}", "count": row.lines}
            for row in rows
            if row.kind == kind
        ]

    return {
        "transactionTime": instant(job.stamp),
        "request": job.request,
        "requiresAccessToken": True,
        "output": listed("output"),
        "deleted": listed("deleted"),
        "error": [],
        "extension": {"urn:hearthside:store-epoch": find_epoch(connection)},
    }
