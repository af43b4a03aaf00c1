"""Shapes of the tables that hold visits: their answers, entries, unfinished texts and alerts."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field

from app.store.table_base import StoreTable


class Visit(StoreTable, table=True):
    """A draft, a signed visit of this user, or a visit of a colleague as pulled (`origin`)."""

    # Few visits are arriving, and every pass asks for them.
    __table_args__ = (Index("ix_visit_arriving", "began_at", sqlite_where=text("arriving = 1")),)

    id: str = Field(primary_key=True)
    patient_id: str = Field(index=True)
    status: str = Field(index=True)
    """draft | signed"""
    origin: str
    """own | pulled"""
    nurse_reference: str
    nurse_name: str
    modality: str
    setting: str
    began_at: str = Field(index=True)
    left_at: str | None = None
    signed_at: str | None = None
    began_offset: int = 0
    """Minutes east of UTC where the visit began, left_offset and signed_offset likewise: times are kept as UTC text."""
    left_offset: int | None = None
    signed_offset: int | None = None
    answered_by: str | None = None
    note: str = ""
    clock_offset_ms: int | None = None
    highest_score: int | None = None
    content_version: str
    arriving: bool = False
    """True while the plan does not hold every part of the visit's manifest."""
    written_afterwards: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """True when both times were set by hand."""


class Answer(StoreTable, table=True):
    """One answer, stored as it is tapped. At most one of value and absent is set; never neither."""

    visit_id: str = Field(primary_key=True)
    entry: str = Field(default="", primary_key=True)
    """The id of the entry that it belongs to, "" for an item that is answered once."""
    link_id: str = Field(primary_key=True)
    instrument: str
    """The id of the item's instrument, "" where this app did not know the item when it was stored."""
    value: str | None = None
    """JSON that says its own type, so that reading needs no content: see `app.store.values`."""
    absent: str | None = None
    name: str | None = None
    again: str = ""
    """Later measurements in order, as JSON; "" for none."""
    automatic: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """True while it only stands because an observer answers; no tap put it there."""
    at: str


class Entry(StoreTable, table=True):
    """One entry of a repeating group: a medicine, a person. Its answers carry its id."""

    visit_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    group: str
    """The link id of the group."""
    position: int
    """Order of adding within the visit; gaps are where one was taken away."""
    about: str | None = None
    """`Type/id` of the record that it is about."""


class Alert(StoreTable, table=True):
    """What a safety rule found, or somebody worried about. Corrected ones are closed with a reason, never deleted."""

    id: str = Field(primary_key=True)
    """The Task's id."""
    patient_id: str = Field(index=True)
    visit_id: str | None = Field(default=None, index=True)
    rule: str
    subject: str = ""
    """The link id that it is about, or ""."""
    level: str
    """act-now | today | watch | info"""
    state: str
    """open | acknowledged | done | closed"""
    finding: str
    """What a list may show; "Private task" for a private one."""
    detail: str = ""
    private: bool = False
    owner: str
    fired_at: str
    due_at: str | None = None
    closed_at: str | None = None
    closed_reason: str | None = None
    origin: str
    """own | pulled"""


class Attachment(StoreTable, table=True):
    """A picture or a signature, made small when it was taken. The bytes leave as a Binary, after everything else."""

    id: str = Field(primary_key=True)
    """The DocumentReference's id."""
    binary_id: str = Field(unique=True)
    patient_id: str = Field(index=True)
    visit_id: str | None = Field(default=None, index=True)
    link_id: str = ""
    """The item of the visit that it answers, "" for none."""
    entry: str = ""
    """The entry that the item belongs to, "" for none."""
    kind: str
    """wound | document | signature"""
    title: str = ""
    content_type: str
    size: int
    """Bytes of `body` as they are sent."""
    sha1: str
    """Of `body`, in base64: FHIR's Attachment.hash."""
    width: int | None = None
    height: int | None = None
    taken_at: str
    author: str
    """Reference of who took it."""
    origin: str
    """own | pulled"""
    removed_at: str | None = None
    """Set when it was taken away again before the visit was signed."""
    thumbnail: bytes | None = None
    body: bytes | None = None
    """None for a pulled one that nobody has opened yet, and for one that was received long ago."""
    taken_offset: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Minutes east of UTC where it was taken."""
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Requests with the bytes that left and may have arrived: before another one the plan is asked."""
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often sending it failed since it last went well; the pause before the next try grows with it."""
    retry_at: str | None = None
    """Not before this time of the plan's own clock."""
    problem: str | None = None
    """Why it has not gone yet, as a sentence."""


class UnfinishedText(StoreTable, table=True):
    """What was typed into a draft and is no answer yet; gone once the answer holds it or the draft is signed."""

    visit_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """`app.domain.visit.unfinished_key` of the item that the text is for."""
    text: str
