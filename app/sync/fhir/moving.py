"""Who works with whom, moved from one nurse to another: in a CareTeam, a planned visit, an open Task of hers. Pure.

Of the first two only `participant` changes. A planned visit says in an extension of ours who moved it from whom to
whom, so that both nurses' tablets can tell them, and so does a Task. Everything else stays as the plan wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain.review import ReviewKind
from app.domain.visit import PersonRef
from app.sync.fhir import read
from app.sync.fhir.appointment import decode_appointment
from app.sync.fhir.frame import Json
from app.sync.fhir.review import decode_review
from app.sync.fhir.write import time_text

MOVED = "urn:hearthside:moved"
"""Extension of an Appointment, or of a Task that was passed on: parts from, to, by (references with a display) and at
(instant)."""
_NOT_TAKEN = ("draft", "requested")
"""States of a Task in which its owner is for whom it is meant, not yet who has seen it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A planned visit that was moved. `start` is when it is planned for; names as whoever moved it wrote them."""

    appointment_id: str
    patient_id: str
    start: datetime
    at: datetime
    giver: PersonRef
    taker: PersonRef
    by: str
    stands: bool
    """Is the one who got it still among those who are to go, and the visit still on?"""


def hand_on(careteam: Json, giver: PersonRef | None, taker: PersonRef) -> Json:
    """The CareTeam with `taker`, without `giver` (None: nobody goes). The same object where nothing changes."""
    found = list(read.items(careteam, "participant"))
    kept = [one for one in found if giver is None or _names(one, "member") != giver.reference]
    if all(_names(one, "member") != taker.reference for one in kept):
        kept.append({"member": _person(taker)})
    return careteam if kept == found else careteam | {"participant": kept}


def move_visit(appointment: Json, giver: PersonRef, taker: PersonRef, by: PersonRef, at: datetime) -> Json:
    """The planned visit with `taker` in `giver`'s place. The same object where `giver` is not to go."""
    found = list(read.items(appointment, "participant"))
    if all(_names(one, "actor") != giver.reference for one in found):
        return appointment
    has_taker = any(_names(one, "actor") == taker.reference for one in found)
    moved: list[Json] = []
    for one in found:
        if _names(one, "actor") != giver.reference:
            moved.append(one)
        elif not has_taker:
            moved.append(one | {"actor": _person(taker), "status": "accepted"})
    said = [*read.items(appointment, "extension"), _moved(giver, taker, by, at)]
    return appointment | {"participant": moved, "extension": said}


def pass_on(task: Json, giver: PersonRef, taker: PersonRef, by: PersonRef, at: datetime) -> Json:
    """The open Task with `taker` as its owner. The same object where it is not `giver`'s, or is not to be passed on.

    A Task that somebody has taken already says by its owner who that was, and a thank-you is for who earned it.
    """
    review = decode_review(task)
    passes = review is None or review.kind is ReviewKind.QUESTION
    owner = read.reference(task, "owner")
    is_hers = owner is not None and "/".join(owner) == giver.reference
    if not passes or not is_hers or read.text(task, "status") not in _NOT_TAKEN:
        return task
    said = [*read.items(task, "extension"), _moved(giver, taker, by, at)]
    stamp = time_text(at.astimezone(UTC))
    return task | {"owner": _person(taker), "lastModified": stamp, "extension": said}


def decode_moved(appointment: Any) -> Moved | None:
    """The last time that it was moved; None where it never was, or cannot be read. Never raises."""
    planned = decode_appointment(appointment)
    told = [one for one in read.items(appointment, "extension") if read.text(one, "url") == MOVED]
    if planned is None or not told:
        return None
    last = told[-1]
    giver, taker, by = (_said(last, name) for name in ("from", "to", "by"))
    at = read.instant(read.extension(last, "at"), "valueInstant")
    if giver is None or taker is None or at is None:
        return None
    return Moved(
        appointment_id=planned.id,
        patient_id=planned.patient_id,
        start=planned.start,
        at=at,
        giver=giver,
        taker=taker,
        by="" if by is None else by.name,
        stands=not planned.cancelled and taker.reference in planned.nurses,
    )


def is_of_team(careteam: Any, nurses: Iterable[str]) -> bool:
    """Does this active CareTeam name one of these nurses?"""
    named = {_names(one, "member") for one in read.items(careteam, "participant")}
    return read.text(careteam, "status") == "active" and not named.isdisjoint(nurses)


def _moved(giver: PersonRef, taker: PersonRef, by: PersonRef, at: datetime) -> Json:
    parts: list[Json] = [
        {"url": name, "valueReference": _person(who)}
        for name, who in (("from", giver), ("to", taker), ("by", by))
    ]
    parts.append({"url": "at", "valueInstant": time_text(at)})
    return {"url": MOVED, "extension": parts}


def _said(extension: Json, name: str) -> PersonRef | None:
    part = read.extension(extension, name)
    reference = read.reference(part, "valueReference")
    if reference is None:
        return None
    return PersonRef("/".join(reference), read.text(part, "valueReference", "display") or "")


def _names(participant: Json, element: str) -> str | None:
    found = read.reference(participant, element)
    return None if found is None else "/".join(found)


def _person(who: PersonRef) -> Json:
    return {"reference": who.reference, "display": who.name} if who.name else {"reference": who.reference}
