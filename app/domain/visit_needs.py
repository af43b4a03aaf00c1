"""What signing needs of a visit, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from app.content.model import Kind
from app.content.visit_kinds import load_kinds
from app.domain.items import find_place
from app.domain.visit_kind import KIND, NOT_SEEN_WHY, is_met, kind_of

if TYPE_CHECKING:  # a draft's own module asks this one
    from app.domain.visit import Entry, VisitDraft

FRAME = frozenset({"visit-frame", "call-start", "call-lost", "next-steps", "not-seen"})
"""Forms that say how a visit went and not how the person is."""
NEXT = frozenset({"poc-next-contact", "next-none"})
"""Items of which one says what happens next."""
IDENTITY = "call-identity"
"""The item that says how it was made sure that it is the right person on the line."""


class Missing(StrEnum):
    """What still keeps a draft from being signed."""

    PERSON = "person"
    """On a call: nothing says that it is the right person."""
    WHY = "why"
    """Nobody was seen, and nothing says why."""
    NEXT = "next"
    """What happens next."""
    END = "end"
    """ "I'm leaving" was not tapped."""
    CONCERN = "concern"
    """Something said raises the question of being tired of living, and nothing says what was found out."""
    ANSWERED_BY = "answered-by"
    FINDING = "finding"
    OTHER_NUMBER = "other-number"
    """A problem was named and has no number."""
    UNFINISHED = "unfinished"
    """Something typed cannot be read as what its field asks for."""
    TIMES = "times"
    NOTE_TOO_LONG = "note-too-long"


def said_entries(entries: Mapping[str, tuple[Entry, ...]]) -> dict[str, tuple[Entry, ...]]:
    """Entries in which something was said: one that was opened and left empty is nobody and nothing."""
    said = {group: tuple(one for one in several if one.answers) for group, several in entries.items()}
    return {group: several for group, several in said.items() if several}


def missing_by_kind(draft: VisitDraft) -> list[Missing]:
    """What the kind of the visit still asks for beside its times, in the order of the page."""
    kind = kind_of(draft.answers)
    if kind is None:
        asked = any(_a_person_answers(link_id) for link_id in draft.answers)
        who = [Missing.ANSWERED_BY] if draft.answered_by is None and asked else []
        return [*who, *([] if has_finding(draft) else [Missing.FINDING])]
    needs = load_kinds().get(kind.value).needs
    if not is_met(draft.answers):
        return [] if NOT_SEEN_WHY in draft.answers else [Missing.WHY]
    missing: list[Missing] = []
    if "person" in needs and IDENTITY not in draft.answers:
        missing.append(Missing.PERSON)
    if "who" in needs and draft.answered_by is None:
        missing.append(Missing.ANSWERED_BY)
    if "finding" in needs and not has_finding(draft):
        missing.append(Missing.FINDING)
    return missing


def has_finding(draft: VisitDraft) -> bool:
    """Whether anything was found out: what only frames a visit (who was there, the call, what comes next) is none."""
    if draft.note.strip() or said_entries(draft.entries):
        return True
    if kind_of(draft.answers) is None:
        return bool(draft.answers)
    return any(not _only_frames(link_id) for link_id in draft.answers)


def _only_frames(link_id: str) -> bool:
    place = find_place(link_id)
    return link_id in NEXT or (place is not None and place.instrument.id in FRAME)


def is_untouched(draft: VisitDraft) -> bool:
    """Whether nothing was said in it yet; the kind, which the app keeps, is nothing said."""
    return not (set(draft.answers) - {KIND} or draft.note.strip() or draft.unfinished or draft.left_at)


def _a_person_answers(link_id: str) -> bool:
    """Whether somebody other than the nurse says this: an item of a scale that is not the clinician's own."""
    place = find_place(link_id)
    if place is None or place.instrument.kind is not Kind.SCALE:
        return False
    return place.instrument.answered_by != ("clinician",)
