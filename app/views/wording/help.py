"""Words of help, the tour, practising, a long time without signal, and a hard day."""

from __future__ import annotations

from datetime import datetime

from app.domain.hard_day import CallAsked, CallState
from app.language import N_, NC_, tr, trn
from app.services.no_signal import NoSignal
from app.views import say

HELP = N_("Help for this screen")
CLOSE_HELP = N_("Close help")
SETTINGS_TITLE = N_("Help")
TOUR_AND_PRACTICE = N_("Tour and practice")
SETTINGS_HELP = N_("The question mark explains the screen you are on.")

TOUR = N_("Show me around")
TOUR_HELP = N_("Six cards, one minute.")
SKIP = N_("Skip the tour")
NEXT = N_("Next")
BEFORE = N_("Back")
DONE = N_("Done")
REAL_VISIT = N_("See a visit of the demo")
"""Only where people of a demo panel are on the tablet: they do not exist."""

VERB = "verb"
PRACTISE = NC_("verb", "Practice")
PRACTISE_HELP = N_(
    "With a person who does not exist. Begin, answer and sign visits. "
    "Nothing is sent, counted or kept; all of it goes when you stop or this device locks."
)
PRACTICE = N_("Practice")
PRACTICE_LINE = N_("An invented person. Nothing is sent, counted or kept, and no call is made.")
PRACTICE_BRIEF = N_("Practice: nothing is sent")
PRACTICE_SHORT = N_("Nothing is sent, counted or kept.")
STOP_PRACTICE = N_("Stop practicing")

NO_SIGNAL = N_("No signal for days")
NEVER_MET = N_("This device has not been in contact with the plan yet.")
KEPT_TITLE = N_("What is kept here")
HOW_LONG_TITLE = N_("For how long")
TO_DO_TITLE = N_("What to do")
WHO_TITLE = N_("Whom to call")
HOW_LONG = N_(
    "What the plan has not confirmed stays on this tablet until it has, however long that takes. "
    "It survives a restart, an empty battery and an update."
)
GO_ON = N_("Go on visiting, writing and signing. Everything works without signal.")
ALERTS_WAIT = N_("Alerts wait here too. Call about anything that cannot wait: nobody sees it on a screen.")
FIND_SIGNAL = N_(
    "Once a day, go where there is signal and leave Hearthside open until it says that nothing waits."
)
COLLEAGUE = N_("On a shared tablet a colleague's Hearthside brings your signed visits too, sealed.")
KEEP_IT = N_("Do not remove Hearthside and do not reset the tablet: what waits would be gone.")
SIGN_IN_AGAIN = N_("The sign-in has ended. With signal, sign in again; until then nothing leaves.")
OPEN_WAITING = N_("See what waits")
CALL_SUPERVISOR = N_("Call the supervisor")
CALL_ON_CALL = N_("Call the nurse on call")
NO_NUMBER = N_("The plan has sent no number. Use the one that you were given.")

HARD_DAY = N_("Hard day?")
HARD_DAY_HELP = N_(
    "One tap asks your supervisor to call you. No reason is asked. It is not counted and in no report."
)
ASK_FOR_CALL = N_("Ask for a call")
TAKE_BACK = N_("Take back")
ASKED_HERE = N_("Not sent yet, so nobody knows. It goes out first thing with the next signal.")
ASKED_THERE = N_("Your supervisor can see it.")
NOT_TAKEN = N_("The plan could not take it, so nobody knows. Please call.")
ENDED_HERE = N_("Taken back. The plan hears of it with the next signal; until then somebody may still call.")
CALLS_ASKED = N_("Asks for a call")
I_WILL_CALL = N_("I will call")
WE_TALKED = N_("We have talked")


def step(number: int, of: int) -> str:
    """Where one is in the tour."""
    return tr("{number} of {of}", number=number, of=of)


def last_contact(at: datetime | None, now: datetime) -> str:
    """When the plan last answered, by its own clock."""
    if at is None:
        return tr(NEVER_MET)
    return tr("Last contact with the plan: {when}.", when=say.moment(at, now))


def kept_lines(page: NoSignal, now: datetime) -> list[str]:
    """What lies here, each kind in a sentence; figures of the store."""
    lines = [_visits(page.visits), _alerts(page.alerts), _others(page.others), _drafts(page.drafts)]
    found = [one for one in lines if one]
    if not page.waiting:
        found.insert(0, tr("Nothing waits: the plan has everything that was signed here."))
    elif page.oldest is not None:
        found.append(tr("The oldest has waited since {when}.", when=say.moment(page.oldest, now)))
    if page.set_aside:
        found.append(_aside(page.set_aside))
    found.append(_people(page.people))
    return found


def kept_days(days: int) -> str:
    return tr(
        "What you signed also stays {days} days after the plan has it, in case the plan loses it.", days=days
    )


def _visits(count: int) -> str:
    if not count:
        return ""
    return trn("{number} signed visit waits.", "{number} signed visits wait.", count)


def _alerts(count: int) -> str:
    if not count:
        return ""
    return trn("{number} alert waits.", "{number} alerts wait.", count)


def _others(count: int) -> str:
    if not count:
        return ""
    return trn("{number} other entry waits.", "{number} other entries wait.", count)


def _drafts(count: int) -> str:
    if not count:
        return ""
    return trn("{number} visit is not signed yet.", "{number} visits are not signed yet.", count)


def _aside(count: int) -> str:
    return trn(
        '{number} of them the plan could not take. "Sent & waiting" says why.',
        '{number} of them the plan could not take. "Sent & waiting" says why.',
        count,
    )


def _people(count: int) -> str:
    return trn(
        "The record of {number} person, as the plan last sent it.",
        "The records of {number} people, as the plan last sent them.",
        count,
    )


def hard_day_state(one: CallAsked) -> str:
    """How it stands, honestly: nobody knows before the plan has it."""
    if one.refused:
        return tr(NOT_TAKEN)
    if one.state is CallState.OVER:
        return tr(ENDED_HERE)
    if not one.known:
        return tr(ASKED_HERE)
    if one.state is CallState.TAKEN and one.by:
        return tr("{by} will call you.", by=one.by)
    return tr(ASKED_THERE)


def asked_by(one: CallAsked, now: datetime) -> str:
    """For a supervisor: who asks, since when, and nothing else."""
    return f"{one.nurse_name}, {say.moment(one.asked_at, now)}"


def taken_by(one: CallAsked) -> str:
    return tr("{by} will call.", by=one.by) if one.by else tr("Somebody will call.")
