"""People of a demo panel, who do not exist, and a visit of theirs that may be shown to anybody."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from app.domain.visit import VisitStatus
from app.store.bases import base_table
from app.store.visit_rows import visit_table


def find_demo_visit(connection: Connection, tag: str) -> str | None:
    """The newest signed visit, wholly here, with a person whose record carries this tag; None where there is none."""
    b, v = base_table.c, visit_table.c
    people = select(b.id).where(b.type == "Patient", b.deleted.is_(False), func.instr(b.body, tag) > 0)
    newest = (
        select(v.id)
        .where(v.patient_id.in_(people), v.status == VisitStatus.SIGNED.value, v.arriving.is_(False))
        .order_by(v.began_at.desc(), v.id)
        .limit(1)
    )
    found: str | None = connection.execute(newest).scalar_one_or_none()
    return found
