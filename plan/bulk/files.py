"""The bytes of an export's file, in whole or from where a download broke off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, select
from sqlmodel import Session, col

from plan.bulk.group_line import still_leaves
from plan.bulk.older import names_restricted
from plan.bulk.tables import DONE, BulkFile, BulkJob, BulkMember, BulkPart
from plan.database import read_transaction
from plan.fhir.access import still_in_bulk
from plan.fhir.outcomes import Refusal, not_found
from plan.fhir.store import versions
from plan.fhir.tables import resource

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)
_MOST_FILES = 1_000_000
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z", re.ASCII)


@dataclass(frozen=True)
class Span:
    """Bytes `first` to `last`, both included, of a file of `size` bytes."""

    first: int
    last: int
    size: int

    @property
    def is_whole(self) -> bool:
        return self.last - self.first + 1 == self.size

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def find_span(size: int, wanted: str | None) -> Span:
    """What a Range header asks for; the whole file where it is none that is understood (RFC 9110 §14.2).

    Raises Refusal 416 for one that begins behind the end.
    """
    whole = Span(0, size - 1, size)
    match = _RANGE.match(wanted.strip()) if wanted else None
    if match is None or not any(match.groups()):
        return whole
    first, last = match.groups()
    if not first:
        wished = int(last)
        if wished == 0:
            raise _behind(size)
        return Span(max(0, size - wished), size - 1, size)
    if last and int(last) < int(first):
        return whole
    if int(first) >= size:
        raise _behind(size)
    return Span(int(first), min(int(last), size - 1) if last else size - 1, size)


def _behind(size: int) -> Refusal:
    return Refusal(416, "The file ends before that.", headers={"Content-Range": f"bytes */{size}"})


def get_job(connection: Connection, job_id: str, client_id: str, now_ms: int) -> BulkJob:
    """The client's own export while it lasts. Raises Refusal 404: another's is as if it were none."""
    with Session(connection) as session:
        job = session.get(BulkJob, job_id) if _ID.match(job_id) else None
        if job is None or job.client_id != client_id or job.expires_ms <= now_ms:
            raise not_found()
        session.expunge(job)
    return job


def get_file(connection: Connection, job: BulkJob, number: int) -> Row[str, str, int, int]:
    """Kind, type, lines and size of a file. Raises Refusal 404, also while the export is being prepared."""
    if not 0 <= number < _MOST_FILES:
        raise not_found()  # greater than a database counts, maybe
    statement = select(col(BulkFile.kind), col(BulkFile.type), col(BulkFile.lines), col(BulkFile.size)).where(
        col(BulkFile.job_id) == job.id, col(BulkFile.number) == number
    )
    row = connection.execute(statement).first()
    if row is None or job.state != DONE:
        raise not_found()
    return row


def read_span(engine: Engine, job: BulkJob, number: int, span: Span) -> Iterator[bytes]:
    """The bytes, a part at a time. Raises Refusal 410 when something in it has been restricted since: ask anew.

    Each part is a reading transaction of its own; a slow client holds none open.
    """
    at = span.first
    while at <= span.last:
        with read_transaction(engine) as connection:
            part = connection.execute(
                select(col(BulkPart.start), col(BulkPart.size), col(BulkPart.keys), col(BulkPart.text))
                .where(
                    col(BulkPart.job_id) == job.id,
                    col(BulkPart.file) == number,
                    col(BulkPart.start) <= at,
                )
                .order_by(col(BulkPart.start).desc())
                .limit(1)
            ).first()
            if part is None:
                raise _gone()
            data = (
                _kept(connection, part.text) if part.text is not None else _bodies(connection, job, part.keys)
            )
        if len(data) != part.size or at >= part.start + part.size:
            raise _gone()
        yield data[at - part.start : span.last + 1 - part.start]
        at = part.start + part.size


def _kept(connection: Connection, text: str) -> bytes:
    if not still_leaves(connection, text):
        raise _gone()
    return f"{text}\n".encode()


def _bodies(connection: Connection, job: BulkJob, keys: str) -> bytes:
    wanted = [int(key) for key in keys.split()]
    mine = select(col(BulkMember.patient_id)).where(col(BulkMember.job_id) == job.id)
    found = versions(still_in_bulk(resource.c.patient_id.in_(mine))).where(resource.c.key.in_(wanted))
    found = found.with_only_columns(resource.c.key, resource.c.type, resource.c.is_current, resource.c.body)
    bodies = {
        row.key: row.body
        for row in connection.execute(found)
        if row.is_current or not names_restricted(connection, row.type, row.body)
    }
    if len(bodies) != len(wanted):
        raise _gone()
    return "".join(f"{bodies[key]}\n" for key in wanted).encode()


def _gone() -> Refusal:
    return Refusal(
        410, "This export no longer holds: a record in it may not leave any more. Please ask anew."
    )
