"""Whose records this user works with: active CareTeams that name her, or for a supervisor all she may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from app.store.sessions import SignInRow
from app.sync.answer import Answer
from app.sync.fhir import read
from app.sync.tracks import LARGEST_PAGE, Page, Track, advance, lower_bound
from app.sync.transport import FhirClient

SUPERVISOR = "supervisor"
_NO_OVERLAP = timedelta(0)


def _names(careteam: Any, reference: str) -> bool:
    members = (read.reference(p, "member") for p in read.items(careteam, "participant"))
    return any(member is not None and f"{member[0]}/{member[1]}" == reference for member in members)


def member_of(careteam: Any, sign_in: SignInRow, server_at: datetime | None) -> str | None:
    """The id of the person whose active CareTeam this is, if it gives this user her records."""
    if read.text(careteam, "resourceType") != "CareTeam" or read.text(careteam, "status") != "active":
        return None
    end = read.instant(careteam, "period", "end")
    if end is not None and server_at is not None and end <= server_at:
        return None
    if sign_in.role != SUPERVISOR and not _names(careteam, sign_in.user_reference):
        return None
    subject = read.reference(careteam, "subject")
    return subject[1] if subject is not None and subject[0] == "Patient" else None


def _filters(sign_in: SignInRow) -> list[list[tuple[str, str]]]:
    """From the narrowest question to the widest: what a server cannot filter is filtered here anyway."""
    active, hers = ("status", "active"), ("participant", sign_in.user_reference)
    return [[active], []] if sign_in.role == SUPERVISOR else [[active, hers], [hers], []]


@dataclass(frozen=True, slots=True)
class _Known:
    """What one page with this ETag said."""

    etag: str
    members: frozenset[str]


_known: WeakKeyDictionary[FhirClient, _Known] = WeakKeyDictionary()
"""Of each client whose server gives such pages an ETag: every pass asks, and nearly always nothing has changed."""


async def _ask(
    client: FhirClient, track: Track, filters: list[list[tuple[str, str]]], unless: str | None = None
) -> Answer:
    """One page; `filters` loses the questions that this server refuses to answer."""
    if track.link is not None:
        return await client.follow(track.link)
    paging = [("_sort", "_lastUpdated"), ("_count", str(track.count))]
    lower = lower_bound(track, _NO_OVERLAP)
    if lower is not None:
        paging.append(("_lastUpdated", f"ge{lower}"))
    answer = await client.search("CareTeam", filters[0] + paging, unless=unless)
    while answer.status in (400, 422) and len(filters) > 1:
        filters.pop(0)
        answer = await client.search("CareTeam", filters[0] + paging)
    return answer


async def read_panel(client: FhirClient, sign_in: SignInRow) -> frozenset[str]:
    """All members, one request unless there are very many. Raises PlanError."""
    track = Track("careteams", "CareTeam", None, None, done=False, count=LARGEST_PAGE // 4)
    filters = _filters(sign_in)
    found: set[str] = set()
    can = client.capabilities
    known = _known.get(client) if can is not None and can.store_epoch is not None else None
    etag: str | None = None
    while not track.finished:
        first = track.at is None and track.link is None
        answer = await _ask(client, track, filters, known.etag if first and known is not None else None)
        if answer.status == 304 and first and known is not None:
            return known.members
        bundle = answer.get()
        teams = matches(bundle, "CareTeam")
        found |= {m for team in teams if (m := member_of(team, sign_in, client.server_at)) is not None}
        track = advance(track, page_of(bundle, teams), _NO_OVERLAP)
        etag = answer.headers.get("etag") if first and track.finished else None
    _known.pop(client, None)
    if etag is not None:
        _known[client] = _Known(etag, frozenset(found))
    return frozenset(found)


def matches(bundle: Any, kind: str) -> list[dict[str, Any]]:
    """The matches of one type in a searchset; outcomes and included records are passed over."""
    found = []
    for entry in read.items(bundle, "entry"):
        resource = entry.get("resource")
        is_match = read.text(entry, "search", "mode") in (None, "match")
        if is_match and isinstance(resource, dict) and resource.get("resourceType") == kind:
            found.append(resource)
    return found


def page_of(bundle: Any, resources: list[dict[str, Any]]) -> Page:
    links = read.items(bundle, "link")
    following = next(
        (read.text(link, "url") for link in links if read.text(link, "relation") == "next"), None
    )
    stamps = (read.text(resource, "meta", "lastUpdated") for resource in resources)
    return Page(tuple(stamp for stamp in stamps if stamp is not None), following)
