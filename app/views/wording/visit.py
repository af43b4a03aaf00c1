"""Words of the kinds of visit: beginning one, what stands open, a visit that did not take place, what happens next."""

from __future__ import annotations

from datetime import datetime

from app.domain.visit import Missing, Modality, Setting
from app.domain.visit_kind import VisitKind, get_title
from app.domain.visit_layout import Why
from app.language import N_, tr
from app.views import say, text

KIND_OF_VISIT = N_("What kind of visit is it?")
NOT_SEEN = N_("Not seen")
NOT_SEEN_TODAY = N_("Not seen today?")
NOT_REACHED_TODAY = N_("Not reached today?")
NOT_SEEN_HELP = N_("One tap writes down the time and the reason. It counts against nobody.")
WHY_PROPOSED = {
    VisitKind.ROUTINE: N_("Proposed: an earlier visit is on record."),
    VisitKind.FIRST: N_("Proposed: no earlier visit is on record."),
    VisitKind.CANNOT_SPEAK: N_("Proposed: last time the person did not answer."),
    VisitKind.FROM_FACILITY: N_("Proposed: came home from a facility, and nobody has visited since."),
}
PLANNED = N_("As it was planned.")
RIGHT_PERSON_START = N_("Right person: start the visit")
START_CALL = N_("Call and start")
START_CALL_HELP = N_("Opens your phone and starts the visit's clock.")

_KIND_SAYS_HOW = {VisitKind.TELEPHONE: Modality.TELEPHONE, VisitKind.NOT_SEEN: Modality.IN_PERSON}
NO_ANSWER = N_("No answer")
CALL_CHECKED = N_("Name and birth date right, at the address on record, agrees, can talk freely")
CALL_CHECKED_HELP = N_("One tap for all of these, when all of them are so. Otherwise answer them one by one.")
CALL_ENDED = N_("Call ended")
END_OF_CALL = N_("Tap “Call ended” to record the end")
ONE_BY_ONE = N_("One by one")
CALL_LOST = N_("The call was lost")
WHAT_HAPPENED = N_("What happened?")
MORE_SECTIONS = N_("More, when you need it")
OTHERS_OF_FORM = N_("More questions here")
NEXT = N_("What happens next")
TRY_AGAIN = N_("When we try again")

_WHY = {
    Why.TRIGGER: N_("Open because of an answer of today."),
    Why.EARLY: N_("Open because this is one of the first visits."),
    Why.DUE: N_("Open because it was last asked long ago."),
}


def kind_and_where(kind: VisitKind | None, modality: Modality, setting: Setting) -> str:
    """ "Routine visit · In person · Home", "Telephone check · Home", "Not seen · Home": how is said once, and nobody
    who was not seen was seen in person.
    """
    if kind is None:
        return say.where_how(modality, setting)
    where = (
        tr(text.SETTING[setting])
        if modality is _KIND_SAYS_HOW.get(kind)
        else say.where_how(modality, setting)
    )
    return f"{tr(get_title(kind))} · {where}"


def why_open(why: Why) -> str:
    return tr(_WHY[why])


def own_answers(how: str) -> str:
    """Beside who answered: what the person said herself, how, in which language and through whom."""
    return tr("The person's own answers: {how}", how=how)


def form_closed(name: str) -> str:
    return tr("Open: {name}", name=name)


def not_asked(name: str, why: str) -> str:
    return f"{name}: {why}"


def call_number(number: str) -> str:
    return tr("Call {number} and start", number=number)


def next_title(*, met: bool) -> str:
    return tr(NEXT) if met else tr(TRY_AGAIN)


def leaving(modality: Modality) -> str | None:
    """The end of a visit in which nobody leaves; None: the usual words."""
    return None if modality is Modality.IN_PERSON else tr(CALL_ENDED)


def ended(modality: Modality, left_at: datetime) -> str:
    """ "You left at 11:40", "The call ended at 11:40"."""
    return (
        say.ended(left_at)
        if modality is Modality.IN_PERSON
        else tr("The call ended at {time}", time=say.clock(left_at))
    )


def missing(what: Missing, modality: Modality) -> str:
    """What is still needed before signing, as the page of such a visit names it."""
    on_call = what is Missing.END and modality is not Modality.IN_PERSON
    return tr(END_OF_CALL) if on_call else tr(text.MISSING[what])
