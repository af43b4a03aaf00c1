"""Limits of the plan backend. Everything has a default that suits a pilot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanSettings:
    """Sizes are bytes as received unless said otherwise; times are seconds."""

    max_body_bytes: int = 5_000_000
    """Largest request body, after a gzip body is opened. A larger one is answered 413."""

    max_file_bytes: int = 2_000_000
    """Largest file (Binary), as bytes and not as base64. A larger one is answered 413."""

    max_entries: int = 500
    """Entries in one Bundle. More are answered 413. Must not exceed `max_count`."""

    default_count: int = 100
    max_count: int = 1_000
    """Page sizes of a search: without `_count`, and the most that `_count` can ask for."""

    write_seconds: float = 20.0
    """A write transaction that takes longer is rolled back and answered 503."""

    author_days: int = 30
    """How long an author can still read her own writes by id after she left a patient's team."""

    access_token_seconds: int = 900
    refresh_token_seconds: int = 30 * 86_400
    """Sign-in: life of an access token, and of a refresh token that is not used."""

    refresh_grace_seconds: int = 60
    """The refresh token that was just exchanged gives the same successors again this long: an answer may get lost."""

    code_seconds: int = 60
    """Life of an authorization code."""

    form_seconds: int = 3_600
    """How long a login page can be sent off after it was drawn."""

    user_tries: int = 5
    address_tries: int = 30
    """Failed sign-ins of one name, and from one address, before each further one has to wait."""

    user_units: float = 12_000
    user_units_per_second: float = 100
    """How much one user may ask for at once, and what comes back of it a second; about one unit a record or search."""

    address_units: float = 1_000
    address_units_per_second: float = 20
    """The same for all requests of one address that carry no good token."""

    user_requests_at_once: int = 12
    """Requests of one user that are worked on at the same time; a device has at most six."""

    read_seconds: float = 20.0
    """A read, or a batch of reads, that takes longer is cut off, answered 503, and costs its user dearly."""

    sign_in_seconds: int = 90 * 86_400
    """How long a sign-in can be renewed before the password is asked for again."""

    bulk_hours: int = 24
    """How long the files of a bulk export can be read after it was asked for."""

    emergency_hours: int = 12
    emergencies_a_day: int = 3
    emergency_tries: int = 10
    """Access in an emergency: how long it lasts, how many a nurse opens in 24 hours, and how many names that nobody
    has she may try in that time."""
