"""What the plan's server answered, after it was found to be FHIR at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from app.errors import Conflict, PlanDown, PlanError, Refused, SignInNeeded, Withdrawn
from app.sync.fhir.bundle import outcome_text, version_of_etag

TRANSIENT = frozenset({408, 425, 429})
WITHDRAWN = "hearthside-drain"
"""Header of a refusal that says: this sign-in was withdrawn, it may only send."""
LONGEST_WAIT = 3600.0
"""Seconds: a Retry-After beyond an hour is asked again after an hour."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `resource` is None only where none is due (304, 204, or an error without a body)."""

    status: int
    headers: Mapping[str, str]
    resource: dict[str, Any] | None
    text: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def reason(self) -> str:
        """The server's own words, else only its status number."""
        return outcome_text(self.resource) or f"HTTP {self.status}"

    @property
    def version(self) -> str | None:
        return version_of_etag(self.headers.get("etag"))

    @property
    def server_at(self) -> datetime | None:
        return server_time(self.headers)

    @property
    def last_modified(self) -> datetime | None:
        """When the server says that this version was stored, in whole seconds."""
        return _http_date(self.headers.get("last-modified"))

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait as the server asks, from either form of Retry-After."""
        said = self.headers.get("retry-after", "").strip()
        if said.isdecimal():
            return min(float(said), LONGEST_WAIT)
        until, now = _http_date(said), self.server_at
        if until is None or now is None:
            return None
        return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)

    def error(self) -> PlanError:
        """The error that this answer means where no success came."""
        detail = f"HTTP {self.status}"
        if self.status == 401:
            return SignInNeeded(detail=detail)
        if self.status in (409, 412):
            return Conflict(detail=detail)
        if self.status == 403 and WITHDRAWN in self.headers:
            return Withdrawn(detail=detail)
        if self.status >= 500 or self.status in TRANSIENT:
            return PlanDown(detail=detail)
        return Refused(detail=detail)

    def get(self) -> dict[str, Any]:
        """The resource of a success. Raises what `error` says otherwise."""
        if not self.ok or self.resource is None:
            raise self.error()
        return self.resource


def _http_date(said: str | None) -> datetime | None:
    if not said:
        return None
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The server's clock as its Date header says, in whole seconds."""
    return _http_date(headers.get("date"))
