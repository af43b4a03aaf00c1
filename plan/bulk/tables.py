"""Tables of bulk exports.

A file of an export is not a copy: it is a list of versions, which never change, so that its bytes are the same each
time they are asked for and nothing of anybody lies anywhere a second time. Times are ms since 1970.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from plan.database import PlanTable

ACCEPTED, RUNNING, DONE, FAILED = "accepted", "running", "done", "failed"


class BulkJob(PlanTable, table=True):
    """One export that a client asked for."""

    __tablename__ = "bulk_job"

    id: str = Field(primary_key=True, max_length=64)
    client_id: str = Field(max_length=36, index=True)
    group_id: str = Field(max_length=64)
    request: str = Field(sa_type=Text)
    """The address it was asked for under."""
    types: str = Field(sa_type=Text)
    """Resource types with spaces between, in the order in which they are gathered."""
    since_ms: int | None = Field(default=None, sa_type=BigInteger)
    stamp: int = Field(sa_type=BigInteger)
    """Everything as it stood at this stamp; what the next export says as `_since`."""
    state: str = Field(max_length=10)
    steps: int
    steps_done: int = 0
    tries: int = 0
    asked_ms: int = Field(sa_type=BigInteger)
    expires_ms: int = Field(sa_type=BigInteger)
    lease_ms: int = Field(default=0, sa_type=BigInteger)
    """Until then `worker` is at it; afterwards anybody may go on where it stopped."""
    worker: str = Field(default="", max_length=36)
    taken: bool = False
    """A file of it was read: whose records went out stands in the audit trail."""


class BulkMember(PlanTable, table=True):
    """One member of the group when the export was asked for."""

    __tablename__ = "bulk_member"

    job_id: str = Field(primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    patient_id: str = Field(max_length=64)
    joined: bool = False
    """Came into the group after `since`: everything of hers is new to the client."""


class BulkFile(PlanTable, table=True):
    """One file of an export."""

    __tablename__ = "bulk_file"

    job_id: str = Field(primary_key=True, max_length=64)
    number: int = Field(primary_key=True)
    kind: str = Field(max_length=10)
    """output | deleted"""
    type: str = Field(max_length=40)
    lines: int = 0
    size: int = Field(default=0, sa_type=BigInteger)
    """Bytes."""


class BulkPart(PlanTable, table=True):
    """A stretch of a file: the keys of the versions in it, or its own text where it is about no version."""

    __tablename__ = "bulk_part"

    job_id: str = Field(primary_key=True, max_length=64)
    file: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    start: int = Field(sa_type=BigInteger)
    """Bytes of the file before it."""
    size: int = Field(sa_type=BigInteger)
    keys: str = Field(default="", sa_type=Text)
    text: str | None = Field(default=None, sa_type=Text)
