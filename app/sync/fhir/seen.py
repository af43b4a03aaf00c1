"""Who has seen a Task, as far as its record says so: a note by somebody, or an owner who has taken it.

A status alone names nobody, and whoever asked for it has of course seen it: neither counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.domain.seen import Seen
from app.domain.visit import PersonRef
from app.sync.fhir import read
from app.sync.fhir.frame import Json
from app.sync.fhir.write import clean, person, time_text

_TAKEN = frozenset({"received", "accepted", "ready", "in-progress", "on-hold", "completed", "rejected"})
"""States that an owner gives it; `requested` names whom it is for."""
_PEOPLE = frozenset({"Practitioner", "PractitionerRole"})


def find_seen(task: Any) -> Seen | None:
    """The last who saw it. None where the record names nobody, or no time. Never raises."""
    return max(_sightings(task), key=lambda one: one.at, default=None)


def find_note_by(task: Any, reference: str) -> datetime | None:
    """When this person last said something about it. None where she never did. Never raises."""
    said = (
        read.instant(note, "time")
        for note in read.items(task, "note")
        if read.text(note, "authorReference", "reference") == reference
    )
    return max((at for at in said if at is not None), default=None)


def _sightings(task: Any) -> Iterator[Seen]:
    asked = read.find(task, "requester")
    for note in read.items(task, "note"):
        who = read.find(note, "authorReference")
        name = read.text(who, "display") or read.text(note, "authorString")
        at = read.instant(note, "time")
        if name is not None and at is not None and not _same(who, name, asked):
            yield Seen(name, at)
    owner = read.find(task, "owner")
    named = read.reference(task, "owner")
    name, at = read.text(owner, "display"), read.instant(task, "lastModified")
    if read.text(task, "status") not in _TAKEN or named is None or named[0] not in _PEOPLE:
        return
    if name is not None and at is not None and not _same(owner, name, asked):
        yield Seen(name, at)


def _same(who: Any, name: str, asked: Any) -> bool:
    one, other = read.reference({"it": who}, "it"), read.reference({"it": asked}, "it")
    if one is not None and other is not None:
        return one == other
    return name == read.text(asked, "display")


def note_by(author: PersonRef, at: datetime, words: str) -> Json:
    """A note that says who looked at a Task and when. Notes only grow, so two who look at once both stay.

    `words` are never empty: FHIR wants a text in each note.
    """
    return {"authorReference": person(author), "time": time_text(at.astimezone(UTC)), "text": clean(words)}
