"""Whose records went out with an export, in the audit trail: written before the first byte leaves."""

from __future__ import annotations

from sqlalchemy import Engine, select, update
from sqlmodel import col

from plan.audit.ledger import EXPORT, add_event
from plan.bulk.kinds import EXPORTED
from plan.bulk.tables import BulkFile, BulkJob, BulkMember
from plan.database import write_transaction
from plan.fhir.context import Caller


def note_taken(engine: Engine, caller: Caller, job: BulkJob, type_name: str, number: int) -> None:
    """The first file of an export that is read names everybody in it; each further one only itself."""
    with write_transaction(engine) as connection:
        here = (col(BulkJob.id) == job.id, col(BulkJob.taken).is_(False))
        is_first = connection.execute(update(BulkJob).where(*here).values(taken=True)).rowcount == 1
        people: list[str] = []
        what: dict[str, object] = {"took": f"{job.id}/{number}", "type": type_name}
        if is_first:
            of_job = col(BulkMember.job_id) == job.id
            people = list(connection.execute(select(col(BulkMember.patient_id)).where(of_job)).scalars())
            kinds = select(col(BulkFile.type)).where(col(BulkFile.job_id) == job.id).distinct()
            held = set(connection.execute(kinds).scalars())
            what["exported"] = [one for one in EXPORTED if one in held]
        add_event(connection, caller.now_ms, EXPORT, who=caller.principal, what=what, patients=people)
