"""Words of the kinds of visit: beginning one, what stands open, a visit that did not take place, what happens next."""

from __future__ import annotations

from datetime import datetime

from app.domain.visit import Missing, Modality
from app.domain.visit_kind import VisitKind
from app.domain.visit_layout import Why
from app.views import say, text

KIND_OF_VISIT = "What kind of visit is it?"
NOT_SEEN = "Not seen"
NOT_SEEN_TODAY = "Not seen today?"
NOT_SEEN_HELP = "One tap writes down the time and the reason. It counts against nobody."
WHY_PROPOSED = {
    VisitKind.ROUTINE: "Proposed: seen before, nothing special is known.",
    VisitKind.FIRST: "Proposed: no earlier visit is on record.",
    VisitKind.CANNOT_SPEAK: "Proposed: last time somebody else answered.",
    VisitKind.FROM_FACILITY: "Proposed: came home from a facility, and nobody has visited since.",
}
PLANNED = "As it was planned."
RIGHT_PERSON_START = "Right person: start the visit"
START_CALL = "Call and start"
START_CALL_HELP = "Opens your phone and starts the visit's clock."

NO_ANSWER = "No answer"
CALL_CHECKED = "Name and birth date right, at the address on record, agrees, can talk freely"
CALL_CHECKED_HELP = "One tap for all of these, when all of them are so. Otherwise answer them one by one."
CALL_ENDED = "Call ended"
END_OF_CALL = "Tap “Call ended” to record the end"
ONE_BY_ONE = "One by one"
CALL_LOST = "The call was lost"
WHAT_HAPPENED = "What happened?"
MORE_SECTIONS = "More, when you need it"
OTHERS_OF_FORM = "More questions here"
NEXT = "What happens next"
TRY_AGAIN = "When we try again"

_WHY = {
    Why.TRIGGER: "Open because of an answer of today.",
    Why.EARLY: "Open because this is one of the first visits.",
    Why.DUE: "Open because it was last asked long ago.",
}


def kind_and_where(kind: str, where: str) -> str:
    """ "Routine visit · In person · Home"."""
    return f"{kind} · {where}"


def why_open(why: Why) -> str:
    return _WHY[why]


def form_closed(name: str) -> str:
    return f"Open: {name}"


def not_asked(name: str, why: str) -> str:
    return f"{name}: {why}"


def call_number(number: str) -> str:
    return f"Call {number} and start"


def next_title(*, met: bool) -> str:
    return NEXT if met else TRY_AGAIN


def leaving(modality: Modality) -> str | None:
    """The end of a visit in which nobody leaves; None: the usual words."""
    return None if modality is Modality.IN_PERSON else CALL_ENDED


def ended(modality: Modality, left_at: datetime) -> str:
    """ "You left at 11:40", "The call ended at 11:40"."""
    return say.ended(left_at) if modality is Modality.IN_PERSON else f"The call ended at {say.clock(left_at)}"


def missing(what: Missing, modality: Modality) -> str:
    """What is still needed before signing, as the page of such a visit names it."""
    on_call = what is Missing.END and modality is not Modality.IN_PERSON
    return END_OF_CALL if on_call else text.MISSING[what]
