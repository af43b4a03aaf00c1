"""Words of help, the tour, practising, a long time without signal, and a hard day."""

from __future__ import annotations

from datetime import datetime

from app.domain.hard_day import CallAsked, CallState
from app.services.no_signal import NoSignal
from app.views import say

HELP = "Help for this screen"
CLOSE_HELP = "Close help"
SETTINGS_TITLE = "Help"
TOUR_AND_PRACTICE = "Tour and practice"
SETTINGS_HELP = "The question mark explains the screen you are on."

TOUR = "Show me round"
TOUR_HELP = "Six cards, one minute."
SKIP = "Skip the tour"
NEXT = "Next"
BEFORE = "Back"
DONE = "Done"
REAL_VISIT = "See a visit of the demo"
"""Only where people of a demo panel are on the tablet: they do not exist."""

PRACTISE = "Practise"
PRACTISE_HELP = (
    "With a person who does not exist. Begin, answer and sign visits. "
    "Nothing is sent, counted or kept; all of it goes when you stop or the tablet locks."
)
PRACTICE = "Practice"
PRACTICE_LINE = "Nobody real. Nothing is sent, counted or kept, and no call is made."
STOP_PRACTICE = "Stop practising"

NO_SIGNAL = "No signal for days"
NO_SIGNAL_HELP = "What is kept here, what to do, and whom to call."
NEVER_MET = "This tablet has not been in contact with the plan yet."
KEPT_TITLE = "What is kept here"
HOW_LONG_TITLE = "For how long"
TO_DO_TITLE = "What to do"
WHO_TITLE = "Whom to call"
HOW_LONG = (
    "What the plan has not confirmed stays on this tablet until it has, however long that takes. "
    "It survives a restart, an empty battery and an update."
)
GO_ON = "Go on visiting, writing and signing. Everything works without signal."
ALERTS_WAIT = "Alerts wait here too. Call about anything that cannot wait: nobody sees it on a screen."
FIND_SIGNAL = (
    "Once a day, go where there is signal and leave Hearthside open until it says that nothing waits."
)
COLLEAGUE = "On a shared tablet a colleague's Hearthside brings your signed visits too, sealed."
KEEP_IT = "Do not remove Hearthside and do not reset the tablet: what waits would be gone."
SIGN_IN_AGAIN = "The sign-in has ended. With signal, sign in again; until then nothing leaves."
OPEN_WAITING = "See what waits"
CALL_SUPERVISOR = "Call the supervisor"
CALL_ON_CALL = "Call the nurse on call"
NO_NUMBER = "The plan has sent no number. Use the one that you were given."

HARD_DAY = "Hard day?"
HARD_DAY_HELP = (
    "One tap asks your supervisor to call you. No reason is asked. It is not counted and in no report."
)
ASK_FOR_CALL = "Ask for a call"
TAKE_BACK = "Take it back"
ASKED_HERE = "Not sent yet, so nobody knows. It goes out first thing with the next signal."
ASKED_THERE = "Your supervisor can see it."
NOT_TAKEN = "The plan could not take it, so nobody knows. Please call."
ENDED_HERE = "Taken back. The plan hears of it with the next signal; until then somebody may still call."
CALLS_ASKED = "Asks for a call"
I_WILL_CALL = "I will call"
WE_TALKED = "We have talked"


def step(number: int, of: int) -> str:
    """Where one is in the tour."""
    return f"{number} of {of}"


def last_contact(at: datetime | None, now: datetime) -> str:
    """When the plan last answered, by its own clock."""
    if at is None:
        return NEVER_MET
    return f"Last contact with the plan: {say.moment(at, now)}."


def kept_lines(page: NoSignal, now: datetime) -> list[str]:
    """What lies here, each kind in a sentence; figures of the store."""
    lines = [_visits(page.visits), _alerts(page.alerts), _others(page.others), _drafts(page.drafts)]
    found = [one for one in lines if one]
    if not page.waiting:
        found.insert(0, "Nothing waits: the plan has everything that was signed here.")
    elif page.oldest is not None:
        found.append(f"The oldest has waited since {say.moment(page.oldest, now)}.")
    if page.set_aside:
        found.append(_aside(page.set_aside))
    found.append(_people(page.people))
    return found


def kept_days(days: int) -> str:
    return f"What you signed also stays {days} days after the plan has it, in case the plan loses it."


def _visits(count: int) -> str:
    if not count:
        return ""
    return "1 signed visit waits." if count == 1 else f"{count} signed visits wait."


def _alerts(count: int) -> str:
    if not count:
        return ""
    return "1 alert waits." if count == 1 else f"{count} alerts wait."


def _others(count: int) -> str:
    if not count:
        return ""
    return "1 other entry waits." if count == 1 else f"{count} other entries wait."


def _drafts(count: int) -> str:
    if not count:
        return ""
    return "1 visit is not signed yet." if count == 1 else f"{count} visits are not signed yet."


def _aside(count: int) -> str:
    if count == 1:
        return '1 of them the plan could not take. "Sent & waiting" says why.'
    return f'{count} of them the plan could not take. "Sent & waiting" says why.'


def _people(count: int) -> str:
    if count == 1:
        return "The record of 1 person, as the plan last sent it."
    return f"The records of {count} people, as the plan last sent them."


def hard_day_state(one: CallAsked) -> str:
    """How it stands, honestly: nobody knows before the plan has it."""
    if one.refused:
        return NOT_TAKEN
    if one.state is CallState.OVER:
        return ENDED_HERE
    if not one.known:
        return ASKED_HERE
    if one.state is CallState.TAKEN and one.by:
        return f"{one.by} will call you."
    return ASKED_THERE


def asked_by(one: CallAsked, now: datetime) -> str:
    """For a supervisor: who asks, since when, and nothing else."""
    return f"{one.nurse_name}, {say.moment(one.asked_at, now)}"


def taken_by(one: CallAsked) -> str:
    return f"{one.by} will call." if one.by else "Somebody will call."
