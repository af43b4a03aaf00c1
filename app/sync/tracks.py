"""Keyset paging, worked out without sending anything: where a pull stands, what to ask next, when it is through.

`_lastUpdated=ge<last seen>` with `_sort=_lastUpdated`: following `next` links while rows change skips rows, and a
strict `gt` loses every row that shares the last one's time. A full page that does not advance (many rows with one
time) is asked again larger, and where the server caps pages its own link is followed as the last resort.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from app.errors import PlanDown
from app.sync.fhir import read

PAGE = 200
LARGEST_PAGE = 3_200
GROWN_PAGE = 800
"""Records that our own backend is asked for at once, after smaller pages came through: long loads take fewer rounds,
and most visits come whole.
"""
MOST_LINKS = 1_000
"""Pages that one time may fill. With pages of 50 that is more records than one write of any server makes."""
PANEL = "panel"
KINDS = (
    "Patient",
    "Appointment",
    "Encounter",
    "QuestionnaireResponse",
    "DocumentReference",
    "Provenance",
    "Task",
    "Flag",
    "RelatedPerson",
    "Consent",
    "CarePlan",
    "Goal",
    "ServiceRequest",
    "Observation",
    "Condition",
    "MedicationRequest",
    "AllergyIntolerance",
    "Coverage",
    "MedicationStatement",
    "Communication",
    "Procedure",
)
"""What is pulled, in the order in which it becomes useful."""


def moment(text: str | None) -> datetime | None:
    """A server's time text as a time; None when there is none or it cannot be read."""
    return read.instant({"at": text}, "at")


@dataclass(frozen=True, slots=True)
class Track:
    """One cursor on its way. `since` is what the store holds, `at` how far this pass has come."""

    scope: str
    type: str
    patients: tuple[str, ...] | None
    """Ids to name in the query; None where the server itself limits what is seen."""
    since: str | None
    done: bool
    """True once this pull reached its end at least once."""
    at: str | None = None
    count: int = PAGE
    link: str | None = None
    """A page to follow on the server's own link, only while one time fills whole pages."""
    followed: int = 0
    """Links followed since it last came forward."""
    finished: bool = False
    quiet: bool = False
    """Nothing came after `since` for longer than rows take to become visible: it need not be looked behind."""

    @property
    def position(self) -> str | None:
        return self.at or self.since


@dataclass(frozen=True, slots=True)
class Page:
    """What a search answered, in order: (lastUpdated, …) of its matches, and the server's next link."""

    stamps: tuple[str, ...]
    next_link: str | None = None


def lower_bound(track: Track, overlap: timedelta) -> str | None:
    """The time from which to ask: on the first page of a pass a little before what was seen last.

    Rows may become visible a little later than their stamp says, hence the overlap; it counts from the server's own
    text and never from this device's clock.
    """
    if track.at is not None:
        return track.at
    if track.quiet:
        return track.since
    seen = moment(track.since)
    if seen is None:
        return None
    try:
        early = seen.astimezone(UTC) - overlap
    except OverflowError:
        return track.since
    return early.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def query(track: Track, overlap: timedelta, *, total: bool = False, elements: bool = False) -> str:
    """The search as it stands in a batch entry. Holds ids, times and counts only.

    `elements`: ids and versions are enough; a server may send whole records all the same.
    """
    parameters: list[tuple[str, str]] = []
    if track.patients is not None:
        parameters.append(("_id" if track.type == "Patient" else "patient", ",".join(track.patients)))
    lower = lower_bound(track, overlap)
    if lower is not None:
        # What has the very time of a quiet cursor was seen long ago, too.
        only_later = track.quiet and track.at is None
        parameters.append(("_lastUpdated", f"{'gt' if only_later else 'ge'}{lower}"))
    parameters += [("_sort", "_lastUpdated"), ("_count", str(track.count))]
    if total:
        parameters.append(("_total", "accurate"))
    if elements:
        parameters.append(("_elements", "id,meta"))
    return f"{track.type}?{urlencode(parameters)}"


def newest_query(kind: str, patients: Sequence[str] | None, count: int) -> str:
    """The newest records first: shown early in a first load, without moving any cursor."""
    parameters = [("patient", ",".join(patients))] if patients is not None else []
    parameters += [("_sort", "-_lastUpdated"), ("_count", str(count))]
    return f"{kind}?{urlencode(parameters)}"


def _latest(stamps: Sequence[str]) -> str | None:
    dated = [(at, text) for text in stamps if (at := moment(text)) is not None]
    return max(dated)[1] if dated else None


def _later(one: str | None, other: str | None) -> bool:
    a, b = moment(one), moment(other)
    return a is not None and (b is None or a > b)


def advance(track: Track, page: Page, overlap: timedelta, most: int = PAGE) -> Track:
    """Where the track stands after this page was stored. Raises PlanDown where a server's pages have no end.

    `most`: up to which size pages grow while full ones come through: only where the server is known to give them.
    """
    full = page.next_link is not None or len(page.stamps) >= track.count
    last = _latest(page.stamps)
    at = last if _later(last, track.position) else track.position
    if not full or last is None:
        return replace(track, at=at, link=None, finished=True)
    if _later(last, lower_bound(track, overlap)):
        return replace(track, at=at, count=max(PAGE, min(track.count * 2, most)), link=None, followed=0)
    if track.link is None and len(page.stamps) >= track.count and track.count < LARGEST_PAGE:
        return replace(track, at=at, count=track.count * 2)
    if page.next_link is not None and (page.next_link == track.link or track.followed >= MOST_LINKS):
        # The same page with a fresh link each time would keep every visit that is signed meanwhile waiting for ever.
        raise PlanDown(detail="endless pages")
    followed = track.followed + 1
    return replace(track, at=at, link=page.next_link, followed=followed, finished=page.next_link is None)


def settled_since(track: Track, server_at: datetime | None) -> str | None:
    """What to store as the cursor: the last text seen, but never beyond the server's own clock.

    One record stamped in the year 2105 would otherwise keep every later change away.
    """
    seen = moment(track.position)
    if seen is not None and server_at is not None and track.finished and seen > server_at:
        return server_at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    return track.position
