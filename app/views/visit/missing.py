"""Where on the visit page it stands that something is missing."""

from __future__ import annotations

from app.content.spoken import load_sections
from app.domain.items import find_place
from app.domain.visit import Missing, VisitDraft, list_unfinished, split_key
from app.domain.visit_layout import Layout
from app.views.visit.next_steps import ASKED_NEXT

SCROLL_TO = {
    Missing.ANSWERED_BY: "answered-by",
    Missing.FINDING: "symptoms",
    Missing.OTHER_NUMBER: "esas-other",
    Missing.UNFINISHED: "symptoms",
    Missing.NOTE_TOO_LONG: "note",
    Missing.CONCERN: "concern",
    Missing.END: "ending",
    Missing.TIMES: "ending",
    Missing.NEXT: "next",
    Missing.PERSON: "section-call",
    Missing.WHY: "section-not-seen",
}
"""Names of places on the page. What is unfinished has its own section (`find_section`); this is where none is known."""


_SECTIONS = {Missing.PERSON: "call", Missing.WHY: "not-seen"}


def find_section(what: Missing, draft: VisitDraft, layout: Layout | None = None) -> str | None:
    """The section that has to be open for it to be seen; of unfinished texts the first one's."""
    if what in _SECTIONS:
        return _SECTIONS[what]
    if what is Missing.FINDING:
        return _section_of_findings(layout)
    if what is not Missing.UNFINISHED:
        return None
    for key in list_unfinished(draft):
        place = find_place(split_key(key)[1])
        if place is None or place.item.named:
            continue
        if layout is not None and place.item.link_id in ASKED_NEXT:
            return "next"
        for section in load_sections():
            if place.instrument.id in section.forms and (section.open != "always" or layout is not None):
                return section.id
    return None


def find_place_of(what: Missing, section: str | None, layout: Layout | None) -> str:
    """The name to scroll to. Sections that are never closed have no card."""
    if section is None:
        return SCROLL_TO[what]
    bare = section == "next" or (
        (layout is None or layout.stands_open(section, ())) and section == "symptoms"
    )
    return section if bare else f"section-{section}"


def _section_of_findings(layout: Layout | None) -> str | None:
    """Where a kind begins with something else than symptoms, that; None: the symptoms, which are never closed."""
    if layout is None or layout.stands_open("symptoms", ()):
        return None
    return "distress" if layout.stands_open("distress", ()) else "symptoms"
