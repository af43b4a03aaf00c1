"""Tables of the on-call pack. Kept apart from the record: nothing of it is a patient, a search word or a count."""

from __future__ import annotations

from sqlmodel import Field

from app.store.table_base import StoreTable


class OnCallDuty(StoreTable, table=True):
    """The one duty whose pack is here (`id` is always 1), and the key that its people are sealed with."""

    id: int = Field(primary_key=True)
    begins: str
    until: str
    as_of: str
    """When the plan last confirmed it, by the plan's clock."""
    tag: str
    key: bytes
    mark: str
    """What is known of the plan's time (JSON)."""


class OnCallPerson(StoreTable, table=True):
    """One person: what a list needs, and the page, each sealed by itself."""

    patient_id: str = Field(primary_key=True)
    head: bytes
    page: bytes


class OnCallOpening(StoreTable, table=True):
    """An opening of which the plan has not been told."""

    id: str = Field(primary_key=True)
    patient_id: str
    at: str
    """By the plan's clock as well as the device knew it."""
    reason: str
    visit: bool
