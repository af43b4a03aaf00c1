"""Where on the visit page it stands that something is missing."""

from __future__ import annotations

from app.content import load_sections
from app.domain.items import find_place
from app.domain.visit import Missing, VisitDraft, list_unfinished, split_key

SCROLL_TO = {
    Missing.ANSWERED_BY: "answered-by",
    Missing.FINDING: "symptoms",
    Missing.OTHER_NUMBER: "esas-other",
    Missing.UNFINISHED: "symptoms",
    Missing.NOTE_TOO_LONG: "note",
    Missing.CONCERN: "concern",
    Missing.END: "ending",
    Missing.TIMES: "ending",
}
"""Names of places on the page. What is unfinished has its own section (`find_section`); this is where none is known."""


def find_section(what: Missing, draft: VisitDraft) -> str | None:
    """The section that has to be open for it to be seen: of the first unfinished text."""
    if what is not Missing.UNFINISHED:
        return None
    for key in list_unfinished(draft):
        place = find_place(split_key(key)[1])
        if place is None or place.item.named:
            continue
        for section in load_sections():
            if place.instrument.id in section.forms and section.open != "always":
                return section.id
    return None
