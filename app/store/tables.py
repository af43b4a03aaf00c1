"""Shapes of all tables in a user's store. SQLModel tables do not validate: records are checked in the domain.

Times are ISO 8601 text with offset or `Z`; JSON is text, exactly as received or frozen.
One store file belongs to one user on one device.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from app.store.oncall_tables import OnCallDuty, OnCallOpening, OnCallPerson
from app.store.table_base import StoreTable, table_of
from app.store.visit_tables import Alert, Answer, Attachment, Entry, UnfinishedText, Visit

__all__ = [
    "Alert",
    "Answer",
    "Attachment",
    "AuditEvent",
    "Base",
    "Change",
    "Cursor",
    "Entry",
    "Meta",
    "OnCallDuty",
    "OnCallOpening",
    "OnCallPerson",
    "OpenConflict",
    "Patient",
    "PatientWord",
    "Receipt",
    "ServerId",
    "Session",
    "SideBase",
    "StoreTable",
    "SyncPass",
    "UnfinishedText",
    "Visit",
    "Write",
    "WriteChange",
    "table_of",
]


class Meta(StoreTable, table=True):
    """Single values: schema version, store id, user reference, plan address, store epoch, clock offset."""

    key: str = Field(primary_key=True)
    value: str


class Base(StoreTable, table=True):
    """The server's representation of a resource as last seen: what merges start from. Raw text, decimals kept."""

    __table_args__ = (Index("ix_base_patient", "patient_id", "type", "id", "deleted", "last_updated"),)

    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version_id: str
    last_updated: str
    patient_id: str | None = None
    deleted: bool = False
    body: str


class SideBase(StoreTable, table=True):
    """A full re-pull on its way: base copies beside the ones in use, until all of it came and was checked (F03)."""

    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version_id: str
    last_updated: str
    patient_id: str | None = Field(default=None, index=True)
    deleted: bool = False
    body: str


class ServerId(StoreTable, table=True):
    """The id that a server gave to a record of ours, for servers that take no ids from their clients."""

    type: str = Field(primary_key=True)
    local_id: str = Field(primary_key=True)
    server_id: str = Field(index=True)


class Patient(StoreTable, table=True):
    """What lists and search need of a pulled Patient; the rest is read from its base."""

    id: str = Field(primary_key=True)
    display_name: str
    sort_name: str = Field(index=True)
    search_name: str = Field(index=True)
    """Folded sort name, then folded display name: the order of lists. Search uses PatientWord."""
    birth_on: str | None = None
    gender: str | None = None
    language: str | None = None
    city: str | None = None
    deceased: bool = False
    active_member: bool = True
    """False once the plan no longer lists this person for this user; purged when nothing of hers is unsent."""
    access_until: str | None = None
    """When an access in an emergency ends, by the plan's clock; None for the people of one's own panel."""


class PatientWord(StoreTable, table=True):
    """The words of a folded name, one a row, so that search by the beginning of a word uses an index."""

    word: str = Field(primary_key=True)
    patient_id: str = Field(primary_key=True, index=True)


class Change(StoreTable, table=True):
    """The outbox: one frozen resource version that the plan should get. Written with its record, by one function."""

    __table_args__ = (
        Index("ix_change_record", "type", "id"),
        Index("ix_change_patient", "patient_id", "type", "id", "state"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    group_id: str = Field(index=True)
    """What travels together: the visit's id. Never two groups in one transaction."""
    type: str
    id: str
    patient_id: str
    priority: int
    """0 goes first (alerts, deaths), 10 is a visit, 90 an attachment."""
    base_version: str | None = None
    """versionId this edit was made on; None creates."""
    payload: str
    """Frozen FHIR JSON; no migration rewrites it."""
    refs: str = ""
    """`Type/id` references in the payload, one a line: what it may not arrive before."""
    state: str = Field(default="new", index=True)
    """new | settled | set-aside"""
    reason: str | None = None
    """Why it was set aside: the server's own words."""
    created_at: str
    base_body: str | None = None
    """What the plan held when this edit was made (FHIR JSON): where a merge starts from. None for a creation."""
    lost_at: str | None = None
    """When it was seen that the plan had lost this version, which it once had received; it goes again."""


class Write(StoreTable, table=True):
    """A push: id, exact bytes, and (through WriteChange) the changes in it, stored before the request leaves."""

    id: str = Field(primary_key=True)
    group_id: str = Field(index=True)
    patient_id: str
    body: str
    """The FHIR transaction Bundle, byte for byte as it is sent."""
    state: str = Field(default="cut", index=True)
    """cut (never left) | attempted (outcome unknown until looked up) | settled | refused |
    withdrawn (surely not stored)."""
    attempts: int = 0
    server_errors: int = 0
    reason: str | None = None
    created_at: str
    attempted_at: str | None = None
    settled_at: str | None = None
    sealed_at: str | None = None
    """When a sealed copy of it was laid beside the store: from then on another device may bring it to the plan."""


class WriteChange(StoreTable, table=True):
    write_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, index=True)


class Receipt(StoreTable, table=True):
    """The server's answer for one version of one resource: the only ground for "Received by the plan"."""

    write_id: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version_id: str
    last_updated: str
    received_at: str
    """The server's own time for that version."""
    lost_at: str | None = None
    """When the plan was found not to have this version any more (it was restored from a backup)."""


class Cursor(StoreTable, table=True):
    """How far a pull has come, in the server's own words. `scope` is `panel` or `backfill/<patient id>`."""

    scope: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    since: str | None = None
    """The server's own lastUpdated text; never a device time."""
    done: bool = False


class Session(StoreTable, table=True):
    """The sign-in at the plan; lies in the encrypted store only. One row."""

    id: int = Field(default=1, primary_key=True)
    plan_url: str
    token_endpoint: str
    revocation_endpoint: str | None = None
    client_id: str
    user_reference: str
    user_name: str
    role: str
    """nurse | supervisor"""
    access_token: str | None = None
    refresh_token: str | None = None
    expires_at: str | None = None
    """A hint only; the server's 401 decides."""
    ended: bool = False
    """True after the plan refused the refresh: "Sign in to send 3 visits"."""


class SyncPass(StoreTable, table=True):
    """Log of passes, without patient data."""

    id: int | None = Field(default=None, primary_key=True)
    began_at: str
    ended_at: str | None = None
    outcome: str
    """ok | no-network | plan-down | sign-in-needed | captive-portal | partly | stopped | …"""
    pushed: int = 0
    pulled: int = 0
    detail: str = ""
    server_at: str | None = None
    """The plan's own time at a complete pass."""
    set_aside: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    waiting: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Writes that were still open at its end."""
    reported: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """True once the plan has been told of this pass."""


class OpenConflict(StoreTable, table=True):
    """Both sides of an edit that a machine may not merge, until a person chooses."""

    id: int | None = Field(default=None, primary_key=True)
    type: str
    record_id: str
    seq: int
    theirs: str
    opened_at: str
    resolved_at: str | None = None
    resolution: str | None = None
    """ours | theirs | combined, once a person chose; merged where no person was needed."""
    ours: str | None = None
    """Our side, FHIR JSON: it stays readable after the change itself was replaced."""
    base_body: str | None = None
    """What our edit was made on, where that is known."""
    patient_id: str | None = None
    version_id: str | None = None
    """The plan's versionId of `theirs`, which is "" where the plan has deleted the record."""


class AuditEvent(StoreTable, table=True):
    """Append-only and hash-chained: who did what to which record. No clinical text."""

    seq: int | None = Field(default=None, primary_key=True)
    at: str
    actor: str
    action: str
    """unlock | read | write | sign | export | lock | failed-unlock | …"""
    subject: str | None = None
    previous: str
    digest: str
