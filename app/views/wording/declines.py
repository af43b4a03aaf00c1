"""Words about what is not wanted for a time. "Declined", never "refused"."""

from __future__ import annotations

from app.content.spoken import load, load_sections
from app.domain.declines import AFTER_STAY, CALLS, HOME_VISIT, INTERPRETER, VISIT, Decline, Scope, Voice
from app.language import N_, tr
from app.views import say

TITLE = N_("Declined for now")
WRITE_DOWN = N_("Something is not wanted")
TODAY = N_("Declined today")
TODAY_FAMILY = N_("Declined today by the family")
HOW_WIDE = N_("How far does it reach?")
WHAT = N_("What is not wanted?")
WHOSE = N_("Who says so?")
WHEN = N_("Ask again")
KEEP = N_("Keep this")
CANCEL = N_("Cancel")
WANTED_AGAIN = N_("They want it after all")
NOT_ASKED = N_("The person has not been asked.")
NOT_BROUGHT_UP = N_(
    "Until the day to ask again, the app does not bring it up. What must be acted on still shows."
)
MISSING = N_("Please choose one in each row.")
NOT_SENT = N_("so far only on this tablet")
NO_OFFER = N_("Declined for now, so no offer is made.")

SCOPE = {
    Scope.TODAY: N_("Only today"),
    Scope.TOPIC: N_("This topic"),
    Scope.SERVICE: N_("This service"),
    Scope.PROGRAMME: N_("The program"),
}
VOICE = {Voice.PERSON: N_("The person"), Voice.FAMILY: N_("The family")}
AGAIN = (
    (14, N_("In 2 weeks")),
    (30, N_("In 30 days")),
    (90, N_("In 3 months")),
    (365, N_("In a year")),
)
"""Days from today, one tap each."""
OWN = {
    VISIT: N_("Today's visit"),
    HOME_VISIT: N_("Our home visits"),
    AFTER_STAY: N_("The home visit after coming home"),
    CALLS: N_("Our telephone checks"),
    INTERPRETER: N_("An interpreter"),
}


def subject(scope: Scope, about: str) -> str:
    """What is declined."""
    if about in OWN:
        return tr(OWN[about])
    if scope is Scope.PROGRAMME:
        item = load()["programme"].get_item("prog-programme")
    elif scope is Scope.SERVICE:
        item = next(one for one in load()["referrals"].items[0].items if one.link_id == "ref-to")
    else:
        return next((one.title for one in load_sections() if one.id == about), about)
    option = item.find_option(about)
    return option.display if option is not None else about


def line(one: Decline) -> str:
    """ "Mood and worry: declined by the person, ask again on May 3, 2027"."""
    about, day = subject(one.scope, one.about), say.day(one.ask_again_on)
    if one.voice is Voice.PERSON:
        said = tr("{what}: the person declined, ask again on {day}", what=about, day=day)
    else:
        said = tr("{what}: the family declined, ask again on {day}", what=about, day=day)
    return f"{said} ({tr(NOT_SENT)})" if one.pending else said


def quiet(one: Decline) -> str:
    """The one quiet line of a closed section."""
    day = say.day(one.ask_again_on)
    if one.scope is Scope.TODAY:
        said = tr(TODAY) if one.voice is Voice.PERSON else tr(TODAY_FAMILY)
    elif one.voice is Voice.PERSON:
        said = tr("Declined until {day}", day=day)
    else:
        said = tr("Declined by the family until {day}", day=day)
    return f"{said} ({tr(NOT_SENT)})" if one.pending else said
